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

constexpr char kEd25519 = 1;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr int kMostSignatures = 100;

std::string Typed(const Ed25519PublicKey& public_key) {
  return absl::StrCat(
      std::string(1, kEd25519),
      A({reinterpret_cast<const char*>(public_key.data()), 32}));
}

uint32_t KeyHash(std::string_view name, const Ed25519PublicKey& key) {
  const Sha256Hash hash = Sha256({name, "\n", Typed(key)});
  return static_cast<uint32_t>(hash[0]) << 24 | hash[1] << 16 | hash[2] << 8 |
         hash[3];
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

NoteVerifier::NoteVerifier(std::string name, const Ed25519PublicKey& public_key)
    : name_(std::move(name)),
      public_key_(public_key),
      key_hash_(KeyHash(name_, public_key_)) {}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(
    std::string_view verifier_key) {
  const std::vector<std::string> parts =
      absl::StrSplit(A(verifier_key), absl::MaxSplits('+', 2));
  std::string key;
  if (parts.size() != 3 || !IsKeyName(parts[0]) ||
      !ParseBase64(parts[2], key) || key.size() != 33 || key[0] != kEd25519) {
    return absl::InvalidArgumentError("not an Ed25519 verifier key");
  }
  Ed25519PublicKey bytes;
  std::copy(key.begin() + 1, key.end(), bytes.begin());
  NoteVerifier verifier(parts[0], bytes);
  if (absl::StrFormat("%08x", verifier.key_hash_) != parts[1]) {
    return absl::InvalidArgumentError("the verifier key's hash does not match");
  }
  return verifier;
}

std::string NoteVerifier::ToString() const {
  return absl::StrFormat("%s+%08x+%s", name_, key_hash_,
                         absl::Base64Escape(Typed(public_key_)));
}

absl::StatusOr<std::string> NoteVerifier::Open(std::string_view note) const {
  if (!IsPlainText(note)) return Malformed("not plain text");
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos || note.back() != '\n') {
    return Malformed("no signature lines");
  }
  const std::string_view text = note.substr(0, split + 1);
  const std::vector<std::string> lines =
      absl::StrSplit(A(note.substr(split + 2, note.size() - split - 3)), '\n');
  if (static_cast<int>(lines.size()) > kMostSignatures) {
    return Malformed("too many signatures");
  }
  bool verified = false;
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
    if (parts[0] != name_ || bytes.substr(0, 4) != BigEndian32(key_hash_))
      continue;
    if (!VerifyEd25519(public_key_, text, std::string_view(bytes).substr(4))) {
      return Malformed("the signature does not match");
    }
    verified = true;
  }
  if (!verified) return Malformed("not signed by this key");
  return std::string(text);
}

NoteSigner::NoteSigner(std::string name, const store::SecretKey& seed)
    : key_(seed.bytes), verifier_(std::move(name), key_.public_key()) {
  if (!IsKeyName(verifier_.name())) std::abort();
}

std::string NoteSigner::Sign(std::string_view text) const {
  return absl::StrCat(
      A(text), "\n", A(kDash), verifier_.name(), " ",
      absl::Base64Escape(BigEndian32(verifier_.key_hash()) + key_.Sign(text)),
      "\n");
}

}  // namespace talentcard::ledger
