# Preset: thread sanitizer. Use: tools/build/preset tsan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(TALENTCARD_SANITIZE "thread" CACHE STRING "")
