#ifndef TALENTCARD_SERVICES_SIGNING_SIGNER_H_
#define TALENTCARD_SERVICES_SIGNING_SIGNER_H_

#include <memory>

#include "engine/code/signature.h"
#include "services/store/master_key.h"

namespace talentcard::signing {

// Signs in this process, with OpenSSL. Thread-safe. The same seed always gives
// the same key pair: for Ed25519 it is the private key of RFC 8032; for SM2 the
// private number, or its SHA-256 and so on until that is below the order.
//
// A certified device takes its place behind code::Signer.
std::unique_ptr<code::Signer> MakeSigner(code::Algorithm algorithm,
                                         const store::SecretKey& seed);

}  // namespace talentcard::signing

#endif  // TALENTCARD_SERVICES_SIGNING_SIGNER_H_
