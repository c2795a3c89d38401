#include "services/ledger/witness.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"

namespace talentcard::ledger {
namespace {

constexpr size_t kLongestRequest = 1 << 16;  // Bytes.
constexpr size_t kLongestProof = 63;

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a request to a witness: ", A(what)));
}

WitnessReply Refusal(int code, absl::string_view why) {
  return {code, "text/plain; charset=utf-8", absl::StrCat(why, "\n")};
}

// The first line of the note, whoever signed it.
std::string_view OriginOf(std::string_view note) {
  return note.substr(0, note.find('\n'));
}

}  // namespace

std::string WitnessRequest::Format() const {
  std::string text = absl::StrCat("old ", old_size, "\n");
  for (const Hash& hash : proof)
    absl::StrAppend(&text, absl::Base64Escape(A(AsBytes(hash))), "\n");
  return absl::StrCat(text, "\n", checkpoint);
}

absl::StatusOr<WitnessRequest> WitnessRequest::Parse(std::string_view text) {
  if (text.size() > kLongestRequest) return Malformed("too long");
  const size_t split = text.find("\n\n");
  if (split == std::string_view::npos) return Malformed("no checkpoint");
  const std::vector<std::string> lines =
      absl::StrSplit(A(text.substr(0, split)), '\n');
  WitnessRequest request;
  constexpr size_t kOld = 4;
  if (lines[0].compare(0, kOld, "old ") != 0 ||
      !absl::SimpleAtoi(lines[0].substr(kOld), &request.old_size))
    return Malformed("the old size");
  if (lines.size() - 1 > kLongestProof)
    return Malformed("the proof is too long");
  for (size_t i = 1; i < lines.size(); ++i) {
    std::string bytes;
    Hash hash;
    if (!ParseBase64(lines[i], bytes) || bytes.size() != hash.size())
      return Malformed("a hash of the proof");
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    request.proof.push_back(hash);
  }
  request.checkpoint = std::string(text.substr(split + 2));
  if (request.Format() != text) return Malformed("another way to write it");
  return request;
}

WitnessReply Witness::AddCheckpoint(std::string_view text) {
  const auto request = WitnessRequest::Parse(text);
  if (!request.ok()) return Refusal(400, request.status().message());
  if (OriginOf(request->checkpoint) != log_.name())
    return Refusal(404, "this log is not witnessed here");
  const auto body = log_.Open(request->checkpoint);
  if (!body.ok()) return Refusal(403, body.status().message());
  const auto checkpoint = Checkpoint::Parse(*body);
  if (!checkpoint.ok()) return Refusal(400, checkpoint.status().message());
  if (request->old_size > checkpoint->size)
    return Refusal(400, "the old size is larger than the checkpoint's");
  return Judge(*request, *body, *checkpoint);
}

WitnessReply Witness::Judge(const WitnessRequest& request,
                            const std::string& body,
                            const Checkpoint& checkpoint) {
  // From the comparison to the durable memory nobody else comes between.
  const std::lock_guard lock(mutex_);
  if (broken_) return Refusal(500, "the witness's memory failed; restart it");
  const Anchor last = memory_->last().value_or(Anchor{0, 0, EmptyRoot()});
  if (request.old_size != last.size)
    return {409, kTlogSize, absl::StrCat(last.size, "\n")};
  if (checkpoint.size == last.size && checkpoint.root != last.root)
    return {409, kTlogSize, absl::StrCat(last.size, "\n")};
  const absl::Status extends = VerifyConsistency(
      last.size, checkpoint.size, request.proof, last.root, checkpoint.root);
  if (!extends.ok()) return Refusal(422, extends.message());
  // A clock put back does not make a later word look older.
  const absl::Time time = std::max(
      now_(), absl::FromUnixSeconds(static_cast<int64_t>(last.revision)));
  const absl::Status kept =
      memory_->Write({static_cast<uint64_t>(absl::ToUnixSeconds(time)),
                      checkpoint.size, checkpoint.root});
  broken_ = !kept.ok();
  if (broken_) return Refusal(500, kept.message());
  return {200, "text/plain; charset=utf-8", cosigner_.Cosign(body, time)};
}

}  // namespace talentcard::ledger
