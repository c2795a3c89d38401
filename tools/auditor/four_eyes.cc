#include "tools/auditor/four_eyes.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/ledger/batch.h"
#include "services/ledger/change.h"
#include "services/ledger/rows.h"
#include "services/records/names.h"
#include "services/restore/restore.h"
#include "services/rpc/policies.h"
#include "services/store/versions.h"
#include "tools/auditor/rulings.h"

namespace talentcard::auditor {
namespace {

using ledger::Leaf;
using ledger::LeafKind;
using ledger::WrittenRecord;
using store::Table;

constexpr size_t kMostNamed = 100;

// What an entry opens to; of a batch, what its first answer does.
struct Opened {
  v1::LogRecord record;
  std::vector<WrittenRecord> written;
};

// kNotFound if it was erased.
absl::StatusOr<Opened> Open(const store::Reader& reader,
                            const store::Vault& vault, uint64_t index,
                            const Leaf& leaf) {
  Opened opened;
  std::string facts;
  if (leaf.kind == LeafKind::kBatchAnswer) {
    ASSIGN_OR_RETURN(const auto answers,
                     ledger::OpenAnswers(reader, vault, index, leaf));
    const auto first =
        std::find_if(answers.begin(), answers.end(),
                     [](const auto& answer) { return !answer.erased; });
    if (first == answers.end()) return absl::NotFoundError("all were erased");
    facts = first->facts;
  } else {
    ASSIGN_OR_RETURN(const ledger::Opening opening,
                     ledger::OpenEntry(reader, vault, index, leaf));
    auto written = ledger::ParseState(opening.state);
    if (!written) return absl::DataLossError("its state is malformed");
    opened.written = *std::move(written);
    facts = opening.facts;
  }
  if (!opened.record.ParseFromString(facts))
    return absl::DataLossError("its record is malformed");
  return opened;
}

// The proposal whose execution an entry puts on record.
std::optional<std::string> ExecutedBy(const Opened& opened) {
  absl::string_view name = opened.record.note();
  if (!absl::ConsumeSuffix(&name, " executed")) return std::nullopt;
  const auto id = records::IdOf("proposals", S(name));
  const bool written =
      id && std::any_of(
                opened.written.begin(), opened.written.end(),
                [key = store::Key(Table::kProposal).Add(*id).bytes()](
                    const WrittenRecord& record) { return record.key == key; });
  return written ? id : std::nullopt;
}

// Newest first.
absl::StatusOr<std::vector<store::Version>> VersionsOf(
    const store::Reader& reader, const std::string& proposal) {
  std::vector<store::Version> versions;
  uint64_t known = store::kLatestRevision;
  while (true) {
    ASSIGN_OR_RETURN(
        std::optional<store::Version> version,
        store::ReadVersion(reader, Table::kProposal, proposal, known));
    if (!version) return versions;
    if (version->revision == 0 || version->revision > known)
      return absl::DataLossError("an older version of it is malformed");
    known = version->revision - 1;
    versions.push_back(*std::move(version));
  }
}

// A proposal used up, and the leaf that says so.
struct Execution {
  Leaf leaf;
  v1::LogRecord record;
  uint64_t index = 0;
  v1::Proposal proposal;
  std::string fault;  // Why it lets nobody do anything.

  // Whether an entry that follows may be of the same call. Its clock is read
  // once, and nothing comes between the leaves of a transaction.
  bool Covers(const Leaf& next, const v1::LogRecord& other) const {
    return next.time_ms == leaf.time_ms && next.bundle == leaf.bundle &&
           other.method() == record.method() && other.actor() == record.actor();
  }
};

class FourEyesCheck {
 public:
  FourEyesCheck(const store::Reader& reader, const store::Vault& vault,
                const std::function<void(uint64_t)>& progress)
      : reader_(reader), vault_(vault), progress_(progress) {}

