#ifndef TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_
#define TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_

#include "services/cosigning/cosigning.h"

namespace talentcard::cosigning {

// By plain HTTP, each request on a connection of its own; what is said is
// signed on both sides. Gives up after two seconds.
absl::StatusOr<ledger::WitnessReply> HttpPost(const std::string& url,
                                              const std::string& body);

}  // namespace talentcard::cosigning

#endif  // TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_
