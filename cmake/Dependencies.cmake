# Libraries taken from the distribution. scripts/setup.sh installs them on Debian and Ubuntu.
find_package(Threads REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(TBB CONFIG REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(Boost 1.74 CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)

# RE2 ships a CMake package only when it was built with CMake; Debian's and Ubuntu's offer pkg-config.
find_package(re2 CONFIG QUIET)
add_library(assay_re2 INTERFACE)
add_library(assay::re2 ALIAS assay_re2)
if(TARGET re2::re2)
  target_link_libraries(assay_re2 INTERFACE re2::re2)
else()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
  target_link_libraries(assay_re2 INTERFACE PkgConfig::RE2)
endif()

# libseccomp compiles the system-call filter of the code sandbox.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
add_library(assay::seccomp ALIAS PkgConfig::SECCOMP)

# yaml-cpp reads task files; its targets are named differently before 0.8.
find_package(yaml-cpp CONFIG REQUIRED)
add_library(assay_yaml INTERFACE)
add_library(assay::yaml ALIAS assay_yaml)
target_link_libraries(assay_yaml INTERFACE $<IF:$<TARGET_EXISTS:yaml-cpp::yaml-cpp>,yaml-cpp::yaml-cpp,yaml-cpp>)
