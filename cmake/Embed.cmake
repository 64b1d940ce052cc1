# assay_embed(TARGET GLOBS pattern... [BUILT name=path...]) makes the static library TARGET, which carries the matching
# files of the source tree inside the program (include/assay/embedded.h reads them). The bytes enter by the assembler's
# .incbin, which copies a file of any size in no time, where a generated C array would take minutes and gigabytes.
# Patterns are relative to the source tree and recursive; new files are seen at the next build, and an edited file
# rebuilds the library. BUILT files are made by the build itself and carried under the name given.
function(assay_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "GLOBS;BUILT")
  list(TRANSFORM arg_GLOBS PREPEND ${PROJECT_SOURCE_DIR}/)
  file(GLOB_RECURSE files LIST_DIRECTORIES false CONFIGURE_DEPENDS ${arg_GLOBS})
  list(FILTER files EXCLUDE REGEX "(~|\\.swp|/\\.[^/]*)$")
  list(REMOVE_DUPLICATES files)

  set(pairs "")
  set(sources "")
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${file})
    list(APPEND pairs "${name}=${file}")
  endforeach()
  list(APPEND pairs ${arg_BUILT})
  list(SORT pairs)  # The rows are in the order of the names.

  set(bytes "")
  set(rows "")
  set(index 0)
  foreach(pair IN LISTS pairs)
    string(REGEX REPLACE "=.*" "" name "${pair}")
    string(REGEX REPLACE "^[^=]*=" "" file "${pair}")
    if(file MATCHES "[\"\\\\;]")
      message(FATAL_ERROR "The file ${file} cannot be embedded: rename it without quotes, backslashes and semicolons.")
    endif()
    string(APPEND bytes "ASSAY_EMBED(${index}, \"${file}\")\n")
    string(APPEND rows "    Row{\"${name}\", ASSAY_BEGIN(${index}), ASSAY_END(${index})},\n")
    list(APPEND sources "${file}")
    math(EXPR index "${index} + 1")
  endforeach()

  set(ASSAY_EMBED_BYTES "${bytes}")
  set(ASSAY_EMBED_ROWS "${rows}")
  set(ASSAY_EMBED_COUNT ${index})
  set(source ${PROJECT_BINARY_DIR}/generated/${target}.cc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.cc.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${sources}")
  add_library(${target} STATIC ${source})
  assay_house_rules(${target})
endfunction()
