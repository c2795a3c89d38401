#include "services/ledger/proof.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"

namespace talentcard::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr size_t kLongestProof = 1 << 20;  // Bytes.
constexpr size_t kLongestPath = 64;

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a tlog-proof: ", A(what)));
}

bool ConsumeWord(std::string_view word, std::string_view& line) {
  if (line.substr(0, word.size()) != word) return false;
  line.remove_prefix(word.size());
  return true;
}

// The next line, without its end; empty after the last.
std::string_view NextLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::string TlogProof::Format() const {
  std::string text = absl::StrCat(A(kHeader), "\n");
  if (!extra.empty())
    absl::StrAppend(&text, A(kExtra), absl::Base64Escape(extra), "\n");
  absl::StrAppend(&text, A(kIndex), index, "\n");
  for (const Hash& hash : path)
    absl::StrAppend(&text, absl::Base64Escape(A(AsBytes(hash))), "\n");
  return absl::StrCat(text, "\n", checkpoint);
}

absl::StatusOr<TlogProof> TlogProof::Parse(std::string_view text) {
  if (text.size() > kLongestProof) return Malformed("too long");
  std::string_view rest = text;
  if (NextLine(rest) != kHeader) return Malformed("another first line");
  TlogProof proof;
  std::string_view line = NextLine(rest);
  if (ConsumeWord(kExtra, line)) {
    if (!ParseBase64(std::string(line), proof.extra) || proof.extra.empty())
      return Malformed("the extra data");
    line = NextLine(rest);
  }
  if (!ConsumeWord(kIndex, line) || !absl::SimpleAtoi(A(line), &proof.index))
    return Malformed("the index");
  for (line = NextLine(rest); !line.empty(); line = NextLine(rest)) {
    std::string bytes;
    Hash hash;
    if (!ParseBase64(std::string(line), bytes) || bytes.size() != hash.size() ||
        proof.path.size() == kLongestPath)
      return Malformed("the path");
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    proof.path.push_back(hash);
  }
  proof.checkpoint = std::string(rest);
  if (proof.Format() != text) return Malformed("another way to write it");
  return proof;
}

absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof,
                                       std::string_view leaf,
                                       const NoteVerifier& log) {
  ASSIGN_OR_RETURN(const Checkpoint head,
                   OpenCheckpoint(log, proof.checkpoint));
  RETURN_IF_ERROR(VerifyInclusion(proof.index, head.size, HashLeaf(leaf),
                                  proof.path, head.root));
  return head;
}

}  // namespace talentcard::ledger
