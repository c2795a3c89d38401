#include "engine/cel/message.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const FieldDescriptor* FieldNumbered(const Message& message, int number) {
  return message.GetDescriptor()->FindFieldByNumber(number);
}

absl::Duration SecondsAndNanos(const Message& message) {
  const Reflection* reflection = message.GetReflection();
  return absl::Seconds(
             reflection->GetInt64(message, FieldNumbered(message, 1))) +
         absl::Nanoseconds(
             reflection->GetInt32(message, FieldNumbered(message, 2)));
}

Value DateOf(const Message& message) {
  const auto part = [&](int number) {
    return message.GetReflection()->GetInt32(message,
                                             FieldNumbered(message, number));
  };
  const auto date = CivilDate::FromYmd(part(1), part(2), part(3));
  return date.ok() ? Value::Date(*date)
                   : Value::Error(std::string(date.status().message()));
}

// The one field that is set of google.protobuf.Value.
Value FromJsonValue(const Message& message, std::shared_ptr<const void> owner) {
  const FieldDescriptor* field =
      message.GetReflection()->GetOneofFieldDescriptor(
          message, message.GetDescriptor()->oneof_decl(0));
  if (field == nullptr || field->number() == 1) return Value::Null();
  return ReadField(message, field, {std::move(owner)});
}

// Unpacked with the types and the factory of the message that holds it.
Value FromAny(const Message& message) {
  const Reflection* reflection = message.GetReflection();
  const std::string url =
      reflection->GetString(message, FieldNumbered(message, 1));
  if (url.empty()) return Value::Error("an Any that holds nothing");
  const std::string name = url.substr(url.rfind('/') + 1);
  const Descriptor* descriptor =
      message.GetDescriptor()->file()->pool()->FindMessageTypeByName(name);
  const Message* prototype =
      descriptor == nullptr
          ? nullptr
          : reflection->GetMessageFactory()->GetPrototype(descriptor);
  if (prototype == nullptr)
    return Value::Error(absl::StrCat("no message `", name, "` is known"));
  std::shared_ptr<Message> content(prototype->New());
  if (!content->ParseFromString(
          reflection->GetString(message, FieldNumbered(message, 2)))) {
    return Value::Error(absl::StrCat("an Any that is no `", name, "`"));
  }
  return Value::Message(*content, content);
}

Value Text(const FieldDescriptor* field, const std::string& text,
           const std::string& scratch, const Reading& reading) {
  const bool bytes = field->type() == FieldDescriptor::TYPE_BYTES;
  if (&text == &scratch)
    return bytes ? Value::Bytes(scratch) : Value::String(scratch);
  return (bytes ? Value::BytesView(text) : Value::StringView(text))
      .OwnedBy(reading.owner);
}

Value EnumOf(const FieldDescriptor* field, int number, const Reading& reading) {
  if (field->enum_type()->full_name() == "google.protobuf.NullValue")
    return Value::Null();
  return reading.strong_enums
             ? Value::Enum(field->enum_type()->full_name(), number)
             : Value::Int(number);
}

// Unset: null for what has no default of its own.
bool NullIfUnset(const Descriptor* descriptor) {
  switch (descriptor->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return false;
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return descriptor->full_name() == "google.type.Date";
    default:
      return true;
  }
}

