#include "services/ledger/note.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "engine/digest/sha256.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"

namespace talentcard::ledger {
namespace {

constexpr uint8_t kEd25519 = 1;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr int kMostSignatures = 100;

std::string Typed(const NoteKey& key) {
  return absl::StrCat(
      std::string(1, static_cast<char>(key.type)),
      A({reinterpret_cast<const char*>(key.public_key.data()), 32}));
}

uint32_t FromBigEndian32(std::string_view bytes) {
  uint32_t n = 0;
  for (const char c : bytes.substr(0, 4)) n = n << 8 | static_cast<uint8_t>(c);
  return n;
}

std::string BigEndian32(uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16),
          static_cast<char>(n >> 8), static_cast<char>(n)};
}

// Valid UTF-8 without control characters (below U+0020) other than newlines.
bool IsPlainText(std::string_view text) {
  const auto control = [](char c) { return c >= 0 && c < ' ' && c != '\n'; };
  return std::none_of(text.begin(), text.end(), control) &&
         identity::DecodeUtf8(text).has_value();
}

// Unicode's white space.
bool IsSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a signed note: ", A(what)));
}

}  // namespace

bool IsKeyName(std::string_view name) {
  const auto points = identity::DecodeUtf8(name);
  return !name.empty() && points && IsPlainText(name) &&
         std::none_of(points->begin(), points->end(),
                      [](char32_t c) { return IsSpace(c) || c == '+'; });
}

bool ParseBase64(const std::string& text, std::string& bytes) {
  return absl::Base64Unescape(text, &bytes) &&
         absl::Base64Escape(bytes) == text;
}

uint32_t NoteKey::Hash() const {
  const Sha256Hash hash = Sha256({name, "\n", Typed(*this)});
  return FromBigEndian32(AsBytes(hash));
}

absl::StatusOr<NoteKey> NoteKey::Parse(std::string_view text, uint8_t type) {
  const std::vector<std::string> parts =
      absl::StrSplit(A(text), absl::MaxSplits('+', 2));
  std::string key;
  if (parts.size() != 3 || !IsKeyName(parts[0]) ||
      !ParseBase64(parts[2], key) || key.size() != 33 ||
      static_cast<uint8_t>(key[0]) != type) {
    return absl::InvalidArgumentError("not an Ed25519 verifier key");
  }
  NoteKey parsed{parts[0], type, {}};
  std::copy(key.begin() + 1, key.end(), parsed.public_key.begin());
  if (absl::StrFormat("%08x", parsed.Hash()) != parts[1]) {
    return absl::InvalidArgumentError("the verifier key's hash does not match");
  }
  return parsed;
}

std::string NoteKey::ToString() const {
  return absl::StrFormat("%s+%08x+%s", name, Hash(),
                         absl::Base64Escape(Typed(*this)));
}

absl::StatusOr<ParsedNote> ParsedNote::Parse(std::string_view note) {
  if (!IsPlainText(note)) return Malformed("not plain text");
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos || note.back() != '\n') {
    return Malformed("no signature lines");
  }
  ParsedNote parsed{std::string(note.substr(0, split + 1)), {}};
  const std::vector<std::string> lines =
      absl::StrSplit(A(note.substr(split + 2, note.size() - split - 3)), '\n');
  if (static_cast<int>(lines.size()) > kMostSignatures) {
    return Malformed("too many signatures");
  }
  for (const std::string& line : lines) {
    if (line.compare(0, kDash.size(), kDash) != 0)
      return Malformed("a bad signature line");
    const std::vector<std::string> parts =
        absl::StrSplit(line.substr(kDash.size()), ' ');
    std::string bytes;
    if (parts.size() != 2 || !IsKeyName(parts[0]) ||
        !ParseBase64(parts[1], bytes) || bytes.size() < 5) {
      return Malformed("a bad signature line");
    }
    parsed.signatures.push_back(
        {parts[0], FromBigEndian32(bytes), bytes.substr(4)});
  }
  return parsed;
}

std::string NoteSignature::Line() const {
  return absl::StrCat(A(kDash), name, " ",
                      absl::Base64Escape(BigEndian32(key_hash) + bytes), "\n");
}

NoteVerifier::NoteVerifier(std::string name, const Ed25519PublicKey& public_key)
    : key_{std::move(name), kEd25519, public_key} {}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(
    std::string_view verifier_key) {
  ASSIGN_OR_RETURN(const NoteKey key, NoteKey::Parse(verifier_key, kEd25519));
  return NoteVerifier(key.name, key.public_key);
}

absl::StatusOr<std::string> NoteVerifier::Open(std::string_view note) const {
  ASSIGN_OR_RETURN(ParsedNote parsed, ParsedNote::Parse(note));
  bool verified = false;
  for (const NoteSignature& line : parsed.signatures) {
    if (!line.IsBy(key_)) continue;
    if (!VerifyEd25519(key_.public_key, parsed.text, line.bytes)) {
      return Malformed("the signature does not match");
    }
    verified = true;
  }
  if (!verified) return Malformed("not signed by this key");
  return std::move(parsed.text);
}

NoteSigner::NoteSigner(std::string name, const store::SecretKey& seed)
    : key_(seed.bytes), verifier_(std::move(name), key_.public_key()) {
  if (!IsKeyName(verifier_.name())) std::abort();
}

std::string NoteSigner::Sign(std::string_view text) const {
  return absl::StrCat(
      A(text), "\n",
      NoteSignature{verifier_.name(), verifier_.key().Hash(), key_.Sign(text)}
          .Line());
}

}  // namespace talentcard::ledger
