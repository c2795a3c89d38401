#ifndef TALENTCARD_TESTS_CONFORMANCE_TYPES_H_
#define TALENTCARD_TESTS_CONFORMANCE_TYPES_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/cel/type.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// The message types of the suite, and its values and types read with them.
class SuiteTypes {
 public:
  // From a FileDescriptorSet in binary. Ends the program if it is not one.
  explicit SuiteTypes(const std::string& path);

  const google::protobuf::DescriptorPool* pool() const { return &pool_; }
  google::protobuf::MessageFactory* factory() { return &factory_; }

  // What export_cases.mjs wrote of a cel.expr.Value.
  Value ReadValue(const nlohmann::json& json);
  // A cel.expr.Type in ProtoJSON. `parameters` numbers type parameters by name.
  using Parameters = std::map<std::string, int>;
  Type ReadType(const nlohmann::json& json, Parameters& parameters) const;

 private:
  std::string Bytes(const nlohmann::json& base64) const;

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
};

// Whether two values are the same to the last: 1 is not 1.0, NaN is NaN.
bool Same(const Value& a, const Value& b);

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_CONFORMANCE_TYPES_H_
