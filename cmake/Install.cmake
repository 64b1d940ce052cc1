# What `cmake --install` puts in place: the program, the public headers, the CMake package that plug-ins are built with
# (docs/plugins.md), and the papers. The tree can be moved: nothing in it names its own place.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS assay EXPORT assayTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/assay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${PROJECT_BINARY_DIR}/generated/include/assay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")

set(ASSAY_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/assay)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/assayConfig.cmake.in
  ${PROJECT_BINARY_DIR}/generated/assayConfig.cmake INSTALL_DESTINATION ${ASSAY_CMAKE_DIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/assayConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/assayConfig.cmake
              ${PROJECT_BINARY_DIR}/generated/assayConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/assayPlugin.cmake
        DESTINATION ${ASSAY_CMAKE_DIR})
install(EXPORT assayTargets NAMESPACE assay:: DESTINATION ${ASSAY_CMAKE_DIR})

foreach(paper README.md LICENSE CONTRIBUTING.md)
  install(FILES ${PROJECT_SOURCE_DIR}/${paper} DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL
        FILES_MATCHING PATTERN "*.md")
