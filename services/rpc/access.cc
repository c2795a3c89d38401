#include "services/rpc/access.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/reasons.h"
#include "engine/status_macros.h"
#include "services/rpc/errors.h"

namespace talentcard::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of what lies inside an institution only the record says whose it is; its
// service checks that.
bool NamesRecord(std::string_view name) {
  for (const char* collection :
       {"visits/", "places/", "placements/", "matters/"}) {
    if (absl::StartsWith(A(name), collection)) return true;
  }
  return false;
}

// The institution a request is about: its `hospital`, `school` or, asked by an
// employer, `employer` field, which may be empty; or else its `name`, or that
// of its `patient`. nullopt if only a record says it.
std::optional<std::string> InstitutionOf(const Message& request,
                                         const std::string& asker_kind) {
  const auto* reflection = request.GetReflection();
  for (const std::string name : {"hospital", "school", "employer"}) {
    // An employer named by anybody else is what the call is about, not who
    // calls.
    if (name == "employer" && asker_kind != name) continue;
    const FieldDescriptor* field =
        request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
      continue;
    return reflection->GetString(request, field);
  }
  for (const char* name : {"patient", "name"}) {
    const FieldDescriptor* field =
        request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      std::string value = reflection->GetString(request, field);
      if (NamesRecord(value)) return std::nullopt;
      return value;
    }
    if (reflection->HasField(request, field))
      return InstitutionOf(reflection->GetMessage(request, field), asker_kind);
  }
  return std::nullopt;
}

void Keep(const std::set<std::string>& paths, const std::string& prefix,
          Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const std::string path = prefix + field->name();
    if (paths.contains(path)) continue;
    const auto below = paths.lower_bound(path + ".");
    if (below == paths.end() || !absl::StartsWith(*below, path + ".")) {
      reflection->ClearField(&message, field);
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        Keep(paths, path + ".",
             *reflection->MutableRepeatedMessage(&message, field, i));
      }
    } else {
      Keep(paths, path + ".", *reflection->MutableMessage(&message, field));
    }
  }
}

absl::Status Denied(std::string_view rpc, const Asker& asker,
                    std::string_view why) {
  return Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
               absl::StrCat("`", asker.actor.kind, "` may not call `", A(rpc),
                            "`", A(why)),
               {{"rpc", std::string(rpc)}, {"asker", asker.actor.kind}});
}

}  // namespace

absl::StatusOr<const policy::AccessRule*> Authorise(
    const policy::Access& access, std::string_view rpc, const Asker& asker,
    const Message& request) {
  const auto row = access.rules.find(std::string(rpc));
  if (row == access.rules.end()) return Denied(rpc, asker, "");
  const auto cell = row->second.find(asker.actor.kind);
  if (cell == row->second.end()) return Denied(rpc, asker, "");
  if (cell->second.relation == "own") {
    const std::optional<std::string> about =
        InstitutionOf(request, asker.actor.kind);
    // An institution left out is nobody's own.
    if (about && (about->empty() || *about != asker.actor.institution)) {
      return Denied(rpc, asker,
                    absl::StrCat(" for `", *about, "`, only for `",
                                 asker.actor.institution, "`"));
    }
  }
  if (cell->second.purpose_required && asker.purpose.empty()) {
    return Denied(rpc, asker, " without a purpose; say why in asker-purpose");
  }
  return &cell->second;
}

void Disclose(const policy::AccessRule& rule, Message& response) {
  if (rule.fields.empty()) return;
  Keep(rule.fields, "", response);
}

const policy::Reason& ShownReason(const policy::Policy& policy,
                                  const std::string& code,
                                  const std::string& asker_kind) {
  static const policy::Reason kUnlisted{"", {"—", "—"}, {"—", "—"}, {}, ""};
  const policy::Reason* reason = decision::ReasonFor(policy, code, asker_kind);
  return reason == nullptr ? kUnlisted : *reason;
}

}  // namespace talentcard::rpc
