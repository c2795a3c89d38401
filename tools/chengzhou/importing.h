#ifndef TALENTCARD_TOOLS_CHENGZHOU_IMPORTING_H_
#define TALENTCARD_TOOLS_CHENGZHOU_IMPORTING_H_

#include <cstdint>
#include <istream>

#include "absl/status/statusor.h"
#include "tools/chengzhou/client.h"

namespace talentcard::client {

// Brings people in, a v1.Person in JSON a line; how many. Nothing is sent if a
// line is none: kInvalidArgument names the lines. Begun again after a failure
// it repeats nothing.
absl::StatusOr<int64_t> ImportLines(Client& client, const Asker& asker,
                                    std::istream& lines);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_IMPORTING_H_
