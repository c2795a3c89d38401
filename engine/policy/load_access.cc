#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "chengzhou/talentcard/v1/audit_service.pb.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/entitlement_service.pb.h"
#include "chengzhou/talentcard/v1/hospital_service.pb.h"
#include "chengzhou/talentcard/v1/matter_service.pb.h"
#include "chengzhou/talentcard/v1/policy_service.pb.h"
#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "chengzhou/talentcard/v1/rehearsal_service.pb.h"
#include "chengzhou/talentcard/v1/school_service.pb.h"
#include "chengzhou/talentcard/v1/spouse_placement_service.pb.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;

// `Service.Method` → the method, for every RPC there is.
std::map<std::string, const MethodDescriptor*> AllMethods() {
  std::map<std::string, const MethodDescriptor*> methods;
  for (const Descriptor* message :
       {v1::GetEntryRequest::descriptor(), v1::GetCardRequest::descriptor(), v1::ListRightsRequest::descriptor(),
        v1::VerifyRequest::descriptor(), v1::GetMatterRequest::descriptor(), v1::GetPolicyRequest::descriptor(),
        v1::GetPersonRequest::descriptor(), v1::GetClockRequest::descriptor(), v1::ReservePlaceRequest::descriptor(),
        v1::GetPlacementRequest::descriptor()}) {
    const auto* service = message->file()->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      methods[absl::StrCat(service->name(), ".", service->method(i)->name())] = service->method(i);
    }
  }
  return methods;
}

bool HasPath(const Descriptor* message, const std::string& path) {
  for (const auto part : absl::StrSplit(path, '.')) {
    const auto* field = message == nullptr ? nullptr : message->FindFieldByName(std::string(part));
    if (field == nullptr) return false;
    message = field->message_type();
  }
  return true;
}

AccessRule ReadRule(YamlReader& reader, const YAML::Node& row, const MethodDescriptor& method) {
  reader.Keys(row, {"relation", "fields", "purpose_required"});
  AccessRule rule{reader.String(row, "relation"), reader.Strings(row, "fields"), reader.Bool(row, "purpose_required", false)};
  reader.OneOf(row["relation"], rule.relation, {"own", "any"}, "relation");
  for (const std::string& path : rule.fields) {
    if (!HasPath(method.output_type(), path)) {
      reader.Note(row["fields"], absl::StrCat("`", method.output_type()->name(), "` has no field `", path, "`"), path);
    }
  }
  return rule;
}

}  // namespace

void LoadAccess(Loading& loading) {
  loading.File("access.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    Access& access = loading.policy.access;
    reader.Keys(root, {"askers", "rules"});
    access.askers = reader.Strings(root, "askers", true);
    const auto methods = AllMethods();
    std::vector<std::string> names;
    for (const auto& [name, method] : methods) names.push_back(name);
    const YAML::Node rules = reader.Child(root, "rules");
    for (const auto& entry : rules) {
      const std::string name = entry.first.Scalar();
      reader.OneOf(entry.first, name, names, "RPC");
      if (!methods.contains(name) || !entry.second.IsMap()) continue;
      for (const auto& row : entry.second) {
        reader.OneOf(row.first, row.first.Scalar(), access.askers, "asker");
        access.rules[name][row.first.Scalar()] = ReadRule(reader, row.second, *methods.at(name));
      }
    }
    for (const std::string& name : names) {
      if (!access.rules.contains(name)) reader.Note(rules, absl::StrCat("the RPC `", name, "` is not listed"), name);
    }
  });
}

}  // namespace talentcard::policy
