#ifndef TALENTCARD_ENGINE_CEL_NAMES_H_
#define TALENTCARD_ENGINE_CEL_NAMES_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/cel/type.h"

namespace talentcard::cel {

// `name` in the container, in each that encloses it, and alone; a leading dot
// makes it absolute. `a.b` and `x` give `a.b.x`, `a.x`, `x`.
std::vector<std::string> Candidates(std::string_view container,
                                    std::string_view name);

// What a name that is no variable may mean: an enum's value or a type. A type
// is a value of the language too.
struct NamedConstant {
  Type type;
  Value value;
};
std::optional<NamedConstant> FindNamedConstant(const Environment& environment,
                                               std::string_view absolute_name);

// The message or enum type that `name` means in the container; null if none.
const google::protobuf::Descriptor* FindMessageType(
    const Environment& environment, std::string_view name);
const google::protobuf::EnumDescriptor* FindEnumType(
    const Environment& environment, std::string_view name);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_NAMES_H_
