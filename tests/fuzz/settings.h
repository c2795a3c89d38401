#ifndef TALENTCARD_TESTS_FUZZ_SETTINGS_H_
#define TALENTCARD_TESTS_FUZZ_SETTINGS_H_

#include <set>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/cel/environment.h"

namespace talentcard::cel {

// An environment with every library, the messages of the program, and one
// variable of many kinds, with their values; u and v are unknown.
class Settings {
 public:
  Settings() {
    environment.libraries = Libraries::All();
    environment.SetTypes(google::protobuf::DescriptorPool::generated_pool(),
                         google::protobuf::MessageFactory::generated_factory());
    environment.container = "chengzhou.talentcard.v1";
    holder.add_titles()->set_level("SENIOR");
    Add("x", Type(), Value::Int(5));
    Add("a", Type(), Value::List({Value::Int(1), Value::String("two")}));
    Add("b", Type::Kind::kBool, Value::Bool(true));
    Add("n", Type::Kind::kInt, Value::Int(7));
    Add("s", Type::Kind::kString, Value::String("海城abc"));
    Add("at", Type::Kind::kDate, Value::Date(*CivilDate::Parse("2025-08-31")));
    Add("list", Type::List(Type::Kind::kInt),
        Value::List({Value::Int(1), Value::Int(2), Value::Int(3)}));
    Add("holder",
        Type::OfMessage(chengzhou::talentcard::v1::PersonView::descriptor()),
        Value::Message(holder));
    Add("u", Type::Kind::kBool, Value());
    Add("v", Type::List(Type::Kind::kInt), Value());
    environment.AddUnknownIfUnset("holder.birth_date");
  }

  void Add(std::string name, Type type, Value value) {
    environment.AddVariable(std::move(name), std::move(type));
    values.push_back(std::move(value));
  }

  chengzhou::talentcard::v1::PersonView holder;
  Environment environment;
  std::vector<Value> values;
  std::set<std::string, std::less<>> unknown = {"u", "v"};
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_FUZZ_SETTINGS_H_
