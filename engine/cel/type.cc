#include "engine/cel/type.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

Type OfSingular(const FieldDescriptor* field, bool strong_enums) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return Type::Kind::kInt;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (field->enum_type()->full_name() == "google.protobuf.NullValue")
        return Type::Kind::kNull;
      if (strong_enums) return Type::Enum(field->enum_type());
      return Type::Kind::kInt;
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return Type::Kind::kUint;
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Type::Kind::kDouble;
    case FieldDescriptor::CPPTYPE_BOOL:
      return Type::Kind::kBool;
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES ? Type::Kind::kBytes
                                                          : Type::Kind::kString;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Type::OfMessage(field->message_type());
  }
  return Type::Kind::kDyn;
}

}  // namespace

Type Type::List(Type element) {
  return Type(Kind::kList).WithParts({std::move(element)});
}

Type Type::Map(Type key, Type value) {
  return Type(Kind::kMap).WithParts({std::move(key), std::move(value)});
}

Type Type::Message(const Descriptor* descriptor) {
  Type type(Kind::kMessage);
  type.descriptor_ = descriptor;
  return type;
}

Type Type::Wrapper(Kind primitive) {
  Type type(Kind::kWrapper);
  type.primitive_ = primitive;
  return type;
}

Type Type::Parameter(int number) {
  Type type(Kind::kParameter);
  type.parameter_ = number;
  return type;
}

Type Type::Opaque(std::string_view name, std::vector<Type> parts) {
  Type type(Kind::kOpaque);
  type.name_ = std::make_shared<const std::string>(name);
  return type.WithParts(std::move(parts));
}

Type Type::Optional(Type value) {
  return Opaque("optional_type", {std::move(value)});
}

Type Type::TypeOf(Type type) {
  return Type(Kind::kType).WithParts({std::move(type)});
}

Type Type::Enum(const google::protobuf::EnumDescriptor* descriptor) {
  Type type(Kind::kEnum);
  type.enumeration_ = descriptor;
  return type;
}

const std::vector<Type>& Type::parts() const {
  static const auto* const none = new std::vector<Type>();
  return parts_ ? *parts_ : *none;
}

Type Type::WithParts(std::vector<Type> parts) const {
  constexpr int kMostSize = 1 << 30;
  Type type = *this;
  type.size_ = 1;
  for (const Type& part : parts)
    type.size_ = std::min(kMostSize, type.size_ + part.size_);
  type.parts_ = std::make_shared<const std::vector<Type>>(std::move(parts));
  return type;
}

bool Type::is_optional() const {
  return kind_ == Kind::kOpaque && *name_ == "optional_type";
}

Type Type::OfMessage(const Descriptor* descriptor) {
  switch (descriptor->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Kind::kTimestamp;
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return Kind::kDuration;
    case Descriptor::WELLKNOWNTYPE_ANY:
      return Kind::kAny;
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return Kind::kDyn;
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      return Map(Kind::kString, Kind::kDyn);
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return List(Kind::kDyn);
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return Wrapper(Kind::kBool);
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
      return Wrapper(Kind::kInt);
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
      return Wrapper(Kind::kUint);
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
      return Wrapper(Kind::kDouble);
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
      return Wrapper(Kind::kString);
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
      return Wrapper(Kind::kBytes);
    default:
      if (descriptor->full_name() == "google.type.Date") return Kind::kDate;
      return Message(descriptor);
  }
}

Type Type::OfField(const FieldDescriptor* field, bool strong_enums) {
  if (field->is_map()) {
    return Map(OfSingular(field->message_type()->map_key(), strong_enums),
               OfSingular(field->message_type()->map_value(), strong_enums));
  }
  const Type single = OfSingular(field, strong_enums);
  return field->is_repeated() ? List(single) : single;
}

std::string Type::ToString() const {
  switch (kind_) {
    case Kind::kDyn:
      return "dyn";
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kDouble:
      return "double";
    case Kind::kString:
      return "string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kTimestamp:
      return "timestamp";
    case Kind::kDuration:
      return "duration";
    case Kind::kDate:
      return "date";
    case Kind::kList:
      return absl::StrCat("list(", element().ToString(), ")");
    case Kind::kMap:
      return absl::StrCat("map(", key().ToString(), ", ", value().ToString(),
                          ")");
    case Kind::kMessage:
      return descriptor_->full_name();
    case Kind::kWrapper:
      return absl::StrCat("wrapper(", Type(primitive_).ToString(), ")");
    case Kind::kType:
      return parts().empty()
                 ? "type"
                 : absl::StrCat("type(", parts()[0].ToString(), ")");
    case Kind::kAny:
      return "any";
    case Kind::kEnum:
      return enumeration_->full_name();
    case Kind::kOpaque: {
      std::vector<std::string> names;
      for (const Type& part : parts()) names.push_back(part.ToString());
      return names.empty()
                 ? *name_
                 : absl::StrCat(*name_, "(", absl::StrJoin(names, ", "), ")");
    }
    case Kind::kParameter:
      return std::string(1, static_cast<char>('A' + parameter_ % 26));
  }
  return "dyn";
}

bool Type::SameHead(const Type& other) const {
  if (kind_ != other.kind_ || descriptor_ != other.descriptor_ ||
      enumeration_ != other.enumeration_ || primitive_ != other.primitive_ ||
      parameter_ != other.parameter_) {
    return false;
  }
  return name_ == other.name_ ||
         (name_ && other.name_ && *name_ == *other.name_);
}

bool operator==(const Type& a, const Type& b) {
  return a.SameHead(b) && (a.parts_ == b.parts_ || a.parts() == b.parts());
}

}  // namespace talentcard::cel
