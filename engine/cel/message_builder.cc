#include "engine/cel/message_builder.h"

#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <limits>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/message.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = Value::Kind;

absl::Status Unfit(const FieldDescriptor* field, const Value& value) {
  return absl::InvalidArgumentError(absl::StrCat(
      "`", field->name(), "` cannot be set to ", value.ToString()));
}

bool Is(const Descriptor* descriptor, Descriptor::WellKnownType type) {
  return descriptor->well_known_type() == type;
}

// Sets a field that is no message, or adds to it if it is repeated.
class ScalarSetter {
 public:
  ScalarSetter(Message& message, const FieldDescriptor* field)
      : message_(message),
        field_(field),
        reflection_(*message.GetReflection()) {}

  absl::Status Set(const Value& value) {
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return Whole<int32_t>(value, Kind::kInt, value.as_int(),
                              &Reflection::SetInt32, &Reflection::AddInt32);
      case FieldDescriptor::CPPTYPE_INT64:
        return Whole<int64_t>(value, Kind::kInt, value.as_int(),
                              &Reflection::SetInt64, &Reflection::AddInt64);
      case FieldDescriptor::CPPTYPE_UINT32:
        return Whole<uint32_t>(value, Kind::kUint, value.as_uint(),
                               &Reflection::SetUInt32, &Reflection::AddUInt32);
      case FieldDescriptor::CPPTYPE_UINT64:
        return Whole<uint64_t>(value, Kind::kUint, value.as_uint(),
                               &Reflection::SetUInt64, &Reflection::AddUInt64);
      case FieldDescriptor::CPPTYPE_FLOAT:
        if (value.kind() != Kind::kDouble) return Unfit(field_, value);
        return Put(&Reflection::SetFloat, &Reflection::AddFloat,
                   Narrow(value.as_double()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (value.kind() != Kind::kDouble) return Unfit(field_, value);
        return Put(&Reflection::SetDouble, &Reflection::AddDouble,
                   value.as_double());
      case FieldDescriptor::CPPTYPE_BOOL:
        if (value.kind() != Kind::kBool) return Unfit(field_, value);
        return Put(&Reflection::SetBool, &Reflection::AddBool, value.as_bool());
      case FieldDescriptor::CPPTYPE_ENUM:
        return SetEnum(value);
      case FieldDescriptor::CPPTYPE_STRING: {
        const bool bytes = field_->type() == FieldDescriptor::TYPE_BYTES;
        if (value.kind() != (bytes ? Kind::kBytes : Kind::kString))
          return Unfit(field_, value);
        return Put(&Reflection::SetString, &Reflection::AddString,
                   std::string(value.as_string()));
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        break;
    }
    return Unfit(field_, value);
  }

 private:
  template <typename Setter, typename Adder, typename T>
  absl::Status Put(Setter set, Adder add, T value) {
    if (field_->is_repeated()) {
      (reflection_.*add)(&message_, field_, std::move(value));
    } else {
      (reflection_.*set)(&message_, field_, std::move(value));
    }
    return absl::OkStatus();
  }

  template <typename T, typename Wide, typename Setter, typename Adder>
  absl::Status Whole(const Value& value, Kind kind, Wide number, Setter set,
                     Adder add) {
    if (value.kind() != kind || !std::in_range<T>(number))
      return Unfit(field_, value);
    return Put(set, add, static_cast<T>(number));
  }

  // The nearest float; beyond the largest, infinity.
  static float Narrow(double number) {
    if (std::isfinite(number) &&
        std::abs(number) > std::numeric_limits<float>::max()) {
      return std::copysign(std::numeric_limits<float>::infinity(),
                           static_cast<float>(std::copysign(1.0, number)));
    }
    return static_cast<float>(number);
  }

  absl::Status SetEnum(const Value& value) {
    const auto* type = field_->enum_type();
    if (value.kind() == Kind::kNull &&
        type->full_name() == "google.protobuf.NullValue") {
      return Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, 0);
    }
    const bool same_enum =
        value.kind() == Kind::kEnum && value.as_string() == type->full_name();
    if ((value.kind() != Kind::kInt && !same_enum) ||
        !std::in_range<int32_t>(value.as_int())) {
      return Unfit(field_, value);
    }
    return Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
               static_cast<int>(value.as_int()));
  }

  Message& message_;
  const FieldDescriptor* const field_;
  const Reflection& reflection_;
};

