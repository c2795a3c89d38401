#ifndef TALENTCARD_SERVICES_STORE_SEALING_H_
#define TALENTCARD_SERVICES_STORE_SEALING_H_

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/identity/sensitive.h"
#include "services/store/cipher.h"
#include "services/store/database.h"
#include "services/store/master_key.h"
#include "services/store/random.h"
#include "services/store/transaction.h"

namespace talentcard::store {

// Encrypts: cipher (1), nonce (12), ciphertext, tag (16). `context` is bound to
// the result: sealed bytes open only where they were put.
std::string Seal(Cipher cipher, const SecretKey& key, std::string_view context,
                 std::string_view plain, Random& random);
// Whatever cipher sealed it. kDataLoss if the bytes, the key or the context is
// another one.
absl::StatusOr<std::string> Open(const SecretKey& key, std::string_view context,
                                 std::string_view sealed);

// HMAC-SHA256.
std::array<uint8_t, 32> Hmac(const SecretKey& key, std::string_view message);

// The owner of what belongs to nobody: employers' requests, system leaves.
inline constexpr std::string_view kSystemOwner =
    "00000000000000000000000000000000";

// What is left in the row of a destroyed key, so that nobody ever gets another
// under the same id.
inline constexpr std::string_view kDestroyedKey = "";

// The secrets of one database: a key per person, wrapped by the master key, and
// keyed hashes by which documents, names and requests are known again.
// Thread-safe.
class Vault {
 public:
  // Seals with `cipher`, and opens what either sealed. `random` must outlive
  // the vault.
  Vault(const SecretKey& master, Random& random,
        Cipher cipher = Cipher::kSm4Gcm);

  // The person's key; kNotFound if it was destroyed or never made.
  absl::StatusOr<SecretKey> PersonKey(const Reader& reader,
                                      std::string_view person) const;
  // Makes it on first use; kNotFound if it was destroyed.
  absl::StatusOr<SecretKey> PersonKeyOrNew(Transaction& transaction,
                                           std::string_view person) const;
  // Destroys it for ever: nothing sealed under it opens again, and nothing is
  // sealed for this person any more.
  void DestroyPersonKey(Transaction& transaction,
                        std::string_view person) const;
  absl::StatusOr<bool> IsDestroyed(const Reader& reader,
                                   std::string_view person) const;

  // Seal's bytes under somebody's key.
  std::string SealUnder(const SecretKey& key, std::string_view context,
                        std::string_view plain) const;
  // Sealed bytes that say whose they are: owner (32), then Seal's bytes.
  absl::StatusOr<std::string> SealFor(Transaction& transaction,
                                      std::string_view owner,
                                      std::string_view context,
                                      std::string_view plain) const;
  // kNotFound if the owner's key was destroyed; kDataLoss if the bytes are not
  // what was sealed in this context.
  absl::StatusOr<std::string> OpenFor(const Reader& reader,
                                      std::string_view context,
                                      std::string_view sealed) const;
  // Sealed bytes that open only while every owner's key is there: how many
  // owners (8), they (32 each, in order), then Seal's bytes. kNotFound if a key
  // was destroyed or never made.
  absl::StatusOr<std::string> SealForAll(const Reader& reader,
                                         const std::set<std::string>& owners,
                                         std::string_view context,
                                         std::string_view plain) const;
  // Fails as OpenFor does.
  absl::StatusOr<std::string> OpenForAll(const Reader& reader,
                                         std::string_view context,
                                         std::string_view sealed) const;

  // 16 bytes by which a document, a name or a request is known again; equal
  // only for equal input.
  std::string DocumentHash(int kind, std::string_view issuer,
                           const identity::DocumentNumber& canonical) const;
  std::string NameHash(const identity::NameKey& search_key) const;
  // The same of an erased person's id; no document has this hash.
  std::string ErasureHash(std::string_view person) const;
  std::string RequestHash(std::string_view request) const;

  Random& random() const { return random_; }

 private:
  absl::StatusOr<SecretKey> Unwrap(std::string_view row,
                                   std::string_view wrapped) const;
  // Of ids one after another: a key that nobody has without each of theirs.
  absl::StatusOr<SecretKey> KeyOfAll(const Reader& reader,
                                     std::string_view owners) const;
  std::string Lookup(const SecretKey& key, std::string_view message) const;

  SecretKey wrapping_;
  SecretKey documents_;
  SecretKey names_;
  SecretKey requests_;
  SecretKey system_;
  Random& random_;
  Cipher cipher_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_SEALING_H_
