#include "services/restore/restore.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "engine/status_macros.h"
#include "services/ledger/change.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/tree.h"
#include "services/records/names.h"
#include "services/records/proposals.h"
#include "services/records/sealed.h"
#include "services/records/staff.h"

namespace talentcard::restore {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using ledger::Anchor;
using ledger::Succession;

absl::Status Refused(std::string_view why) {
  return absl::FailedPreconditionError(std::string(why));
}

// What the log of a copy is called there.
absl::StatusOr<std::string> NameOf(const store::Reader& copy) {
  ASSIGN_OR_RETURN(const Succession names, Succession::Read(copy));
  if (!names.all().empty()) return names.all().back().second.origin;
  ASSIGN_OR_RETURN(const std::string note, ledger::NewestNote(copy));
  if (note.empty())
    return Refused("the copy has no checkpoint: begin with an empty directory");
  ASSIGN_OR_RETURN(const ledger::ParsedNote parsed,
                   ledger::ParsedNote::Parse(note));
  ASSIGN_OR_RETURN(const ledger::Checkpoint newest,
                   ledger::Checkpoint::Parse(parsed.text));
  return newest.origin;
}

// Whether a person's account lets them sign orders; without accounts their key
// does.
absl::StatusOr<bool> MaySign(const store::Reader& reader,
                             const store::Vault& vault,
                             const policy::Policy& policy,
                             const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> accounts,
                   records::AllStaff(reader));
  if (accounts.empty()) return true;
  ASSIGN_OR_RETURN(
      const std::optional<records::Staff> staff,
      records::ReadStaff(reader, vault,
                         records::IdOf("staff", name).value_or("-")));
  if (!staff || staff->record.disabled()) return false;
  const auto& roles = staff->record.roles();
  return std::any_of(roles.begin(), roles.end(), [&](const v1::StaffRole& r) {
    return policy.access.restored_by.contains(r.kind());
  });
}

absl::Status CheckPeople(const Copy& copy, const SignedOrder& order) {
  const store::Reader& reader = copy.database.Latest();
  std::vector<std::string> count;
  for (const std::string& staff : order.staff) {
    ASSIGN_OR_RETURN(const bool may,
                     MaySign(reader, copy.vault, copy.policy, staff));
    if (may) count.push_back(staff);
  }
  if (count.size() >= kPeople) return absl::OkStatus();
  return Refused(absl::StrCat(
      "the order wants ", kPeople,
      " signatures that count, by different "
      "people, each with the key of their rulings and an account of ",
      absl::StrJoin(copy.policy.access.restored_by, " or "), "; it has ",
      count.empty() ? "none"
                    : absl::StrCat("that of ", absl::StrJoin(count, ", "))));
}

// Whether the order was carried out up to its leaf, and nothing was written or
// remembered since: nobody goes on twice by one order.
absl::StatusOr<bool> IsBegun(const Copy& copy, const Order& order) {
  const store::Reader& reader = copy.database.Latest();
  ASSIGN_OR_RETURN(const Succession names, Succession::Read(reader));
  ASSIGN_OR_RETURN(const Anchor present, ledger::Present(reader));
  const ledger::Checkpoint& earlier = order.genesis.predecessor;
  const Anchor last = copy.anchor.last().value_or(
      Anchor{present.revision, order.size, order.root});
  const bool remembered = last == present || (last.size == earlier.size &&
                                              last.root == earlier.root);
  return remembered && !names.all().empty() && present.size == order.size + 1 &&
         names.all().back().first == order.size &&
         names.all().back().second.Encode() == order.genesis.Encode();
}

// Also when it is begun: nothing is signed under the log's earlier name.
absl::Status CheckOrigin(const Copy& copy, const Order& order) {
  if (order.genesis.origin == copy.log.verifier().name())
    return absl::OkStatus();
  return Refused(absl::StrCat("the order calls the log `", order.genesis.origin,
                              "`: start with --origin ", order.genesis.origin));
}

absl::Status CheckFits(const Copy& copy, const Order& order) {
  ASSIGN_OR_RETURN(const Order fitting,
                   OrderFor(copy.database.Latest(), copy.anchor.last(),
                            order.genesis.origin, order.reason));
  if (fitting.Text() != order.Text())
    return Refused("the order is of another copy, or of another time");
  ASSIGN_OR_RETURN(const std::string note,
                   ledger::NewestNote(copy.database.Latest()));
  if (note.empty()) return absl::OkStatus();
  return ledger::OpenCheckpoint({order.genesis.predecessor.origin,
                                 copy.log.verifier().key().public_key},
                                note)
      .status();
}

absl::Status PutOnRecord(const Copy& copy, const Order& order,
                         std::string_view note) {
  v1::LogRecord record;
  record.set_note(std::string(note));
  ledger::Account account;
  account.time_ms = copy.now_ms;
  account.facts = records::Deterministic(record);
  return copy.writer
      .Run([&](store::Transaction& transaction) {
        return ledger::Succeed(transaction, copy.vault, order.genesis, account);
      })
      .status();
}

}  // namespace

absl::StatusOr<Order> OrderFor(const store::Reader& copy,
                               const std::optional<Anchor>& remembered,
                               const std::string& origin,
                               const std::string& reason) {
  ASSIGN_OR_RETURN(const Anchor present, ledger::Present(copy));
  const Anchor last = remembered.value_or(present);
  const bool misses = !remembered || present.revision < last.revision ||
                      present.size < last.size;
  const bool older = present.size < last.size ||
                     (present.size == last.size && present.root == last.root);
  if (!misses)
    return Refused("the database misses nothing: serve it under its own name");
  if (!older)
    return Refused("the database is no older copy of what the anchor knows");
  Order order;
  order.genesis.origin = origin;
  ASSIGN_OR_RETURN(order.genesis.predecessor.origin, NameOf(copy));
  order.genesis.predecessor.size = last.size;
  order.genesis.predecessor.root = last.root;
  order.size = present.size;
  order.root = present.root;
  order.reason = reason;
  if (const auto read = Order::Parse(order.Text()); !read.ok())
    return absl::InvalidArgumentError(
        "the log's new name is another than its last, without spaces; the "
        "reason is one line");
  return order;
}

absl::StatusOr<SignedOrder> ReadSigned(const store::Reader& reader,
                                       std::string_view note) {
  return ReadSigned(note, [&](std::string_view staff) {
    return records::RulingKey(reader, staff);
  });
}

absl::Status Restore(const Copy& copy, std::string_view signed_order) {
  const store::Reader& reader = copy.database.Latest();
  ASSIGN_OR_RETURN(const SignedOrder read, ReadSigned(reader, signed_order));
  RETURN_IF_ERROR(CheckPeople(copy, read));
  RETURN_IF_ERROR(CheckOrigin(copy, read.order));
  ASSIGN_OR_RETURN(const bool begun, IsBegun(copy, read.order));
  if (!begun) {
    RETURN_IF_ERROR(CheckFits(copy, read.order));
    RETURN_IF_ERROR(PutOnRecord(copy, read.order, signed_order));
  }
  ledger::Checkpointer checkpointer(copy.database, copy.writer, copy.log);
  RETURN_IF_ERROR(checkpointer.Update());
  ASSIGN_OR_RETURN(const Anchor after, ledger::Present(reader));
  return copy.anchor.Write(after);
}

}  // namespace talentcard::restore
