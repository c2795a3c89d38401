#ifndef TALENTCARD_SERVICES_LEDGER_NOTE_H_
#define TALENTCARD_SERVICES_LEDGER_NOTE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/digest/ed25519.h"
#include "services/store/master_key.h"

// Signed notes (C2SP signed-note) with Ed25519 keys.
namespace talentcard::ledger {

// True if it can name a key: not empty, valid UTF-8, no space and no plus sign.
bool IsKeyName(std::string_view name);

// The public half, printed as `name+hash+base64`.
class NoteVerifier {
 public:
  // kInvalidArgument unless it is a well-formed Ed25519 verifier key.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view verifier_key);
  NoteVerifier(std::string name, const Ed25519PublicKey& public_key);

  const std::string& name() const { return name_; }
  std::string ToString() const;

  // The text of the note (ending in a newline) if this key signed it;
  // well-formed lines by other keys are passed over. kInvalidArgument
  // otherwise, and if the note is not UTF-8 or has control characters.
  absl::StatusOr<std::string> Open(std::string_view note) const;

  uint32_t key_hash() const { return key_hash_; }

 private:
  std::string name_;
  Ed25519PublicKey public_key_;
  uint32_t key_hash_;
};

class NoteSigner {
 public:
  // `seed` is the private key of RFC 8032; store::LoadOrCreateMasterKey keeps
  // one in a file. `name` must be one (IsKeyName).
  NoteSigner(std::string name, const store::SecretKey& seed);

  // `text` must end in a newline and hold no control characters but newlines.
  std::string Sign(std::string_view text) const;
  const NoteVerifier& verifier() const { return verifier_; }

 private:
  Ed25519Key key_;
  NoteVerifier verifier_;
};

// Standard base64, with its padding and nothing else; false for any text but
// the one its bytes encode to.
bool ParseBase64(const std::string& text, std::string& bytes);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_NOTE_H_
