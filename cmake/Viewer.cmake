# The interactive part of HTML reports (results/viewer, TypeScript) becomes one script, which is carried inside the
# program. npm and Vite run only when a source or the lockfile changed; what they made is also kept in the cache
# folder by the digest of its sources, so that a new build folder does not need npm. Without Node, or where npm cannot
# fetch its packages, an empty script is carried and reports have static charts only, until a later build succeeds.
#
# Sets ASSAY_VIEWER_FILES for assay_embed (empty with ASSAY_VIEWER=OFF).
set(ASSAY_VIEWER_FILES "")
if(NOT ASSAY_VIEWER STREQUAL "OFF")
  file(GLOB viewer_sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/results/viewer/src/*.ts
    ${PROJECT_SOURCE_DIR}/results/viewer/package.json
    ${PROJECT_SOURCE_DIR}/results/viewer/package-lock.json
    ${PROJECT_SOURCE_DIR}/results/viewer/tsconfig.json
    ${PROJECT_SOURCE_DIR}/results/viewer/vite.config.ts)
  find_program(ASSAY_NODE NAMES node nodejs)
  find_program(ASSAY_NPM NAMES npm)
  if(ASSAY_VIEWER STREQUAL "ON" AND NOT (ASSAY_NODE AND ASSAY_NPM))
    message(FATAL_ERROR "ASSAY_VIEWER=ON needs node and npm; install them, or configure with -DASSAY_VIEWER=AUTO.")
  endif()
  set(viewer_script ${PROJECT_BINARY_DIR}/viewer/viewer.js)
  set(viewer_cache $ENV{XDG_CACHE_HOME})
  if(NOT viewer_cache)
    set(viewer_cache $ENV{HOME}/.cache)
  endif()
  add_custom_command(
    OUTPUT ${viewer_script} ${viewer_script}.made
    COMMAND ${CMAKE_COMMAND} -DSOURCES=${PROJECT_SOURCE_DIR}/results/viewer -DOUTPUT=${viewer_script} -DMADE=${viewer_script}.made
      -DWORK=${PROJECT_BINARY_DIR}/viewer/work -DCACHE=${viewer_cache}/assay/viewer
      -DNODE=${ASSAY_NODE} -DNPM=${ASSAY_NPM} -DMODE=${ASSAY_VIEWER}
      -P ${PROJECT_SOURCE_DIR}/cmake/BuildViewer.cmake
    DEPENDS ${viewer_sources} ${PROJECT_SOURCE_DIR}/cmake/BuildViewer.cmake
    COMMENT "Building the report viewer"
    VERBATIM)
  set(ASSAY_VIEWER_FILES "results/viewer/viewer.js=${viewer_script}")
endif()
