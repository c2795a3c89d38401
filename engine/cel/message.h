#ifndef TALENTCARD_ENGINE_CEL_MESSAGE_H_
#define TALENTCARD_ENGINE_CEL_MESSAGE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string_view>

#include "engine/cel/value.h"

namespace talentcard::cel {

// How fields are read.
struct Reading {
  // Kept by every view read, so that the message outlives it; null if the
  // caller keeps it.
  std::shared_ptr<const void> owner;
  // Enums are values of their own type rather than ints.
  bool strong_enums = false;
};

// The value of a field, as CEL sees it; views into `message`. Unset fields
// give their default; unset wrappers, values, Anys and absent dates, null.
Value ReadField(const google::protobuf::Message& message,
                const google::protobuf::FieldDescriptor* field,
                const Reading& reading = {});

// What has(m.f) says: a non-empty list or map, a set field with presence, or a
// value that is not the default.
bool HasField(const google::protobuf::Message& message,
              const google::protobuf::FieldDescriptor* field);

// A field by its name, or an extension by its full name. Null if there is none.
const google::protobuf::FieldDescriptor* FindField(
    const google::protobuf::Descriptor* descriptor, std::string_view name);

// The value of a well-known message: a timestamp, a wrapper, an Any's content …
// An error if it holds none.
Value FromWellKnown(const google::protobuf::Message& message,
                    std::shared_ptr<const void> owner);

// Field by field as CEL compares them (NaN differs from itself); the contents
// of Anys are compared if their types are known, else their bytes.
bool EqualMessages(const google::protobuf::Message& a,
                   const google::protobuf::Message& b);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_MESSAGE_H_
