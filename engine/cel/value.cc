#include "engine/cel/value.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/cel/message.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

constexpr int64_t kMostWeight = int64_t{1} << 60;

int64_t Plus(int64_t weight, const Value& part) {
  return std::min(kMostWeight, weight + part.weight());
}

class VectorList : public ListValue {
 public:
  explicit VectorList(std::vector<Value> elements)
      : elements_(std::move(elements)) {
    for (const Value& element : elements_) weight_ = Plus(weight_, element);
  }
  int64_t weight() const override { return weight_; }
  size_t size() const override { return elements_.size(); }
  Value at(size_t index) const override { return elements_[index]; }

 private:
  const std::vector<Value> elements_;
  int64_t weight_ = 1;
};

class VectorMap : public MapValue {
 public:
  explicit VectorMap(std::vector<std::pair<Value, Value>> entries)
      : entries_(std::move(entries)) {
    for (const auto& [k, v] : entries_) weight_ = Plus(Plus(weight_, k), v);
  }
  int64_t weight() const override { return weight_; }
  size_t size() const override { return entries_.size(); }
  std::optional<Value> Find(const Value& key) const override {
    for (const auto& [k, v] : entries_) {
      if (Equal(k, key)) return v;
    }
    return std::nullopt;
  }
  std::vector<Value> Keys() const override {
    std::vector<Value> keys;
    for (const auto& [k, v] : entries_) keys.push_back(k);
    return keys;
  }

 private:
  const std::vector<std::pair<Value, Value>> entries_;
  int64_t weight_ = 1;
};

}  // namespace

Value Value::Bool(bool value) {
  Value v(Kind::kBool);
  v.scalar_.boolean = value;
  return v;
}
Value Value::Int(int64_t value) {
  Value v(Kind::kInt);
  v.scalar_.integer = value;
  return v;
}
Value Value::Uint(uint64_t value) {
  Value v(Kind::kUint);
  v.scalar_.natural = value;
  return v;
}
Value Value::Double(double value) {
  Value v(Kind::kDouble);
  v.scalar_.real = value;
  return v;
}
Value Value::StringView(std::string_view value) {
  Value v(Kind::kString);
  v.text_ = value;
  return v;
}
Value Value::String(std::string value) {
  auto owned = std::make_shared<const std::string>(std::move(value));
  Value v = StringView(*owned);
  v.heap_ = std::move(owned);
  return v;
}
Value Value::BytesView(std::string_view value) {
  Value v(Kind::kBytes);
  v.text_ = value;
  return v;
}
Value Value::Bytes(std::string value) {
  Value v = String(std::move(value));
  v.kind_ = Kind::kBytes;
  return v;
}
Value Value::TypeName(std::string name) {
  Value v = String(std::move(name));
  v.kind_ = Kind::kType;
  return v;
}
Value Value::Error(std::string message) {
  Value v = String(std::move(message));
  v.kind_ = Kind::kError;
  return v;
}
Value Value::Duration(absl::Duration value) {
  Value v(Kind::kDuration);
  absl::Duration rest;
  int64_t seconds = absl::IDivDuration(value, absl::Seconds(1), &rest);
  if (rest < absl::ZeroDuration()) {
    --seconds;
    rest += absl::Seconds(1);
  }
  v.scalar_.integer = seconds;
  v.nanos_ = static_cast<uint32_t>(absl::ToInt64Nanoseconds(rest));
  return v;
}
Value Value::Timestamp(absl::Time value) {
  Value v = Duration(value - absl::UnixEpoch());
  v.kind_ = Kind::kTimestamp;
  return v;
}
absl::Duration Value::as_duration() const {
  return absl::Seconds(scalar_.integer) + absl::Nanoseconds(nanos_);
}
Value Value::Date(CivilDate value) {
  Value v(Kind::kDate);
  v.scalar_.integer = value.days();
  return v;
}
Value Value::List(std::shared_ptr<const ListValue> list) {
  Value v(Kind::kList);
  v.heap_ = std::move(list);
  return v;
}
Value Value::List(std::vector<Value> elements) {
  return List(std::shared_ptr<const ListValue>(
      std::make_shared<VectorList>(std::move(elements))));
}
Value Value::Map(std::shared_ptr<const MapValue> map) {
  Value v(Kind::kMap);
  v.heap_ = std::move(map);
  return v;
}
Value Value::Map(std::vector<std::pair<Value, Value>> entries) {
  return Map(std::shared_ptr<const MapValue>(
      std::make_shared<VectorMap>(std::move(entries))));
}
Value Value::Unknown(Attributes attributes, bool may_fail) {
  Value v(Kind::kUnknown);
  v.nanos_ = may_fail ? 1 : 0;
  v.heap_ = std::make_shared<const Attributes>(std::move(attributes));
  return v;
}
Value Value::Message(const google::protobuf::Message& message,
                     std::shared_ptr<const void> owner) {
  const google::protobuf::Descriptor* descriptor = message.GetDescriptor();
  if (descriptor->well_known_type() !=
          google::protobuf::Descriptor::WELLKNOWNTYPE_UNSPECIFIED ||
      descriptor->full_name() == "google.type.Date") {
    return FromWellKnown(message, std::move(owner));
  }
  return PlainMessage(message, std::move(owner));
}
Value Value::PlainMessage(const google::protobuf::Message& message,
                          std::shared_ptr<const void> owner) {
  Value v(Kind::kMessage);
  v.message_ = &message;
  v.heap_ = std::move(owner);
  return v;
}
Value Value::Enum(std::string_view type, int32_t number) {
  Value v(Kind::kEnum);
  v.text_ = type;
  v.scalar_.integer = number;
  return v;
}
Value Value::Optional(Value value) {
  Value v(Kind::kOptional);
  v.heap_ = std::make_shared<const Value>(std::move(value));
  return v;
}
Value Value::None() { return Value(Kind::kOptional); }

