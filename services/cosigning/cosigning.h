#ifndef TALENTCARD_SERVICES_COSIGNING_COSIGNING_H_
#define TALENTCARD_SERVICES_COSIGNING_COSIGNING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/cosignature.h"
#include "services/ledger/witness.h"
#include "services/store/database.h"
#include "services/store/writer.h"

namespace talentcard::cosigning {

struct WitnessAddress {
  std::string url;  // `http://127.0.0.1:7380`; of its submissions.
  ledger::CosignatureVerifier key;

  // Of `URL=name+hash+base64`.
  static absl::StatusOr<WitnessAddress> Parse(std::string_view text);
};

// How a witness is reached: POSTs to `url`/add-checkpoint. kUnavailable if
// there is no answer.
using Post = std::function<absl::StatusOr<ledger::WitnessReply>(
    const std::string& url, const std::string& body)>;

// A cosignature tells that the log still stands: asked for again after this
// long if the log did not grow.
inline constexpr absl::Duration kCosignAgain = absl::Hours(1);

// Has the newest checkpoint cosigned, and keeps the lines with it. What a
// witness says against the log is alarming and stops nothing: it may be wrong,
// and cards are needed meanwhile. Used by one thread, which is not its own.
class Cosigning {
 public:
  // All must outlive it.
  Cosigning(const store::Database& database, store::Writer& writer,
            const ledger::NoteVerifier& log,
            std::vector<WitnessAddress> witnesses, Post post,
            std::function<void(std::string_view)> alarm);

  // Asks each witness that did not cosign the newest checkpoint within the hour
  // before `now`. The first error; the others are asked all the same.
  absl::Status Update(absl::Time now);

 private:
  struct Asked {
    WitnessAddress address;
    uint64_t size = 0;  // What it cosigned last, as far as known.
    uint64_t cosigned = 0;
    absl::Time at = absl::InfinitePast();
    bool alarmed = false;
    bool away = false;
  };

  absl::Status Ask(Asked& witness, const std::string& note,
                   const ledger::Checkpoint& checkpoint);
  absl::StatusOr<ledger::WitnessReply> Submit(
      Asked& witness, const std::string& note,
      const ledger::Checkpoint& checkpoint);
  absl::Status Keep(const Asked& witness,
                    const ledger::NoteSignature& signature, uint64_t size);
  absl::Status Alarm(Asked& witness, std::string_view what);

  const store::Database& database_;
  store::Writer& writer_;
  const ledger::NoteVerifier& log_;
  std::vector<Asked> witnesses_;
  const Post post_;
  const std::function<void(std::string_view)> alarm_;
};

}  // namespace talentcard::cosigning

#endif  // TALENTCARD_SERVICES_COSIGNING_COSIGNING_H_
