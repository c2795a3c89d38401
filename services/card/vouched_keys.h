#ifndef TALENTCARD_SERVICES_CARD_VOUCHED_KEYS_H_
#define TALENTCARD_SERVICES_CARD_VOUCHED_KEYS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "engine/code/key_list.h"
#include "services/rpc/calls.h"
#include "services/signing/code_keys.h"

// Which keys desks are told to trust: what a root signed where there is no
// network, published by two people, kept as one record of the log.
namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

struct VouchedKeys {
  std::string root;  // code::ToText
  std::string signed_list;
  code::KeyList list;
  uint64_t log_index = 0;
};

// nullopt before the first publication; kDataLoss if what is kept does not
// open.
absl::StatusOr<std::optional<VouchedKeys>> ReadVouchedKeys(
    const store::Reader& reader);

// The signer for `use` now, and what vouches for it. kFailedPrecondition,
// CODE_KEYS_NOT_VOUCHED, if nothing does: what it signed no desk would believe.
struct VouchedSigner {
  VouchedKeys keys;
  const code::Signer& signer;
};
absl::StatusOr<VouchedSigner> SignerNow(const store::Reader& reader,
                                        const signing::CodeKeys& keys,
                                        absl::Time now,
                                        code::TrustedKey::Use use);

// What is vouched for, and what should be next.
absl::StatusOr<v1::CodeKeys> DescribeCodeKeys(const store::Reader& reader,
                                              const signing::CodeKeys& keys,
                                              const rpc::Call& call,
                                              const v1::GetCodeKeysRequest& q);

// kInvalidArgument unless the list opens, holds now and names the keys in use;
// kFailedPrecondition unless it is newer than the one before.
absl::StatusOr<v1::CodeKeys> PublishCodeKeys(
    const rpc::Foundation& foundation, const signing::CodeKeys& keys,
    const rpc::Call& call, const v1::PublishCodeKeysRequest& q,
    store::Transaction& transaction);

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_VOUCHED_KEYS_H_
