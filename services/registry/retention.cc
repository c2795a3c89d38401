#include "services/registry/retention.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/decision/limits.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/records/cards.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/uses.h"

namespace talentcard::registry {
namespace {

// One call reads so many people at most: some tenths of a second.
constexpr size_t kMostRead = 10'000;

// The last day that something needed a record; it needs it still if `now`.
struct Need {
  v1::DueErasure::Need what = v1::DueErasure::RECORD;
  CivilDate day = CivilDate::FromDays(0);
  bool now = false;
  bool bars = false;  // Fraud is remembered as long as it bars: P30.

  void Add(v1::DueErasure::Need by, CivilDate until) {
    if (until <= day) return;
    what = by;
    day = until;
  }
};

CivilDate DayOf(const google::protobuf::Timestamp& time) {
  return CivilDate::InBeijing(decision::ToTime(time));
}

void AddCard(const v1::Card& card, CivilDate today, Need& need) {
  if (records::MayBeUsed(card, today)) {
    need.now = true;
    return;
  }
  need.bars = need.bars || records::RevokedForFraud(card);
  const bool ended_early = (card.state() == v1::Card::CANCELLED ||
                            card.state() == v1::Card::REVOKED ||
                            card.state() == v1::Card::REPLACED) &&
                           !card.events().empty();
  need.Add(v1::DueErasure::CARD,
           ended_early
               ? DayOf(card.events().rbegin()->record_time())
               : CivilDate::FromProto(card.valid_until()).value_or(today));
}

void AddUse(const policy::Policy& policy, const v1::Use& use, CivilDate today,
            Need& need) {
  if (decision::IsKept(policy, use, today)) {
    need.now = true;
    return;
  }
  if (const auto until = decision::KeptUntil(policy, use))
    need.Add(v1::DueErasure::USE, *until);
  for (const auto& time :
       {use.reserve_time(), use.confirm_time(), use.release_time()})
    need.Add(v1::DueErasure::USE, DayOf(time));
}

// By what is somebody's own.
absl::StatusOr<Need> OwnNeed(const store::Reader& reader,
                             const store::Vault& vault,
                             const policy::Policy& policy,
                             const v1::Person& person, CivilDate today) {
  const std::string id = *records::IdOf("people", person.name());
  Need need;
  for (const v1::Fact& fact : person.facts()) {
    need.bars = need.bars || (fact.misconduct().kind() == "FRAUD" &&
                              decision::ValidOn(fact, today));
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Card> cards,
                   records::CardsOf(reader, vault, id));
  for (const v1::Card& card : cards) AddCard(card, today, need);
  ASSIGN_OR_RETURN(const std::vector<v1::Matter> matters,
                   records::MattersOf(reader, vault, id));
  for (const v1::Matter& matter : matters) {
    need.now = need.now || !matter.closed();
    need.Add(v1::DueErasure::MATTER, DayOf(matter.update_time()));
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Use> uses,
                   records::UsesOf(reader, vault, id));
  for (const v1::Use& use : uses) AddUse(policy, use, today, need);
  need.Add(v1::DueErasure::RECORD, DayOf(person.create_time()));
  need.Add(v1::DueErasure::RECORD, DayOf(person.update_time()));
  return need;
}

// By what is a holder's, for as long as the person was their relative.
absl::Status AddHolder(const store::Reader& reader, const store::Vault& vault,
                       const policy::Policy& policy, const std::string& holder,
                       const std::string& relative, CivilDate today,
                       Need& need) {
  ASSIGN_OR_RETURN(const std::optional<v1::Person> person,
                   records::ReadPerson(reader, vault, holder));
  if (!person) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Need own,
                   OwnNeed(reader, vault, policy, *person, today));
  for (const v1::Relation& relation : person->relations()) {
    if (relation.person() != relative) continue;
    const CivilDate until = own.now ? today : own.day;
    const CivilDate end =
        relation.has_valid_to()
            ? CivilDate::FromProto(relation.valid_to()).value_or(until)
            : until;
    need.now = need.now || (own.now && end >= today);
    need.Add(v1::DueErasure::HOLDER, std::min(until, end));
  }
  return absl::OkStatus();
}

std::optional<int64_t> DaysOf(const policy::Policy& policy,
                              const std::string& parameter, CivilDate day) {
  const auto found = policy.parameters.find(parameter);
  if (found == policy.parameters.end()) return std::nullopt;
  const auto* version = policy::InForce(found->second.versions, day);
  const auto* days = version ? std::get_if<int64_t>(&version->value) : nullptr;
  return days ? std::optional(*days) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<v1::DueErasure>> WhenDue(
    const store::Reader& reader, const store::Vault& vault,
    const policy::Policy& policy, const std::string& id, CivilDate today) {
  const auto& rule = policy.personal_data.retention;
  if (!rule) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<v1::Person> person,
                   records::ReadPerson(reader, vault, id));
  if (!person) return std::nullopt;
  ASSIGN_OR_RETURN(Need need, OwnNeed(reader, vault, policy, *person, today));
  if (!need.now) {
    ASSIGN_OR_RETURN(const std::vector<std::string> holders,
                     records::HoldersOf(reader, id));
    for (const std::string& holder : holders)
      RETURN_IF_ERROR(AddHolder(reader, vault, policy, holder, person->name(),
                                today, need));
  }
  const std::optional<int64_t> days =
      DaysOf(policy, need.bars ? rule->revoked : rule->days, today);
  if (need.now || !days) return std::nullopt;
  v1::DueErasure due;
  due.set_name(person->name());
  due.set_need(need.what);
  *due.mutable_last_needed() = need.day.ToProto();
  *due.mutable_due() = need.day.AddDays(*days).ToProto();
  return due;
}

absl::StatusOr<DuePage> ListDue(const store::Reader& reader,
                                const store::Vault& vault,
                                const policy::Policy& policy,
                                const std::string& after, size_t size,
                                CivilDate today) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(
      store::ScanVersions(reader, store::Table::kPerson, after,
                          [&](std::string_view id, const store::Version&) {
                            if (id != after) ids.emplace_back(id);
                            return ids.size() <= kMostRead;
                          }));
  DuePage page;
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSIGN_OR_RETURN(auto due, WhenDue(reader, vault, policy, ids[i], today));
    const bool is_due = due && *CivilDate::FromProto(due->due()) <= today;
    if (is_due) page.due.push_back(*std::move(due));
    const bool full = page.due.size() == size || i + 1 == kMostRead;
    if (full && i + 1 < ids.size()) {
      page.last = ids[i];
      break;
    }
  }
  return page;
}

}  // namespace talentcard::registry
