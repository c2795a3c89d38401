#include "services/restore/order.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"

namespace talentcard::restore {
namespace {

constexpr char kHeading[] = "chengzhou/restore/v1";
constexpr size_t kLines = 7;  // With the empty one behind the last newline.

absl::Status NoOrder() {
  return absl::InvalidArgumentError(
      "not an order to go on from an older copy; chengzhoud --order-restore "
      "makes one");
}

std::string SizeAndRoot(uint64_t size, const ledger::Hash& root) {
  return absl::StrCat(size, " ", absl::Base64Escape(A(AsBytes(root))));
}

bool ParseSizeAndRoot(const std::string& line, uint64_t& size,
                      ledger::Hash& root) {
  const std::vector<std::string> parts = absl::StrSplit(line, ' ');
  std::string bytes;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &size) ||
      !ledger::ParseBase64(parts[1], bytes) || bytes.size() != root.size())
    return false;
  std::copy(bytes.begin(), bytes.end(), root.begin());
  return true;
}

}  // namespace

std::string Order::Text() const {
  const ledger::Checkpoint& earlier = genesis.predecessor;
  return absl::StrCat(kHeading, "\n", genesis.origin, "\n", earlier.origin,
                      "\n", SizeAndRoot(earlier.size, earlier.root), "\n",
                      SizeAndRoot(size, root), "\n", reason, "\n");
}

absl::StatusOr<Order> Order::Parse(std::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(A(text), '\n');
  Order order;
  ledger::Checkpoint& earlier = order.genesis.predecessor;
  if (lines.size() != kLines ||
      !ParseSizeAndRoot(lines[3], earlier.size, earlier.root) ||
      !ParseSizeAndRoot(lines[4], order.size, order.root))
    return NoOrder();
  order.genesis.origin = lines[1];
  earlier.origin = lines[2];
  order.reason = lines[5];
  const bool good = order.Text() == text &&
                    ledger::IsKeyName(order.genesis.origin) &&
                    ledger::IsKeyName(earlier.origin) &&
                    order.genesis.origin != earlier.origin &&
                    order.size <= earlier.size && !order.reason.empty();
  return good ? absl::StatusOr<Order>(order) : NoOrder();
}

absl::StatusOr<std::string> Sign(std::string_view order, std::string_view staff,
                                 const store::SecretKey& key) {
  if (!ledger::IsKeyName(staff))
    return absl::InvalidArgumentError(
        absl::StrCat("`", A(staff), "` is no name of staff, e.g. staff/wang"));
  const auto note = ledger::ParsedNote::Parse(order);
  const std::string text = note.ok() ? note->text : std::string(order);
  RETURN_IF_ERROR(Order::Parse(text).status());
  const std::string alone =
      ledger::NoteSigner(std::string(staff), key).Sign(text);
  return note.ok() ? absl::StrCat(A(order), alone.substr(text.size() + 1))
                   : alone;
}

absl::StatusOr<SignedOrder> ReadSigned(
    std::string_view note,
    const std::function<absl::StatusOr<std::optional<std::string>>(
        std::string_view staff)>& key_of) {
  ASSIGN_OR_RETURN(const ledger::ParsedNote parsed,
                   ledger::ParsedNote::Parse(note));
  SignedOrder out;
  ASSIGN_OR_RETURN(out.order, Order::Parse(parsed.text));
  for (const ledger::NoteSignature& line : parsed.signatures) {
    ASSIGN_OR_RETURN(const std::optional<std::string> bytes, key_of(line.name));
    Ed25519PublicKey key{};
    if (!bytes || bytes->size() != key.size()) continue;
    std::copy(bytes->begin(), bytes->end(), key.begin());
    if (VerifyEd25519(key, parsed.text, line.bytes))
      out.staff.insert(line.name);
  }
  return out;
}

}  // namespace talentcard::restore
