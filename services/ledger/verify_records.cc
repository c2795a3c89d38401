#include "services/ledger/verify_records.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/batch.h"
#include "services/ledger/change.h"
#include "services/ledger/rows.h"
#include "services/store/versions.h"

namespace talentcard::ledger {
namespace {

using enum store::Table;

// Sealed under a person's key, so that an erasure reaches them.
bool IsSealed(store::Table table) {
  return table == kPerson || table == kCard || table == kMatter ||
         table == kUse || table == kCodeUse || table == kProposal;
}

// `c/5f…`: table letter and id.
std::string Name(std::string_view key) {
  return absl::StrCat("record `", A(key.substr(0, 1)), "/",
                      absl::CHexEscape(A(key.substr(1))), "`");
}

class RecordVerification {
 public:
  RecordVerification(const store::Reader& reader, const store::Vault& vault,
                     std::optional<uint64_t> last_erasure, Findings& findings)
      : reader_(reader),
        vault_(vault),
        last_erasure_(last_erasure),
        findings_(findings) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckEntries());
    for (const store::Table table :
         {kPerson, kCard, kMatter, kUse, kEmployer, kSchool, kPolicy,
          kCardStatus, kCodeUse, kProposal, kRulingKey, kStaff, kKeyList}) {
      const absl::Status status = CheckTable(table);
      if (absl::IsDataLoss(status)) {
        findings_.Differs(absl::StrCat("table `",
                                       std::string(1, static_cast<char>(table)),
                                       "`: ", status.message()));
      } else {
        RETURN_IF_ERROR(status);
      }
    }
    return absl::OkStatus();
  }

 private:
  bool MayBeErased(uint64_t index) const {
    return last_erasure_ && index < *last_erasure_;
  }

  absl::Status CheckEntries() {
    absl::Status failure;
    const store::Key rows = LedgerRow('e');
    RETURN_IF_ERROR(reader_.Scan(
        rows.First(), rows.Last(),
        [&](std::string_view key, std::string_view bytes) {
          const auto leaf = Leaf::Parse(bytes);
          if (!leaf.ok()) return true;  // Named already.
          const uint64_t index = store::ReadNumber(key, key.size() - 8);
          failure = leaf->kind == LeafKind::kBatchAnswer
                        ? CheckAnswers(index, *leaf)
                        : CheckEntry(index, *leaf);
          ++findings_.report.opened;
          if (failure.ok()) failure = findings_.Step();
          return failure.ok();
        }));
    return failure;
  }

  absl::Status CheckEntry(uint64_t index, const Leaf& leaf) {
    const auto opening = OpenEntry(reader_, vault_, index, leaf);
    if (!opening.ok()) return NotOpened(index, opening.status());
    RETURN_IF_ERROR(CheckSubject(index, opening->subject));
    const auto records = ParseState(opening->state);
    if (!records) {
      findings_.Differs(
          absl::StrCat("entry `", index, "` opens to a malformed state"));
      return absl::OkStatus();
    }
    for (const WrittenRecord& record : *records)
      RETURN_IF_ERROR(CheckWritten(index, record));
    return absl::OkStatus();
  }

  absl::Status CheckAnswers(uint64_t index, const Leaf& leaf) {
    const auto answers = OpenAnswers(reader_, vault_, index, leaf);
    if (!answers.ok()) return NotOpened(index, answers.status());
    for (const ProvenAnswer& answer : *answers) {
      if (answer.erased) {
        RETURN_IF_ERROR(
            NotOpened(index, absl::NotFoundError("the answer was erased")));
      } else {
        RETURN_IF_ERROR(CheckSubject(index, answer.subject));
      }
    }
    return absl::OkStatus();
  }

  absl::Status NotOpened(uint64_t index, const absl::Status& why) {
    if (absl::IsDataLoss(why)) {
      findings_.Differs(std::string(why.message()));
    } else if (!absl::IsNotFound(why)) {
      return why;
    } else if (MayBeErased(index)) {
      ++findings_.report.erased;
    } else {
      findings_.Differs(
          absl::StrCat("entry `", index,
                       "` cannot be opened and no erasure comes after it"));
    }
    return absl::OkStatus();
  }

