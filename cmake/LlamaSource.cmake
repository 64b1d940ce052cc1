# Where the engine's sources come from: a folder of the user's, the upstream repository, or the npm package that carries
# the same release as a git bundle. Fetched sources are used only when the git id of their tree is the pinned one.
find_package(Git QUIET)

# Sets OUT to the git id of the tree in DIR, or to an empty string when it cannot be told: of its commit when DIR is an
# unchanged checkout, otherwise of all its files.
function(assay_tree_id dir out)
  set(${out} "" PARENT_SCOPE)
  if(NOT Git_FOUND)
    return()
  endif()
  if(EXISTS ${dir}/.git)
    set(git ${GIT_EXECUTABLE} -c safe.directory=* -C ${dir})
    execute_process(COMMAND ${git} status --porcelain OUTPUT_VARIABLE changes RESULT_VARIABLE failed ERROR_QUIET)
    if(failed OR changes)
      return()
    endif()
    execute_process(COMMAND ${git} rev-parse "HEAD^{tree}" OUTPUT_VARIABLE id RESULT_VARIABLE failed ERROR_QUIET
      OUTPUT_STRIP_TRAILING_WHITESPACE)
  else()
    set(scratch ${PROJECT_BINARY_DIR}/CMakeFiles/tree.git)
    file(REMOVE_RECURSE ${scratch})
    set(git ${GIT_EXECUTABLE} --git-dir=${scratch} --work-tree=${dir} -c core.autocrlf=false -c core.fileMode=true)
    execute_process(COMMAND ${GIT_EXECUTABLE} init --quiet --bare ${scratch} OUTPUT_QUIET ERROR_QUIET)
    execute_process(COMMAND ${git} add --all --force . WORKING_DIRECTORY ${dir} OUTPUT_QUIET ERROR_QUIET)
    execute_process(COMMAND ${git} write-tree OUTPUT_VARIABLE id RESULT_VARIABLE failed ERROR_QUIET
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    file(REMOVE_RECURSE ${scratch})
  endif()
  if(NOT failed)
    set(${out} ${id} PARENT_SCOPE)
  endif()
endfunction()

# Checks the tree that the user gave with ASSAY_LLAMA_SOURCE. Another release is the user's own choice, said aloud.
function(assay_check_given_source dir out)
  if(NOT EXISTS ${dir}/include/llama.h OR NOT EXISTS ${dir}/ggml/CMakeLists.txt)
    message(FATAL_ERROR "ASSAY_LLAMA_SOURCE=${dir} is not a llama.cpp source tree: it has no include/llama.h or no "
      "ggml/CMakeLists.txt. Give the folder of a llama.cpp ${ASSAY_LLAMA_TAG} checkout, or leave the option out.")
  endif()
  assay_tree_id(${dir} id)
  if(NOT id)
    set(id unverified)
    message(WARNING "It cannot be told which llama.cpp ${dir} is (edited, or no git at hand); assay expects "
      "${ASSAY_LLAMA_TAG}. Results made with it are marked with an engine of your own.")
  elseif(NOT id STREQUAL ASSAY_LLAMA_TREE)
    message(WARNING "The llama.cpp in ${dir} has the git tree ${id}, which is not release ${ASSAY_LLAMA_TAG} "
      "(${ASSAY_LLAMA_TREE}). Results made with it are marked with an engine of your own.")
  endif()
  set(${out} ${id} PARENT_SCOPE)
endfunction()

# Puts the checkout in SCRATCH into its place if its tree is the pinned one; sets PROBLEM to a sentence otherwise.
function(assay_accept_source scratch destination origin problem)
  assay_tree_id(${scratch} id)
  if(NOT id STREQUAL ASSAY_LLAMA_TREE)
    set(${problem} "The sources from ${origin} are refused: their git tree is '${id}', and release ${ASSAY_LLAMA_TAG} \
is ${ASSAY_LLAMA_TREE}." PARENT_SCOPE)
    return()
  endif()
  file(REMOVE_RECURSE ${scratch}/.git ${destination})
  file(RENAME ${scratch} ${destination})
  set(${problem} "" PARENT_SCOPE)
endfunction()

function(assay_source_from_upstream scratch destination problem)
  set(git ${CMAKE_COMMAND} -E env GIT_TERMINAL_PROMPT=0 ${GIT_EXECUTABLE} -c advice.detachedHead=false)
  execute_process(COMMAND ${git} ls-remote --exit-code ${ASSAY_LLAMA_REPOSITORY} refs/tags/${ASSAY_LLAMA_TAG}
    TIMEOUT 15 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(NOT failed)
    execute_process(
      COMMAND ${git} -c core.autocrlf=false clone --quiet --depth 1 --branch ${ASSAY_LLAMA_TAG}
        ${ASSAY_LLAMA_REPOSITORY} ${scratch}
      TIMEOUT 600 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(failed)
    set(${problem} "The tag ${ASSAY_LLAMA_TAG} of ${ASSAY_LLAMA_REPOSITORY} could not be cloned." PARENT_SCOPE)
    return()
  endif()
  assay_accept_source(${scratch} ${destination} ${ASSAY_LLAMA_REPOSITORY} refused)
  set(${problem} "${refused}" PARENT_SCOPE)
endfunction()

function(assay_source_from_npm scratch destination problem)
  find_program(ASSAY_NPM npm)
  mark_as_advanced(ASSAY_NPM)
  if(NOT ASSAY_NPM)
    set(${problem} "npm is not installed, so the package ${ASSAY_LLAMA_NPM} could not be tried." PARENT_SCOPE)
    return()
  endif()
  set(package ${scratch}.npm)
  file(REMOVE_RECURSE ${package})
  file(MAKE_DIRECTORY ${package})
  execute_process(COMMAND ${ASSAY_NPM} pack --silent ${ASSAY_LLAMA_NPM} WORKING_DIRECTORY ${package}
    TIMEOUT 300 OUTPUT_QUIET ERROR_QUIET)
  file(GLOB archive ${package}/*.tgz)
  set(bundle ${package}/package/llama/gitRelease.bundle)
  if(archive)
    execute_process(COMMAND ${CMAKE_COMMAND} -E tar xzf ${archive} package/llama/gitRelease.bundle
      WORKING_DIRECTORY ${package} OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(NOT EXISTS ${bundle})
    file(REMOVE_RECURSE ${package})
    set(${problem} "The npm package ${ASSAY_LLAMA_NPM} could not be downloaded." PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${GIT_EXECUTABLE} -c core.autocrlf=false clone --quiet ${bundle} ${scratch}
    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  file(REMOVE_RECURSE ${package})
  if(failed)
    set(${problem} "The git bundle inside the npm package ${ASSAY_LLAMA_NPM} could not be read." PARENT_SCOPE)
    return()
  endif()
  assay_accept_source(${scratch} ${destination} "the npm package ${ASSAY_LLAMA_NPM}" refused)
  set(${problem} "${refused}" PARENT_SCOPE)
endfunction()

# Makes sure that the pinned sources lie in DESTINATION, which exists only when they are whole and verified.
function(assay_fetch_source destination)
  if(EXISTS ${destination})
    return()
  endif()
  if(NOT Git_FOUND)
    message(FATAL_ERROR "git is needed to fetch llama.cpp ${ASSAY_LLAMA_TAG}: run scripts/setup.sh.")
  endif()
  get_filename_component(folder ${destination} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  set(scratch ${destination}.partial)
  set(problems "")
  foreach(way upstream npm)
    message(STATUS "Fetching llama.cpp ${ASSAY_LLAMA_TAG} (${way})")
    file(REMOVE_RECURSE ${scratch})
    cmake_language(CALL assay_source_from_${way} ${scratch} ${destination} problem)
    file(REMOVE_RECURSE ${scratch})
    if(EXISTS ${destination})
      return()
    endif()
    message(STATUS "${problem}")
    string(APPEND problems "  ${problem}\n")
  endforeach()
  message(FATAL_ERROR "llama.cpp ${ASSAY_LLAMA_TAG} could not be had:\n${problems}"
    "Give a checkout of it with -DASSAY_LLAMA_SOURCE=DIR, use an installed one with -DASSAY_LLAMA=system, or build "
    "without an engine with -DASSAY_LLAMA=off.")
endfunction()
