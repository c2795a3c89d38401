#include "services/signing/code_keys.h"

#include "absl/strings/str_cat.h"
#include "services/signing/signer.h"
#include "services/store/sealing.h"

namespace talentcard::signing {
namespace {

using Use = code::TrustedKey::Use;

const absl::TimeZone& Beijing() {
  static const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  return zone;
}

absl::CivilMonth MonthOf(absl::Time now) {
  return absl::ToCivilMonth(now, Beijing());
}

}  // namespace

CodeKeys::CodeKeys(code::Algorithm algorithm, const store::SecretKey& secret,
                   const store::SecretKey& root)
    : algorithm_(algorithm),
      secret_(secret),
      root_(MakeSigner(algorithm, root)) {}

const code::Signer& CodeKeys::SignerOf(const Month& month) const {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<code::Signer>& signer = signers_[month];
  if (!signer) {
    store::SecretKey seed;
    seed.bytes = store::Hmac(
        secret_, absl::StrCat(month.second == Use::kCodes ? "code" : "list",
                              " ", static_cast<int64_t>(algorithm_), " ",
                              absl::FormatCivilTime(month.first)));
    signer = MakeSigner(algorithm_, seed);
  }
  return *signer;
}

const code::Signer& CodeKeys::SignerOn(absl::Time now, Use use) const {
  return SignerOf({MonthOf(now), use});
}

code::KeyList CodeKeys::ListOn(absl::Time now) const {
  const absl::CivilMonth month = MonthOf(now);
  code::KeyList list;
  list.issued = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  list.expires = list.issued + kListLife;
  for (const absl::CivilMonth m : {month - 1, month, month + 1}) {
    for (const Use use : {Use::kCodes, Use::kLists}) {
      list.keys.push_back({use,
                           SignerOf({m, use}).public_key(),
                           absl::FromCivil(m, Beijing()) - kOverlap,
                           absl::FromCivil(m + 1, Beijing()) + kOverlap,
                           {}});
    }
  }
  return list;
}

std::string CodeKeys::SignedListOn(absl::Time now) const {
  return code::SignKeyList(ListOn(now), *root_);
}

}  // namespace talentcard::signing
