# One test program per folder of tests/: tests/<layer>/*_test.cc become <layer>_test. Other *.cc files of such a folder
# are its helpers; tests/support/*.cc are shared by all. tests/cli runs the built program (ASSAY_BINARY).
find_package(GTest REQUIRED)
include(GoogleTest)

add_library(assay_test_settings INTERFACE)
target_compile_definitions(assay_test_settings INTERFACE
  ASSAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  ASSAY_VIEWER_SCRIPT="${PROJECT_BINARY_DIR}/viewer/viewer.js"
  ASSAY_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared"
  ASSAY_BINARY="${PROJECT_BINARY_DIR}/assay"
  ASSAY_ENGINE_SOURCE_DIR="${ASSAY_LLAMA_SOURCE_DIR}")

file(GLOB_RECURSE support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cc)
if(support)
  add_library(assay_test_support STATIC ${support})
  # Not the layers: a test program links its own, whole, and linking them twice defines everything twice.
  target_link_libraries(assay_test_support PUBLIC assay_base assay_test_settings GTest::gtest)
  assay_house_rules(assay_test_support)
else()
  add_library(assay_test_support INTERFACE)
  target_link_libraries(assay_test_support INTERFACE assay_test_settings)
endif()

# What a layer's tests may link: its own layer and those below it.
set(assay_tested_base assay_base)
set(assay_tested_datasets assay_datasets)
set(assay_tested_scorers assay_scorers assay_datasets)
set(assay_tested_tasks assay_tasks)
set(assay_tested_runtime assay_runtime)
set(assay_tested_results assay_results)
set(assay_tested_cli assay_results CLI11::CLI11)
if(ASSAY_HAVE_LLAMA)
  list(APPEND assay_tested_runtime assay_llama)
endif()

# The plug-in that the program's tests load, as a plug-in is built: with the public headers, linking nothing of assay.
add_library(actor_plugin MODULE ${PROJECT_SOURCE_DIR}/tests/plugins/actor.cc)
target_include_directories(actor_plugin PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(actor_plugin PRIVATE nlohmann_json::nlohmann_json)
set_target_properties(actor_plugin PROPERTIES PREFIX "" SUFFIX ".so" CXX_VISIBILITY_PRESET hidden)
assay_house_rules(actor_plugin)

add_custom_target(unit_tests) # All but those that run the built program.

foreach(layer base datasets scorers tasks runtime results cli)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${layer}/*.cc)
  if(NOT ASSAY_HAVE_LLAMA)
    list(FILTER sources EXCLUDE REGEX "/tests/[a-z]+/(llama_[^/]*|chat_template)_test\\.cc$")
  endif()
  if(sources)
    add_executable(${layer}_test ${sources})
    target_link_libraries(${layer}_test PRIVATE
      ${assay_tested_${layer}} assay_test_support assay_test_settings GTest::gmock GTest::gtest_main)
    assay_house_rules(${layer}_test)
    assay_link_whole(${layer}_test)
    if(layer STREQUAL "cli")
      add_dependencies(cli_test assay actor_plugin)
      target_compile_definitions(cli_test PRIVATE ASSAY_TEST_PLUGIN="$<TARGET_FILE:actor_plugin>")
    else()
      add_dependencies(unit_tests ${layer}_test)
    endif()
    gtest_discover_tests(${layer}_test TEST_PREFIX ${layer}. DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
      PROPERTIES TIMEOUT 900 LABELS ${layer})
  endif()
endforeach()

# The training text of the reference model has none of the miniature items in it (no PyTorch needed).
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME models.contamination
  COMMAND Python3::Interpreter -B ${PROJECT_SOURCE_DIR}/models/reference/contamination_test.py)
set_tests_properties(models.contamination PROPERTIES TIMEOUT 900 LABELS models)

# The installation, the examples as projects of their own against it, and the commands of docs/adding-a-task.md. Sanitized
# builds are not installed.
if(NOT ASSAY_SANITIZE)
  add_test(NAME package.plugins
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/package/package_test.py ${PROJECT_SOURCE_DIR}
            ${PROJECT_BINARY_DIR} -G ${CMAKE_GENERATOR} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
            -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})
  set_tests_properties(package.plugins PROPERTIES TIMEOUT 1800 LABELS package)
endif()

# Report pages in a browser; skipped, with the reason printed, where Node or Chromium is missing.
if(NOT ASSAY_VIEWER STREQUAL "OFF")
  add_test(NAME viewer.browser
    COMMAND ${PROJECT_SOURCE_DIR}/tests/viewer/run.sh ${PROJECT_BINARY_DIR}/assay ${PROJECT_BINARY_DIR}/viewer/tests)
  set_tests_properties(viewer.browser PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800 LABELS viewer)
endif()
