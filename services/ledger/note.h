#ifndef TALENTCARD_SERVICES_LEDGER_NOTE_H_
#define TALENTCARD_SERVICES_LEDGER_NOTE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/digest/ed25519.h"
#include "services/store/master_key.h"

// Signed notes (C2SP signed-note) with Ed25519 keys.
namespace talentcard::ledger {

// True if it can name a key: not empty, valid UTF-8, no space and no plus sign.
bool IsKeyName(std::string_view name);

// A public key with a name, printed as `name+hash+base64`.
struct NoteKey {
  std::string name;
  uint8_t type = 0;  // What its signatures are of, e.g. 1: a note's text.
  Ed25519PublicKey public_key{};

  // kInvalidArgument unless it is a well-formed key of this type.
  static absl::StatusOr<NoteKey> Parse(std::string_view text, uint8_t type);
  std::string ToString() const;
  uint32_t Hash() const;
};

// A line below a note's text.
struct NoteSignature {
  std::string name;
  uint32_t key_hash = 0;
  std::string bytes;

  bool IsBy(const NoteKey& key) const {
    return name == key.name && key_hash == key.Hash();
  }
  // As written, newline included.
  std::string Line() const;
};

// A note taken apart; no signature of it was verified.
struct ParsedNote {
  std::string text;  // Ends in a newline.
  std::vector<NoteSignature> signatures;

  // kInvalidArgument if it is none, not UTF-8 or has control characters.
  static absl::StatusOr<ParsedNote> Parse(std::string_view note);
};

// The public half of a note's signer.
class NoteVerifier {
 public:
  // kInvalidArgument unless it is a well-formed Ed25519 verifier key.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view verifier_key);
  NoteVerifier(std::string name, const Ed25519PublicKey& public_key);

  const std::string& name() const { return key_.name; }
  const NoteKey& key() const { return key_; }
  std::string ToString() const { return key_.ToString(); }

  // The text of the note (ending in a newline) if this key signed it;
  // well-formed lines by other keys are passed over. kInvalidArgument
  // otherwise, and if the note is not UTF-8 or has control characters.
  absl::StatusOr<std::string> Open(std::string_view note) const;

 private:
  NoteKey key_;
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
