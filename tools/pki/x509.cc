#include "tools/pki/x509.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdlib>
#include <ctime>

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
using OwnedNames = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

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

std::string Hexadecimal(const ASN1_INTEGER& number) {
  const OwnedBio out = Buffer();
  Require(i2a_ASN1_INTEGER(out.get(), &number) > 0);
  return Written(*out);
}

// Of an address in network order; empty if it is none.
std::string AddressText(const ASN1_OCTET_STRING& octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(&octets) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(&octets) != 16) return "";
  Require(inet_ntop(family, ASN1_STRING_get0_data(&octets), text.data(),
                    text.size()) != nullptr);
  return text.data();
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

absl::StatusOr<std::set<std::string>> SerialsOnLists(const std::string& pem) {
  const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Require(in != nullptr);
  ERR_clear_error();
  std::set<std::string> serials;
  int lists = 0;
  while (const OwnedList list{
      PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr)}) {
    ++lists;
    const STACK_OF(X509_REVOKED)* const revoked =
        X509_CRL_get_REVOKED(list.get());
    for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i) {
      serials.insert(Hexadecimal(
          *X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i))));
    }
  }
  const bool at_end =
      ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (lists == 0 || !at_end)
    return absl::InvalidArgumentError("a revocation list cannot be read");
  return serials;
}

absl::StatusOr<OwnedCertificate> ReadCertificate(const std::string& pem) {
  const OwnedBio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Require(in != nullptr);
  OwnedCertificate out(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!out) return absl::InvalidArgumentError("a certificate cannot be read");
  return out;
}

absl::StatusOr<Authority> ReadAuthority(const std::string& key_pem,
                                        const std::string& certificate_pem) {
  Authority out;
  ASSIGN_OR_RETURN(out.certificate, ReadCertificate(certificate_pem));
  const OwnedBio key(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  Require(key != nullptr);
  out.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  if (!out.key ||
      X509_check_private_key(out.certificate.get(), out.key.get()) != 1)
    return absl::InvalidArgumentError(
        "a key cannot be read or does not fit its certificate");
  return out;
}

std::string SerialOf(const X509& certificate) {
  return Hexadecimal(*X509_get0_serialNumber(&certificate));
}

std::string SubjectOf(const X509& certificate) {
  const OwnedBio out = Buffer();
  Require(X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0,
                             XN_FLAG_RFC2253) >= 0);
  return Written(*out);
}

std::vector<std::string> NamesOf(const X509& certificate) {
  std::vector<std::string> out;
  const OwnedNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
    if (name.type == GEN_IPADD) {
      out.push_back(AddressText(*name.d.iPAddress));
    } else if (name.type == GEN_DNS) {
      const auto* const text = ASN1_STRING_get0_data(name.d.dNSName);
      out.emplace_back(reinterpret_cast<const char*>(text),
                       ASN1_STRING_length(name.d.dNSName));
    }
  }
  return out;
}

absl::Time EndOf(const X509& certificate) {
  std::tm end{};
  Require(ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) == 1);
  return absl::FromTimeT(timegm(&end));
}

}  // namespace talentcard::pki
