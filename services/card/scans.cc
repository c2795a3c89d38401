#include "services/card/scans.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/code/reader.h"
#include "engine/decision/decide.h"
#include "engine/decision/view.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/card/code_issuing.h"
#include "services/card/status_rows.h"
#include "services/card/vouched_keys.h"
#include "services/records/cards.h"
#include "services/records/code_uses.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/rpc/validation.h"

namespace talentcard::card {
namespace {

using rpc::Call;
using rpc::Violation;
using store::Key;
using store::Table;
using Outcome = v1::ScanFinding;

// Each is a signature or two to check while nothing else is written.
constexpr int kMostScans = 32;
constexpr size_t kLongestText = 768;  // 512 bytes as Base45, and the prefix.

absl::Status CheckRequest(const v1::ReportScansRequest& q) {
  std::vector<Violation> violations;
  if (q.scans().empty() || q.scans_size() > kMostScans)
    violations.push_back(
        {"scans", absl::StrCat("from 1 to ", kMostScans, " scans a call")});
  for (int i = 0; i < q.scans_size(); ++i) {
    const v1::CodeScan& scan = q.scans(i);
    const std::string path = absl::StrCat("scans[", i, "].");
    if (scan.code().empty() || scan.code().size() > kLongestText)
      violations.push_back(
          {path + "code", absl::StrCat("the text of a code, at most ",
                                       kLongestText, " characters")});
    if (!scan.has_scan_time())
      violations.push_back({path + "scan_time", "when the desk took it"});
  }
  return rpc::Invalid(violations);
}

// A code is judged as of its minute and as if no card had ended: that the
// card's record knows better than any list.
class Judging {
 public:
  static absl::StatusOr<Judging> Of(const store::Reader& reader) {
    ASSIGN_OR_RETURN(std::optional<VouchedKeys> vouched,
                     ReadVouchedKeys(reader));
    ASSIGN_OR_RETURN(const std::vector<code::StatusList> lists,
                     ReadStatusLists(reader));
    std::vector<code::StatusList> empty(lists.size());
    for (size_t i = 0; i < lists.size(); ++i) empty[i].uri = lists[i].uri;
    return Judging(vouched ? std::move(vouched->list) : code::KeyList(),
                   std::move(empty));
  }

  code::Verdict Judge(const v1::CodeScan& scan) {
    const absl::Time time = decision::ToTime(scan.scan_time());
    for (code::StatusList& list : lists_) {
      list.issued = time;
      list.expires = time + kStatusListLife;
      list.refresh = kStatusListRefresh;
    }
    return code::Judge(scan.code(), {keys_, lists_, time}, nullptr);
  }

 private:
  // Whatever list a desk had then: what is known of the keys now counts.
  Judging(code::KeyList keys, std::vector<code::StatusList> lists)
      : keys_(std::move(keys)), lists_(std::move(lists)) {
    keys_.issued = absl::InfinitePast();
    keys_.expires = absl::InfiniteFuture();
  }

