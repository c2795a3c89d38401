# Preset: address and undefined-behaviour sanitizers. Use: tools/build/preset asan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(TALENTCARD_SANITIZE "address,undefined" CACHE STRING "")
