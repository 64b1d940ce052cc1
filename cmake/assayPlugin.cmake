# assay_add_plugin(NAME source...) makes the plug-in NAME.so from the sources: a shared object that `assay --plugin`
# loads. It links nothing of assay: what the headers only declare is found in the program when it loads the plug-in.
# In its sources ASSAY_PLUGIN_DIR is the folder of the CMakeLists.txt, for data that lie beside it. Where the project calls
# enable_testing(), the test NAME loads the plug-in and shows what it brings.
function(assay_add_plugin name)
  if(NOT ARGN)
    message(FATAL_ERROR "assay_add_plugin(${name}) needs at least one source file.")
  endif()
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE assay::plugin)
  target_compile_definitions(${name} PRIVATE "ASSAY_PLUGIN_DIR=\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  # Hidden, so that two plug-ins which happen to share a name do not share its meaning.
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  add_test(NAME ${name} COMMAND $<TARGET_FILE:assay::assay> doctor --plugin $<TARGET_FILE:${name}>)
endfunction()
