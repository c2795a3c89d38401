#ifndef TALENTCARD_SERVICES_RPC_SENTENCES_H_
#define TALENTCARD_SERVICES_RPC_SENTENCES_H_

#include "chengzhou/talentcard/v1/errors.pb.h"

namespace talentcard::rpc {

// What an error means and what to do about it, for a person at a desk, in
// Chinese; the English is the message itself. Never empty.
const char* ChineseSentence(chengzhou::talentcard::v1::ErrorReason reason);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_SENTENCES_H_
