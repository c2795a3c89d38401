#ifndef TALENTCARD_ENGINE_CEL_TYPE_H_
#define TALENTCARD_ENGINE_CEL_TYPE_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace talentcard::cel {

// The type of an expression. Cheap to copy.
class Type {
 public:
  enum class Kind {
    kDyn,
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
    kWrapper,    // A primitive or null: google.protobuf.Int64Value and its kin.
    kType,       // The type of types; with a part, of that one type.
    kAny,        // google.protobuf.Any: checked as dyn, shown by its name.
    kEnum,       // A protobuf enum, where the environment keeps them apart.
    kOpaque,     // A name with parts, e.g. optional_type(int).
    kParameter,  // Stands for one type: in a signature, or not yet known.
  };

  Type() = default;
  Type(Kind kind) : kind_(kind) {}  // NOLINT: kinds without parts are types.
  static Type List(Type element);
  static Type Map(Type key, Type value);
  static Type Message(const google::protobuf::Descriptor* descriptor);
  static Type Wrapper(Kind primitive);
  static Type Parameter(int number);
  static Type Opaque(std::string_view name, std::vector<Type> parts);
  static Type Optional(Type value);
  static Type TypeOf(Type type);
  static Type Enum(const google::protobuf::EnumDescriptor* descriptor);
  // What a field's value is seen as: google.type.Date is a date, wrappers,
  // timestamps and durations are their CEL kinds, repeated fields are lists.
  static Type OfField(const google::protobuf::FieldDescriptor* field,
                      bool strong_enums = false);
  static Type OfMessage(const google::protobuf::Descriptor* descriptor);

  Kind kind() const { return kind_; }
  const Type& element() const { return (*parts_)[0]; }
  const Type& key() const { return (*parts_)[0]; }
  const Type& value() const { return (*parts_)[1]; }
  const google::protobuf::Descriptor* descriptor() const { return descriptor_; }
  const google::protobuf::EnumDescriptor* enumeration() const {
    return enumeration_;
  }
  int parameter() const { return parameter_; }
  // Of lists, maps, opaque types and the type of one type.
  const std::vector<Type>& parts() const;
  // Whether they are the same once their parts are left aside.
  bool SameHead(const Type& other) const;
  // The same type with other parts.
  Type WithParts(std::vector<Type> parts) const;
  // How many types it is made of, those shared counted each time.
  int size() const { return size_; }
  bool is_dyn() const { return kind_ == Kind::kDyn || kind_ == Kind::kAny; }
  bool is_optional() const;
  Kind primitive() const { return primitive_; }

  // As authors write it: `list(string)`, `map(string, int)`, `date`.
  std::string ToString() const;
  friend bool operator==(const Type& a, const Type& b);

 private:
  Kind kind_ = Kind::kDyn;
  Kind primitive_ = Kind::kDyn;
  int parameter_ = 0;
  int size_ = 1;
  const google::protobuf::Descriptor* descriptor_ = nullptr;
  const google::protobuf::EnumDescriptor* enumeration_ = nullptr;
  std::shared_ptr<const std::string> name_;  // Of kOpaque.
  std::shared_ptr<const std::vector<Type>> parts_;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_TYPE_H_
