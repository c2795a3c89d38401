#include "services/store/sealing.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::store {
namespace {

constexpr size_t kHeader = 1 + kNonceBytes;
constexpr size_t kOwner = 32;
constexpr size_t kNumber = 8;

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
  requests_.bytes = Hmac(master, "talentcard request index 1");
  system_.bytes = Hmac(master, "talentcard system key 1");
}

absl::StatusOr<SecretKey> Vault::PersonKey(const Reader& reader,
                                           std::string_view person) const {
  if (person == kSystemOwner) return system_;
  const Key row = Key(Table::kPersonKey).Add(person);
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped, reader.Get(row));
  return Unwrap(row, wrapped.value_or(std::string(kDestroyedKey)));
}

absl::StatusOr<SecretKey> Vault::PersonKeyOrNew(Transaction& transaction,
                                                std::string_view person) const {
  if (person == kSystemOwner) return system_;
  const Key row = Key(Table::kPersonKey).Add(person);
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped,
                   transaction.Get(row));
  if (wrapped) return Unwrap(row, *wrapped);
  SecretKey key;
  random_.Fill(key.bytes);
  transaction.Put(row, SealUnder(wrapping_, row.bytes(), AsBytes(key.bytes)));
  return key;
}

void Vault::DestroyPersonKey(Transaction& transaction,
                             std::string_view person) const {
  transaction.Put(Key(Table::kPersonKey).Add(person), kDestroyedKey);
}

absl::StatusOr<bool> Vault::IsDestroyed(const Reader& reader,
                                        std::string_view person) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped,
                   reader.Get(Key(Table::kPersonKey).Add(person)));
  return wrapped == kDestroyedKey;
}

absl::StatusOr<SecretKey> Vault::Unwrap(std::string_view row,
                                        std::string_view wrapped) const {
  if (wrapped == kDestroyedKey)
    return absl::NotFoundError("the person's key is gone");
  ASSIGN_OR_RETURN(std::string plain, Open(wrapping_, row, wrapped));
  SecretKey key;
  if (plain.size() != key.bytes.size()) {
    return absl::DataLossError("a person's key is malformed");
  }
  std::copy(plain.begin(), plain.end(), key.bytes.begin());
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

absl::StatusOr<SecretKey> Vault::KeyOfAll(const Reader& reader,
                                          std::string_view owners) const {
  SecretKey all;
  all.bytes = Hmac(system_, "talentcard key of all 1");
  for (; !owners.empty(); owners.remove_prefix(kOwner)) {
    ASSIGN_OR_RETURN(const SecretKey own,
                     PersonKey(reader, owners.substr(0, kOwner)));
    all.bytes = Hmac(
        own, absl::StrCat("talentcard key of all 1", A(AsBytes(all.bytes))));
  }
  return all;
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

absl::StatusOr<std::string> Vault::SealForAll(
    const Reader& reader, const std::set<std::string>& owners,
    std::string_view context, std::string_view plain) const {
  std::string sealed;
  AppendNumber(owners.size(), sealed);
  for (const std::string& owner : owners) {
    if (owner.size() != kOwner)
      return absl::InvalidArgumentError("an owner is an id of 32 characters");
    sealed += owner;
  }
  ASSIGN_OR_RETURN(const SecretKey key,
                   KeyOfAll(reader, std::string_view(sealed).substr(kNumber)));
  return sealed + SealUnder(key, context, plain);
}

absl::StatusOr<std::string> Vault::OpenForAll(const Reader& reader,
                                              std::string_view context,
                                              std::string_view sealed) const {
  const uint64_t owners = sealed.size() < kNumber ? 0 : ReadNumber(sealed, 0);
  if (sealed.size() < kNumber || owners > (sealed.size() - kNumber) / kOwner)
    return absl::DataLossError("sealed bytes are too short");
  const size_t header = kNumber + owners * kOwner;
  ASSIGN_OR_RETURN(const SecretKey key,
                   KeyOfAll(reader, sealed.substr(kNumber, header - kNumber)));
  return Open(key, context, sealed.substr(header));
}

std::string Vault::Lookup(const SecretKey& key,
                          std::string_view message) const {
  return std::string(AsBytes(Hmac(key, message)).substr(0, 16));
}

std::string Vault::DocumentHash(
    int kind, std::string_view issuer,
    const identity::DocumentNumber& canonical) const {
  return Lookup(documents_,
                absl::StrCat(kind, ":", A(issuer), ":", canonical.Reveal()));
}

std::string Vault::NameHash(const identity::NameKey& search_key) const {
  return Lookup(names_, search_key.Reveal());
}

std::string Vault::ErasureHash(std::string_view person) const {
  // No document is of kind 0.
  return Lookup(documents_, absl::StrCat("0:erased:", A(person)));
}

std::string Vault::RequestHash(std::string_view request) const {
  return Lookup(requests_, request);
}

}  // namespace talentcard::store
