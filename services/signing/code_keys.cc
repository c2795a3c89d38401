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

CodeKeys::CodeKeys(code::Algorithm algorithm, const store::SecretKey& secret)
    : algorithm_(algorithm), secret_(secret) {}

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

std::vector<code::TrustedKey> CodeKeys::KeysAround(absl::Time now,
                                                   int months) const {
  std::vector<code::TrustedKey> keys;
  const absl::CivilMonth present = MonthOf(now);
  for (absl::CivilMonth m = present - 1; m < present + months; ++m) {
    for (const Use use : {Use::kCodes, Use::kLists}) {
      keys.push_back({use,
                      SignerOf({m, use}).public_key(),
                      absl::FromCivil(m, Beijing()) - kOverlap,
                      absl::FromCivil(m + 1, Beijing()) + kOverlap,
                      {}});
    }
  }
  return keys;
}

}  // namespace talentcard::signing