  absl::StatusOr<FourEyesReport> Run() {
    RETURN_IF_ERROR(NameIfDamaged("the ruling keys", LoadKeys()));
    RETURN_IF_ERROR(NameIfDamaged("the proposals", LoadProposals()));
    absl::Status failure;
    const store::Key rows = ledger::LedgerRow('e');
    RETURN_IF_ERROR(reader_.Scan(
        rows.First(), rows.Last(),
        [&](std::string_view key, std::string_view bytes) {
          failure = Entry(store::ReadNumber(key, key.size() - 8), bytes);
          return failure.ok();
        }));
    RETURN_IF_ERROR(failure);
    for (const std::string& id : proposals_) {
      RETURN_IF_ERROR(NameIfDamaged(
          absl::StrCat("`", records::NameOf("proposals", id), "`"),
          OnRecord(id)));
    }
    return std::move(report_);
  }

 private:
  struct Publication {
    uint64_t index = 0;
    uint64_t time_ms = 0;
    std::string digest;
  };
  struct Closed {
    uint64_t index = 0;
    uint64_t time_ms = 0;
  };

  absl::Status LoadKeys() {
    return store::ScanVersions(
        reader_, Table::kRulingKey, "",
        [&](std::string_view staff, const store::Version& version) {
          keys_[std::string(staff)] = version.payload;
          return true;
        });
  }

  absl::Status LoadProposals() {
    RETURN_IF_ERROR(
        store::ScanVersions(reader_, Table::kProposal, "",
                            [&](std::string_view id, const store::Version&) {
                              proposals_.emplace_back(id);
                              return true;
                            }));
    for (const std::string& id : proposals_) {
      ASSIGN_OR_RETURN(const auto versions, VersionsOf(reader_, id));
      for (const store::Version& version : versions)
        proposal_entries_.insert(version.log_index);
    }
    return absl::OkStatus();
  }

  absl::Status Entry(uint64_t index, std::string_view bytes) {
    constexpr uint64_t kTellEvery = 10000;
    if (progress_ && index % kTellEvery == kTellEvery - 1) progress_(index + 1);
    const auto leaf = Leaf::Parse(bytes);
    if (!leaf.ok()) {
      execution_.reset();
      return absl::OkStatus();
    }
    const auto opened = Open(reader_, vault_, index, *leaf);
    if (!opened.ok()) {
      execution_.reset();
      if (absl::IsDataLoss(opened.status())) return absl::OkStatus();
      if (!absl::IsNotFound(opened.status())) return opened.status();
      if (proposal_entries_.contains(index)) closed_ = {index, leaf->time_ms};
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Judge(index, *leaf, *opened));
    if (leaf->kind == LeafKind::kRuleSet) Published(index, *leaf, *opened);
    return absl::OkStatus();
  }

  void Published(uint64_t index, const Leaf& leaf, const Opened& opened) {
    for (const WrittenRecord& record : opened.written) {
      if (record.key[0] == static_cast<char>(Table::kPolicy))
        published_.push_back({index, leaf.time_ms, record.key.substr(1)});
    }
  }

  // A log that goes on from an older copy: two people ordered exactly that.
  absl::Status Restored(uint64_t index, const Leaf& leaf,
                        const v1::LogRecord& record) {
    ++report_.acts;
    const auto read =
        restore::ReadSigned(record.note(),
                            [&](std::string_view staff)
                                -> absl::StatusOr<std::optional<std::string>> {
                              const auto key = keys_.find(std::string(staff));
                              if (key == keys_.end()) return std::nullopt;
                              return key->second;
                            });
    if (!read.ok() || read->order.size != index ||
        read->order.genesis.Encode() != leaf.extension)
      return Differs(index, "the log got another name without an order to");
    return read->staff.size() >= restore::kPeople
               ? absl::OkStatus()
               : Differs(index, "the order to restore was not signed by two");
  }

  absl::Status Judge(uint64_t index, const Leaf& leaf, const Opened& opened) {
    if (leaf.kind == LeafKind::kSuccessor)
      return Restored(index, leaf, opened.record);
    if (const auto id = ExecutedBy(opened))
      return Execute(index, leaf, *id, opened.record);
    if (execution_ && !execution_->Covers(leaf, opened.record))
      execution_.reset();
    ASSIGN_OR_RETURN(const auto policy, PolicyOf(index, leaf));
    if (policy == nullptr || !NeedsSecond(*policy, opened.record))
      return absl::OkStatus();
    ++report_.acts;
    return Act(index, leaf, opened);
  }

