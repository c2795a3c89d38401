#include "engine/workflow/checks.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/cel/evaluate.h"
#include "engine/decision/assess.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"

namespace talentcard::workflow {
namespace {

constexpr int64_t kLongestSpanDays = 3660;

Refusal Forbidden(std::string zh, std::string en) {
  return {absl::StatusCode::kPermissionDenied, {std::move(zh), std::move(en)}};
}
Refusal NotNow(std::string zh, std::string en) {
  return {absl::StatusCode::kFailedPrecondition,
          {std::move(zh), std::move(en)}};
}

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Who in `clerk:staff/wang@stations/haizhou`: the staff member, wherever they
// sit.
std::string StaffOf(const std::string& actor) {
  const size_t start = actor.find(':') + 1;
  return actor.substr(start, actor.find('@', start) - start);
}

bool Names(const v1::Person& person, const std::string& other) {
  return std::any_of(
      person.relations().begin(), person.relations().end(),
      [&](const v1::Relation& relation) { return relation.person() == other; });
}

bool Employs(const std::string& institution, const v1::Person& subject) {
  return std::any_of(subject.facts().begin(), subject.facts().end(),
                     [&](const v1::Fact& fact) {
                       return fact.has_employment() && !institution.empty() &&
                              fact.employment().employer() == institution;
                     });
}

// What a field may hold; empty for anything.
std::vector<std::string> Allowed(const policy::Policy& policy,
                                 const policy::MatterField& field) {
  std::vector<std::string> values;
  const std::string list = field.one_of.size() == 1 ? field.one_of[0] : "";
  if (list == "criteria") {
    for (const auto& criterion : policy.catalogue.criteria)
      values.push_back(criterion.id);
  } else if (list == "routes") {
    for (const auto& route : policy.catalogue.routes)
      values.push_back(route.code);
  } else if (list == "series") {
    for (const auto& series : policy.catalogue.series)
      values.push_back(series.code);
  } else if (list != "people" && list != "employers") {
    values = field.one_of;
  }
  return values;
}

// The field bound to a list, e.g. `routes`; null if there is none.
const policy::MatterField* FieldOf(const policy::MatterKind& kind,
                                   std::string_view list) {
  for (const policy::MatterField& field : kind.fields) {
    if (field.one_of.size() == 1 && field.one_of[0] == list) return &field;
  }
  return nullptr;
}

// A mistake in a value, or none.
std::optional<std::string> WrongValue(const policy::Policy& policy,
                                      const policy::MatterField& field,
                                      const std::string& value) {
  const std::vector<std::string> allowed = Allowed(policy, field);
  if (!allowed.empty()) {
    if (Contains(allowed, value)) return std::nullopt;
    const std::string nearest = cel::NearestOf(value, allowed);
    return absl::StrCat(
        "`", value, "` is not one of those allowed",
        nearest.empty() ? "" : absl::StrCat("; did you mean `", nearest, "`?"));
  }
  const std::string collection =
      field.one_of.size() == 1 ? absl::StrCat(field.one_of[0], "/") : "";
  if (collection.empty() || (absl::StartsWith(value, collection) &&
                             value.size() > collection.size())) {
    return std::nullopt;
  }
  return absl::StrCat("`", value, "` is not a name; give ", collection, "…");
}

}  // namespace

absl::Status Refusal::ToStatus() const {
  return absl::Status(code, absl::StrCat(text.en, " (", text.zh, ")"));
}

absl::Time After(const policy::Policy& policy, const policy::Span& span,
                 absl::Time from) {
  const CivilDate day = CivilDate::InBeijing(from);
  const decision::Scene scene(policy, day);
  const cel::Value days = cel::Evaluate(*span.days.program, scene);
  const int64_t given =
      days.kind() == cel::Value::Kind::kInt ? days.as_int() : 0;
  const int n =
      static_cast<int>(std::clamp<int64_t>(given, 0, kLongestSpanDays));
  return (span.working ? policy.calendar.AddWorkingDays(day, n)
                       : day.AddDays(n))
      .EndInBeijing();
}

absl::Time Entered(const v1::Matter& matter) {
  absl::Time entered = decision::ToTime(matter.create_time());
  for (const v1::MatterEvent& event : matter.history()) {
    if (event.from_state() != event.to_state())
      entered = decision::ToTime(event.time());
  }
  return entered;
}

bool Involved(const v1::Matter& matter, const v1::Person& subject,
              const Actor& actor) {
  const auto is_own = [&actor](const std::string& person) {
    return (!actor.person.empty() && person == actor.person) ||
           Contains(actor.relatives, person);
  };
  return is_own(subject.name()) || Employs(actor.institution, subject) ||
         (!actor.person.empty() && Names(subject, actor.person)) ||
         std::any_of(matter.fields().begin(), matter.fields().end(),
                     [&](const auto& field) { return is_own(field.second); });
}

MaybeRefusal WrongActor(const policy::MatterActionRule& action,
                        const v1::Matter& matter, const v1::Person& subject,
                        const Actor& actor) {
  if (!Contains(action.by, actor.kind)) {
    return Forbidden(
        absl::StrCat("该操作由", absl::StrJoin(action.by, "、"), "办理"),
        absl::StrCat("`", action.id, "` is for ",
                     absl::StrJoin(action.by, ", "), ", not for ", actor.kind));
  }
  if (action.not_own_family && Involved(matter, subject, actor)) {
    return Forbidden("本人、亲属、用人单位的办件应当回避，请转交同事",
                     "nobody acts on a matter of their own, of their family or "
                     "of their staff; hand it to a colleague");
  }
  const std::string staff = StaffOf(actor.ToString());
  for (const v1::MatterEvent& event : matter.history()) {
    if (!Contains(action.not_same_person_as, event.action()) ||
        StaffOf(event.actor()) != staff)
      continue;
    return Forbidden(
        absl::StrCat("已办理“", event.action(), "”的人员不得再办理“", action.id,
                     "”，请由他人办理"),
        absl::StrCat("whoever did `", event.action(), "` cannot do `",
                     action.id, "`: four eyes; another officer has to"));
  }
  return std::nullopt;
}

MaybeRefusal WrongTime(const policy::Policy& policy,
                       const policy::MatterActionRule& action,
                       const v1::Matter& matter, absl::Time now) {
  const absl::Time entered = Entered(matter);
  if (action.not_before && now < After(policy, *action.not_before, entered)) {
    const std::string first =
        CivilDate::InBeijing(After(policy, *action.not_before, entered))
            .ToString();
    return NotNow(
        absl::StrCat("期限未到，自", first, "起可办"),
        absl::StrCat("`", action.id, "` can be done from ", first, " on"));
  }
  if (action.not_after && now >= After(policy, *action.not_after, entered)) {
    const std::string last =
        CivilDate::InBeijing(After(policy, *action.not_after, entered))
            .AddDays(-1)
            .ToString();
    return NotNow(absl::StrCat("期限已过，止于", last),
                  absl::StrCat("the time for `", action.id,
                               "` is over: it ended on ", last));
  }
  return std::nullopt;
}

MaybeRefusal MissingEvidence(const policy::MatterActionRule& action,
                             const v1::Matter& matter) {
  std::vector<std::string> missing;
  for (const std::string& kind : action.evidence) {
    const bool there = std::any_of(
        matter.evidence().begin(), matter.evidence().end(),
        [&](const v1::Evidence& evidence) { return evidence.kind() == kind; });
    if (!there) missing.push_back(kind);
  }
  if (missing.empty()) return std::nullopt;
  return NotNow(
      absl::StrCat("缺少证明材料：", absl::StrJoin(missing, "、")),
      absl::StrCat("evidence is missing: ", absl::StrJoin(missing, ", ")));
}

MaybeRefusal Unmet(const policy::Policy& policy, const policy::MatterKind& kind,
                   const policy::MatterActionRule& action,
                   const v1::Matter& matter, const v1::Person& subject,
                   absl::Time now) {
  if (!action.requires_) return std::nullopt;
  // A field that was not given is an empty text.
  std::map<std::string, std::string> fields(matter.fields().begin(),
                                            matter.fields().end());
  for (const policy::MatterField& field : kind.fields)
    fields.try_emplace(field.id);
  for (const policy::MatterField& field : action.fields)
    fields.try_emplace(field.id);
  std::vector<std::pair<cel::Value, cel::Value>> entries;
  for (const auto& [id, value] : fields)
    entries.emplace_back(cel::Value::String(id), cel::Value::String(value));
  const auto offers = std::count_if(
      matter.history().begin(), matter.history().end(),
      [](const v1::MatterEvent& event) { return event.action() == "offer"; });

  const CivilDate day = CivilDate::InBeijing(now);
  const v1::PersonView holder =
      decision::ViewPerson(subject, day, /*recognition_open=*/true);
  decision::Scene scene(policy, day);
  scene[policy::kHolder] = cel::Value::Message(holder);
  scene[policy::kFields] = cel::Value::Map(std::move(entries));
  scene[policy::kOffers] = cel::Value::Int(offers);
  if (cel::Evaluate(*action.requires_->program, scene).is_true())
    return std::nullopt;
  return NotNow(action.requires_text.zh, action.requires_text.en);
}

void CheckFields(const policy::Policy& policy,
                 const std::vector<policy::MatterField>& wanted,
                 const std::map<std::string, std::string>& given,
                 std::vector<std::string>& mistakes) {
  for (const policy::MatterField& field : wanted) {
    const auto it = given.find(field.id);
    if (it == given.end() || it->second.empty()) {
      if (!field.required) continue;
      mistakes.push_back(absl::StrCat("fields.", field.id, ": give ",
                                      field.name.en, " (", field.name.zh, ")"));
    } else if (const auto wrong = WrongValue(policy, field, it->second)) {
      mistakes.push_back(absl::StrCat("fields.", field.id, ": ", *wrong));
    }
  }
  for (const auto& [id, value] : given) {
    const bool known =
        std::any_of(wanted.begin(), wanted.end(),
                    [&id = id](const auto& field) { return field.id == id; });
    if (!known)
      mistakes.push_back(absl::StrCat("fields.", id, ": no such field"));
    if (value.size() > kLongestFieldBytes) {
      mistakes.push_back(absl::StrCat("fields.", id, ": longer than ",
                                      kLongestFieldBytes, " bytes"));
    }
  }
}

void CheckRoute(const policy::Policy& policy, const policy::MatterKind& kind,
                const std::map<std::string, std::string>& given,
                std::vector<std::string>& mistakes) {
  const policy::MatterField* route = FieldOf(kind, "routes");
  const policy::MatterField* criterion = FieldOf(kind, "criteria");
  if (route == nullptr || criterion == nullptr) return;
  const auto named = given.find(route->id);
  const auto met_by = given.find(criterion->id);
  if (named == given.end() || met_by == given.end()) return;
  for (const policy::Criterion& known : policy.catalogue.criteria) {
    if (known.id != met_by->second || known.route == named->second) continue;
    mistakes.push_back(absl::StrCat("fields.", route->id, ": the route of `",
                                    known.id, "` is `", known.route, "`, not `",
                                    named->second, "`"));
  }
}

void CheckEvidence(const policy::Policy& policy,
                   const std::vector<v1::Evidence>& evidence,
                   std::vector<std::string>& mistakes) {
  if (evidence.size() > kMostEvidence)
    mistakes.push_back(
        absl::StrCat("evidence: more than ", kMostEvidence, " pieces"));
  std::vector<std::string> kinds;
  for (const auto& [kind, known] : policy.evidence) kinds.push_back(kind);
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (policy.evidence.contains(evidence[i].kind())) continue;
    const std::string nearest = cel::NearestOf(evidence[i].kind(), kinds);
    mistakes.push_back(absl::StrCat(
        "evidence[", i, "].kind: `", evidence[i].kind(),
        "` is no kind of evidence",
        nearest.empty() ? ""
                        : absl::StrCat("; did you mean `", nearest, "`?")));
  }
}

}  // namespace talentcard::workflow