bool Optional(const Descriptor* descriptor) {
  switch (descriptor->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return false;
    default:
      return true;
  }
}

absl::Status SetMessageField(Message& message, const FieldDescriptor* field,
                             const Value& value) {
  const Descriptor* type = field->message_type();
  if (value.kind() == Kind::kNull && !Is(type, Descriptor::WELLKNOWNTYPE_ANY) &&
      !Is(type, Descriptor::WELLKNOWNTYPE_VALUE)) {
    return Optional(type) ? absl::OkStatus() : Unfit(field, value);
  }
  const Reflection* reflection = message.GetReflection();
  return SetMessage(field->is_repeated()
                        ? *reflection->AddMessage(&message, field)
                        : *reflection->MutableMessage(&message, field),
                    value);
}

absl::Status SetOne(Message& message, const FieldDescriptor* field,
                    const Value& value) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return SetMessageField(message, field, value);
  return ScalarSetter(message, field).Set(value);
}

absl::Status SetMap(Message& message, const FieldDescriptor* field,
                    const Value& value) {
  if (value.kind() != Kind::kMap) return Unfit(field, value);
  for (const Value& key : value.as_map().Keys()) {
    Message& entry = *message.GetReflection()->AddMessage(&message, field);
    RETURN_IF_ERROR(SetOne(entry, field->message_type()->map_key(), key));
    RETURN_IF_ERROR(SetOne(entry, field->message_type()->map_value(),
                           *value.as_map().Find(key)));
  }
  return absl::OkStatus();
}

void SetSecondsAndNanos(Message& message, absl::Duration duration) {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  const Reflection* reflection = message.GetReflection();
  const Descriptor* type = message.GetDescriptor();
  int64_t nanos = absl::ToInt64Nanoseconds(rest);
  // A timestamp counts nanoseconds forwards, also before 1970.
  const bool back = nanos < 0 && Is(type, Descriptor::WELLKNOWNTYPE_TIMESTAMP);
  reflection->SetInt64(&message, type->FindFieldByNumber(1), seconds - back);
  reflection->SetInt32(
      &message, type->FindFieldByNumber(2),
      static_cast<int32_t>(nanos + (back ? 1'000'000'000 : 0)));
}

// A message of the pool that `like` is of.
std::unique_ptr<Message> NewMessage(const Message& like,
                                    const std::string& name) {
  const Descriptor* descriptor =
      like.GetDescriptor()->file()->pool()->FindMessageTypeByName(name);
  if (descriptor == nullptr) return nullptr;
  return std::unique_ptr<Message>(like.GetReflection()
                                      ->GetMessageFactory()
                                      ->GetPrototype(descriptor)
                                      ->New());
}

std::string PackedType(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "google.protobuf.Value";
    case Kind::kBool:
      return "google.protobuf.BoolValue";
    case Kind::kInt:
    case Kind::kEnum:
      return "google.protobuf.Int64Value";
    case Kind::kUint:
      return "google.protobuf.UInt64Value";
    case Kind::kDouble:
      return "google.protobuf.DoubleValue";
    case Kind::kString:
      return "google.protobuf.StringValue";
    case Kind::kBytes:
      return "google.protobuf.BytesValue";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kList:
      return "google.protobuf.ListValue";
    case Kind::kMap:
      return "google.protobuf.Struct";
    case Kind::kMessage:
      return value.as_message().GetDescriptor()->full_name();
    default:
      return "";
  }
}

absl::Status SetAny(Message& any, const Value& value) {
  const Descriptor* type = any.GetDescriptor();
  const std::string name = PackedType(value);
  const std::unique_ptr<Message> content = NewMessage(any, name);
  if (!content) {
    return absl::InvalidArgumentError(
        absl::StrCat("an Any cannot hold ", value.ToString()));
  }
  RETURN_IF_ERROR(SetMessage(*content, value));
  const Reflection* reflection = any.GetReflection();
  reflection->SetString(&any, type->FindFieldByNumber(1),
                        absl::StrCat("type.googleapis.com/", name));
  reflection->SetString(&any, type->FindFieldByNumber(2),
                        content->SerializePartialAsString());
  return absl::OkStatus();
}

// Numbers that a double cannot hold exactly are written as text, as ProtoJSON
// has them.
constexpr int64_t kMostExact = (int64_t{1} << 53) - 1;

// What a value is in JSON, as one that google.protobuf.Value holds.
absl::StatusOr<Value> AsJson(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      if (value.as_int() >= -kMostExact && value.as_int() <= kMostExact)
        return Value::Double(static_cast<double>(value.as_int()));
      return Value::String(absl::StrCat(value.as_int()));
    case Kind::kUint:
      if (value.as_uint() <= uint64_t{kMostExact})
        return Value::Double(static_cast<double>(value.as_uint()));
      return Value::String(absl::StrCat(value.as_uint()));
    case Kind::kEnum:
      return Value::Double(static_cast<double>(value.as_int()));
    case Kind::kBytes:
      return Value::String(absl::Base64Escape(A(value.as_string())));
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kList:
    case Kind::kMap:
      return value;
    default:
      return absl::InvalidArgumentError(
          absl::StrCat(value.ToString(), " has no form in JSON"));
  }
}

absl::Status SetFromJson(Message& target, const Message& source) {
  std::string json;
  const bool good =
      google::protobuf::util::MessageToJsonString(source, &json).ok() &&
      google::protobuf::util::JsonStringToMessage(json, &target).ok();
  return good ? absl::OkStatus()
              : absl::InvalidArgumentError("the message has no form in JSON");
}

absl::Status SetJsonValue(Message& message, const Value& value) {
  const Descriptor* type = message.GetDescriptor();
  if (value.kind() == Kind::kMessage)
    return SetFromJson(message, value.as_message());
  if (value.kind() == Kind::kTimestamp || value.kind() == Kind::kDuration) {
    const std::unique_ptr<Message> source =
        NewMessage(message, PackedType(value));
    if (!source) return absl::InvalidArgumentError("no such message is known");
    RETURN_IF_ERROR(SetMessage(*source, value));
    return SetFromJson(message, *source);
  }
  ASSIGN_OR_RETURN(const Value json, AsJson(value));
  const int number = json.kind() == Kind::kNull     ? 1
                     : json.kind() == Kind::kDouble ? 2
                     : json.kind() == Kind::kString ? 3
                     : json.kind() == Kind::kBool   ? 4
                     : json.kind() == Kind::kMap    ? 5
                                                    : 6;
  return SetOne(message, type->FindFieldByNumber(number), json);
}

}  // namespace

