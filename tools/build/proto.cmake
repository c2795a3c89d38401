# The google/rpc and google/type sources come from a Debian package
# (golang-github-gogo-googleapis-dev): protobuf itself does not install them.
set(GOOGLEAPIS_DIR /usr/share/gocode/src/github.com/gogo/googleapis)

# talentcard_proto(NAME IMPORT_DIR dir [GRPC] FILES a.proto DEPENDS x)
#
# Compiles the messages of FILES (paths below IMPORT_DIR), or with GRPC only
# their service stubs, so that nothing below `services` ever sees a gRPC header.
function(talentcard_proto name)
  cmake_parse_arguments(ARG "GRPC" "IMPORT_DIR" "FILES;DEPENDS" ${ARGN})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated})
  set(sources "")
  foreach(file ${ARG_FILES})
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    if(ARG_GRPC)
      set(outputs ${generated}/${stem}.grpc.pb.cc ${generated}/${stem}.grpc.pb.h)
      set(how --grpc_out=${generated} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    else()
      set(outputs ${generated}/${stem}.pb.cc ${generated}/${stem}.pb.h)
      set(how --cpp_out=${generated})
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc -I ${ARG_IMPORT_DIR} -I ${GOOGLEAPIS_DIR} ${how} ${ARG_IMPORT_DIR}/${file}
      DEPENDS ${ARG_IMPORT_DIR}/${file}
      VERBATIM)
    list(GET outputs 0 source)
    list(APPEND sources ${source})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${generated})
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${ARG_DEPENDS})
endfunction()