  // Or the entry would not be shown to the person it is about.
  absl::Status CheckSubject(uint64_t index, const std::string& subject) {
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(SubjectRows(subject).Add(index)));
    if (!row) {
      findings_.Differs(
          absl::StrCat("entry `", index, "` is not listed under its subject"));
    }
    return absl::OkStatus();
  }

  // The record must still be as entry `index` left it, or as a later one did.
  absl::Status CheckWritten(uint64_t index, const WrittenRecord& record) {
    const auto table = static_cast<store::Table>(record.key[0]);
    const auto read = store::ReadVersion(
        reader_, table, std::string_view(record.key).substr(1));
    if (absl::IsDataLoss(read.status())) {
      findings_.Differs(absl::StrCat(Name(record.key), " is malformed"));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(read.status());
    const std::optional<store::Version>& current = *read;
    if (!current) {
      if (MayBeErased(index) && IsSealed(table)) {
        ++findings_.report.erased;
      } else {
        findings_.Differs(absl::StrCat(Name(record.key), ", written by entry `",
                                       index, "`, is missing"));
      }
    } else if (current->log_index < index) {
      findings_.Differs(absl::StrCat(
          Name(record.key), " was put back to entry `", current->log_index,
          "` after entry `", index, "` changed it"));
    } else if (current->log_index == index &&
               Sha256(current->payload) != record.payload) {
      findings_.Differs(absl::StrCat(Name(record.key), " is not what entry `",
                                     index, "` committed to"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckTable(store::Table table) {
    absl::Status failure;
    RETURN_IF_ERROR(store::ScanVersions(
        reader_, table, "",
        [&](std::string_view id, const store::Version& version) {
          // Whether its bytes are right was checked from the entry's side.
          failure = CheckVersion(table, id, version, /*check_bytes=*/false);
          ++findings_.report.records;
          if (failure.ok()) failure = CheckOlder(table, id, version.revision);
          if (failure.ok()) failure = findings_.Step();
          return failure.ok();
        }));
    return failure;
  }

  // The versions before `revision`, back to a deletion.
  absl::Status CheckOlder(store::Table table, std::string_view id,
                          uint64_t revision) {
    while (revision > 0) {
      const auto older = store::ReadVersion(reader_, table, id, revision - 1);
      if (!older.ok() && !absl::IsDataLoss(older.status()))
        return older.status();
      if (older.ok() && !older->has_value()) return absl::OkStatus();
      if (!older.ok() || (*older)->revision >= revision) {
        findings_.Differs(absl::StrCat("an older version of ",
                                       Name(store::Key(table).Add(id)),
                                       " is malformed"));
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(CheckVersion(table, id, **older, /*check_bytes=*/true));
      ++findings_.report.older;
      revision = (*older)->revision;
    }
    return absl::OkStatus();
  }

  absl::Status CheckVersion(store::Table table, std::string_view id,
                            const store::Version& version, bool check_bytes) {
    RETURN_IF_ERROR(OpenState(version.log_index));
    const std::string key = store::Key(table).Add(id).bytes();
    const auto differs = [&](std::string_view what) {
      findings_.Differs(absl::StrCat(Name(key), ": entry `", version.log_index,
                                     "` ", A(what)));
      return absl::OkStatus();
    };
    switch (state_) {
      case State::kMissing:
        return differs("does not exist");
      case State::kDamaged:
        return absl::OkStatus();  // Named already.
      case State::kErased:
        if (!IsSealed(table))
          return differs("cannot be opened, but such a record is never erased");
        ++findings_.report.erased;
        return absl::OkStatus();
      case State::kOpened:
        for (const WrittenRecord& record : written_) {
          if (record.key != key) continue;
          const bool same =
              !check_bytes || Sha256(version.payload) == record.payload;
          return same ? absl::OkStatus()
                      : differs("committed to another older version");
        }
        return differs("did not write it");
    }
    return absl::OkStatus();
  }

  // Opens entry `index` unless it is the one opened last.
  absl::Status OpenState(uint64_t index) {
    if (state_of_ == index) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(EntryRow(index)));
    state_of_ = index;
    written_.clear();
    state_ = State::kMissing;
    if (!row) return absl::OkStatus();
    state_ = State::kDamaged;
    const auto leaf = Leaf::Parse(*row);
    if (!leaf.ok()) return absl::OkStatus();
    state_ = State::kOpened;
    if (leaf->kind == LeafKind::kBatchAnswer) return absl::OkStatus();
    const auto opening = OpenEntry(reader_, vault_, index, *leaf);
    if (absl::IsNotFound(opening.status())) {
      state_ = State::kErased;
    } else if (absl::IsDataLoss(opening.status())) {
      state_ = State::kDamaged;
    } else {
      RETURN_IF_ERROR(opening.status());
      written_ =
          ParseState(opening->state).value_or(std::vector<WrittenRecord>());
    }
    return absl::OkStatus();
  }

  enum class State { kMissing, kDamaged, kErased, kOpened };

  const store::Reader& reader_;
  const store::Vault& vault_;
  const std::optional<uint64_t> last_erasure_;
  Findings& findings_;
  std::optional<uint64_t> state_of_;
  State state_ = State::kMissing;
  std::vector<WrittenRecord> written_;
};

}  // namespace

absl::Status VerifyRecords(const store::Reader& reader,
                           const store::Vault& vault,
                           std::optional<uint64_t> last_erasure,
                           Findings& findings) {
  return RecordVerification(reader, vault, last_erasure, findings).Run();
}

}  // namespace talentcard::ledger
