#ifndef TALENTCARD_ENGINE_CEL_MESSAGE_H_
#define TALENTCARD_ENGINE_CEL_MESSAGE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "engine/cel/value.h"

namespace talentcard::cel {

// The value of a field, as CEL sees it; views into `message`, which must
// outlive it. Unset fields give their default; unset wrappers and absent dates,
// null.
Value ReadField(const google::protobuf::Message& message,
                const google::protobuf::FieldDescriptor* field);

// What has(m.f) says: a non-empty list or map, a set field with presence, or a
// value that is not the default.
bool HasField(const google::protobuf::Message& message,
              const google::protobuf::FieldDescriptor* field);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_MESSAGE_H_
