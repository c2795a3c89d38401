#ifndef TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_
#define TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "engine/code/key_list.h"
#include "engine/code/signature.h"
#include "services/store/master_key.h"

namespace talentcard::signing {

// The keys codes and status lists are signed with: one of each a month, so that
// rotation moves no key. All of them come from one secret; whether desks
// believe them is said by a root that is not here
// (tools/chengzhou/root_commands.cc). Thread-safe.
class CodeKeys {
 public:
  // A key's window opens and closes so much outside its month.
  static constexpr absl::Duration kOverlap = absl::Hours(24);

  CodeKeys(code::Algorithm algorithm, const store::SecretKey& secret);

  // This month's signer; lives as long as this.
  const code::Signer& SignerOn(absl::Time now, code::TrustedKey::Use use) const;
  // The keys of the month before `now`'s and of `months` from it on: whoever
  // trusts them takes what was issued shortly before a month's turn, and after.
  std::vector<code::TrustedKey> KeysAround(absl::Time now, int months) const;

 private:
  using Month = std::pair<absl::CivilMonth, code::TrustedKey::Use>;

  const code::Signer& SignerOf(const Month& month) const;

  const code::Algorithm algorithm_;
  const store::SecretKey secret_;
  mutable std::mutex mutex_;
  mutable std::map<Month, std::unique_ptr<code::Signer>> signers_;
};

}  // namespace talentcard::signing

#endif  // TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_
