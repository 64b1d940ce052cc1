# What every target of assay is compiled with: warnings, and sanitizers where a preset asks for them.
add_library(assay_warnings INTERFACE)
target_compile_options(assay_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of gcc 12 inside std::string and std::optional when it inlines them.
  target_compile_options(assay_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(ASSAY_WERROR)
  target_compile_options(assay_warnings INTERFACE -Werror)
endif()

add_library(assay_sanitizers INTERFACE)
if(ASSAY_SANITIZE)
  target_compile_options(assay_sanitizers INTERFACE
    -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(ASSAY_SANITIZE MATCHES "address")
    # AddressSanitizer finds what these find, and they make up a third of the compile time.
    target_compile_options(assay_sanitizers INTERFACE -fno-sanitize=null,vptr,object-size)
  endif()
  target_link_options(assay_sanitizers INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()

function(assay_house_rules target)
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:assay_warnings> $<BUILD_INTERFACE:assay_sanitizers>)
endfunction()
