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

// The texts at a path, one of each element where it goes through a list.
// Absent messages have none.
void Collect(const Message& message, std::string_view path,
             std::vector<std::string>& texts) {
  const size_t dot = path.find('.');
  const auto* reflection = message.GetReflection();
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(
      std::string(path.substr(0, dot)));
  if (field == nullptr) return;
  if (dot == std::string_view::npos) {
    texts.push_back(reflection->GetString(message, field));
    return;
  }
  const std::string_view rest = path.substr(dot + 1);
  if (field->is_repeated()) {
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      Collect(reflection->GetRepeatedMessage(message, field, i), rest, texts);
  } else if (reflection->HasField(message, field)) {
    Collect(reflection->GetMessage(message, field), rest, texts);
  }
}

// No more than that there is a next page.
bool TellsNothing(const Message& message) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  return std::all_of(set.begin(), set.end(), [](const FieldDescriptor* field) {
    return field->name() == "next_page_token";
  });
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

absl::Status CheckOwn(const policy::AccessRule& rule, std::string_view rpc,
                      const Asker& asker, const Message& request) {
  if (rule.relation != "own" || rule.own_by == policy::kOwnByRecord)
    return absl::OkStatus();
  std::vector<std::string> owners;
  Collect(request, rule.own_by, owners);
  if (owners.empty()) owners.emplace_back();
  for (const std::string& owner : owners) {
    if (!owner.empty() && owner == asker.actor.institution) continue;
    return Denied(
        rpc, asker,
        absl::StrCat(" for `", owner, "`, only for `", asker.actor.institution,
                     "` in `", rule.own_by, "`"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const policy::AccessRule*> Authorise(
    const policy::Access& access, std::string_view rpc, const Asker& asker) {
  const auto row = access.rules.find(std::string(rpc));
  if (row == access.rules.end()) return Denied(rpc, asker, "");
  const auto cell = row->second.find(asker.actor.kind);
  if (cell == row->second.end()) return Denied(rpc, asker, "");
  if (cell->second.purpose_required && asker.purpose.empty()) {
    return Denied(rpc, asker, " without a purpose; say why in asker-purpose");
  }
  return &cell->second;
}

absl::Status CheckRequest(const policy::AccessRule& rule, std::string_view rpc,
                          const Asker& asker, const Message& request) {
  RETURN_IF_ERROR(CheckOwn(rule, rpc, asker, request));
  if (rule.purpose_unless.empty() || !asker.purpose.empty())
    return absl::OkStatus();
  std::vector<std::string> shown;
  Collect(request, rule.purpose_unless, shown);
  const bool all = std::none_of(shown.begin(), shown.end(),
                                [](const auto& text) { return text.empty(); });
  return all ? absl::OkStatus()
             : Denied(rpc, asker,
                      absl::StrCat(" without `", rule.purpose_unless,
                                   "` and without a purpose; name the card, or "
                                   "say why in asker-purpose"));
}

absl::Status CheckShown(const policy::AccessRule& rule, std::string_view rpc,
                        const Asker& asker, bool shown,
                        const Message& response) {
  const bool needed =
      rule.relation == "own" && rule.own_by == policy::kOwnByRecord;
  if (!needed || shown || TellsNothing(response)) return absl::OkStatus();
  return Denied(rpc, asker, " here: nothing shows that it is its own");
}

void Disclose(const policy::AccessRule& rule, Message& response) {
  if (!rule.fields.empty()) KeepOnly(rule.fields, response);
}

void KeepOnly(const std::set<std::string>& fields, Message& message) {
  Keep(fields, "", message);
}

const policy::Reason& ShownReason(const policy::Policy& policy,
                                  const std::string& code,
                                  const std::string& asker_kind) {
  static const policy::Reason kUnlisted{"", {"—", "—"}, {"—", "—"}, {}, ""};
  const policy::Reason* reason = decision::ReasonFor(policy, code, asker_kind);
  return reason == nullptr ? kUnlisted : *reason;
}

}  // namespace talentcard::rpc
