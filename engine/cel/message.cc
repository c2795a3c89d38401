#include "engine/cel/message.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>

namespace talentcard::cel {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

int64_t SecondsOf(const Message& message) {
  return message.GetReflection()->GetInt64(
      message, message.GetDescriptor()->FindFieldByNumber(1));
}
int32_t NanosOf(const Message& message) {
  return message.GetReflection()->GetInt32(
      message, message.GetDescriptor()->FindFieldByNumber(2));
}

Value FromMessage(const Message& message) {
  const Type type = Type::OfMessage(message.GetDescriptor());
  switch (type.kind()) {
    case Type::Kind::kTimestamp:
      return Value::Timestamp(absl::FromUnixSeconds(SecondsOf(message)) +
                              absl::Nanoseconds(NanosOf(message)));
    case Type::Kind::kDuration:
      return Value::Duration(absl::Seconds(SecondsOf(message)) +
                             absl::Nanoseconds(NanosOf(message)));
    case Type::Kind::kWrapper:
      return ReadField(message, message.GetDescriptor()->FindFieldByNumber(1));
    default:
      return Value::Message(message);
  }
}

Value Singular(const Message& message, const FieldDescriptor* field) {
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
      return Value::Int(reflection->GetEnumValue(message, field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          reflection->GetStringReference(message, field, &scratch);
      const bool bytes = field->type() == FieldDescriptor::TYPE_BYTES;
      if (&text == &scratch)
        return bytes ? Value::Bytes(scratch) : Value::String(scratch);
      return bytes ? Value::BytesView(text) : Value::StringView(text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!reflection->HasField(message, field) &&
          Type::OfMessage(field->message_type()).kind() !=
              Type::Kind::kMessage) {
        return Value::Null();
      }
      return FromMessage(reflection->GetMessage(message, field));
  }
  return Value::Null();
}

Value Repeated(const Message& message, const FieldDescriptor* field, int i) {
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
      return Value::Int(reflection->GetRepeatedEnumValue(message, field, i));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          reflection->GetRepeatedStringReference(message, field, i, &scratch);
      const bool bytes = field->type() == FieldDescriptor::TYPE_BYTES;
      if (&text == &scratch)
        return bytes ? Value::Bytes(scratch) : Value::String(scratch);
      return bytes ? Value::BytesView(text) : Value::StringView(text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FromMessage(reflection->GetRepeatedMessage(message, field, i));
  }
  return Value::Null();
}

class RepeatedList : public ListValue {
 public:
  RepeatedList(const Message& message, const FieldDescriptor* field)
      : message_(message), field_(field) {}
  size_t size() const override {
    return message_.GetReflection()->FieldSize(message_, field_);
  }
  Value at(size_t index) const override {
    return Repeated(message_, field_, static_cast<int>(index));
  }

 private:
  const Message& message_;
  const FieldDescriptor* const field_;
};

// A protobuf map, with its keys sorted: its own order is random.
Value ReadMap(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  const FieldDescriptor* key = field->message_type()->map_key();
  const FieldDescriptor* value = field->message_type()->map_value();
  std::vector<std::pair<Value, Value>> entries;
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, field, i);
    entries.emplace_back(Singular(entry, key), Singular(entry, value));
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first.ToString() < b.first.ToString();
  });
  return Value::Map(std::move(entries));
}

}  // namespace

Value ReadField(const Message& message, const FieldDescriptor* field) {
  if (field->is_map()) return ReadMap(message, field);
  if (field->is_repeated()) {
    return Value::List(std::make_shared<RepeatedList>(message, field));
  }
  return Singular(message, field);
}

bool HasField(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return reflection->FieldSize(message, field) > 0;
  return reflection->HasField(message, field);
}

}  // namespace talentcard::cel
