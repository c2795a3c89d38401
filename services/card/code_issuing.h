#ifndef TALENTCARD_SERVICES_CARD_CODE_ISSUING_H_
#define TALENTCARD_SERVICES_CARD_CODE_ISSUING_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "services/rpc/calls.h"
#include "services/signing/code_keys.h"

namespace talentcard::card {

namespace v1 = chengzhou::talentcard::v1;

inline constexpr absl::Duration kOnlineCodeLife = absl::Seconds(120);
inline constexpr absl::Duration kOfflineCodeLife = absl::Hours(24);
// How long a desk may believe a status list, and how often it should fetch one.
inline constexpr absl::Duration kStatusListLife = absl::Hours(24);
inline constexpr absl::Duration kStatusListRefresh = absl::Seconds(900);

// Signs a code for a card in force and records that it was issued.
absl::StatusOr<v1::CardCode> IssueCode(const rpc::Foundation& foundation,
                                       const signing::CodeKeys& keys,
                                       const rpc::Call& call,
                                       const v1::IssueCardCodeRequest& q,
                                       store::Transaction& transaction);

// What a desk takes with it; signed anew at each call.
absl::StatusOr<v1::CodeLists> SignLists(const rpc::Foundation& foundation,
                                        const signing::CodeKeys& keys,
                                        const rpc::Call& call);

}  // namespace talentcard::card

#endif  // TALENTCARD_SERVICES_CARD_CODE_ISSUING_H_
