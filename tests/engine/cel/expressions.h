#ifndef TALENTCARD_TESTS_ENGINE_CEL_EXPRESSIONS_H_
#define TALENTCARD_TESTS_ENGINE_CEL_EXPRESSIONS_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/cel/compile.h"
#include "engine/cel/evaluate.h"

namespace talentcard::cel {

namespace v1 = chengzhou::talentcard::v1;

// An environment with one variable of many kinds, and their values.
class Expressions {
 public:
  Expressions() {
    Add("b", Type::Kind::kBool, Value::Bool(true));
    Add("n", Type::Kind::kInt, Value::Int(7));
    Add("s", Type::Kind::kString, Value::String("海城abc"));
    Add("at", Type::Kind::kDate, Value::Date(*CivilDate::Parse("2025-08-31")));
    Add("list", Type::List(Type::Kind::kInt),
        Value::List({Value::Int(1), Value::Int(2), Value::Int(3)}));
    Add("holder", Type::OfMessage(v1::PersonView::descriptor()),
        Value::Message(holder));
    Add("param.NIGHTS", Type::Kind::kInt, Value::Int(7));
    Add("anything", Type(), Value::Int(1));
    environment.AddConstant("SELF", Type::Kind::kString, Value::String("SELF"));
    environment.AddUnknownIfUnset("holder.birth_date");
  }

  void Add(std::string name, Type type, Value value) {
    environment.AddVariable(std::move(name), std::move(type));
    values.push_back(std::move(value));
  }

  // The value, or `mistake: …` if it does not compile.
  std::string Run(std::string_view source) {
    std::vector<Issue> issues;
    const auto program = Compile(environment, source, Type(), issues);
    if (!program) return absl::StrCat("mistake: ", issues[0].message);
    return Evaluate(*program, {values, &unknown}).ToString();
  }

  v1::PersonView holder;
  Environment environment;
  std::vector<Value> values;
  std::set<std::string, std::less<>> unknown;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_ENGINE_CEL_EXPRESSIONS_H_
