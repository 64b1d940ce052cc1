# assay_embed(TARGET GLOBS pattern...) makes the static library TARGET, which carries the matching files of the source
# tree inside the program (include/assay/embedded.h reads them). The bytes enter by the assembler's .incbin, which
# copies a file of any size in no time, where a generated C array would take minutes and gigabytes.
# Patterns are relative to the source tree and recursive; new files are seen at the next build, and an edited file
# rebuilds the library.
function(assay_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "GLOBS")
  list(TRANSFORM arg_GLOBS PREPEND ${PROJECT_SOURCE_DIR}/)
  file(GLOB_RECURSE files LIST_DIRECTORIES false CONFIGURE_DEPENDS ${arg_GLOBS})
  list(FILTER files EXCLUDE REGEX "(~|\\.swp|/\\.[^/]*)$")
  list(REMOVE_DUPLICATES files)

  set(bytes "")
  set(names "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${file})
    if(file MATCHES "[\"\\\\;]")
      message(FATAL_ERROR "The file ${file} cannot be embedded: rename it without quotes, backslashes and semicolons.")
    endif()
    string(APPEND bytes "ASSAY_EMBED(${index}, \"${file}\")\n")
    string(APPEND rows "    Row{\"${name}\", ASSAY_BEGIN(${index}), ASSAY_END(${index})},\n")
    math(EXPR index "${index} + 1")
  endforeach()

  set(ASSAY_EMBED_BYTES "${bytes}")
  set(ASSAY_EMBED_ROWS "${rows}")
  set(ASSAY_EMBED_COUNT ${index})
  set(source ${PROJECT_BINARY_DIR}/generated/${target}.cc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.cc.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}")
  add_library(${target} STATIC ${source})
  assay_house_rules(${target})
endfunction()
