#include "engine/decision/view.h"

#include <algorithm>
#include <optional>

#include "engine/identity/relation.h"

namespace talentcard::decision {
namespace {

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

void AddEmploymentGap(const v1::Person& person, CivilDate day, v1::PersonView& view) {
  std::optional<CivilDate> last;
  for (const v1::Fact& fact : person.facts()) {
    if (!fact.has_employment()) continue;
    const auto end = EndedBefore(fact, day);
    if (!end || (last && *end <= *last)) continue;
    last = end;
    *view.mutable_last_employment() = fact.employment();
  }
  if (last && view.employments().empty()) {
    view.set_employment_gap_days(last->DaysUntil(day));
  }
}

void AddCounts(const v1::Person& person, CivilDate day, v1::PersonView& view) {
  int months = 0;
  for (const v1::Fact& fact : person.facts()) {
    if (fact.has_insurance_month()) {
      const auto& month = fact.insurance_month();
      const auto first = CivilDate::FromYmd(month.year(), month.month(), 1);
      months += first.ok() && *first <= day;
    }
    if (fact.has_life_event() && fact.life_event().kind() == "DIED") {
      const auto died = CivilDate::FromProto(fact.valid_from());
      if (died.ok() && *died <= day) view.set_days_since_death(died->DaysUntil(day));
    }
  }
  view.set_insurance_months(months);
}

}  // namespace

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

v1::PersonView ViewPerson(const v1::Person& person, CivilDate day, bool recognition_open) {
  v1::PersonView view;
  if (person.has_birth_date()) *view.mutable_birth_date() = person.birth_date();
  view.set_nationality(person.nationality());
  view.set_recognition_open(recognition_open);
  for (const v1::Fact& fact : person.facts()) {
    if (ValidOn(fact, day)) AddDetail(fact, view);
  }
  AddEmploymentGap(person, day, view);
  AddCounts(person, day, view);
  for (const v1::Consent& consent : person.consents()) {
    if (!ValidOn(consent, day)) continue;
    view.add_consents(consent.purpose());
    if (consent.given_by() == person.name()) view.add_own_consents(consent.purpose());
  }
  for (const v1::IdentityDocument& document : person.documents()) {
    const bool dated = document.has_valid_from();
    if (dated ? ValidOn(document, day)
              : !document.has_valid_to() || *CivilDate::FromProto(document.valid_to()) >= day) {
      view.add_document_kinds(v1::DocumentKind_Name(document.kind()));
    }
  }
  return view;
}

Relationship ViewRelation(const v1::Person& holder, const v1::Person& beneficiary, CivilDate day) {
  Relationship out;
  if (holder.name() == beneficiary.name()) {
    out.relation = "SELF";
    out.link.set_code("01");
    return out;
  }
  const v1::Relation* best = nullptr;
  bool best_valid = false;
  for (const v1::Relation& relation : holder.relations()) {
    const auto from = CivilDate::FromProto(relation.valid_from());
    if (relation.person() != beneficiary.name() || !from.ok() || *from > day) continue;
    const bool valid = ValidOn(relation, day);
    if (best == nullptr || valid || !best_valid) {
      best = &relation;
      best_valid = valid;
    }
  }
  const auto code = best ? identity::FindRelation(best->code()) : std::nullopt;
  out.relation = std::string(identity::RelationName(code ? code->relation : identity::RelationClass::kNone));
  if (!code) return out;
  out.link.set_code(best->code());
  out.link.set_filed(best->filed());
  out.link.set_ended(!best_valid);
  out.link.set_step_or_adoptive(code->step_or_adoptive);
  out.link.set_adoption_registered(best->adoption_registered());
  out.link.set_unauthenticated(best->unauthenticated());
  if (best->has_supported_since()) {
    const auto since = CivilDate::FromProto(best->supported_since());
    if (since.ok()) out.link.set_supported_days(std::max(0, since->DaysUntil(day)));
  }
  const auto is_guardian = [&](const std::string& guardian) {
    if (guardian == holder.name()) return true;
    return std::any_of(holder.relations().begin(), holder.relations().end(), [&](const v1::Relation& r) {
      const auto kin = identity::FindRelation(r.code());
      return r.person() == guardian && kin && kin->relation == identity::RelationClass::kSpouse && ValidOn(r, day);
    });
  };
  for (const v1::Fact& fact : beneficiary.facts()) {
    if (fact.has_custody() && ValidOn(fact, day) && is_guardian(fact.custody().guardian())) {
      out.link.set_in_custody(true);
    }
  }
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
  absl::Time latest = absl::InfinitePast();
  for (const v1::CardEvent& event : card->events()) {
    const absl::Time effective = ToTime(event.effective_time());
    if (effective > instant || effective < latest) continue;
    latest = effective;
    view.set_recorded_state(v1::Card::State_Name(event.state()));
    view.set_recorded_cause(event.cause());
    if (event.has_valid_until()) *view.mutable_valid_until() = event.valid_until();
  }
  return view;
}

}  // namespace talentcard::decision
