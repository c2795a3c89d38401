#ifndef TALENTCARD_TESTS_ENGINE_CODE_ISSUING_H_
#define TALENTCARD_TESTS_ENGINE_CODE_ISSUING_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/code/reader.h"
#include "services/signing/signer.h"

// An issuer and a desk of the first of May 2027, for tests.
namespace talentcard::code {

inline const absl::Time kNow = absl::FromUnixSeconds(1809129600);

inline std::unique_ptr<Signer> SignerFrom(uint8_t byte, Algorithm algorithm) {
  store::SecretKey seed;
  seed.bytes.fill(byte);
  return signing::MakeSigner(algorithm, seed);
}

inline Claims SomeClaims() {
  Claims claims;
  claims.issued = kNow - absl::Seconds(10);
  claims.expires = claims.issued + absl::Seconds(120);
  claims.id = {1, 2, 3, 4, 5, 6, 7, 8};
  claims.status_index = 200'001;
  claims.status_uri = "cz:s/3";
  claims.reference = {9, 10, 11, 12, 13, 14, 15, 16};
  claims.tier = "CZ_B";
  claims.masked_name = "欧＊";
  claims.last_four = "002X";
  claims.benefits = 0x1FF;
  return claims;
}

inline constexpr ChainValue kSeed = {42, 1, 2, 3};

// An offline code that began ten minutes ago.
inline Claims OfflineClaims() {
  Claims claims = SomeClaims();
  claims.issued = kNow - absl::Minutes(10);
  claims.expires = claims.issued + absl::Hours(24);
  claims.chain =
      ChainAnchor{claims.issued, HolderChain(claims.id, kSeed).Anchor()};
  return claims;
}

struct World {
  explicit World(Algorithm algorithm = Algorithm::kEdDsa)
      : codes(SignerFrom(1, algorithm)), statuses(SignerFrom(2, algorithm)) {
    keys.issued = kNow - absl::Hours(1);
    keys.expires = kNow + absl::Hours(24 * 7);
    for (const auto& [signer, use] :
         {std::pair{codes.get(), TrustedKey::Use::kCodes},
          std::pair{statuses.get(), TrustedKey::Use::kLists}}) {
      keys.keys.push_back({use,
                           signer->public_key(),
                           kNow - absl::Hours(24 * 20),
                           kNow + absl::Hours(24 * 20),
                           {}});
    }
    lists.push_back(StatusList{"cz:s/3",
                               kNow - absl::Minutes(5),
                               kNow + absl::Hours(23),
                               absl::Seconds(900),
                               {kStatusBits, kStatusEntries}});
  }

  Desk DeskAt(absl::Time now) const { return {keys, lists, now}; }
  Finding JudgeAt(absl::Time now, std::string_view text) const {
    return Judge(text, DeskAt(now), nullptr).finding;
  }
  std::string Online(const Claims& claims = SomeClaims()) const {
    return OnlineCode(SignCode(claims, *codes));
  }
  // As the holder shows it in a slot.
  std::string Offline(int64_t slot,
                      const Claims& claims = OfflineClaims()) const {
    return OfflineCode(SignCode(claims, *codes),
                       *HolderChain(claims.id, kSeed).StepOf(slot));
  }

  std::unique_ptr<Signer> codes;
  std::unique_ptr<Signer> statuses;
  KeyList keys;
  std::vector<StatusList> lists;
};

}  // namespace talentcard::code

#endif  // TALENTCARD_TESTS_ENGINE_CODE_ISSUING_H_
