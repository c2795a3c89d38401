#ifndef TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_
#define TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "engine/code/key_list.h"
#include "engine/code/signature.h"
#include "services/store/master_key.h"

namespace talentcard::signing {

// The keys codes and status lists are signed with: one of each a month, so that
// rotation needs neither a person nor a record. All of them come from one
// secret; the root that vouches for them is another. Thread-safe.
//
// Desks with a key list of any day of the month before accept this month's
// codes: the list names the month before, this one and the next.
class CodeKeys {
 public:
  // A desk without network trusts a key list for so long.
  static constexpr absl::Duration kListLife = absl::Hours(7 * 24);
  // A key's window opens and closes so much outside its month.
  static constexpr absl::Duration kOverlap = absl::Hours(24);

  CodeKeys(code::Algorithm algorithm, const store::SecretKey& secret,
           const store::SecretKey& root);

  // This month's signer; lives as long as this.
  const code::Signer& SignerOn(absl::Time now, code::TrustedKey::Use use) const;
  // What a desk is given by hand.
  const code::PublicKey& root() const { return root_->public_key(); }
  code::KeyList ListOn(absl::Time now) const;
  std::string SignedListOn(absl::Time now) const;

 private:
  using Month = std::pair<absl::CivilMonth, code::TrustedKey::Use>;

  const code::Signer& SignerOf(const Month& month) const;

  const code::Algorithm algorithm_;
  const store::SecretKey secret_;
  const std::unique_ptr<code::Signer> root_;
  mutable std::mutex mutex_;
  mutable std::map<Month, std::unique_ptr<code::Signer>> signers_;
};

}  // namespace talentcard::signing

#endif  // TALENTCARD_SERVICES_SIGNING_CODE_KEYS_H_
