#include "tests/conformance/types.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/escaping.h"

namespace talentcard::cel {
namespace {

using nlohmann::json;

Type Primitive(const std::string& name) {
  const std::pair<std::string_view, Type::Kind> kNames[] = {
      {"BOOL", Type::Kind::kBool},     {"INT64", Type::Kind::kInt},
      {"UINT64", Type::Kind::kUint},   {"DOUBLE", Type::Kind::kDouble},
      {"STRING", Type::Kind::kString}, {"BYTES", Type::Kind::kBytes},
  };
  for (const auto& [known, kind] : kNames) {
    if (name == known) return kind;
  }
  return Type();
}

double Double(const std::string& text) {
  if (text == "Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  if (text == "NaN") return std::nan("");
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace

SuiteTypes::SuiteTypes(const std::string& path) : factory_(&pool_) {
  std::ifstream in(path, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromIstream(&in)) {
    std::fprintf(stderr, "%s is not a FileDescriptorSet\n", path.c_str());
    std::exit(1);
  }
  for (const auto& file : files.file()) pool_.BuildFile(file);
  factory_.SetDelegateToGeneratedFactory(false);
}

std::string SuiteTypes::Bytes(const json& base64) const {
  std::string bytes;
  absl::Base64Unescape(base64.get<std::string>(), &bytes);
  return bytes;
}

Value SuiteTypes::ReadValue(const json& j) {
  if (j.contains("null")) return Value::Null();
  if (j.contains("bool")) return Value::Bool(j["bool"]);
  if (j.contains("int"))
    return Value::Int(std::stoll(j["int"].get<std::string>()));
  if (j.contains("uint"))
    return Value::Uint(std::stoull(j["uint"].get<std::string>()));
  if (j.contains("double")) return Value::Double(Double(j["double"]));
  if (j.contains("string")) return Value::String(j["string"]);
  if (j.contains("bytes")) return Value::Bytes(Bytes(j["bytes"]));
  if (j.contains("type")) return Value::TypeName(j["type"]);
  if (j.contains("enum")) {
    const auto* type = pool_.FindEnumTypeByName(j["enum"]);
    return Value::Enum(type->full_name(), j["number"]);
  }
  if (j.contains("list")) {
    std::vector<Value> elements;
    for (const json& element : j["list"])
      elements.push_back(ReadValue(element));
    return Value::List(std::move(elements));
  }
  if (j.contains("map")) {
    std::vector<std::pair<Value, Value>> entries;
    for (const json& entry : j["map"])
      entries.emplace_back(ReadValue(entry[0]), ReadValue(entry[1]));
    return Value::Map(std::move(entries));
  }
  const auto* descriptor = pool_.FindMessageTypeByName(j["message"]);
  if (descriptor == nullptr) return Value::Error("no such message");
  const std::shared_ptr<google::protobuf::Message> message(
      factory_.GetPrototype(descriptor)->New());
  message->ParseFromString(Bytes(j["wire"]));
  return Value::Message(*message, message);
}

Type SuiteTypes::ReadType(const json& j, Parameters& parameters) const {
  const auto read = [&](const json& inner) {
    return ReadType(inner, parameters);
  };
  if (j.contains("primitive")) return Primitive(j["primitive"]);
  if (j.contains("wrapper"))
    return Type::Wrapper(Primitive(j["wrapper"]).kind());
  if (j.contains("null")) return Type::Kind::kNull;
  if (j.contains("wellKnown")) {
    return j["wellKnown"] == "ANY"         ? Type::Kind::kAny
           : j["wellKnown"] == "TIMESTAMP" ? Type::Kind::kTimestamp
                                           : Type::Kind::kDuration;
  }
  if (j.contains("listType")) {
    const json& list = j["listType"];
    return Type::List(list.contains("elemType") ? read(list["elemType"])
                                                : Type());
  }
  if (j.contains("mapType"))
    return Type::Map(read(j["mapType"]["keyType"]),
                     read(j["mapType"]["valueType"]));
  if (j.contains("messageType")) {
    const auto* type = pool_.FindMessageTypeByName(j["messageType"]);
    return type == nullptr ? Type() : Type::OfMessage(type);
  }
  if (j.contains("typeParam")) {
    const int next = static_cast<int>(parameters.size());
    return Type::Parameter(
        parameters.try_emplace(j["typeParam"], next).first->second);
  }
  if (j.contains("type")) {
    return j["type"].empty() ? Type(Type::Kind::kType)
                             : Type::TypeOf(read(j["type"]));
  }
  if (j.contains("abstractType")) {
    std::vector<Type> parts;
    if (j["abstractType"].contains("parameterTypes")) {
      for (const json& part : j["abstractType"]["parameterTypes"])
        parts.push_back(read(part));
    }
    return Type::Opaque(j["abstractType"]["name"].get<std::string>(),
                        std::move(parts));
  }
  return Type();
}

bool Same(const Value& a, const Value& b) {
  using enum Value::Kind;
  if (a.kind() != b.kind()) return false;
  if (a.kind() == kDouble && std::isnan(a.as_double()))
    return std::isnan(b.as_double());
  if (a.kind() == kList) {
    if (a.as_list().size() != b.as_list().size()) return false;
    for (size_t i = 0; i < a.as_list().size(); ++i) {
      if (!Same(a.as_list().at(i), b.as_list().at(i))) return false;
    }
    return true;
  }
  if (a.kind() == kMap) {
    if (a.as_map().size() != b.as_map().size()) return false;
    for (const Value& key : a.as_map().Keys()) {
      const auto other = b.as_map().Find(key);
      if (!other || !Same(*a.as_map().Find(key), *other)) return false;
    }
    return true;
  }
  if (a.kind() == kMessage) {
    google::protobuf::util::MessageDifferencer differencer;
    google::protobuf::util::DefaultFieldComparator comparator;
    comparator.set_treat_nan_as_equal(true);
    differencer.set_field_comparator(&comparator);
    return a.as_message().GetDescriptor() == b.as_message().GetDescriptor() &&
           differencer.Compare(a.as_message(), b.as_message());
  }
  return Equal(a, b);
}

}  // namespace talentcard::cel
