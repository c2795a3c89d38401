#include "services/store/cipher.h"

#include <gcrypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace talentcard::store {
namespace {

constexpr size_t kSm4Key = 16;

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

// One context a thread, made once: fetching an algorithm costs more than a use.
EVP_CIPHER_CTX* AesContext(bool encrypt) {
  struct Free {
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
  };
  using Owned = std::unique_ptr<EVP_CIPHER_CTX, Free>;
  static EVP_CIPHER* const cipher =
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  const auto make = [&](int direction) {
    Owned context(EVP_CIPHER_CTX_new());
    Require(EVP_CipherInit_ex2(context.get(), cipher, nullptr, nullptr,
                               direction, nullptr) == 1);
    return context;
  };
  thread_local const Owned encryptor = make(1);
  thread_local const Owned decryptor = make(0);
  return encrypt ? encryptor.get() : decryptor.get();
}

// Begins with this key and nonce, and takes in the context.
EVP_CIPHER_CTX* BeginAes(bool encrypt, const CipherKey& key,
                         const uint8_t* nonce, std::string_view context) {
  EVP_CIPHER_CTX* const c = AesContext(encrypt);
  int n = 0;
  Require(EVP_CipherInit_ex2(c, nullptr, key.data(), nonce, -1, nullptr) == 1);
  Require(EVP_CipherUpdate(c, nullptr, &n, Bytes(context),
                           static_cast<int>(context.size())) == 1);
  return c;
}

void EncryptAes(EVP_CIPHER_CTX* c, std::string_view plain, uint8_t* out) {
  int n = 0;
  Require(EVP_CipherUpdate(c, out, &n, Bytes(plain),
                           static_cast<int>(plain.size())) == 1);
  uint8_t* const tag = out + plain.size();
  Require(EVP_CipherFinal_ex(c, tag, &n) == 1);
  Require(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
}

bool DecryptAes(EVP_CIPHER_CTX* c, std::string_view ciphertext,
                std::string_view tag, std::string& plain) {
  int n = 0;
  Require(EVP_CipherUpdate(c, Bytes(plain), &n, Bytes(ciphertext),
                           static_cast<int>(ciphertext.size())) == 1);
  std::string expected(tag);
  Require(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                              expected.data()) == 1);
  uint8_t rest[16];
  return EVP_CipherFinal_ex(c, rest, &n) == 1;
}

// One handle a thread, for both directions.
gcry_cipher_hd_t Sm4Handle() {
  static const bool ready = [] {
    Require(gcry_check_version(GCRYPT_VERSION) != nullptr);
    Require(gcry_control(GCRYCTL_DISABLE_SECMEM, 0) == 0);
    return gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) == 0;
  }();
  Require(ready);
  struct Free {
    void operator()(gcry_cipher_hd_t handle) const {
      gcry_cipher_close(handle);
    }
  };
  using Owned = std::unique_ptr<gcry_cipher_handle, Free>;
  thread_local const Owned handle = [] {
    gcry_cipher_hd_t made = nullptr;
    Require(gcry_cipher_open(&made, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM, 0) ==
            0);
    return Owned(made);
  }();
  return handle.get();
}

gcry_cipher_hd_t BeginSm4(const CipherKey& key, const uint8_t* nonce,
                          std::string_view context) {
  const gcry_cipher_hd_t handle = Sm4Handle();
  Require(gcry_cipher_setkey(handle, key.data(), kSm4Key) == 0);
  Require(gcry_cipher_setiv(handle, nonce, kNonceBytes) == 0);
  Require(gcry_cipher_authenticate(handle, context.data(), context.size()) ==
          0);
  return handle;
}

}  // namespace

std::optional<Cipher> CipherNamed(std::string_view name) {
  if (name == "aes-256-gcm") return Cipher::kAes256Gcm;
  if (name == "sm4-gcm") return Cipher::kSm4Gcm;
  return std::nullopt;
}

void Encrypt(Cipher cipher, const CipherKey& key, const uint8_t* nonce,
             std::string_view context, std::string_view plain, uint8_t* out) {
  if (cipher == Cipher::kAes256Gcm) {
    EncryptAes(BeginAes(/*encrypt=*/true, key, nonce, context), plain, out);
    return;
  }
  const gcry_cipher_hd_t handle = BeginSm4(key, nonce, context);
  Require(gcry_cipher_encrypt(handle, out, plain.size(), plain.data(),
                              plain.size()) == 0);
  Require(gcry_cipher_gettag(handle, out + plain.size(), kTagBytes) == 0);
}

std::optional<std::string> Decrypt(Cipher cipher, const CipherKey& key,
                                   const uint8_t* nonce,
                                   std::string_view context,
                                   std::string_view ciphertext_and_tag) {
  if (ciphertext_and_tag.size() < kTagBytes) return std::nullopt;
  const size_t length = ciphertext_and_tag.size() - kTagBytes;
  const std::string_view ciphertext = ciphertext_and_tag.substr(0, length);
  const std::string_view tag = ciphertext_and_tag.substr(length);
  std::string plain(length, '\0');
  bool holds = false;
  if (cipher == Cipher::kAes256Gcm) {
    holds = DecryptAes(BeginAes(/*encrypt=*/false, key, nonce, context),
                       ciphertext, tag, plain);
  } else {
    const gcry_cipher_hd_t handle = BeginSm4(key, nonce, context);
    Require(gcry_cipher_decrypt(handle, plain.data(), length, ciphertext.data(),
                                length) == 0);
    holds = gcry_cipher_checktag(handle, tag.data(), tag.size()) == 0;
  }
  if (holds) return plain;
  OPENSSL_cleanse(plain.data(), plain.size());
  return std::nullopt;
}

}  // namespace talentcard::store