  absl::Status Execute(uint64_t index, const Leaf& leaf, const std::string& id,
                       const v1::LogRecord& record) {
    execution_ = {leaf, record, index, {}, ""};
    execution_->proposal.set_name(records::NameOf("proposals", id));
    const auto fault = FaultOfUse(id, *execution_);
    if (absl::IsDataLoss(fault.status())) {
      execution_->fault = std::string(fault.status().message());
    } else {
      ASSIGN_OR_RETURN(execution_->fault, fault);
    }
    if (execution_->fault.empty()) return absl::OkStatus();
    named_.insert(id);
    return Differs(index,
                   absl::StrCat("`", execution_->proposal.name(),
                                "` was executed, but ", execution_->fault));
  }

  // Reads what was executed into `execution` on the way.
  absl::StatusOr<std::string> FaultOfUse(const std::string& id,
                                         Execution& execution) {
    ASSIGN_OR_RETURN(const auto versions, VersionsOf(reader_, id));
    const auto then = std::find_if(
        versions.begin(), versions.end(), [&](const store::Version& version) {
          return version.log_index == execution.index;
        });
    if (then == versions.end()) return "it is not on record as it was then";
    if (std::next(then) == versions.end()) return "nobody had proposed it";
    ASSIGN_OR_RETURN(const auto before, OpenProposal(id, *std::next(then)));
    ASSIGN_OR_RETURN(const auto executed, OpenProposal(id, *then));
    if (!before || !executed) return "it is closed while its entry is not";
    execution.proposal = *executed;
    std::string fault = FaultOfExecution(*before, *executed, execution.record);
    if (!fault.empty()) return fault;
    ASSIGN_OR_RETURN(const auto rule, RuleOf(versions.back(), *executed));
    return FaultOf(*executed, rule, keys_);
  }

  absl::Status Act(uint64_t index, const Leaf& leaf, const Opened& opened) {
    if (execution_) {
      const std::string& name = execution_->proposal.name();
      if (!execution_->fault.empty())
        return Differs(
            index, absl::StrCat("it rests on `", name, "`, executed by entry `",
                                execution_->index, "`, which does not hold"));
      if (!IsActOf(execution_->proposal, opened.written))
        return Differs(index, absl::StrCat("it is not what `", name,
                                           "`, executed for it, is about"));
      return absl::OkStatus();
    }
    if (closed_ && closed_->index + 1 == index &&
        closed_->time_ms == leaf.time_ms) {
      ++report_.erased;
      return absl::OkStatus();
    }
    return Differs(index,
                   absl::StrCat("`", opened.record.method(), "` by `",
                                opened.record.actor(),
                                "` needs a second person, and no proposal was "
                                "executed for it"));
  }

  absl::Status OnRecord(const std::string& id) {
    ASSIGN_OR_RETURN(const auto versions, VersionsOf(reader_, id));
    if (versions.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto proposal, OpenProposal(id, versions.front()));
    if (!proposal) {
      ++report_.erased;
      return absl::OkStatus();
    }
    ++report_.proposals;
    const uint64_t index = versions.front().log_index;
    if (proposal->state() == v1::Proposal::TO_REVIEW)
      ToReview(index, *proposal);
    if (named_.contains(id)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto rule, RuleOf(versions.back(), *proposal));
    const std::string fault = FaultOf(*proposal, rule, keys_);
    return fault.empty()
               ? absl::OkStatus()
               : Differs(index,
                         absl::StrCat("`", records::NameOf("proposals", id),
                                      "`: ", fault));
  }

  void ToReview(uint64_t index, const v1::Proposal& proposal) {
    ++report_.to_review_count;
    if (report_.to_review.size() == kMostNamed) return;
    report_.to_review.push_back(absl::StrCat(
        "entry `", index, "`: `", proposal.name(),
        "` was executed in an emergency and is still to be reviewed, by ",
        absl::FormatTime(absl::RFC3339_sec,
                         decision::ToTime(proposal.review_due()),
                         absl::FixedTimeZone(8 * 60 * 60))));
  }

