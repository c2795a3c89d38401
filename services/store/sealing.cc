#include "services/store/sealing.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::store {
namespace {

constexpr size_t kHeader = 1 + kNonceBytes;
constexpr size_t kOwner = 32;

// A failure of the cryptographic library on good input is a broken machine.
void Require(bool ok) {
  if (!ok) std::abort();
}

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

}  // namespace

std::string Seal(Cipher cipher, const SecretKey& key, std::string_view context,
                 std::string_view plain, Random& random) {
  std::string out(kHeader + plain.size() + kTagBytes, '\0');
  out[0] = static_cast<char>(cipher);
  random.Fill({Bytes(out) + 1, kNonceBytes});
  Encrypt(cipher, key.bytes, Bytes(out) + 1, context, plain,
          Bytes(out) + kHeader);
  return out;
}

absl::StatusOr<std::string> Open(const SecretKey& key, std::string_view context,
                                 std::string_view sealed) {
  if (sealed.size() < kHeader + kTagBytes)
    return absl::DataLossError("sealed bytes are too short");
  const auto cipher = static_cast<Cipher>(sealed[0]);
  if (cipher != Cipher::kAes256Gcm && cipher != Cipher::kSm4Gcm)
    return absl::DataLossError("sealed bytes name no cipher");
  std::optional<std::string> plain = Decrypt(
      cipher, key.bytes, Bytes(sealed) + 1, context, sealed.substr(kHeader));
  if (!plain) return absl::DataLossError("sealed bytes do not open");
  return *std::move(plain);
}

std::array<uint8_t, 32> Hmac(const SecretKey& key, std::string_view message) {
  struct Free {
    void operator()(EVP_MAC_CTX* c) const { EVP_MAC_CTX_free(c); }
  };
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  thread_local const std::unique_ptr<EVP_MAC_CTX, Free> context = [] {
    std::unique_ptr<EVP_MAC_CTX, Free> c(EVP_MAC_CTX_new(mac));
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string("digest", digest, 0),
        OSSL_PARAM_construct_end()};
    Require(EVP_MAC_CTX_set_params(c.get(), parameters) == 1);
    return c;
  }();
  std::array<uint8_t, 32> out;
  size_t n = 0;
  Require(EVP_MAC_init(context.get(), key.bytes.data(), key.bytes.size(),
                       nullptr) == 1);
  Require(EVP_MAC_update(context.get(), Bytes(message), message.size()) == 1);
  Require(EVP_MAC_final(context.get(), out.data(), &n, out.size()) == 1);
  return out;
}

Vault::Vault(const SecretKey& master, Random& random, Cipher cipher)
    : random_(random), cipher_(cipher) {
  wrapping_.bytes = Hmac(master, "talentcard wrapping key 1");
  documents_.bytes = Hmac(master, "talentcard document index 1");
  names_.bytes = Hmac(master, "talentcard name index 1");
  system_.bytes = Hmac(master, "talentcard system key 1");
}

absl::StatusOr<SecretKey> Vault::PersonKey(const Reader& reader,
                                           std::string_view person) const {
  if (person == kSystemOwner) return system_;
  const Key row = Key(Table::kPersonKey).Add(person);
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped, reader.Get(row));
  if (!wrapped) return absl::NotFoundError("the person's key is gone");
  ASSIGN_OR_RETURN(std::string plain, Open(wrapping_, row.bytes(), *wrapped));
  SecretKey key;
  if (plain.size() != key.bytes.size()) {
    return absl::DataLossError("a person's key is malformed");
  }
  std::copy(plain.begin(), plain.end(), key.bytes.begin());
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

absl::StatusOr<SecretKey> Vault::PersonKeyOrNew(Transaction& transaction,
                                                std::string_view person) const {
  absl::StatusOr<SecretKey> existing = PersonKey(transaction, person);
  if (existing.ok() || !absl::IsNotFound(existing.status())) return existing;
  SecretKey key;
  random_.Fill(key.bytes);
  const Key row = Key(Table::kPersonKey).Add(person);
  transaction.Put(row,
                  SealUnder(wrapping_, row.bytes(),
                            {reinterpret_cast<const char*>(key.bytes.data()),
                             key.bytes.size()}));
  return key;
}

void Vault::DestroyPersonKey(Transaction& transaction,
                             std::string_view person) const {
  transaction.Delete(Key(Table::kPersonKey).Add(person));
}

std::string Vault::SealUnder(const SecretKey& key, std::string_view context,
                             std::string_view plain) const {
  return Seal(cipher_, key, context, plain, random_);
}

absl::StatusOr<std::string> Vault::SealFor(Transaction& transaction,
                                           std::string_view owner,
                                           std::string_view context,
                                           std::string_view plain) const {
  ASSIGN_OR_RETURN(const SecretKey key, PersonKeyOrNew(transaction, owner));
  return absl::StrCat(A(owner), SealUnder(key, context, plain));
}

absl::StatusOr<std::string> Vault::OpenFor(const Reader& reader,
                                           std::string_view context,
                                           std::string_view sealed) const {
  if (sealed.size() < kOwner) {
    return absl::DataLossError("sealed bytes are too short");
  }
  ASSIGN_OR_RETURN(const SecretKey key,
                   PersonKey(reader, sealed.substr(0, kOwner)));
  return Open(key, context, sealed.substr(kOwner));
}

std::string Vault::Lookup(const SecretKey& key,
                          std::string_view message) const {
  const std::array<uint8_t, 32> mac = Hmac(key, message);
  return std::string(reinterpret_cast<const char*>(mac.data()), 16);
}

std::string Vault::DocumentHash(int kind, std::string_view issuer,
                                std::string_view canonical) const {
  return Lookup(documents_,
                absl::StrCat(kind, ":", A(issuer), ":", A(canonical)));
}

std::string Vault::NameHash(std::string_view search_key) const {
  return Lookup(names_, search_key);
}

}  // namespace talentcard::store