  code::KeyList keys_;
  std::vector<code::StatusList> lists_;
};

std::string HexOf(const code::CodeId& id) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
}

// The card behind a good code; nullopt if its holder was erased.
absl::StatusOr<std::optional<v1::Card>> CardOf(const store::Reader& reader,
                                               const store::Vault& vault,
                                               const code::Claims& claims) {
  ASSIGN_OR_RETURN(const std::optional<std::string> id,
                   CardAt(reader, {claims.status_uri, claims.status_index}));
  if (!id) return std::nullopt;
  return records::ReadCard(reader, vault, *id, store::kLatestRevision);
}

absl::StatusOr<bool> InForce(const store::Reader& reader,
                             const store::Vault& vault, const Call& call,
                             const v1::Card& card, absl::Time time) {
  ASSIGN_OR_RETURN(
      const std::optional<v1::Person> person,
      records::ReadPerson(reader, vault,
                          records::IdOf("people", card.holder()).value_or("")));
  if (!person) return false;
  decision::Holder holder;
  holder.person = &*person;
  holder.cards = {&card};
  return decision::See(*call.policy, holder, time).card.in_force();
}

// Whoever of an institution tells it: the next shift finishes what one began. A
// copy taken there in the very same second looks the same.
bool IsToldAgain(const v1::DeskScan& before, const v1::CodeScan& scan,
                 const Call& call) {
  return before.institution() == call.asker.actor.institution &&
         before.scan_time().seconds() == scan.scan_time().seconds();
}

bool SameDesk(const v1::DeskScan& scan, const Call& call) {
  return scan.institution() == call.asker.actor.institution &&
         scan.staff() == call.asker.actor.staff;
}

v1::ScanFinding FindingOf(const v1::CodeUse& use, const v1::DeskScan& scan) {
  v1::ScanFinding finding;
  finding.set_outcome(scan.outcome());
  finding.set_log_index(scan.log_index());
  if (scan.outcome() == Outcome::TAKEN_ELSEWHERE) {
    for (const v1::DeskScan& other : use.scans()) {
      if (other.institution() == scan.institution() &&
          other.staff() == scan.staff())
        continue;
      *finding.mutable_other_scan_time() = other.scan_time();
      break;
    }
  }
  return finding;
}

Outcome::Outcome OutcomeOf(const v1::CodeUse& use, const Call& call,
                           bool in_force) {
  for (const v1::DeskScan& scan : use.scans()) {
    if (!SameDesk(scan, call)) return Outcome::TAKEN_ELSEWHERE;
  }
  return in_force ? Outcome::RECORDED : Outcome::CARD_NOT_IN_FORCE;
}

absl::StatusOr<v1::CodeUse> ReadUse(const store::Reader& reader,
                                    const store::Vault& vault,
                                    const std::string& code_id, int slot) {
  ASSIGN_OR_RETURN(
      std::optional<v1::CodeUse> known,
      records::ReadCodeUse(reader, vault, records::CodeUseId(code_id, slot)));
  return known ? *std::move(known) : v1::CodeUse();
}

// Nobody shows a phone at two institutions within a minute, but whoever saw a
// slot can show the one before it: another institution's scans of the slots
// beside this one.
absl::StatusOr<std::vector<v1::DeskScan>> BesideIt(const store::Reader& reader,
                                                   const store::Vault& vault,
                                                   const Call& call,
                                                   const std::string& code_id,
                                                   int slot) {
  std::vector<v1::DeskScan> found;
  for (const int beside : {slot - 1, slot + 1}) {
    if (beside < 0) continue;
    ASSIGN_OR_RETURN(const v1::CodeUse use,
                     ReadUse(reader, vault, code_id, beside));
    for (const v1::DeskScan& scan : use.scans()) {
      if (scan.institution() != call.asker.actor.institution)
        found.push_back(scan);
    }
  }
  return found;
}

// Adds the scan to what is known of its code, unless it was told before.
absl::StatusOr<v1::ScanFinding> Record(const rpc::Foundation& foundation,
                                       const Call& call, const v1::Card& card,
                                       const code::Verdict& verdict,
                                       const v1::CodeScan& scan,
                                       store::Transaction& transaction) {
  const std::string code_id = HexOf(verdict.claims->id);
  ASSIGN_OR_RETURN(v1::CodeUse use, ReadUse(transaction, foundation.vault,
                                            code_id, verdict.slot));
  for (const v1::DeskScan& before : use.scans()) {
    if (IsToldAgain(before, scan, call)) return FindingOf(use, before);
  }
  if (use.scans().empty()) {
    ASSIGN_OR_RETURN(
        const std::vector<v1::DeskScan> beside,
        BesideIt(transaction, foundation.vault, call, code_id, verdict.slot));
    for (const v1::DeskScan& other : beside) *use.add_scans() = other;
  }
  use.set_code_id(code_id);
  use.set_slot(verdict.slot);
  use.set_card(card.name());
  ASSIGN_OR_RETURN(const bool in_force,
                   InForce(transaction, foundation.vault, call, card,
                           decision::ToTime(scan.scan_time())));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  v1::DeskScan told;
  told.set_institution(call.asker.actor.institution);
  told.set_staff(call.asker.actor.staff);
  *told.mutable_scan_time() = scan.scan_time();
  *told.mutable_record_time() = decision::ToTimestamp(call.now);
  told.set_log_index(static_cast<int64_t>(change.log_index()));
  told.set_outcome(OutcomeOf(use, call, in_force));
  *use.add_scans() = told;
  const bool twice = told.outcome() == Outcome::TAKEN_ELSEWHERE;
  if (twice)
    transaction.Put(Key(Table::kDoubleUse)
                        .Add(call.NowMs())
                        .Add(records::CodeUseId(code_id, verdict.slot)),
                    "");
  const std::string holder = *records::IdOf("people", card.holder());
  RETURN_IF_ERROR(records::WriteCodeUse(transaction, foundation.vault, change,
                                        holder, use));
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kChange, holder,
      twice ? "code taken at two desks" : "code taken without network"));
  return FindingOf(use, told);
}

