#include "services/store/sealing.h"

#include <sys/stat.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "engine/status_macros.h"
#include "gtest/gtest.h"
#include "services/store/keys.h"
#include "services/store/writer.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

SecretKey KeyOf(uint8_t byte) {
  SecretKey key;
  key.bytes.fill(byte);
  return key;
}

TEST(CipherTest, AesGivesTheKnownAnswerOfNist) {
  // GCM test case 14: zero key and nonce, one zero block.
  const uint8_t nonce[kNonceBytes] = {};
  std::string out(16 + kTagBytes, '\0');
  Encrypt(Cipher::kAes256Gcm, {}, nonce, "", std::string(16, '\0'),
          reinterpret_cast<uint8_t*>(out.data()));
  EXPECT_EQ(absl::BytesToHexString(out),
            "cea7403d4d606b6e074ec5d3baf39d18"
            "d0d1c8a799996bf0265b98b5d48ab919");
  EXPECT_EQ(Decrypt(Cipher::kAes256Gcm, {}, nonce, "", out),
            std::string(16, '\0'));
}

TEST(CipherTest, Sm4GivesTheKnownAnswerOfRfc8998) {
  const std::string key =
      absl::HexStringToBytes("0123456789abcdeffedcba9876543210");
  const std::string nonce = absl::HexStringToBytes("00001234567800000000abcd");
  const std::string context =
      absl::HexStringToBytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  std::string plain;
  for (const char c :
       {'\xaa', '\xbb', '\xcc', '\xdd', '\xee', '\xff', '\xee', '\xaa'})
    plain += std::string(8, c);
  CipherKey padded{};
  std::copy(key.begin(), key.end(), padded.begin());
  const auto* const n = reinterpret_cast<const uint8_t*>(nonce.data());
  std::string out(plain.size() + kTagBytes, '\0');
  Encrypt(Cipher::kSm4Gcm, padded, n, context, plain,
          reinterpret_cast<uint8_t*>(out.data()));
  EXPECT_EQ(absl::BytesToHexString(out),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
            "83de3541e4c2b58177e065a9bf7b62ec");
  EXPECT_EQ(Decrypt(Cipher::kSm4Gcm, padded, n, context, out), plain);
}

TEST(CipherTest, AreNamedOnTheCommandLine) {
  EXPECT_EQ(CipherNamed("sm4-gcm"), Cipher::kSm4Gcm);
  EXPECT_EQ(CipherNamed("aes-256-gcm"), Cipher::kAes256Gcm);
  EXPECT_EQ(CipherNamed("SM4"), std::nullopt);
}

