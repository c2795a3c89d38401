#ifndef TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_
#define TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_

#include <cstddef>

#include "absl/time/time.h"
#include "services/cosigning/cosigning.h"

namespace talentcard::cosigning {

// A witness answers with a line for each of its keys, or says in a few words
// why not.
inline constexpr size_t kLongestReply = 64 << 10;  // Bytes.
inline constexpr absl::Duration kPatience = absl::Seconds(3);

// By plain HTTP, each request on a connection of its own; what is said is
// signed on both sides. `url` is `http://HOST:PORT`, or `unix:PATH` of a socket
// behind which somebody passes on what is said.
//
// kUnavailable if the whole answer is not there in time or longer than that,
// however its bytes come. Only looking up a host's name is not held to it: an
// address needs no looking up.
absl::StatusOr<ledger::WitnessReply> HttpPost(const std::string& url,
                                              const std::string& body);
// The same, with other patience.
absl::StatusOr<ledger::WitnessReply> HttpPostWithin(absl::Duration patience,
                                                    const std::string& url,
                                                    const std::string& body);

}  // namespace talentcard::cosigning

#endif  // TALENTCARD_SERVICES_COSIGNING_HTTP_POST_H_