int64_t Value::weight() const {
  constexpr int64_t kBytesAtOnce = 16;
  switch (kind_) {
    case Kind::kString:
    case Kind::kBytes:
      return 1 + static_cast<int64_t>(text_.size()) / kBytesAtOnce;
    case Kind::kList:
      return as_list().weight();
    case Kind::kMap:
      return as_map().weight();
    case Kind::kOptional:
      return as_optional() == nullptr ? 1 : as_optional()->weight();
    default:
      return 1;
  }
}

std::string Value::KindName() const {
  switch (kind_) {
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
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kMessage:
      return message_->GetDescriptor()->full_name();
    case Kind::kType:
      return "type";
    case Kind::kEnum:
      return std::string(text_);
    case Kind::kOptional:
      return "optional";
    case Kind::kError:
      return "error";
    case Kind::kUnknown:
      return "unknown";
  }
  return "null";
}

std::string Value::CelTypeName() const {
  switch (kind_) {
    case Kind::kNull:
      return "null_type";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kOptional:
      return "optional_type";
    default:
      return KindName();
  }
}

std::string Value::ToString() const {
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return as_bool() ? "true" : "false";
    case Kind::kInt:
      return absl::StrCat(as_int());
    case Kind::kUint:
      return absl::StrCat(as_uint(), "u");
    case Kind::kDouble:
      return DoubleText(as_double());
    case Kind::kString:
      return absl::StrCat("\"", absl::Utf8SafeCEscape(A(text_)), "\"");
    case Kind::kBytes:
      return absl::StrCat("b\"", absl::CEscape(A(text_)), "\"");
    case Kind::kTimestamp:
      return absl::FormatTime(absl::RFC3339_full, as_timestamp(),
                              absl::UTCTimeZone());
    case Kind::kDuration:
      return absl::FormatDuration(as_duration());
    case Kind::kDate:
      return as_date().ToString();
    case Kind::kList: {
      std::vector<std::string> parts;
      for (size_t i = 0; i < as_list().size(); ++i)
        parts.push_back(as_list().at(i).ToString());
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    }
    case Kind::kMap: {
      std::vector<std::string> parts;
      for (const Value& key : as_map().Keys()) {
        parts.push_back(
            absl::StrCat(key.ToString(), ": ", as_map().Find(key)->ToString()));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
    }
    case Kind::kMessage:
      return absl::StrCat("{", message_->ShortDebugString(), "}");
    case Kind::kType:
      return std::string(text_);
    case Kind::kEnum:
      return absl::StrCat(A(text_), "(", as_int(), ")");
    case Kind::kOptional:
      return as_optional() == nullptr
                 ? "optional.none()"
                 : absl::StrCat("optional.of(", as_optional()->ToString(), ")");
    case Kind::kError:
      return absl::StrCat("error: ", A(text_));
    case Kind::kUnknown:
      return absl::StrCat("unknown: ", absl::StrJoin(as_unknown(), ", "));
  }
  return "null";
}

Value MergeUnknown(const Value& a, const Value& b) {
  if (!a.is_unknown()) return b;
  if (!b.is_unknown()) return a;
  Value::Attributes attributes = a.as_unknown();
  attributes.insert(b.as_unknown().begin(), b.as_unknown().end());
  return Value::Unknown(std::move(attributes), a.may_fail() || b.may_fail());
}

}  // namespace talentcard::cel
