# Preset: what is shipped. Use: tools/build/preset release
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
