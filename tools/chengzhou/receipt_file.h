#ifndef TALENTCARD_TOOLS_CHENGZHOU_RECEIPT_FILE_H_
#define TALENTCARD_TOOLS_CHENGZHOU_RECEIPT_FILE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "services/ledger/leaf.h"
#include "tools/chengzhou/client.h"

// A receipt as its holder keeps it: one text file, a tlog-proof whose extra
// data are the leaf and, for those who may read the answer, what opens it.
namespace talentcard::client {

namespace v1 = chengzhou::talentcard::v1;

// A v1.Receipt as JSON, as the file's text.
absl::StatusOr<std::string> ReceiptFile(const Json& receipt);

// What a receipt proves.
struct ProvenEntry {
  uint64_t index = 0;
  uint64_t tree_size = 0;
  ledger::Leaf leaf;
  std::optional<v1::LogRecord> record;
};

// kInvalidArgument, saying what does not hold, unless the log with this key
// signed a tree that has the leaf, and the record is the leaf's.
absl::StatusOr<ProvenEntry> VerifyReceipt(const std::string& file,
                                          const std::string& verifier_key);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_RECEIPT_FILE_H_