TEST(SealingTest, HmacMatchesRfc4231) {
  SecretKey
      key;  // Case 2 uses "Jefe": shorter keys are zero-padded by HMAC itself.
  key.bytes = {'J', 'e', 'f', 'e'};
  const auto mac = Hmac(key, "what do ya want for nothing?");
  EXPECT_EQ(absl::BytesToHexString(absl::string_view(
                reinterpret_cast<const char*>(mac.data()), mac.size())),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The same for every cipher.
class SealTest : public testing::TestWithParam<Cipher> {};
INSTANTIATE_TEST_SUITE_P(Ciphers, SealTest,
                         testing::Values(Cipher::kAes256Gcm, Cipher::kSm4Gcm),
                         [](const auto& info) {
                           return info.param == Cipher::kSm4Gcm ? "Sm4" : "Aes";
                         });

TEST_P(SealTest, OpensOnlyWithItsKeyInItsPlace) {
  SeededRandom random(1);
  const std::string sealed =
      Seal(GetParam(), KeyOf(1), "person/1", "secret", random);
  EXPECT_EQ(*Open(KeyOf(1), "person/1", sealed), "secret");
  EXPECT_FALSE(Open(KeyOf(2), "person/1", sealed).ok());
  EXPECT_FALSE(Open(KeyOf(1), "person/2", sealed).ok());
  EXPECT_FALSE(Open(KeyOf(1), "person/1", "").ok());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string flipped = sealed;
    flipped[i] ^= 1;
    EXPECT_FALSE(Open(KeyOf(1), "person/1", flipped).ok()) << i;
  }
}

// What is bound to it is the record and its table: nothing sealed for one opens
// in another's row, under one key or under two.
TEST_P(SealTest, TwoSealedValuesSwappedBothRefuse) {
  SeededRandom random(1);
  std::vector<std::pair<SecretKey, std::string>> places;
  for (const uint8_t person : {1, 2}) {
    for (const Table table : {Table::kPerson, Table::kCard, Table::kMatter,
                              Table::kUse, Table::kRequest}) {
      for (const char* id : {"a", "b"})
        places.emplace_back(KeyOf(person), Key(table).Add(id).bytes());
    }
  }
  std::vector<std::string> sealed;
  for (const auto& [key, place] : places)
    sealed.push_back(Seal(GetParam(), key, place, "same text", random));
  for (size_t i = 0; i < places.size(); ++i) {
    for (size_t j = 0; j < places.size(); ++j) {
      EXPECT_EQ(Open(places[i].first, places[i].second, sealed[j]).ok(), i == j)
          << i << " " << j;
    }
  }
}

TEST_P(SealTest, TheSameTextNeverSealsToTheSameBytes) {
  SystemRandom random;
  EXPECT_NE(Seal(GetParam(), KeyOf(1), "", "x", random),
            Seal(GetParam(), KeyOf(1), "", "x", random));
}

TEST_P(SealTest, NoTwoOfManyCanBeSwapped) {
  SeededRandom random(2);
  std::vector<std::string> contexts, sealed;
  for (const char* table : {"p", "c", "m"}) {
    for (const char* id : {"1", "2", "12"}) {
      for (const char* field : {"name", "phone"}) {
        contexts.push_back(std::string(table) + '\0' + id + '\0' + field);
        sealed.push_back(Seal(GetParam(), KeyOf(1), contexts.back(),
                              "the same text", random));
      }
    }
  }
  for (size_t i = 0; i < sealed.size(); ++i) {
    for (size_t k = 0; k < contexts.size(); ++k) {
      EXPECT_EQ(Open(KeyOf(1), contexts[k], sealed[i]).ok(), i == k)
          << i << " in place of " << k;
    }
  }
}

class VaultTest : public testing::Test {
 protected:
  MemoryDatabase database_;
  SeededRandom random_{7};
  Vault vault_{KeyOf(9), random_};
  Writer writer_{
      database_,
      {.on_fatal = [](const absl::Status&) {}, .now_ms = [] { return 1; }}};
  const std::string alice_ = std::string(32, 'a');
};

TEST_F(VaultTest, APersonsKeyIsMadeOnceAndDestroyedForEver) {
  std::string sealed;
  ASSERT_TRUE(writer_
                  .Run([&](Transaction& t) {
                    auto first = vault_.SealFor(t, alice_, "p", "one");
                    EXPECT_TRUE(first.ok());
                    sealed = *first;
                    EXPECT_EQ(vault_.PersonKeyOrNew(t, alice_)->bytes,
                              vault_.PersonKey(t, alice_)->bytes);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(*vault_.OpenFor(database_.Latest(), "p", sealed), "one");
  ASSERT_TRUE(writer_
                  .Run([&](Transaction& t) {
                    vault_.DestroyPersonKey(t, alice_);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(vault_.OpenFor(database_.Latest(), "p", sealed).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(VaultTest, NobodyGetsAnotherKeyUnderAnIdWhoseKeyWasDestroyed) {
  const auto run = [&](const Writer::Body& body) {
    ASSERT_TRUE(writer_.Run(body).ok());
  };
  run([&](Transaction& t) {
    return vault_.PersonKeyOrNew(t, alice_).status();
  });
  EXPECT_FALSE(*vault_.IsDestroyed(database_.Latest(), alice_));
  run([&](Transaction& t) {
    vault_.DestroyPersonKey(t, alice_);
    return absl::OkStatus();
  });
  run([&](Transaction& t) {
    EXPECT_EQ(vault_.PersonKeyOrNew(t, alice_).status().code(),
              absl::StatusCode::kNotFound);
    EXPECT_EQ(vault_.SealFor(t, alice_, "p", "two").status().code(),
              absl::StatusCode::kNotFound);
    return absl::OkStatus();
  });
  EXPECT_TRUE(*vault_.IsDestroyed(database_.Latest(), alice_));
  EXPECT_FALSE(*vault_.IsDestroyed(database_.Latest(), std::string(32, 'b')))
      << "never made is not destroyed";
}

TEST_F(VaultTest, WhatIsSealedForSeveralOpensOnlyWhileEveryKeyIsThere) {
  const std::string bob(32, 'b');
  const auto seal = [&](const std::set<std::string>& owners) {
    std::string sealed;
    EXPECT_TRUE(writer_
                    .Run([&](Transaction& t) -> absl::Status {
                      for (const std::string& owner : owners)
                        RETURN_IF_ERROR(
                            vault_.PersonKeyOrNew(t, owner).status());
                      ASSIGN_OR_RETURN(
                          sealed, vault_.SealForAll(t, owners, "i", "answer"));
                      return absl::OkStatus();
                    })
                    .ok());
    return sealed;
  };
  const auto open = [&](const std::string& sealed) {
    return vault_.OpenForAll(database_.Latest(), "i", sealed);
  };
  const std::string nobodys = seal({});
  const std::string alices = seal({alice_, std::string(kSystemOwner)});
  const std::string both = seal({alice_, bob});
  for (const std::string& sealed : {nobodys, alices, both})
    EXPECT_EQ(open(sealed).value_or(""), "answer");

  std::string without_bob = both;
  without_bob[7] = 1;
  without_bob.erase(8 + 32, 32);
  EXPECT_EQ(open(without_bob).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(open(both.substr(0, 8 + 63)).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(open("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(vault_.OpenForAll(database_.Latest(), "j", both).status().code(),
            absl::StatusCode::kDataLoss);

  ASSERT_TRUE(writer_
                  .Run([&](Transaction& t) {
                    vault_.DestroyPersonKey(t, bob);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(open(both).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(open(alices).value_or(""), "answer");
}

TEST_F(VaultTest, SealedBytesCannotMoveBetweenPeople) {
  const std::string bob(32, 'b');
  std::string sealed;
  ASSERT_TRUE(writer_
                  .Run([&](Transaction& t) {
                    sealed = *vault_.SealFor(t, alice_, "p", "one");
                    return vault_.PersonKeyOrNew(t, bob).status();
                  })
                  .ok());
  sealed.replace(0, 32, bob);
  EXPECT_EQ(vault_.OpenFor(database_.Latest(), "p", sealed).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, WhatOneCipherSealedOpensAfterTheOtherWasChosen) {
  const Vault aes(KeyOf(9), random_, Cipher::kAes256Gcm);
  const Vault sm4(KeyOf(9), random_, Cipher::kSm4Gcm);
  std::string by_aes, by_sm4;
  ASSERT_TRUE(
      writer_
          .Run([&](Transaction& t) -> absl::Status {
            ASSIGN_OR_RETURN(by_aes, aes.SealFor(t, alice_, "row", "before"));
            ASSIGN_OR_RETURN(by_sm4, sm4.SealFor(t, alice_, "row", "after"));
            return absl::OkStatus();
          })
          .ok());
  for (const Vault* vault : {&aes, &sm4}) {
    EXPECT_EQ(*vault->OpenFor(database_.Latest(), "row", by_aes), "before");
    EXPECT_EQ(*vault->OpenFor(database_.Latest(), "row", by_sm4), "after");
  }
  // Neither opens under the other's name.
  std::string renamed = by_aes;
  renamed[alice_.size()] = static_cast<char>(Cipher::kSm4Gcm);
  EXPECT_FALSE(aes.OpenFor(database_.Latest(), "row", renamed).ok());
}

TEST_F(VaultTest, LookupsDependOnTheMasterKeyAndOnEveryPart) {
  const Vault other(KeyOf(8), random_);
  const identity::DocumentNumber x("x");
  EXPECT_EQ(vault_.DocumentHash(1, "", x), vault_.DocumentHash(1, "", x));
  EXPECT_NE(vault_.DocumentHash(1, "", x), other.DocumentHash(1, "", x));
  EXPECT_NE(vault_.DocumentHash(1, "", x), vault_.DocumentHash(2, "", x));
  EXPECT_NE(vault_.DocumentHash(8, "A", x), vault_.DocumentHash(8, "B", x));
  EXPECT_NE(vault_.NameHash(identity::NameKey("x")),
            vault_.DocumentHash(1, "", x));
  EXPECT_NE(vault_.ErasureHash("x"), vault_.DocumentHash(1, "erased", x));
}

TEST(MasterKeyTest, IsMadeOnceAndKeptFromOthers) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/key";
  SystemRandom random;
  const auto made = LoadOrCreateMasterKey(path, random);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(LoadOrCreateMasterKey(path, random)->bytes, made->bytes);
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0400u);
  chmod(path.c_str(), 0440);
  EXPECT_FALSE(LoadOrCreateMasterKey(path, random).ok());
  chmod(path.c_str(), 0400);
  ASSERT_EQ(symlink(path.c_str(), (directory.path() + "/link").c_str()), 0);
  EXPECT_FALSE(LoadOrCreateMasterKey(directory.path() + "/link", random).ok());
}

TEST(MasterKeyTest, OnlyAPrivateFileOfTheRightSizeIsTaken) {
  struct Case {
    size_t size;
    mode_t mode;
    bool taken;
  };
  SystemRandom random;
  for (const Case& c :
       {Case{32, 0400, true}, Case{31, 0400, false}, Case{33, 0400, false},
        Case{0, 0400, false}, Case{32, 0600, false}, Case{32, 0440, false},
        Case{32, 0404, false}, Case{32, 0500, false}}) {
    TemporaryDirectory directory;
    const std::string path = directory.path() + "/key";
    std::ofstream(path) << std::string(c.size, 'k');
    ASSERT_EQ(chmod(path.c_str(), c.mode), 0);
    EXPECT_EQ(LoadOrCreateMasterKey(path, random).ok(), c.taken)
        << c.size << " bytes, mode " << std::oct << c.mode;
  }
}

TEST(MasterKeyTest, ADirectoryIsNotAKey) {
  TemporaryDirectory directory;
  SystemRandom random;
  EXPECT_FALSE(LoadOrCreateMasterKey(directory.path(), random).ok());
}

}  // namespace
}  // namespace talentcard::store
