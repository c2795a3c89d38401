#include "engine/policy/environment.h"

#include "absl/strings/str_cat.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"

namespace talentcard::policy {
namespace v1 = chengzhou::talentcard::v1;

std::vector<std::string> Relations() {
  return {"NONE",       "SELF",          "SPOUSE",       "PARENT",
          "CHILD",      "PARENT_IN_LAW", "CHILD_IN_LAW", "GRANDPARENT",
          "GRANDCHILD", "SIBLING",       "OTHER"};
}

std::map<int, cel::Value> FixedParameters(const Policy& policy, CivilDate day) {
  std::map<int, cel::Value> fixed;
  const auto* values = InForce(policy.parameter_values, day);
  for (size_t i = 0; values != nullptr && i < values->size(); ++i) {
    if (!(*values)[i].is_error())
      fixed.emplace(kFirstParameter + static_cast<int>(i), (*values)[i]);
  }
  return fixed;
}

cel::Type TypeOf(const ParameterValue& value) {
  using Kind = cel::Type::Kind;
  const cel::Type types[] = {Kind::kInt, Kind::kBool, Kind::kString,
                             Kind::kDate, cel::Type::List(Kind::kString)};
  return types[value.index()];
}

cel::Value ToValue(const ParameterValue& value) {
  if (const auto* v = std::get_if<int64_t>(&value)) return cel::Value::Int(*v);
  if (const auto* v = std::get_if<bool>(&value)) return cel::Value::Bool(*v);
  if (const auto* v = std::get_if<std::string>(&value))
    return cel::Value::String(*v);
  if (const auto* v = std::get_if<CivilDate>(&value))
    return cel::Value::Date(*v);
  std::vector<cel::Value> elements;
  for (const std::string& text : std::get<std::vector<std::string>>(value)) {
    elements.push_back(cel::Value::String(text));
  }
  return cel::Value::List(std::move(elements));
}

cel::Environment BuildEnvironment(
    const std::map<std::string, Parameter>& parameters) {
  using cel::Type;
  cel::Environment environment;
  environment.AddVariable("holder",
                          Type::OfMessage(v1::PersonView::descriptor()));
  environment.AddVariable("beneficiary",
                          Type::OfMessage(v1::PersonView::descriptor()));
  environment.AddVariable("card", Type::OfMessage(v1::CardView::descriptor()));
  environment.AddVariable("tier", Type::OfMessage(v1::TierView::descriptor()));
  environment.AddVariable("link", Type::OfMessage(v1::LinkView::descriptor()));
  environment.AddVariable("relation", Type::Kind::kString);
  environment.AddVariable("request",
                          Type::OfMessage(v1::RequestView::descriptor()));
  environment.AddVariable("at", Type::Kind::kDate);
  environment.AddVariable("fields",
                          Type::Map(Type::Kind::kString, Type::Kind::kString));
  environment.AddVariable("offers", Type::Kind::kInt);
  for (const auto& [code, parameter] : parameters) {
    environment.AddVariable(absl::StrCat("param.", code),
                            TypeOf(parameter.versions.front().value.value));
  }
  for (const std::string& relation : Relations()) {
    environment.AddConstant(relation, Type::Kind::kString,
                            cel::Value::String(relation));
  }
  environment.AddUnknownIfUnset("holder.birth_date");
  environment.AddUnknownIfUnset("beneficiary.birth_date");
  return environment;
}

}  // namespace talentcard::policy
