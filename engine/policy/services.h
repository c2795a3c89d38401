#ifndef TALENTCARD_ENGINE_POLICY_SERVICES_H_
#define TALENTCARD_ENGINE_POLICY_SERVICES_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>

namespace talentcard::policy {

// Every RPC of chengzhou.talentcard.v1 by `Service.Method`. Which protos
// declare services is found when the build is configured (CMakeLists.txt).
std::map<std::string, const google::protobuf::MethodDescriptor*> AllMethods();

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_SERVICES_H_
