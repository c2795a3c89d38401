// What is read as a certificate's header is written the same again.
#include <cstdlib>

#include "services/edge/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = talentcard::edge::ReadCertificateHeader(text);
  if (read.ok() && talentcard::edge::CertificateHeader(*read) != text) abort();
  return 0;
}
