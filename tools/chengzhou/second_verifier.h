#ifndef TALENTCARD_TOOLS_CHENGZHOU_SECOND_VERIFIER_H_
#define TALENTCARD_TOOLS_CHENGZHOU_SECOND_VERIFIER_H_

#include <string>

#include "tools/chengzhou/client.h"

namespace talentcard::client {

// What tools/verify/receipt.mjs (at `script`), run by node, says of a receipt;
// an empty object unless it found everything to hold.
Json AskSecondVerifier(const std::string& script, const std::string& receipt,
                       const std::string& verifier_key);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_SECOND_VERIFIER_H_
