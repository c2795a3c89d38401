#include "services/registry/export.h"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/reasons.h"
#include "services/answer/replay.h"
#include "services/ledger/leaf.h"
#include "services/ledger/rows.h"
#include "services/records/cards.h"
#include "services/records/code_uses.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/uses.h"
#include "services/registry/change_person.h"
#include "services/rpc/access.h"
#include "services/rpc/validation.h"

namespace talentcard::registry {
namespace {

// Entries of the log that are looked through for a page.
constexpr size_t kEntriesOfPage = 1000;

// `clerk:staff/wang@stations/haizhou` without who at the desk it was.
std::string WithoutStaff(const std::string& actor) {
  const size_t colon = actor.find(':');
  const size_t at = actor.rfind('@');
  if (colon == std::string::npos || at == std::string::npos) return "";
  return absl::StrCat(actor.substr(0, colon), actor.substr(at));
}

// Of a decision on another's card, what the beneficiary was answered: neither
// that card nor its holder is theirs to know, nor what conditions read there.
v1::Decision OnAnothersCard(const policy::Policy& policy,
                            v1::Decision decision) {
  decision.clear_findings();
  decision.clear_missing();
  decision.clear_next_change_time();
  decision.clear_tier();
  decision.clear_explanation();
  const std::vector<std::string> codes = {decision.reasons().begin(),
                                          decision.reasons().end()};
  decision.clear_reasons();
  for (const std::string& code : codes) {
    const auto reason = policy.reasons.find(code);
    const bool hidden =
        reason != policy.reasons.end() && !reason->second.shown_as.empty();
    decision.add_reasons(hidden ? reason->second.shown_as : code);
  }
  if (decision.reasons().empty()) return decision;
  if (const policy::Reason* first =
          decision::ReasonFor(policy, decision.reasons(0), /*asker=*/"")) {
    decision.mutable_explanation()->set_zh(first->meaning.zh);
    decision.mutable_explanation()->set_en(first->meaning.en);
  }
  return decision;
}

// The decisions about a person among the entries of the log about them, newest
// first, from before the one the page token names.
absl::Status AddDecisions(const store::Reader& reader,
                          const store::Vault& vault,
                          const policy::Policy& policy, uint64_t before,
                          const std::string& id, v1::PersonCopy& copy) {
  std::vector<uint64_t> indexes;
  const store::Key rows = ledger::SubjectRows(id);
  RETURN_IF_ERROR(reader.ScanBackwards(
      rows.First(), store::Key(rows).Add(before).bytes(),
      [&](std::string_view key, std::string_view) {
        indexes.push_back(store::ReadNumber(key, key.size() - 8));
        return indexes.size() <= kEntriesOfPage;
      }));
  if (indexes.size() > kEntriesOfPage) {
    indexes.pop_back();
    copy.set_next_page_token(absl::StrCat(indexes.back()));
  }
  const std::string name = records::NameOf("people", id);
  for (const uint64_t index : indexes) {
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader.Get(ledger::EntryRow(index)));
    if (!row) return absl::DataLossError("an entry of the log is missing");
    ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(*row));
    ASSIGN_OR_RETURN(const std::vector<v1::LogRecord> found,
                     answer::DecisionsOf(reader, vault, index, leaf));
    for (const v1::LogRecord& record : found) {
      const v1::Decision& decision = record.decision();
      if (decision.beneficiary() != name) continue;
      v1::DecisionCopy& out = *copy.add_decisions();
      out.set_asked_by(WithoutStaff(record.actor()));
      out.set_told_as_unknown(record.told_as_unknown());
      *out.mutable_decision() = decision.holder() == name
                                    ? decision
                                    : OnAnothersCard(policy, decision);
    }
  }
  return absl::OkStatus();
}

// The field of such matters that names whose data they hold beside the
// subject's; null if they hold nobody's.
const std::string* WhoseData(const policy::Policy& policy,
                             const std::string& kind) {
  for (const auto& [code, purpose] : policy.personal_data.purposes) {
    const auto found = purpose.matters.find(kind);
    if (found != purpose.matters.end()) return &found->second.of;
  }
  return nullptr;
}

// That a matter is there and how far it has come, with the fields named.
void Outline(const std::set<std::string>& fields, v1::Matter& matter) {
  static const std::set<std::string> kShown = {
      "name",        "kind",   "subject",         "state",
      "state_name",  "owner",  "acknowledge_by",  "due",
      "create_time", "closed", "acceptance_date", "policy_digest",
      "update_time", "station"};
  std::map<std::string, std::string> kept;
  for (const auto& [id, value] : matter.fields()) {
    if (fields.contains(id)) kept[id] = value;
  }
  rpc::KeepOnly(kShown, matter);
  matter.mutable_fields()->insert(kept.begin(), kept.end());
}

