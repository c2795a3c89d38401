# talentcard_library(NAME SOURCES a.cc b.h DEPENDS x y PRIVATE_DEPENDS z)
#
# One library a folder. DEPENDS are what its headers need.
function(talentcard_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
endfunction()

# talentcard_program(NAME SOURCES main.cc DEPENDS x)
function(talentcard_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
endfunction()

# talentcard_test(NAME SOURCES a_test.cc DEPENDS x LABELS engine TIMEOUT 60)
#
# One test program a folder, one ctest entry a program. Every test may rely on
# TALENTCARD_SOURCE_DIR (this checkout) and TALENTCARD_SHARED_DIR (public test
# vectors beside the checkout; tests that read them skip when it is absent).
function(talentcard_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS;ARGUMENTS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    TALENTCARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    TALENTCARD_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGUMENTS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(TALENTCARD_SANITIZE)
    math(EXPR ARG_TIMEOUT "8 * ${ARG_TIMEOUT}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  if(TALENTCARD_SANITIZE STREQUAL "thread")
    set_tests_properties(${name} PROPERTIES ENVIRONMENT
      "TSAN_OPTIONS=ignore_noninstrumented_modules=1 suppressions=${PROJECT_SOURCE_DIR}/tools/build/tsan.supp")
  endif()
endfunction()