v1::ScanFinding Refused(std::string_view finding) {
  v1::ScanFinding out;
  out.set_outcome(Outcome::REFUSED);
  out.set_finding(std::string(finding));
  return out;
}

absl::StatusOr<v1::ScanFinding> Find(const rpc::Foundation& foundation,
                                     const Call& call, Judging& judging,
                                     const v1::CodeScan& scan,
                                     store::Transaction& transaction) {
  const absl::Time time = decision::ToTime(scan.scan_time());
  if (time < call.now - kOldestScan) return Refused("SCAN_TOO_OLD");
  if (time > call.now + code::kClockSkew) return Refused("SCAN_TO_COME");
  const code::Verdict verdict = judging.Judge(scan);
  if (verdict.finding != code::Finding::kGood)
    return Refused(code::InfoOf(verdict.finding).code);
  ASSIGN_OR_RETURN(const std::optional<v1::Card> card,
                   CardOf(transaction, foundation.vault, *verdict.claims));
  if (!card) return Refused("CARD_NOT_FOUND");
  return Record(foundation, call, *card, verdict, scan, transaction);
}

}  // namespace

absl::StatusOr<v1::ReportScansResponse> RecordScans(
    const rpc::Foundation& foundation, const Call& call,
    const v1::ReportScansRequest& q, store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckRequest(q));
  ASSIGN_OR_RETURN(Judging judging, Judging::Of(transaction));
  v1::ReportScansResponse out;
  for (const v1::CodeScan& scan : q.scans()) {
    ASSIGN_OR_RETURN(*out.add_findings(),
                     Find(foundation, call, judging, scan, transaction));
  }
  return out;
}

absl::StatusOr<answer::Looked<v1::ListDoubleUsesResponse>> ListDoubleUses(
    const rpc::Foundation& foundation, const v1::ListDoubleUsesRequest& q) {
  std::vector<Violation> violations;
  const size_t size = rpc::PageSize(q.page_size(), violations);
  const std::string from = absl::HexStringToBytes(q.page_token());
  const Key rows(Table::kDoubleUse);
  const bool ours =
      q.page_token().empty() || absl::StartsWith(from, rows.First());
  if (!ours) violations.push_back({"page_token", "as the last answer gave it"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  const auto reader = foundation.database.TakeSnapshot();
  std::vector<std::string> found;
  RETURN_IF_ERROR(
      reader->ScanBackwards(rows.First(), from.empty() ? rows.Last() : from,
                            [&](std::string_view row, std::string_view) {
                              found.emplace_back(row);
                              return found.size() <= size;
                            }));
  answer::Looked<v1::ListDoubleUsesResponse> out;
  if (found.size() > size) {
    found.pop_back();
    out.response.set_next_page_token(absl::BytesToHexString(found.back()));
  }
  for (const std::string& row : found) {
    ASSIGN_OR_RETURN(std::optional<v1::CodeUse> use,
                     records::ReadCodeUse(*reader, foundation.vault,
                                          row.substr(rows.First().size() + 8)));
    if (!use) continue;
    ASSIGN_OR_RETURN(
        const std::optional<v1::Card> card,
        records::ReadCard(*reader, foundation.vault,
                          records::IdOf("cards", use->card()).value_or("-")));
    if (card) out.Saw(card->holder());
    *out.response.add_uses() = *std::move(use);
  }
  return out;
}

}  // namespace talentcard::card
