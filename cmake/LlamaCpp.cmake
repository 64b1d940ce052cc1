# llama.cpp, the engine: one pinned release, built once per machine and flags, then taken from a cache.
#
# Results are only comparable when the engine is the same, so the sources are pinned by the git id of their whole tree,
# whatever way they came. The built libraries lie in a cache of the user's (ASSAY_CACHE_DIR), under a key made of all
# that can change them; a clean clone of assay therefore configures in seconds. cmake/LlamaSource.cmake finds the
# sources, cmake/engine/CMakeLists.txt is what gets built.
#
# Provides, unless ASSAY_LLAMA=off: the targets assay_llama (llama.h and its libraries) and, when built from source,
# assay_jinja (the engine's chat template renderer); ASSAY_HAVE_LLAMA, ASSAY_HAVE_JINJA; ASSAY_ENGINE_VERSION, _COMMIT,
# _FLAGS; ASSAY_LLAMA_SOURCE_DIR (the source tree, or empty).
set(ASSAY_LLAMA_VERSION 0.5.0)
set(ASSAY_LLAMA_TAG v${ASSAY_LLAMA_VERSION})
set(ASSAY_LLAMA_TREE fd570ef54b10ec5fecb739e7e04c8ce44a6f415a)
set(ASSAY_LLAMA_REPOSITORY https://github.com/ggml-org/llama.cpp)
set(ASSAY_LLAMA_NPM node-llama-cpp@3.22.1)

set(ASSAY_LLAMA_SOURCE "" CACHE PATH "A llama.cpp source tree to build instead of the pinned release")
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(cache_home $ENV{XDG_CACHE_HOME}/assay)
elseif(DEFINED ENV{HOME})
  set(cache_home $ENV{HOME}/.cache/assay)
else()
  set(cache_home ${PROJECT_BINARY_DIR}/cache)
endif()
set(ASSAY_CACHE_DIR ${cache_home} CACHE PATH "Where the engine's sources and libraries are kept between builds")

set(ASSAY_HAVE_LLAMA OFF)
set(ASSAY_HAVE_JINJA OFF)
set(ASSAY_ENGINE_VERSION "")
set(ASSAY_ENGINE_COMMIT "")
set(ASSAY_ENGINE_FLAGS "")
set(ASSAY_LLAMA_SOURCE_DIR "" CACHE INTERNAL "The engine's source tree, empty when there is none")

include(LlamaSource)

# Sets OUT to the options that the user gave to the engine (GGML_CUDA=ON and the like), as -D arguments.
function(assay_engine_options out)
  get_cmake_property(names CACHE_VARIABLES)
  set(options "")
  foreach(name IN LISTS names)
    get_property(type CACHE ${name} PROPERTY TYPE)
    if(name MATCHES "^(GGML_|CMAKE_CUDA_(ARCHITECTURES|COMPILER)$)" AND type MATCHES "^(BOOL|STRING|UNINITIALIZED)$")
      string(REPLACE ";" "\\;" value "${${name}}")
      list(APPEND options "-D${name}=${value}")
    endif()
  endforeach()
  set(${out} "${options}" PARENT_SCOPE)
endfunction()

# Sets OUT to a short key of all that decides the bits of the built engine.
function(assay_engine_key out tree options)
  set(parts ${tree} ${options} ${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}
    ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}
    "$ENV{CFLAGS}" "$ENV{CXXFLAGS}")
  file(SHA256 ${PROJECT_SOURCE_DIR}/cmake/engine/CMakeLists.txt recipe)
  list(APPEND parts ${recipe})
  # Built for the processor at hand: another processor sharing this cache needs its own libraries.
  if(NOT DEFINED GGML_NATIVE OR GGML_NATIVE)
    if(EXISTS /proc/cpuinfo)
      file(STRINGS /proc/cpuinfo cpu REGEX "^(model name|flags|Features|CPU part)" LIMIT_COUNT 2)
    else()
      cmake_host_system_information(RESULT cpu QUERY PROCESSOR_DESCRIPTION)
    endif()
    list(APPEND parts "${cpu}")
  endif()
  string(SHA256 key "${parts}")
  string(SUBSTRING ${key} 0 16 key)
  set(${out} ${key} PARENT_SCOPE)
endfunction()

