#include "engine/cel/names.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using google::protobuf::EnumValueDescriptor;

std::optional<Type> BuiltInType(std::string_view name) {
  using enum Type::Kind;
  const std::pair<std::string_view, Type> kTypes[] = {
      {"bool", kBool},
      {"int", kInt},
      {"uint", kUint},
      {"double", kDouble},
      {"string", kString},
      {"bytes", kBytes},
      {"null_type", kNull},
      {"type", kType},
      {"list", Type::List(kDyn)},
      {"map", Type::Map(kDyn, kDyn)},
      {"optional_type", Type::Optional(kDyn)},
      {"google.protobuf.Timestamp", kTimestamp},
      {"google.protobuf.Duration", kDuration},
  };
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  return std::nullopt;
}

NamedConstant EnumConstant(const Environment& environment,
                           const EnumValueDescriptor* value) {
  if (value->type()->full_name() == "google.protobuf.NullValue")
    return {Type::Kind::kNull, Value::Null()};
  if (environment.strong_enums) {
    return {Type::Enum(value->type()),
            Value::Enum(value->type()->full_name(), value->number())};
  }
  return {Type::Kind::kInt, Value::Int(value->number())};
}

// Protobuf names an enum's values beside the enum, CEL inside it.
const EnumValueDescriptor* FindEnumValue(
    const google::protobuf::DescriptorPool& pool, const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return nullptr;
  const auto* type = pool.FindEnumTypeByName(name.substr(0, dot));
  return type == nullptr ? nullptr
                         : type->FindValueByName(name.substr(dot + 1));
}

}  // namespace

std::vector<std::string> Candidates(std::string_view container,
                                    std::string_view name) {
  if (name.starts_with('.')) return {std::string(name.substr(1))};
  std::vector<std::string> candidates;
  while (!container.empty()) {
    candidates.push_back(absl::StrCat(A(container), ".", A(name)));
    const size_t dot = container.rfind('.');
    container = dot == std::string_view::npos ? "" : container.substr(0, dot);
  }
  candidates.emplace_back(name);
  return candidates;
}

std::optional<NamedConstant> FindNamedConstant(const Environment& environment,
                                               std::string_view absolute_name) {
  const std::string name(absolute_name);
  if (const auto type = BuiltInType(name))
    return NamedConstant{Type::TypeOf(*type), Value::TypeName(name)};
  if (environment.pool() == nullptr) return std::nullopt;
  if (const auto* value = FindEnumValue(*environment.pool(), name))
    return EnumConstant(environment, value);
  if (const auto* message = environment.pool()->FindMessageTypeByName(name)) {
    return NamedConstant{Type::TypeOf(Type::OfMessage(message)),
                         Value::TypeName(name)};
  }
  if (const auto* type = environment.pool()->FindEnumTypeByName(name);
      type != nullptr && environment.strong_enums) {
    return NamedConstant{Type::TypeOf(Type::Enum(type)), Value::TypeName(name)};
  }
  return std::nullopt;
}

const google::protobuf::Descriptor* FindMessageType(
    const Environment& environment, std::string_view name) {
  if (environment.pool() == nullptr) return nullptr;
  for (const std::string& candidate : Candidates(environment.container, name)) {
    if (const auto* type = environment.pool()->FindMessageTypeByName(candidate))
      return type;
  }
  return nullptr;
}

const google::protobuf::EnumDescriptor* FindEnumType(
    const Environment& environment, std::string_view name) {
  if (environment.pool() == nullptr) return nullptr;
  for (const std::string& candidate : Candidates(environment.container, name)) {
    if (const auto* type = environment.pool()->FindEnumTypeByName(candidate))
      return type;
  }
  return nullptr;
}

}  // namespace talentcard::cel