absl::Status SetField(Message& message, const FieldDescriptor* field,
                      const Value& value) {
  if (field->is_map()) return SetMap(message, field, value);
  if (!field->is_repeated()) return SetOne(message, field, value);
  if (value.kind() != Kind::kList) return Unfit(field, value);
  for (size_t i = 0; i < value.as_list().size(); ++i)
    RETURN_IF_ERROR(SetOne(message, field, value.as_list().at(i)));
  return absl::OkStatus();
}

absl::Status SetMessage(Message& message, const Value& value) {
  const Descriptor* type = message.GetDescriptor();
  const auto unfit = [&] {
    return absl::InvalidArgumentError(absl::StrCat(
        "a `", type->name(), "` cannot be made of ", value.ToString()));
  };
  switch (type->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_ANY:
      return SetAny(message, value);
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return SetJsonValue(message, value);
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case Descriptor::WELLKNOWNTYPE_DURATION:
      if (value.kind() != (Is(type, Descriptor::WELLKNOWNTYPE_DURATION)
                               ? Kind::kDuration
                               : Kind::kTimestamp)) {
        return unfit();
      }
      SetSecondsAndNanos(message, value.as_duration());
      return absl::OkStatus();
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      if (value.kind() == Kind::kDate &&
          type->full_name() == "google.type.Date") {
        const Reflection* reflection = message.GetReflection();
        const int parts[] = {value.as_date().year(), value.as_date().month(),
                             value.as_date().day()};
        for (int i = 0; i < 3; ++i)
          reflection->SetInt32(&message, type->FindFieldByNumber(i + 1),
                               parts[i]);
        return absl::OkStatus();
      }
      if (value.kind() != Kind::kMessage ||
          value.as_message().GetDescriptor() != type) {
        return unfit();
      }
      message.CopyFrom(value.as_message());
      return absl::OkStatus();
    default:  // Wrappers, lists and structs have one field.
      return SetField(message, type->FindFieldByNumber(1), value);
  }
}

}  // namespace talentcard::cel