void NameNoStaff(v1::Matter& matter) {
  for (v1::MatterEvent& event : *matter.mutable_history())
    event.set_actor(WithoutStaff(event.actor()));
}

// What of a matter is its subject's.
v1::Matter PartOfSubject(const policy::Policy& policy, v1::Matter matter) {
  const std::string* whose = WhoseData(policy, matter.kind());
  if (whose != nullptr) Outline({*whose}, matter);
  NameNoStaff(matter);
  return matter;
}

// What of a matter is another's than its subject's, whom it names; nullopt if
// it does not. Of its papers nobody says whose they are.
std::optional<v1::Matter> PartOf(const policy::Policy& policy,
                                 const std::string& name, v1::Matter matter) {
  std::set<std::string> naming;
  for (const auto& [id, value] : matter.fields()) {
    if (value == name) naming.insert(id);
  }
  if (naming.empty()) return std::nullopt;
  const std::string* whose = WhoseData(policy, matter.kind());
  if (whose == nullptr || !naming.contains(*whose)) Outline(naming, matter);
  matter.clear_evidence();
  NameNoStaff(matter);
  return matter;
}

// Matters of those whose relative the person is or was, or through whom they
// had a right.
absl::Status AddMattersOfOthers(const store::Reader& reader,
                                const store::Vault& vault,
                                const policy::Policy& policy,
                                const std::string& id, v1::PersonCopy& copy) {
  ASSIGN_OR_RETURN(const std::vector<std::string> holders,
                   records::HoldersOf(reader, id));
  std::set<std::string> others(holders.begin(), holders.end());
  for (const v1::Use& use : copy.uses())
    others.insert(records::IdOf("people", use.holder()).value_or(id));
  others.erase(id);
  const std::string name = records::NameOf("people", id);
  for (const std::string& other : others) {
    ASSIGN_OR_RETURN(std::vector<v1::Matter> matters,
                     records::MattersOf(reader, vault, other));
    for (v1::Matter& matter : matters) {
      if (auto part = PartOf(policy, name, std::move(matter)))
        *copy.add_named_in() = *std::move(part);
    }
  }
  return absl::OkStatus();
}

absl::Status AddRecords(const store::Reader& reader, const store::Vault& vault,
                        const policy::Policy& policy, const std::string& id,
                        v1::PersonCopy& copy) {
  ASSIGN_OR_RETURN(std::vector<v1::Card> cards,
                   records::CardsOf(reader, vault, id));
  for (v1::Card& card : cards) *copy.add_cards() = std::move(card);
  ASSIGN_OR_RETURN(std::vector<v1::Matter> matters,
                   records::MattersOf(reader, vault, id));
  for (v1::Matter& matter : matters)
    *copy.add_matters() = PartOfSubject(policy, std::move(matter));
  ASSIGN_OR_RETURN(std::vector<v1::Use> uses,
                   records::UsesOf(reader, vault, id));
  for (v1::Use& use : uses) {
    // How the holder's tier ranks is the holder's.
    if (use.holder() != use.beneficiary()) {
      use.mutable_attributes()->erase("rank");
      use.mutable_attributes()->erase("sub_rank");
    }
    *copy.add_uses() = std::move(use);
  }
  ASSIGN_OR_RETURN(std::vector<v1::CodeUse> scans,
                   records::CodeUsesOf(reader, vault, id));
  for (v1::CodeUse& use : scans) {
    for (v1::DeskScan& scan : *use.mutable_scans()) scan.clear_staff();
    *copy.add_scans() = std::move(use);
  }
  return AddMattersOfOthers(reader, vault, policy, id, copy);
}

}  // namespace

absl::StatusOr<v1::PersonCopy> CopyOf(const store::Reader& reader,
                                      const store::Vault& vault,
                                      const policy::Policy& policy,
                                      const v1::ExportPersonRequest& request) {
  uint64_t before = std::numeric_limits<int64_t>::max();
  const bool first = request.page_token().empty();
  if (!first && !absl::SimpleAtoi(request.page_token(), &before))
    return rpc::Invalid({{"page_token", "is not one of ours"}});
  v1::PersonCopy copy;
  ASSIGN_OR_RETURN(*copy.mutable_person(),
                   ExistingPerson(reader, vault, request.name()));
  copy.mutable_person()->clear_canary();
  const std::string id = *records::IdOf("people", request.name());
  RETURN_IF_ERROR(AddDecisions(reader, vault, policy, before, id, copy));
  if (first) RETURN_IF_ERROR(AddRecords(reader, vault, policy, id, copy));
  return copy;
}

}  // namespace talentcard::registry
