#ifndef TALENTCARD_SERVICES_LEDGER_WITNESS_H_
#define TALENTCARD_SERVICES_LEDGER_WITNESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ledger/anchor.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/cosignature.h"

// Who holds a log to one history (c2sp.org/tlog-witness), without the network.
namespace talentcard::ledger {

// What a witness is asked: to cosign a checkpoint that extends the tree it saw
// last.
struct WitnessRequest {
  uint64_t old_size = 0;
  std::vector<Hash> proof;  // From `old_size` to the checkpoint's.
  std::string checkpoint;   // A signed note.

  std::string Format() const;
  // kInvalidArgument unless Format gives exactly these bytes.
  static absl::StatusOr<WitnessRequest> Parse(std::string_view text);
};

// In the terms of HTTP.
struct WitnessReply {
  int code = 200;
  std::string type;  // Of the body.
  std::string body;
};
inline constexpr char kTlogSize[] = "text/x.tlog.size";

// A witness of one log. What it cosigned is durable before anybody hears of it:
// it never cosigns a smaller tree than before, nor another one of that size,
// whenever it is stopped. Thread-safe.
class Witness {
 public:
  // `memory` has the tree cosigned last, if there was one; nobody else may
  // write it.
  Witness(NoteVerifier log, Cosigner cosigner,
          std::unique_ptr<AnchorFile> memory, std::function<absl::Time()> now)
      : log_(std::move(log)),
        cosigner_(std::move(cosigner)),
        memory_(std::move(memory)),
        now_(std::move(now)) {}

  WitnessReply AddCheckpoint(std::string_view request);

 private:
  WitnessReply Judge(const WitnessRequest& request, const std::string& body,
                     const Checkpoint& checkpoint);

  const NoteVerifier log_;
  const Cosigner cosigner_;
  std::mutex mutex_;
  const std::unique_ptr<AnchorFile> memory_;
  const std::function<absl::Time()> now_;
  bool broken_ = false;  // Nobody knows what the memory says.
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_WITNESS_H_
