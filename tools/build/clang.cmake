# Preset: the second compiler, with -Wthread-safety. Use: tools/build/preset clang
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