# Runs a step of the engine's build with its output in LOG; on failure shows the log's end and stops.
function(assay_engine_step log what)
  execute_process(COMMAND ${ARGN} OUTPUT_FILE ${log} ERROR_FILE ${log} RESULT_VARIABLE failed)
  if(failed)
    set(tail "")
    if(EXISTS ${log})
      file(READ ${log} text)
      string(LENGTH "${text}" length)
      math(EXPR from "${length} > 3000 ? ${length} - 3000 : 0")
      string(SUBSTRING "${text}" ${from} -1 tail)
    endif()
    message(FATAL_ERROR "${what} failed. The end of ${log}:\n${tail}\n"
      "Run the same command again to go on from here, or configure with -DASSAY_LLAMA=system to use an "
      "installed llama.cpp.")
  endif()
endfunction()

# Builds SOURCE in BUILD and installs it as PREFIX. The prefix appears by a rename when it is whole, so an interrupted
# build leaves nothing that looks finished; its build folder stays, and the next attempt goes on from it.
function(assay_build_engine source build prefix options)
  include(ProcessorCount)
  ProcessorCount(cores)
  if(cores EQUAL 0)
    set(cores 1)
  endif()
  file(MAKE_DIRECTORY ${build})
  message(STATUS "Building llama.cpp with ${cores} jobs, some minutes, once per machine (log: ${build}/build.log)")
  assay_engine_step(${build}/configure.log "Configuring llama.cpp"
    ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR}/cmake/engine -B ${build} -G ${CMAKE_GENERATOR}
    -DENGINE_SOURCE=${source} -DENGINE_COMMIT=${ASSAY_ENGINE_COMMIT} -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
    -DCMAKE_INSTALL_PREFIX=${prefix}.partial -DCMAKE_INSTALL_LIBDIR=lib ${options})
  assay_engine_step(${build}/build.log "Building llama.cpp" ${CMAKE_COMMAND} --build ${build} --parallel ${cores})
  file(REMOVE_RECURSE ${prefix}.partial)
  assay_engine_step(${build}/install.log "Installing llama.cpp" ${CMAKE_COMMAND} --install ${build})
  file(REMOVE_RECURSE ${prefix})
  file(RENAME ${prefix}.partial ${prefix})
endfunction()

# Makes assay_llama from the CMake package that llama.cpp installs.
macro(assay_import_engine)
  find_package(llama CONFIG REQUIRED ${ARGN})
  add_library(assay_llama INTERFACE)
  target_link_libraries(assay_llama INTERFACE llama ggml::ggml Threads::Threads ${CMAKE_DL_LIBS})
  set(ASSAY_HAVE_LLAMA ON)
endmacro()

# What ggml's package says it was built with, for the manifest of each run.
macro(assay_describe_engine)
  set(ASSAY_ENGINE_FLAGS "${CMAKE_CXX_COMPILER_ID}-${CMAKE_CXX_COMPILER_VERSION}")
  foreach(flag NATIVE OPENMP_ENABLED LLAMAFILE CPU_REPACK BLAS CUDA VULKAN METAL HIP SYCL RPC)
    if(GGML_${flag})
      string(APPEND ASSAY_ENGINE_FLAGS " GGML_${flag}=ON")
    endif()
  endforeach()
  string(REPLACE "OPENMP_ENABLED" "OPENMP" ASSAY_ENGINE_FLAGS "${ASSAY_ENGINE_FLAGS}")
endmacro()

if(ASSAY_LLAMA STREQUAL "off")
  message(STATUS "Engine: none (ASSAY_LLAMA=off); models can only be scripted or remote")
elseif(ASSAY_LLAMA STREQUAL "system")
  assay_import_engine()
  assay_describe_engine()
  set(ASSAY_ENGINE_VERSION "${LLAMA_VERSION}")
  set(ASSAY_ENGINE_COMMIT "${LLAMA_BUILD_COMMIT}")
  if(NOT LLAMA_VERSION MATCHES "^0\\.5\\.")
    message(WARNING "The installed llama.cpp is version ${LLAMA_VERSION}; assay is written and tested against "
      "${ASSAY_LLAMA_VERSION}, and the engine promises no stable interface. Without -DASSAY_LLAMA=system the "
      "right version is built.")
  endif()
  message(STATUS "Engine: llama.cpp ${ASSAY_ENGINE_VERSION} as installed (no chat template renderer)")
