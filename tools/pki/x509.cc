#include "tools/pki/x509.h"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::pki {
namespace {

using OwnedBio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using OwnedNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using OwnedInteger = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;
using OwnedTime = std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>>;
using OwnedExtension =
    std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using OwnedList = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using OwnedRevoked = std::unique_ptr<X509_REVOKED, Freed<X509_REVOKED_free>>;

constexpr int kSerialBits = 126;
constexpr long kVersion3 = 2;  // Counted from zero, as in RFC 5280 4.1.2.1.
constexpr long kListVersion2 = 1;

// The library fails only for lack of memory or a broken installation.
void Require(bool ok) {
  if (!ok) std::abort();
}

OwnedTime TimeOf(absl::Time time) {
  OwnedTime out(ASN1_TIME_set(nullptr, absl::ToTimeT(time)));
  Require(out != nullptr);
  return out;
}

OwnedBio Buffer() {
  OwnedBio out(BIO_new(BIO_s_mem()));
  Require(out != nullptr);
  return out;
}

std::string Written(BIO& buffer) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&buffer, &data);
  return std::string(data, static_cast<size_t>(size));
}

void SetRandomSerial(X509& certificate) {
  const OwnedNumber number(BN_new());
  Require(number != nullptr && BN_rand(number.get(), kSerialBits,
                                       BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY));
  Require(BN_to_ASN1_INTEGER(number.get(),
                             X509_get_serialNumber(&certificate)) != nullptr);
}

absl::Status SetSubject(const Content& content, X509& certificate) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  for (const auto& [key, value] : content.subject) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
    if (X509_NAME_add_entry_by_txt(name, key.c_str(), MBSTRING_UTF8, bytes,
                                   static_cast<int>(value.size()), -1, 0) != 1)
      return absl::InvalidArgumentError(
          absl::StrCat("`", value, "` cannot be a certificate's ", key));
  }
  return absl::OkStatus();
}

absl::Status AddExtensions(const Content& content, X509& issuer,
                           X509& certificate) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  for (const auto& [key, value] : content.extensions) {
    const OwnedExtension extension(
        X509V3_EXT_conf(nullptr, &context, key.c_str(), value.c_str()));
    if (!extension)
      return absl::InvalidArgumentError(
          absl::StrCat("`", value, "` cannot be a certificate's ", key));
    Require(X509_add_ext(&certificate, extension.get(), -1) == 1);
  }
  return absl::OkStatus();
}

}  // namespace

OwnedKey NewKey() {
  OwnedKey key(EVP_EC_gen("P-256"));
  Require(key != nullptr);
  return key;
}

absl::StatusOr<OwnedCertificate> Certify(const Content& content, EVP_PKEY& key,
                                         const Authority* issuer) {
  OwnedCertificate out(X509_new());
  Require(out != nullptr);
  Require(X509_set_version(out.get(), kVersion3) == 1);
  SetRandomSerial(*out);
  RETURN_IF_ERROR(SetSubject(content, *out));
  X509& signer = issuer == nullptr ? *out : *issuer->certificate;
  Require(X509_set_issuer_name(out.get(), X509_get_subject_name(&signer)) == 1);
  Require(X509_set1_notBefore(out.get(), TimeOf(content.from).get()) == 1);
  Require(X509_set1_notAfter(out.get(), TimeOf(content.until).get()) == 1);
  Require(X509_set_pubkey(out.get(), &key) == 1);
  RETURN_IF_ERROR(AddExtensions(content, signer, *out));
  EVP_PKEY* signing = issuer == nullptr ? &key : issuer->key.get();
  Require(X509_sign(out.get(), signing, EVP_sha256()) > 0);
  return out;
}

std::string CertificatePem(const X509& certificate) {
  const OwnedBio out = Buffer();
  Require(PEM_write_bio_X509(out.get(), &certificate) == 1);
  return Written(*out);
}

std::string KeyPem(const EVP_PKEY& key) {
  const OwnedBio out = Buffer();
  Require(PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0,
                                        nullptr, nullptr) == 1);
  return Written(*out);
}

absl::StatusOr<std::string> ListPem(const Authority& issuer,
                                    const std::vector<Revoked>& revoked,
                                    absl::Time now, absl::Time next) {
  const OwnedList list(X509_CRL_new());
  Require(list != nullptr);
  Require(X509_CRL_set_version(list.get(), kListVersion2) == 1);
  Require(X509_CRL_set_issuer_name(
              list.get(), X509_get_subject_name(issuer.certificate.get())) ==
          1);
  Require(X509_CRL_set1_lastUpdate(list.get(), TimeOf(now).get()) == 1);
  Require(X509_CRL_set1_nextUpdate(list.get(), TimeOf(next).get()) == 1);
  for (const Revoked& one : revoked) {
    BIGNUM* read = nullptr;
    const int digits = BN_hex2bn(&read, one.serial.c_str());
    const OwnedNumber number(read);
    if (one.serial.empty() || digits != static_cast<int>(one.serial.size()))
      return absl::InvalidArgumentError(
          absl::StrCat("`", one.serial, "` is not a serial number"));
    const OwnedInteger serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
    OwnedRevoked entry(X509_REVOKED_new());
    Require(serial && entry);
    Require(X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1);
    Require(X509_REVOKED_set_revocationDate(entry.get(),
                                            TimeOf(one.at).get()) == 1);
    Require(X509_CRL_add0_revoked(list.get(), entry.release()) == 1);
  }
  Require(X509_CRL_sort(list.get()) == 1);
  Require(X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256()) > 0);
  const OwnedBio out = Buffer();
  Require(PEM_write_bio_X509_CRL(out.get(), list.get()) == 1);
  return Written(*out);
}

absl::StatusOr<Authority> ReadAuthority(const std::string& key_pem,
                                        const std::string& certificate_pem) {
  const OwnedBio key(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const OwnedBio certificate(BIO_new_mem_buf(
      certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  Require(key && certificate);
  Authority out{
      OwnedKey(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr)),
      OwnedCertificate(
          PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr))};
  if (!out.key || !out.certificate ||
      X509_check_private_key(out.certificate.get(), out.key.get()) != 1)
    return absl::InvalidArgumentError(
        "the CA's key and certificate cannot be read or do not fit");
  return out;
}

std::string SerialOf(const X509& certificate) {
  const OwnedBio out = Buffer();
  Require(i2a_ASN1_INTEGER(out.get(), X509_get0_serialNumber(&certificate)) >
          0);
  return Written(*out);
}

std::string SubjectOf(const X509& certificate) {
  const OwnedBio out = Buffer();
  Require(X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0,
                             XN_FLAG_RFC2253) >= 0);
  return Written(*out);
}

}  // namespace talentcard::pki
