#include "engine/decision/view.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/identity/relation.h"

namespace talentcard::decision {
namespace {

int32_t Number(const google::type::Date& date) {
  return (date.year() * 16 + date.month()) * 32 + date.day();
}

// In an order that depends on what they say alone, so that the order in which
// facts were recorded never shows in an answer.
std::vector<const v1::Fact*> InOrder(const v1::Person& person) {
  std::vector<const v1::Fact*> facts;
  facts.reserve(person.facts_size());
  for (const v1::Fact& fact : person.facts()) facts.push_back(&fact);
  std::sort(facts.begin(), facts.end(),
            [](const v1::Fact* a, const v1::Fact* b) {
              const auto key = [](const v1::Fact& fact) {
                return std::tuple(Number(fact.valid_from()),
                                  static_cast<int>(fact.detail_case()),
                                  Number(fact.valid_to()));
              };
              const auto ka = key(*a);
              const auto kb = key(*b);
              return ka != kb ? ka < kb
                              : a->SerializeAsString() < b->SerializeAsString();
            });
  return facts;
}

// A fact's last day, if it ended before `day`.
std::optional<CivilDate> EndedBefore(const v1::Fact& fact, CivilDate day) {
  if (!fact.has_valid_to()) return std::nullopt;
  const auto to = CivilDate::FromProto(fact.valid_to());
  return to.ok() && *to < day ? std::make_optional(*to) : std::nullopt;
}

void AddDetail(const v1::Fact& fact, v1::PersonView& view) {
  switch (fact.detail_case()) {
    case v1::Fact::kDegree:
      *view.add_degrees() = fact.degree();
      break;
    case v1::Fact::kTitle:
      *view.add_titles() = fact.title();
      break;
    case v1::Fact::kSkill:
      *view.add_skills() = fact.skill();
      break;
    case v1::Fact::kProgramme:
      *view.add_programmes() = fact.programme();
      break;
    case v1::Fact::kHonour:
      *view.add_honours() = fact.honour();
      break;
    case v1::Fact::kEmployment:
      *view.add_employments() = fact.employment();
      break;
    case v1::Fact::kStake:
      *view.add_stakes() = fact.stake();
      break;
    case v1::Fact::kCustody:
      *view.add_custodies() = fact.custody();
      break;
    case v1::Fact::kRecognition:
      *view.add_recognitions() = fact.recognition();
      break;
    case v1::Fact::kSchoolRecord:
      *view.add_school_records() = fact.school_record();
      break;
    case v1::Fact::kResidence:
      *view.add_residences() = fact.residence();
      break;
    case v1::Fact::kMisconduct:
      *view.add_misconducts() = fact.misconduct();
      *view.mutable_misconducts()->rbegin()->mutable_since() =
          fact.valid_from();
      break;
    case v1::Fact::kLifeEvent:
      *view.add_life_events() = fact.life_event();
      break;
    case v1::Fact::kTeamMembership:
      *view.add_team_memberships() = fact.team_membership();
      break;
    case v1::Fact::kDeclaration:
      *view.add_declarations() = fact.declaration();
      break;
    case v1::Fact::kDecree:
      *view.add_decrees() = fact.decree();
      break;
    case v1::Fact::kSelfRecognition:
      *view.add_self_recognitions() = fact.self_recognition();
      break;
    case v1::Fact::kRecommendation:
      *view.add_recommendations() = fact.recommendation();
      break;
    case v1::Fact::kTalentCategory:
      *view.add_talent_categories() = fact.talent_category();
      break;
    case v1::Fact::kInsuranceMonth:
    case v1::Fact::DETAIL_NOT_SET:
      break;
  }
}

void AddGaps(const std::vector<const v1::Fact*>& facts, CivilDate day,
             v1::PersonView& view) {
  std::optional<CivilDate> last, last_here, last_in_team;
  for (const v1::Fact* fact : facts) {
    const auto end = EndedBefore(*fact, day);
    if (!end) continue;
    if (fact->has_team_membership()) last_in_team = std::max(last_in_team, end);
    if (!fact->has_employment()) continue;
    if (fact->employment().in_haicheng()) last_here = std::max(last_here, end);
    if (last && *end < *last) continue;
    last = end;
    *view.mutable_last_employment() = fact->employment();
  }
  const auto& jobs = view.employments();
  if (last && jobs.empty()) view.set_employment_gap_days(last->DaysUntil(day));
  if (last_here && std::none_of(jobs.begin(), jobs.end(), [](const auto& job) {
        return job.in_haicheng();
      }))
    view.set_city_employment_gap_days(last_here->DaysUntil(day));
  if (last_in_team && view.team_memberships().empty())
    view.set_team_gap_days(last_in_team->DaysUntil(day));
}

// A month counts once, whoever paid it; a death counts from its first record.
void AddCounts(const std::vector<const v1::Fact*>& facts, CivilDate day,
               v1::PersonView& view) {
  std::vector<CivilDate> months;
  for (const v1::Fact* fact : facts) {
    if (fact->has_insurance_month()) {
      const auto& month = fact->insurance_month();
      const auto first = CivilDate::FromYmd(month.year(), month.month(), 1);
      if (first.ok() && *first <= day) months.push_back(*first);
    }
    if (fact->has_life_event() && fact->life_event().kind() == "DIED") {
      const auto died = CivilDate::FromProto(fact->valid_from());
      if (died.ok() && *died <= day) {
        view.set_days_since_death(
            std::max(view.days_since_death(), died->DaysUntil(day)));
      }
    }
  }
  std::sort(months.begin(), months.end());
  view.set_insurance_months(static_cast<int>(
      std::unique(months.begin(), months.end()) - months.begin()));
}

// What counts when several relations to one person are on record: one that
// stands before one that ended, then the later one.
using RelationOrder = std::tuple<bool, int32_t, int32_t, std::string_view>;
RelationOrder OrderOf(const v1::Relation& relation, CivilDate day) {
  return {ValidOn(relation, day), Number(relation.valid_from()),
          Number(relation.valid_to()), relation.code()};
}

const v1::Relation* RelationTo(const v1::Person& holder,
                               const std::string& person, CivilDate day) {
  const v1::Relation* best = nullptr;
  for (const v1::Relation& relation : holder.relations()) {
    if (relation.person() != person) continue;
    const auto from = CivilDate::FromProto(relation.valid_from());
    if (!from.ok() || *from > day) continue;
    if (best == nullptr) {
      best = &relation;
      continue;
    }
    const RelationOrder order = OrderOf(relation, day);
    const RelationOrder best_order = OrderOf(*best, day);
    const bool later = order != best_order ? order > best_order
                                           : relation.SerializeAsString() >
                                                 best->SerializeAsString();
    if (later) best = &relation;
  }
  return best;
}

bool IsSpouse(const v1::Person& holder, const std::string& person,
              CivilDate day) {
  return std::any_of(
      holder.relations().begin(), holder.relations().end(),
      [&](const v1::Relation& relation) {
        if (relation.person() != person || !ValidOn(relation, day))
          return false;
        const auto kin = identity::FindRelation(relation.code());
        return kin && kin->relation == identity::RelationClass::kSpouse;
      });
}

bool InCustody(const v1::Person& holder, const v1::Person& child,
               CivilDate day) {
  return std::any_of(
      child.facts().begin(), child.facts().end(), [&](const v1::Fact& fact) {
        if (!fact.has_custody() || !ValidOn(fact, day)) return false;
        const std::string& guardian = fact.custody().guardian();
        return guardian == holder.name() || IsSpouse(holder, guardian, day);
      });
}

}  // namespace

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

bool DocumentValidOn(const v1::IdentityDocument& document, CivilDate day) {
  if (document.has_valid_from()) return ValidOn(document, day);
  if (!document.has_valid_to()) return true;
  const auto to = CivilDate::FromProto(document.valid_to());
  return to.ok() && *to >= day;
}

v1::PersonView ViewPerson(const v1::Person& person, CivilDate day,
                          bool recognition_open) {
  v1::PersonView view;
  if (person.has_birth_date()) *view.mutable_birth_date() = person.birth_date();
  view.set_nationality(person.nationality());
  view.set_recognition_open(recognition_open);
  const std::vector<const v1::Fact*> facts = InOrder(person);
  for (const v1::Fact* fact : facts) {
    if (ValidOn(*fact, day)) AddDetail(*fact, view);
  }
  AddGaps(facts, day, view);
  AddCounts(facts, day, view);
  for (const v1::IdentityDocument& document : person.documents()) {
    if (DocumentValidOn(document, day))
      view.add_document_kinds(v1::DocumentKind_Name(document.kind()));
  }
  std::sort(view.mutable_document_kinds()->begin(),
            view.mutable_document_kinds()->end());
  return view;
}

Relationship ViewRelation(const v1::Person& holder,
                          const v1::Person& beneficiary, CivilDate day) {
  Relationship out;
  if (holder.name() == beneficiary.name()) {
    out.relation = "SELF";
    out.link.set_code("01");
    return out;
  }
  const v1::Relation* found = RelationTo(holder, beneficiary.name(), day);
  auto code = found ? identity::FindRelation(found->code()) : std::nullopt;
  // Nobody else is the holder, whatever is filed.
  if (code && code->relation == identity::RelationClass::kSelf) code.reset();
  out.relation = std::string(identity::RelationName(
      code ? code->relation : identity::RelationClass::kNone));
  if (!code) return out;
  out.link.set_code(found->code());
  out.link.set_filed(found->filed());
  out.link.set_ended(!ValidOn(*found, day));
  out.link.set_step_or_adoptive(code->step_or_adoptive);
  out.link.set_adoption_registered(found->adoption_registered());
  out.link.set_unauthenticated(found->unauthenticated());
  if (found->has_supported_since()) {
    const auto since = CivilDate::FromProto(found->supported_since());
    if (since.ok())
      out.link.set_supported_days(std::max(0, since->DaysUntil(day)));
  }
  out.link.set_in_custody(InCustody(holder, beneficiary, day));
  return out;
}

v1::CardView ViewRecordedCard(const v1::Card* card, absl::Time instant) {
  v1::CardView view;
  if (card == nullptr) {
    view.set_recorded_state("NONE");
    return view;
  }
  view.set_series(card->series());
  view.set_tier(card->tier());
  *view.mutable_valid_from() = card->valid_from();
  *view.mutable_valid_until() = card->valid_until();
  view.set_recorded_state("ACTIVE");
  // Of those in effect the one recorded last: what was recorded later knew of
  // the earlier ones, also where it takes effect before them.
  absl::Time latest = absl::InfinitePast();
  // Whatever ends a card that has been suspended or lost, it did not run until
  // then.
  absl::Time stopped = absl::InfiniteFuture();
  for (const v1::CardEvent& event : card->events()) {
    const absl::Time recorded = ToTime(event.record_time());
    const absl::Time effective = ToTime(event.effective_time());
    if (effective > instant || recorded < latest) continue;
    latest = recorded;
    view.set_recorded_state(v1::Card::State_Name(event.state()));
    view.set_recorded_cause(event.cause());
    if (event.state() == v1::Card::ACTIVE) {
      stopped = absl::InfiniteFuture();
      view.clear_stopped_on();
      view.clear_stopped_cause();
    } else if (effective <= stopped) {
      stopped = effective;
      *view.mutable_stopped_on() = CivilDate::InBeijing(effective).ToProto();
      view.set_stopped_cause(event.cause());
    }
    if (event.has_valid_until())
      *view.mutable_valid_until() = event.valid_until();
  }
  return view;
}

}  // namespace talentcard::decision
