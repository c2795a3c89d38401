# Preset: libFuzzer's targets, with address and undefined-behaviour sanitizers. Use: tools/build/preset fuzz
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(TALENTCARD_SANITIZE "fuzzer-no-link,address,undefined" CACHE STRING "")
set(TALENTCARD_FUZZ ON CACHE BOOL "")
