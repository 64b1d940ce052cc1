# Writes assay/version.h (what this build is) at configure time, and assay/commit.h (which commit it was built from)
# at each build, so that the commit in a run's manifest is the true one. commit.h is touched only when it changes.
configure_file(${PROJECT_SOURCE_DIR}/cmake/version.h.in
               ${PROJECT_BINARY_DIR}/generated/include/assay/version.h @ONLY)

add_custom_target(assay_commit
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
          -DOUTPUT=${PROJECT_BINARY_DIR}/generated/include/assay/commit.h
          -P ${PROJECT_SOURCE_DIR}/cmake/Commit.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/include/assay/commit.h
  COMMENT "" VERBATIM)