Value Singular(const Message& message, const FieldDescriptor* field,
               const Reading& reading) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Value::Int(reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Int(reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value::Uint(reflection->GetUInt32(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Uint(reflection->GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Value::Double(reflection->GetFloat(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Value::Double(reflection->GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value::Bool(reflection->GetBool(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumOf(field, reflection->GetEnumValue(message, field), reading);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return Text(field,
                  reflection->GetStringReference(message, field, &scratch),
                  scratch, reading);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!reflection->HasField(message, field) &&
          NullIfUnset(field->message_type())) {
        return Value::Null();
      }
      return Value::Message(reflection->GetMessage(message, field),
                            reading.owner);
  }
  return Value::Null();
}

Value Repeated(const Message& message, const FieldDescriptor* field, int i,
               const Reading& reading) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Value::Int(reflection->GetRepeatedInt32(message, field, i));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Int(reflection->GetRepeatedInt64(message, field, i));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value::Uint(reflection->GetRepeatedUInt32(message, field, i));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Uint(reflection->GetRepeatedUInt64(message, field, i));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Value::Double(reflection->GetRepeatedFloat(message, field, i));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Value::Double(reflection->GetRepeatedDouble(message, field, i));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value::Bool(reflection->GetRepeatedBool(message, field, i));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumOf(field, reflection->GetRepeatedEnumValue(message, field, i),
                    reading);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return Text(
          field,
          reflection->GetRepeatedStringReference(message, field, i, &scratch),
          scratch, reading);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Value::Message(reflection->GetRepeatedMessage(message, field, i),
                            reading.owner);
  }
  return Value::Null();
}

class RepeatedList : public ListValue {
 public:
  RepeatedList(const Message& message, const FieldDescriptor* field,
               Reading reading)
      : message_(message), field_(field), reading_(std::move(reading)) {}
  size_t size() const override {
    return message_.GetReflection()->FieldSize(message_, field_);
  }
  Value at(size_t index) const override {
    return Repeated(message_, field_, static_cast<int>(index), reading_);
  }

 private:
  const Message& message_;
  const FieldDescriptor* const field_;
  const Reading reading_;
};

// A protobuf map, with its keys sorted: its own order is random.
Value ReadMap(const Message& message, const FieldDescriptor* field,
              const Reading& reading) {
  const Reflection* reflection = message.GetReflection();
  const FieldDescriptor* key = field->message_type()->map_key();
  const FieldDescriptor* value = field->message_type()->map_value();
  std::vector<std::pair<Value, Value>> entries;
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, field, i);
    entries.emplace_back(Singular(entry, key, reading),
                         Singular(entry, value, reading));
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return Compare(a.first, b.first).value_or(0) < 0;
  });
  return Value::Map(std::move(entries));
}

// Whether two Anys hold the same bytes of the same type.
bool SameBytes(const Message& a, const Message& b) {
  const auto text = [](const Message& m, int number) {
    return m.GetReflection()->GetString(m, FieldNumbered(m, number));
  };
  return text(a, 1) == text(b, 1) && text(a, 2) == text(b, 2);
}

bool EqualAnys(const Message& a, const Message& b) {
  const Value x = FromAny(a), y = FromAny(b);
  if (x.is_error() || y.is_error()) return SameBytes(a, b);
  return Equal(x, y);
}

bool EqualFields(const Message& a, const Message& b,
                 const FieldDescriptor* field) {
  const bool any =
      field->message_type() != nullptr &&
      field->message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_ANY;
  if (!any) return Equal(ReadField(a, field), ReadField(b, field));
  const Reflection* reflection = a.GetReflection();
  if (!field->is_repeated()) {
    return EqualAnys(reflection->GetMessage(a, field),
                     reflection->GetMessage(b, field));
  }
  if (reflection->FieldSize(a, field) != reflection->FieldSize(b, field))
    return false;
  for (int i = 0; i < reflection->FieldSize(a, field); ++i) {
    if (!EqualAnys(reflection->GetRepeatedMessage(a, field, i),
                   reflection->GetRepeatedMessage(b, field, i)))
      return false;
  }
  return true;
}

}  // namespace

Value ReadField(const Message& message, const FieldDescriptor* field,
                const Reading& reading) {
  if (field->is_map()) return ReadMap(message, field, reading);
  if (field->is_repeated()) {
    return Value::List(std::make_shared<RepeatedList>(message, field, reading));
  }
  return Singular(message, field, reading);
}

bool HasField(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return reflection->FieldSize(message, field) > 0;
  return reflection->HasField(message, field);
}

const FieldDescriptor* FindField(const Descriptor* descriptor,
                                 std::string_view name) {
  const std::string text(name);
  if (const auto* field = descriptor->FindFieldByName(text)) return field;
  const FieldDescriptor* extension =
      descriptor->file()->pool()->FindExtensionByName(text);
  return extension != nullptr && extension->containing_type() == descriptor
             ? extension
             : nullptr;
}

Value FromWellKnown(const Message& message, std::shared_ptr<const void> owner) {
  switch (message.GetDescriptor()->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Value::Timestamp(absl::UnixEpoch() + SecondsAndNanos(message));
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return Value::Duration(SecondsAndNanos(message));
    case Descriptor::WELLKNOWNTYPE_ANY:
      return FromAny(message);
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return FromJsonValue(message, std::move(owner));
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return Value::PlainMessage(message, std::move(owner));
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return DateOf(message);
    default:  // Wrappers, lists and structs have one field.
      return ReadField(message, FieldNumbered(message, 1), {std::move(owner)});
  }
}

bool EqualMessages(const Message& a, const Message& b) {
  if (a.GetDescriptor() != b.GetDescriptor()) return false;
  std::vector<const FieldDescriptor*> fields_a, fields_b;
  a.GetReflection()->ListFields(a, &fields_a);
  b.GetReflection()->ListFields(b, &fields_b);
  if (fields_a != fields_b) return false;
  return std::all_of(fields_a.begin(), fields_a.end(), [&](const auto* field) {
    return EqualFields(a, b, field);
  });
}

}  // namespace talentcard::cel