elseif(ASSAY_LLAMA STREQUAL "auto")
  assay_engine_options(engine_options)
  if(ASSAY_LLAMA_SOURCE)
    assay_check_given_source(${ASSAY_LLAMA_SOURCE} engine_tree)
    set(ASSAY_LLAMA_SOURCE_DIR ${ASSAY_LLAMA_SOURCE})
  else()
    set(engine_tree ${ASSAY_LLAMA_TREE})
    set(ASSAY_LLAMA_SOURCE_DIR ${ASSAY_CACHE_DIR}/source/llama.cpp-${ASSAY_LLAMA_TREE})
  endif()
  assay_engine_key(engine_key "${engine_tree}" "${engine_options}")
  if(engine_tree STREQUAL ASSAY_LLAMA_TREE)
    set(engine_home ${ASSAY_CACHE_DIR}/engine)
    set(engine_prefix ${engine_home}/${ASSAY_LLAMA_VERSION}-${engine_key})
    set(ASSAY_ENGINE_VERSION ${ASSAY_LLAMA_VERSION})
  else()
    # Sources that may change under our feet: kept out of the shared cache and brought up to date at each configure.
    set(engine_home ${PROJECT_BINARY_DIR}/engine)
    set(engine_prefix ${engine_home}/own-${engine_key})
    set(ASSAY_ENGINE_VERSION own)
  endif()
  string(SUBSTRING "${engine_tree}" 0 12 ASSAY_ENGINE_COMMIT)

  if(NOT EXISTS ${engine_prefix} OR ASSAY_ENGINE_VERSION STREQUAL "own")
    file(MAKE_DIRECTORY ${engine_home})
    file(LOCK ${engine_home}/lock GUARD FILE TIMEOUT 0 RESULT_VARIABLE engine_busy)
    if(engine_busy)
      message(STATUS "Waiting for another build of the engine (${engine_home}/lock)")
      file(LOCK ${engine_home}/lock GUARD FILE TIMEOUT 3600)
    endif()
    if(NOT EXISTS ${engine_prefix} OR ASSAY_ENGINE_VERSION STREQUAL "own")
      if(NOT ASSAY_LLAMA_SOURCE)
        assay_fetch_source(${ASSAY_LLAMA_SOURCE_DIR})
      endif()
      assay_build_engine(${ASSAY_LLAMA_SOURCE_DIR} ${engine_prefix}.build ${engine_prefix} "${engine_options}")
      if(NOT ASSAY_ENGINE_VERSION STREQUAL "own")
        file(REMOVE_RECURSE ${engine_prefix}.build)
      endif()
    endif()
    file(LOCK ${engine_home}/lock RELEASE)
  endif()
  if(NOT EXISTS ${ASSAY_LLAMA_SOURCE_DIR}/models)
    set(ASSAY_LLAMA_SOURCE_DIR "")
  endif()
  set(ASSAY_LLAMA_SOURCE_DIR "${ASSAY_LLAMA_SOURCE_DIR}" CACHE INTERNAL "")

  # The package's own lookups must find this prefix, not what an earlier configuration or the system has.
  foreach(stale llama_DIR ggml_DIR llama_LIBRARY)
    unset(${stale} CACHE)
  endforeach()
  set(llama_ROOT ${engine_prefix})
  set(ggml_ROOT ${engine_prefix})
  assay_import_engine(NO_DEFAULT_PATH PATHS ${engine_prefix})
  assay_describe_engine()

  add_library(assay_jinja STATIC IMPORTED)
  set_target_properties(assay_jinja PROPERTIES
    IMPORTED_LOCATION ${engine_prefix}/lib/libassay_jinja.a
    INTERFACE_INCLUDE_DIRECTORIES ${engine_prefix}/include/jinja
    INTERFACE_LINK_LIBRARIES ggml::ggml-base)
  set(ASSAY_HAVE_JINJA ON)
  message(STATUS "Engine: llama.cpp ${ASSAY_ENGINE_VERSION} (${ASSAY_ENGINE_FLAGS}) in ${engine_prefix}")
else()
  message(FATAL_ERROR "ASSAY_LLAMA=${ASSAY_LLAMA} is not known: give auto, system or off.")
endif()

# Gives the runtime layer the engine; only its own files see llama.h, and only chat_template.cc the renderer.
function(assay_attach_engine target)
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  target_compile_definitions(${target} PUBLIC
    ASSAY_HAVE_LLAMA=$<BOOL:${ASSAY_HAVE_LLAMA}> ASSAY_HAVE_JINJA=$<BOOL:${ASSAY_HAVE_JINJA}>)
  if(ASSAY_HAVE_LLAMA)
    target_link_libraries(${target} PRIVATE assay_llama)
  endif()
  if(ASSAY_HAVE_JINJA)
    target_link_libraries(${target} PRIVATE $<LINK_ONLY:assay_jinja>)
    get_target_property(headers assay_jinja INTERFACE_INCLUDE_DIRECTORIES)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/runtime/chat_template.cc PROPERTIES
      COMPILE_OPTIONS "-isystem;${headers}")
  endif()
endfunction()
