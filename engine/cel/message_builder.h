#ifndef TALENTCARD_ENGINE_CEL_MESSAGE_BUILDER_H_
#define TALENTCARD_ENGINE_CEL_MESSAGE_BUILDER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// Sets a field of a message literal. Numbers must fit the field; null leaves a
// message field unset; well-known messages are made from the values they
// stand for. Fails with kInvalidArgument if the value does not fit.
absl::Status SetField(google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor* field,
                      const Value& value);

// Makes a whole message be `value`: a wrapper, a Timestamp, a Struct, an Any,
// or a copy of a message of the same type.
absl::Status SetMessage(google::protobuf::Message& message, const Value& value);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_MESSAGE_BUILDER_H_
