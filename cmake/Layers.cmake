# assay_layer(NAME [FOLDER dir] LINK libs...) makes the static library assay_NAME from every *.cc below its folder.
# Tasks, scorers and models register themselves from static objects, which a linker drops out of an archive when
# nothing refers to them: programs therefore call assay_link_whole(), which keeps each object of each layer. It also
# keeps what only a plug-in calls.
set(ASSAY_LAYERS "" CACHE INTERNAL "")

function(assay_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "LINK")
  if(NOT arg_FOLDER)
    set(arg_FOLDER ${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/*.cc)
  if(name STREQUAL "runtime" AND NOT ASSAY_HAVE_LLAMA)
    list(FILTER sources EXCLUDE REGEX "/runtime/(llama_[^/]*|chat_template)\\.cc$")
  endif()
  if(sources)
    add_library(assay_${name} STATIC ${sources})
    target_link_libraries(assay_${name} PUBLIC ${arg_LINK})
    assay_house_rules(assay_${name})
    set(ASSAY_LAYERS ${ASSAY_LAYERS} assay_${name} CACHE INTERNAL "")
  else()
    add_library(assay_${name} INTERFACE)
    target_link_libraries(assay_${name} INTERFACE ${arg_LINK})
  endif()
endfunction()

function(assay_link_whole target)
  if(ASSAY_LAYERS)
    list(JOIN ASSAY_LAYERS "," layers)
    set_property(TARGET ${target} PROPERTY LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,${layers}")
  endif()
endfunction()
