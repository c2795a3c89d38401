#ifndef TALENTCARD_SERVICES_REGISTRY_CONSENTS_H_
#define TALENTCARD_SERVICES_REGISTRY_CONSENTS_H_

#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "services/rpc/calls.h"

// Consents, given and withdrawn (个人信息保护法
// 第十五条、第二十九条、第三十一条).
namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

absl::StatusOr<v1::Person> Give(const rpc::Foundation& foundation,
                                const rpc::Call& call,
                                const v1::GiveConsentRequest& request,
                                store::Transaction& transaction);

absl::StatusOr<v1::Person> Withdraw(const rpc::Foundation& foundation,
                                    const rpc::Call& call,
                                    const v1::WithdrawConsentRequest& request,
                                    store::Transaction& transaction);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_CONSENTS_H_
