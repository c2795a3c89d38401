#ifndef TALENTCARD_ENGINE_CEL_VALUE_H_
#define TALENTCARD_ENGINE_CEL_VALUE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "engine/cel/type.h"
#include "engine/date/civil_date.h"

namespace talentcard::cel {

class Value;

// A list, whoever stores it. Immutable.
class ListValue {
 public:
  virtual ~ListValue() = default;
  virtual size_t size() const = 0;
  virtual Value at(size_t index) const = 0;
  // What Value::weight is of the list.
  virtual int64_t weight() const { return static_cast<int64_t>(size()); }
};

// A map from bool, int, uint or string. Immutable.
class MapValue {
 public:
  virtual ~MapValue() = default;
  virtual size_t size() const = 0;
  virtual std::optional<Value> Find(const Value& key) const = 0;
  // In an order that is the same for equal maps.
  virtual std::vector<Value> Keys() const = 0;
  virtual int64_t weight() const { return static_cast<int64_t>(size()); }
};

// What an expression evaluates to: a value, an error, or unknown. Copies share
// what they point to; strings and messages given as views must outlive it.
class Value {
 public:
  enum class Kind : uint8_t {
    kNull,
    kBool,
    kInt,
    kUint,
    kDouble,
    kString,
    kBytes,
    kTimestamp,
    kDuration,
    kDate,
    kList,
    kMap,
    kMessage,
    kType,
    kEnum,      // Of a protobuf enum, where the environment keeps them apart.
    kOptional,  // A value or none.
    kError,
    kUnknown,
  };
  // Attributes still needed, e.g. `beneficiary.birth_date`.
  using Attributes = std::set<std::string>;

  Value() = default;
  static Value Null() { return Value(); }
  static Value Bool(bool value);
  static Value Int(int64_t value);
  static Value Uint(uint64_t value);
  static Value Double(double value);
  static Value String(std::string value);
  static Value StringView(std::string_view value);  // Not copied.
  static Value Bytes(std::string value);
  static Value BytesView(std::string_view value);  // Not copied.
  static Value Timestamp(absl::Time value);
  static Value Duration(absl::Duration value);
  static Value Date(CivilDate value);
  static Value List(std::shared_ptr<const ListValue> list);
  static Value List(std::vector<Value> elements);
  static Value Map(std::shared_ptr<const MapValue> map);
  // Entries in order; the keys must differ.
  static Value Map(std::vector<std::pair<Value, Value>> entries);
  // A message as CEL sees it: well-known types become their kinds. Not copied;
  // it must outlive the value unless `owner` keeps it alive.
  static Value Message(const google::protobuf::Message& message,
                       std::shared_ptr<const void> owner = nullptr);
  // The same without a look at what the message is.
  static Value PlainMessage(const google::protobuf::Message& message,
                            std::shared_ptr<const void> owner);
  static Value TypeName(std::string name);
  // The type's full name is not copied.
  static Value Enum(std::string_view type, int32_t number);
  static Value Optional(Value value);
  static Value None();  // The optional without a value.
  static Value Error(std::string message);
  // `may_fail`: what it turns out to be may also be an error.
  static Value Unknown(Attributes attributes, bool may_fail = false);

  Kind kind() const { return kind_; }
  bool is_error() const { return kind_ == Kind::kError; }
  bool is_unknown() const { return kind_ == Kind::kUnknown; }
  bool is_true() const { return kind_ == Kind::kBool && scalar_.boolean; }
  bool is_false() const { return kind_ == Kind::kBool && !scalar_.boolean; }
  bool is_number() const {
    return kind_ == Kind::kInt || kind_ == Kind::kUint ||
           kind_ == Kind::kDouble;
  }

  // Each only for its kind.
  bool as_bool() const { return scalar_.boolean; }
  int64_t as_int() const { return scalar_.integer; }  // Also enum.
  uint64_t as_uint() const { return scalar_.natural; }
  double as_double() const { return scalar_.real; }
  std::string_view as_string() const {
    return text_;
  }  // String, bytes, type, error; of an enum, its type's name.
  absl::Time as_timestamp() const { return absl::UnixEpoch() + as_duration(); }
  absl::Duration as_duration() const;
  CivilDate as_date() const {
    return CivilDate::FromDays(static_cast<int32_t>(scalar_.integer));
  }
  const ListValue& as_list() const {
    return *static_cast<const ListValue*>(heap_.get());
  }
  const MapValue& as_map() const {
    return *static_cast<const MapValue*>(heap_.get());
  }
  const google::protobuf::Message& as_message() const { return *message_; }
  // Null for none.
  const Value* as_optional() const {
    return static_cast<const Value*>(heap_.get());
  }
  const Attributes& as_unknown() const {
    return *static_cast<const Attributes*>(heap_.get());
  }

  bool may_fail() const { return is_unknown() && nanos_ != 0; }

  // How much there is to look at, all parts of parts counted: about what
  // comparing it or showing it costs. Parts that are shared count each time, so
  // that a small expression cannot make a value too large to look at.
  int64_t weight() const;

  // What keeps the storage of this value alive; null if its giver does.
  const std::shared_ptr<const void>& owner() const { return heap_; }
  // The same view, kept alive by `owner`.
  Value OwnedBy(std::shared_ptr<const void> owner) const {
    Value v = *this;
    v.heap_ = std::move(owner);
    return v;
  }

  // For messages to people: `"text"`, `42`, `2025-08-31`, `[1, 2]`.
  std::string ToString() const;
  // Its kind for messages to people, e.g. `int`, `timestamp`.
  std::string KindName() const;
  // What type(v) is in the language, e.g. `google.protobuf.Timestamp`.
  std::string CelTypeName() const;

 private:
  explicit Value(Kind kind) : kind_(kind) {}

  Kind kind_ = Kind::kNull;
  // Of timestamps and durations, beside seconds in `integer`; of unknowns, 1 if
  // they may fail.
  uint32_t nanos_ = 0;
  union {
    bool boolean;
    int64_t integer;
    uint64_t natural;
    double real;
  } scalar_ = {.integer = 0};
  std::string_view text_;
  const google::protobuf::Message* message_ = nullptr;
  std::shared_ptr<const void> heap_;
};

// CEL equality: numbers across types by value, lists and maps by parts,
// messages by fields; values of different kinds are unequal. Never an error.
bool Equal(const Value& a, const Value& b);
// Negative, zero or positive; nullopt if they have no order.
std::optional<int> Compare(const Value& a, const Value& b);
// The attributes of both.
Value MergeUnknown(const Value& a, const Value& b);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_VALUE_H_
