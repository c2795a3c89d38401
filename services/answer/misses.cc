#include "services/answer/misses.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/decision/reasons.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "services/answer/record.h"
#include "services/ledger/change.h"
#include "services/rpc/access.h"
#include "services/rpc/errors.h"
#include "services/store/keys.h"

namespace talentcard::answer {
namespace {

constexpr size_t kNumber = 8;
constexpr uint64_t kMinute = 60 * 1000;
// Beyond any budget: so much an institution that is refused all day can write.
constexpr size_t kMostKept = 1024;

// How long a miss counts against any budget.
uint64_t KeptFor(const policy::Guessing& rules) {
  int64_t longest = 0;
  for (const policy::MissBudget& budget : rules.budgets)
    longest = std::max(longest, budget.minutes);
  return static_cast<uint64_t>(longest) * kMinute;
}

uint64_t NumberOf(std::string_view kind, std::string_view name) {
  const Sha256Hash hash = Sha256({kind, "\n", name});
  return store::ReadNumber(AsBytes(hash), 0);
}

store::Key RowOf(const rpc::Call& call) {
  return store::Key(store::Table::kMisses).Add(call.asker.actor.institution);
}

absl::Status Refuse(uint64_t until_ms) {
  const std::string until = absl::FormatTime(
      absl::RFC3339_sec, absl::FromUnixMillis(static_cast<int64_t>(until_ms)),
      absl::FixedTimeZone(8 * 60 * 60));
  return rpc::Keeping(
      rpc::Error(absl::StatusCode::kResourceExhausted, v1::MISS_BUDGET_SPENT,
                 absl::StrCat("too many questions that found nobody; check the "
                              "documents, questions are taken again at ",
                              until),
                 {{"retry_after", until}}));
}

// Whether the asker is told what is told of nobody.
bool IsMiss(const rpc::Call& call, const Asked& asked) {
  if (asked.document.empty()) return false;
  if (asked.withheld || asked.question.beneficiary().empty()) return true;
  if (asked.decision.outcome() != v1::DENY) return false;
  const auto shown = [&](const std::string& reason) -> const std::string& {
    return rpc::ShownReason(*call.policy, reason, call.asker.actor.kind).code;
  };
  return shown(asked.decision.reasons(0)) == shown(decision::kCardNotFound);
}

std::vector<uint64_t> Missed(const rpc::Call& call,
                             std::span<const Asked> asked) {
  std::vector<uint64_t> subjects;
  for (const Asked& one : asked) {
    if (IsMiss(call, one))
      subjects.push_back(store::ReadNumber(one.document, 0));
  }
  return subjects;
}

}  // namespace

Misses::Asker Misses::Asker::Of(const rpc::Asker& asker) {
  const std::string person = asker.actor.ToString();
  // Without a certificate the operator is the device.
  return {asker.actor.kind, NumberOf("institution", asker.actor.institution),
          NumberOf("device",
                   asker.certificate.empty() ? person : asker.certificate),
          NumberOf("operator", person)};
}

uint64_t Misses::Asker::Of(std::string_view per) const {
  if (per == "device") return device;
  return per == "operator" ? person : institution;
}

absl::StatusOr<Misses> Misses::Parse(std::string_view row) {
  Misses misses;
  if (row.empty()) return misses;
  const absl::Status malformed =
      absl::DataLossError("a row of misses is malformed");
  if (row.size() < kNumber || row.size() % kNumber != 0) return malformed;
  const size_t numbers = row.size() / kNumber - 1;
  const uint64_t blocks = store::ReadNumber(row, 0);
  if (blocks > numbers / 2 || (numbers - 2 * blocks) % 4 != 0) return malformed;
  size_t at = kNumber;
  const auto next = [&] {
    at += kNumber;
    return store::ReadNumber(row, at - kNumber);
  };
  for (uint64_t i = 0; i < blocks; ++i) {
    const uint64_t principal = next();
    misses.blocks_.push_back({principal, next()});
  }
  while (at < row.size()) {
    Miss miss;
    miss.ms = next();
    miss.subject = next();
    miss.device = next();
    miss.person = next();
    misses.misses_.push_back(miss);
  }
  return misses;
}

std::string Misses::Encode() const {
  std::string row;
  store::AppendNumber(blocks_.size(), row);
  for (const Block& block : blocks_) {
    store::AppendNumber(block.principal, row);
    store::AppendNumber(block.until_ms, row);
  }
  for (const Miss& miss : misses_) {
    for (const uint64_t n : {miss.ms, miss.subject, miss.device, miss.person})
      store::AppendNumber(n, row);
  }
  return row;
}

uint64_t Misses::RefusedUntil(const Asker& asker, uint64_t now_ms) const {
  uint64_t until = 0;
  for (const Block& block : blocks_) {
    const bool theirs = block.principal == asker.institution ||
                        block.principal == asker.device ||
                        block.principal == asker.person;
    if (theirs && block.until_ms > now_ms)
      until = std::max(until, block.until_ms);
  }
  return until;
}

size_t Misses::Distinct(const policy::MissBudget& budget, const Asker& asker,
                        uint64_t now_ms) const {
  const auto span = static_cast<uint64_t>(budget.minutes) * kMinute;
  std::set<uint64_t> subjects;
  for (const Miss& miss : misses_) {
    if (miss.ms + span <= now_ms) continue;
    const bool theirs =
        budget.per == "institution" ||
        (budget.per == "device" && miss.device == asker.device) ||
        (budget.per == "operator" && miss.person == asker.person);
    if (theirs) subjects.insert(miss.subject);
  }
  return subjects.size();
}

void Misses::Forget(const policy::Guessing& rules, uint64_t now_ms) {
  const uint64_t span = KeptFor(rules);
  std::erase_if(misses_,
                [&](const Miss& miss) { return miss.ms + span <= now_ms; });
  std::erase_if(blocks_,
                [&](const Block& block) { return block.until_ms <= now_ms; });
}

bool Misses::Counted(const policy::Guessing& rules, const Asker& asker,
                     uint64_t now_ms, uint64_t subject) const {
  const uint64_t span = KeptFor(rules);
  return std::any_of(misses_.begin(), misses_.end(), [&](const Miss& miss) {
    return miss.subject == subject && miss.device == asker.device &&
           miss.person == asker.person && miss.ms + span > now_ms;
  });
}

bool Misses::BeyondTheirOwn(const policy::Guessing& rules, const Asker& asker,
                            uint64_t now_ms) const {
  return std::any_of(rules.budgets.begin(), rules.budgets.end(),
                     [&](const policy::MissBudget& budget) {
                       return budget.per != "institution" &&
                              budget.askers.contains(asker.kind) &&
                              Distinct(budget, asker, now_ms) >
                                  static_cast<size_t>(budget.at_most);
                     });
}

std::optional<Misses::Outcome> Misses::Count(
    const policy::Guessing& rules, const Asker& asker, uint64_t now_ms,
    const std::vector<uint64_t>& subjects) {
  const size_t before = misses_.size();
  for (const uint64_t subject : subjects) {
    if (Counted(rules, asker, now_ms, subject)) continue;
    misses_.push_back({now_ms, subject, asker.device, asker.person});
    if (BeyondTheirOwn(rules, asker, now_ms)) break;
  }
  if (misses_.size() == before) return std::nullopt;
  Forget(rules, now_ms);
  if (misses_.size() > kMostKept)
    misses_.erase(misses_.begin(), misses_.end() - kMostKept);
  Outcome outcome = Outcome::kWithin;
  for (const policy::MissBudget& budget : rules.budgets) {
    if (!budget.askers.contains(asker.kind)) continue;
    const size_t distinct = Distinct(budget, asker, now_ms);
    const auto most = static_cast<size_t>(budget.at_most);
    if (distinct < most) continue;
    blocks_.push_back(
        {asker.Of(budget.per),
         now_ms + static_cast<uint64_t>(rules.block_minutes) * kMinute});
    outcome = std::max(
        outcome, distinct == most ? Outcome::kReached : Outcome::kExceeded);
  }
  return outcome;
}

absl::Status CountMisses(store::Transaction& transaction,
                         const rpc::Foundation& foundation,
                         const rpc::Call& call, std::span<const Asked> asked) {
  const policy::Guessing& rules = call.policy->guessing;
  if (!rules.Bounds(call.asker.actor.kind)) return absl::OkStatus();
  const store::Key row = RowOf(call);
  ASSIGN_OR_RETURN(
      const std::shared_ptr<const std::string> kept,
      foundation.dossiers.Row(transaction, transaction.revision() - 1, row));
  const std::vector<uint64_t> missed = Missed(call, asked);
  if (kept->empty() && missed.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Misses misses, Misses::Parse(*kept));
  const Misses::Asker asker = Misses::Asker::Of(call.asker);
  if (const uint64_t until = misses.RefusedUntil(asker, call.NowMs());
      until != 0)
    return Refuse(until);
  const std::optional<Misses::Outcome> outcome =
      misses.Count(rules, asker, call.NowMs(), missed);
  if (!outcome) return absl::OkStatus();
  transaction.Put(row, misses.Encode());
  if (*outcome == Misses::Outcome::kWithin) return absl::OkStatus();
  RETURN_IF_ERROR(
      RaiseAlarm(transaction, foundation, call, "MISS_BUDGET_SPENT"));
  return *outcome == Misses::Outcome::kReached
             ? absl::OkStatus()
             : Refuse(misses.RefusedUntil(asker, call.NowMs()));
}

absl::Status CheckNotRefused(const rpc::Foundation& foundation,
                             const rpc::Call& call) {
  if (!call.policy->guessing.Bounds(call.asker.actor.kind))
    return absl::OkStatus();
  const store::Key row = RowOf(call);
  ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                   foundation.database.TakeSnapshot()->Get(row));
  ASSIGN_OR_RETURN(const Misses misses, Misses::Parse(kept.value_or("")));
  const uint64_t until =
      misses.RefusedUntil(Misses::Asker::Of(call.asker), call.NowMs());
  return until == 0 ? absl::OkStatus() : Refuse(until);
}

absl::Status AlarmIfCanary(store::Transaction& transaction,
                           const rpc::Foundation& foundation,
                           const rpc::Call& call, const Asked& asked) {
  if (asked.question.beneficiary().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const records::DossierPointer dossier,
      Known::Before(foundation, transaction).About(SubjectOf(asked)));
  return dossier != nullptr && dossier->person.canary()
             ? RaiseAlarm(transaction, foundation, call, "CANARY")
             : absl::OkStatus();
}

absl::Status RaiseAlarm(store::Transaction& transaction,
                        const rpc::Foundation& foundation,
                        const rpc::Call& call, const std::string& what) {
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  const uint64_t index = change.log_index();
  RETURN_IF_ERROR(FinishChange(change, call, ledger::LeafKind::kChange,
                               std::string(store::kSystemOwner),
                               absl::StrCat("alarm: ", what)));
  foundation.on_alarm(absl::StrCat(
      "alarm ", what, " of ", call.asker.actor.institution, ", entry ", index));
  return absl::OkStatus();
}

}  // namespace talentcard::answer