  // nullopt if it is about somebody who was erased.
  absl::StatusOr<std::optional<v1::Proposal>> OpenProposal(
      const std::string& id, const store::Version& version) {
    const auto bytes = vault_.OpenFor(
        reader_, store::Key(Table::kProposal).Add(id), version.payload);
    if (absl::IsNotFound(bytes.status())) return std::nullopt;
    RETURN_IF_ERROR(bytes.status());
    v1::Proposal proposal;
    if (!proposal.ParseFromString(*bytes))
      return absl::DataLossError("it is malformed");
    return proposal;
  }

  // By the policy under which its first version was written.
  absl::StatusOr<std::optional<ApprovalRule>> RuleOf(
      const store::Version& first, const v1::Proposal& proposal) {
    ASSIGN_OR_RETURN(const auto row,
                     reader_.Get(ledger::EntryRow(first.log_index)));
    const auto leaf = Leaf::Parse(row.value_or(""));
    if (!leaf.ok())
      return absl::DataLossError("the entry that proposed it is malformed");
    ASSIGN_OR_RETURN(const auto policy, PolicyOf(first.log_index, *leaf));
    if (policy == nullptr)
      return absl::DataLossError("the policy it was proposed under is gone");
    return RuleFor(*policy, proposal);
  }

  // Null before the first, and for one that does not load.
  absl::StatusOr<std::shared_ptr<const policy::Policy>> PolicyOf(
      uint64_t index, const Leaf& leaf) {
    const std::string digest = DigestOf(index, leaf);
    if (digest.empty()) return nullptr;
    const auto policy = policies_.ByDigest(reader_, digest);
    if (absl::IsNotFound(policy.status()) || absl::IsDataLoss(policy.status()))
      return nullptr;
    return policy;
  }

  // The bundle an entry is judged by: the one in force, or, if it names that,
  // the one just replaced, for a call may wait while another is published. What
  // else it names would be its own choice.
  std::string DigestOf(uint64_t index, const Leaf& leaf) const {
    constexpr uint64_t kLongestWaitMs = 10 * 60 * 1000;
    const auto next = std::partition_point(
        published_.begin(), published_.end(),
        [&](const Publication& one) { return one.index < index; });
    if (next == published_.begin()) return "";
    const auto in_force = std::prev(next);
    if (in_force == published_.begin()) return in_force->digest;
    const auto replaced = std::prev(in_force);
    const bool waited = replaced->digest == ToHex(leaf.bundle) &&
                        leaf.time_ms <= in_force->time_ms + kLongestWaitMs;
    return waited ? replaced->digest : in_force->digest;
  }

  absl::Status NameIfDamaged(const std::string& what,
                             const absl::Status& status) {
    if (!absl::IsDataLoss(status)) return status;
    Name(absl::StrCat(what, ": ", status.message()));
    return absl::OkStatus();
  }

  absl::Status Differs(uint64_t index, const std::string& what) {
    Name(absl::StrCat("entry `", index, "`: ", what));
    return absl::OkStatus();
  }

  void Name(std::string difference) {
    ++report_.difference_count;
    if (report_.differences.size() < kMostNamed)
      report_.differences.push_back(std::move(difference));
  }

  const store::Reader& reader_;
  const store::Vault& vault_;
  const std::function<void(uint64_t)>& progress_;
  rpc::Policies policies_;
  RulingKeys keys_;
  std::vector<std::string> proposals_;  // Ids.
  // What wrote any version of any of them.
  std::set<uint64_t> proposal_entries_;
  std::vector<Publication> published_;
  // Of the call that the entry before was of, if it used one up.
  std::optional<Execution> execution_;
  // The last of `proposal_entries_` that an erasure closed.
  std::optional<Closed> closed_;
  std::set<std::string> named_;  // Proposals whose execution was named.
  FourEyesReport report_;
};

}  // namespace

absl::StatusOr<FourEyesReport> CheckFourEyes(
    const store::Reader& reader, const store::Vault& vault,
    const std::function<void(uint64_t entries)>& progress) {
  return FourEyesCheck(reader, vault, progress).Run();
}

}  // namespace talentcard::auditor
