#include "services/cosigning/cosigning.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"

namespace talentcard::cosigning {

using ledger::WitnessReply;

absl::StatusOr<WitnessAddress> WitnessAddress::Parse(std::string_view text) {
  const size_t split = text.find('=');
  if (split == std::string_view::npos || split == 0) {
    return absl::InvalidArgumentError(
        "a witness is given as URL=KEY, its key as it printed it");
  }
  ASSIGN_OR_RETURN(auto key,
                   ledger::CosignatureVerifier::Parse(text.substr(split + 1)));
  return WitnessAddress{std::string(text.substr(0, split)), std::move(key)};
}

Cosigning::Cosigning(const store::Database& database, store::Writer& writer,
                     const ledger::NoteVerifier& log,
                     std::vector<WitnessAddress> witnesses, Post post,
                     std::function<void(std::string_view)> alarm)
    : database_(database),
      writer_(writer),
      log_(log),
      post_(std::move(post)),
      alarm_(std::move(alarm)) {
  for (WitnessAddress& address : witnesses)
    witnesses_.push_back({.address = std::move(address)});
}

absl::Status Cosigning::Update(absl::Time now) {
  if (witnesses_.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string note,
                   ledger::NewestNote(database_.Latest()));
  if (note.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ledger::Checkpoint checkpoint,
                   ledger::OpenCheckpoint(log_, note));
  absl::Status first;
  for (Asked& witness : witnesses_) {
    if (witness.cosigned == checkpoint.size && now - witness.at < kCosignAgain)
      continue;
    const absl::Status asked = Ask(witness, note, checkpoint);
    if (asked.ok()) witness.at = now;
    first.Update(asked);
  }
  return first;
}

absl::Status Cosigning::Ask(Asked& witness, const std::string& note,
                            const ledger::Checkpoint& checkpoint) {
  ASSIGN_OR_RETURN(WitnessReply reply, Submit(witness, note, checkpoint));
  uint64_t size = 0;
  if (reply.code == 409 &&
      absl::SimpleAtoi(absl::StripSuffix(reply.body, "\n"), &size)) {
    // It says where it is; a second time is enough.
    if (size > checkpoint.size) {
      return Alarm(
          witness,
          absl::StrCat("it cosigned ", size, " entries and the log has ",
                       checkpoint.size, ": the log was put back"));
    }
    if (size == witness.size)
      return Alarm(witness, "it cosigned another tree of this size");
    witness.size = size;
    ASSIGN_OR_RETURN(reply, Submit(witness, note, checkpoint));
  }
  if (reply.code != 200) {
    return Alarm(witness, absl::StrCat("it refuses with ", reply.code, ": ",
                                       absl::StripSuffix(reply.body, "\n")));
  }
  // Below the text alone: the note may have an older line of this witness.
  ASSIGN_OR_RETURN(const ledger::ParsedNote parsed,
                   ledger::ParsedNote::Parse(note));
  const auto cosigned =
      witness.address.key.Find(absl::StrCat(parsed.text, "\n", reply.body));
  if (!cosigned.ok())
    return Alarm(witness, "what it answered is not its signature");
  RETURN_IF_ERROR(Keep(witness, cosigned->signature, checkpoint.size));
  witness.size = witness.cosigned = checkpoint.size;
  witness.alarmed = false;
  return absl::OkStatus();
}

absl::StatusOr<WitnessReply> Cosigning::Submit(
    Asked& witness, const std::string& note,
    const ledger::Checkpoint& checkpoint) {
  ledger::WitnessRequest request{witness.size, {}, note};
  if (witness.size > 0) {
    const auto reader = database_.TakeSnapshot();
    ASSIGN_OR_RETURN(request.proof,
                     ledger::Tree(*reader, checkpoint.size)
                         .ConsistencyProof(witness.size, checkpoint.size));
  }
  absl::StatusOr<WitnessReply> reply =
      post_(witness.address.url, request.Format());
  if (!reply.ok() && !witness.away)
    alarm_(absl::StrCat("the witness `", witness.address.key.key().name,
                        "` does not answer: ", reply.status().message()));
  witness.away = !reply.ok();
  return reply;
}

// In place of this witness's older lines.
absl::Status Cosigning::Keep(const Asked& witness,
                             const ledger::NoteSignature& signature,
                             uint64_t size) {
  const std::string row = ledger::CheckpointRow(size);
  return writer_
      .Run([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         transaction.Get(row));
        if (!note) return absl::DataLossError("a checkpoint is gone");
        ASSIGN_OR_RETURN(const ledger::ParsedNote parsed,
                         ledger::ParsedNote::Parse(*note));
        std::string cosigned = parsed.text + "\n";
        for (const ledger::NoteSignature& other : parsed.signatures) {
          if (!other.IsBy(witness.address.key.key())) cosigned += other.Line();
        }
        transaction.Put(row, cosigned + signature.Line());
        return absl::OkStatus();
      })
      .status();
}

absl::Status Cosigning::Alarm(Asked& witness, std::string_view what) {
  const std::string text = absl::StrCat(
      "the witness `", witness.address.key.key().name, "`: ", A(what));
  if (!std::exchange(witness.alarmed, true)) alarm_(text);
  return absl::FailedPreconditionError(text);
}

}  // namespace talentcard::cosigning
