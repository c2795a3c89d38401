#include "engine/cel/type.h"

#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

Type OfSingular(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_ENUM:
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
  Type type(Kind::kList);
  type.parts_ = std::make_shared<std::vector<Type>>(
      std::vector<Type>{std::move(element)});
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type(Kind::kMap);
  type.parts_ = std::make_shared<std::vector<Type>>(
      std::vector<Type>{std::move(key), std::move(value)});
  return type;
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

Type Type::OfMessage(const Descriptor* descriptor) {
  constexpr std::pair<std::string_view, Kind> kKnown[] = {
      {"google.type.Date", Kind::kDate},
      {"google.protobuf.Timestamp", Kind::kTimestamp},
      {"google.protobuf.Duration", Kind::kDuration},
  };
  constexpr std::pair<std::string_view, Kind> kWrappers[] = {
      {"google.protobuf.BoolValue", Kind::kBool},
      {"google.protobuf.Int32Value", Kind::kInt},
      {"google.protobuf.Int64Value", Kind::kInt},
      {"google.protobuf.UInt32Value", Kind::kUint},
      {"google.protobuf.UInt64Value", Kind::kUint},
      {"google.protobuf.FloatValue", Kind::kDouble},
      {"google.protobuf.DoubleValue", Kind::kDouble},
      {"google.protobuf.StringValue", Kind::kString},
      {"google.protobuf.BytesValue", Kind::kBytes},
  };
  for (const auto& [name, kind] : kKnown) {
    if (descriptor->full_name() == name) return kind;
  }
  for (const auto& [name, kind] : kWrappers) {
    if (descriptor->full_name() == name) return Wrapper(kind);
  }
  return Message(descriptor);
}

Type Type::OfField(const FieldDescriptor* field) {
  if (field->is_map()) {
    return Map(OfSingular(field->message_type()->map_key()),
               OfSingular(field->message_type()->map_value()));
  }
  return field->is_repeated() ? List(OfSingular(field)) : OfSingular(field);
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
      return "type";
    case Kind::kParameter:
      return std::string(1, static_cast<char>('A' + parameter_));
  }
  return "dyn";
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_ || a.descriptor_ != b.descriptor_ ||
      a.primitive_ != b.primitive_ || a.parameter_ != b.parameter_) {
    return false;
  }
  return a.parts_ == b.parts_ ||
         (a.parts_ && b.parts_ && *a.parts_ == *b.parts_);
}

}  // namespace talentcard::cel
