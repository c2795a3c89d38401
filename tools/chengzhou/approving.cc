#include "tools/chengzhou/approving.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/services.h"

namespace talentcard::client {
namespace {

constexpr char kTypes[] = "type.googleapis.com/";

// Between `CardService/RevokeCard` and `CardService.RevokeCard`.
std::string With(std::string method, char from, char to) {
  std::replace(method.begin(), method.end(), from, to);
  return method;
}

}  // namespace

absl::StatusOr<Json> ProposalOf(const std::string& method, const Json& request,
                                const std::string& ground, bool emergency) {
  const std::string dotted = With(method, '/', '.');
  const auto methods = policy::AllMethods();
  const auto found = methods.find(dotted);
  if (found == methods.end())
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("there is no method `", method, "`")),
                       "没有这个接口：请核对服务和方法的名称");
  Json act = request;
  act["@type"] = absl::StrCat(kTypes, found->second->input_type()->full_name());
  return Json{{"method", dotted},
              {"act", act},
              {"ground", ground},
              {"emergency", emergency}};
}

ProposedAct ActOf(const Json& proposal) {
  ProposedAct act{With(proposal.value("method", ""), '.', '/'),
                  proposal.value("act", Json::object())};
  act.request.erase("@type");
  return act;
}

Json RulingOn(const Json& proposal, const Ed25519Key& key, bool approves,
              const std::string& comment) {
  std::string hash;
  absl::Base64Unescape(proposal.value("hash", ""), &hash);
  const std::string message =
      absl::StrCat("chengzhou/ruling/v1\n", absl::BytesToHexString(hash),
                   approves ? "\napprove\n" : "\nreject\n");
  const std::string public_key(key.public_key().begin(),
                               key.public_key().end());
  return {{"name", proposal.value("name", "")},
          {"hash", proposal.value("hash", "")},
          {"comment", comment},
          {"public_key", absl::Base64Escape(public_key)},
          {"signature", absl::Base64Escape(key.Sign(message))}};
}

std::string RulingKeyPath(const std::string& staff) {
  const char* home = std::getenv("HOME");
  return absl::StrCat(home != nullptr ? home : ".", "/.chengzhou-ruling/",
                      staff.substr(staff.find('/') + 1), ".key");
}

}  // namespace talentcard::client
