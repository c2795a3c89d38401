#include "tools/pki/city_ca.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/pki/files.h"
#include "tools/pki/x509.h"

namespace talentcard::pki {
namespace {

using OwnedStore = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using OwnedCheck = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using OwnedBio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

const absl::Time kNow = absl::FromUnixSeconds(1780000000);
const Subject kWang{"", "people/00ff", "staff/wang", "clerk",
                    "stations/haizhou"};
const Subject kDesk{"", "", "devices/his-1", "hospital",
                    "hospitals/haicheng-central"};

class CityCaTest : public testing::Test {
 protected:
  CityCaTest() {
    std::filesystem::remove_all(directory_);
    EXPECT_TRUE(Found(directory_, {"edge.example", "127.0.0.1"}, kNow).ok());
  }
  ~CityCaTest() override { std::filesystem::remove_all(directory_); }

  // What a TLS server that trusts `ca.pem` and reads `crl.pem` says.
  int Verify(const std::string& path, int purpose, absl::Time at) {
    const OwnedStore store(X509_STORE_new());
    X509_STORE_load_file(store.get(), (directory_ + "/ca.pem").c_str());
    X509_LOOKUP* lookup =
        X509_STORE_add_lookup(store.get(), X509_LOOKUP_file());
    EXPECT_EQ(X509_load_crl_file(lookup, (directory_ + "/crl.pem").c_str(),
                                 X509_FILETYPE_PEM),
              2);
    const OwnedBio file(BIO_new_file(path.c_str(), "r"));
    const OwnedCertificate leaf(
        PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
    const OwnedCheck check(X509_STORE_CTX_new());
    X509_STORE_CTX_init(check.get(), store.get(), leaf.get(), nullptr);
    X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(check.get());
    X509_VERIFY_PARAM_set_flags(
        param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(at));
    X509_VERIFY_PARAM_set_purpose(param, purpose);
    return X509_verify_cert(check.get()) == 1
               ? X509_V_OK
               : X509_STORE_CTX_get_error(check.get());
  }
  int VerifyAsker(const std::string& path, absl::Time at = kNow) {
    return Verify(path, X509_PURPOSE_SSL_CLIENT, at);
  }

  const std::string directory_ =
      absl::StrCat("/tmp/talentcard-pki-test-", getpid());
};

TEST_F(CityCaTest, IssuesWhatTheEdgeAccepts) {
  const auto path = Issue(directory_, kWang, kLongestLife, kNow);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path,
            directory_ + "/issued/clerk@stations+haizhou@staff+wang.pem");
  EXPECT_EQ(VerifyAsker(*path), X509_V_OK);
}

TEST_F(CityCaTest, ACertificateIsGoodUntilItsEndAndNotAfter) {
  const auto path = Issue(directory_, kDesk, absl::Hours(24), kNow);
  ASSERT_TRUE(path.ok()) << path.status();
  const absl::Time end = kNow + absl::Hours(24);
  EXPECT_EQ(VerifyAsker(*path, end - absl::Seconds(1)), X509_V_OK);
  EXPECT_EQ(VerifyAsker(*path, end), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(CityCaTest, AnAskerIsNoServerAndTheEdgeIsNoAsker) {
  const auto path = Issue(directory_, kDesk, absl::Hours(24), kNow);
  EXPECT_EQ(Verify(*path, X509_PURPOSE_SSL_SERVER, kNow),
            X509_V_ERR_INVALID_PURPOSE);
  const std::string edge = directory_ + "/edge.pem";
  EXPECT_EQ(Verify(edge, X509_PURPOSE_SSL_SERVER, kNow), X509_V_OK);
  EXPECT_EQ(VerifyAsker(edge), X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(CityCaTest, RevokesEveryCertificateOfTheSubjectAndOfNobodyElse) {
  const auto first = Issue(directory_, kWang, absl::Hours(24), kNow);
  std::filesystem::copy_file(*first, directory_ + "/first.pem");
  const auto renewed = Issue(directory_, kWang, absl::Hours(48), kNow);
  const auto desk = Issue(directory_, kDesk, absl::Hours(24), kNow);
  const auto revoked = Revoke(directory_, kWang, kNow + absl::Hours(1));
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(revoked->size(), 2U);
  const absl::Time later = kNow + absl::Hours(2);
  EXPECT_EQ(VerifyAsker(directory_ + "/first.pem", later),
            X509_V_ERR_CERT_REVOKED);
  EXPECT_EQ(VerifyAsker(*renewed, later), X509_V_ERR_CERT_REVOKED);
  EXPECT_EQ(VerifyAsker(*desk, later), X509_V_OK);
  EXPECT_TRUE(absl::IsNotFound(
      Revoke(directory_, kWang, kNow + absl::Hours(1)).status()));
}

TEST_F(CityCaTest, AnOldListLetsNobodyInAndIsWrittenWithoutTheRoot) {
  const auto path = Issue(directory_, kDesk, kLongestLife, kNow);
  const absl::Time later = kNow + kListLife + absl::Seconds(1);
  EXPECT_EQ(VerifyAsker(*path, later), X509_V_ERR_CRL_HAS_EXPIRED);
  std::filesystem::remove_all(directory_ + "/root");
  ASSERT_TRUE(WriteLists(directory_, later).ok());
  EXPECT_EQ(VerifyAsker(*path, later), X509_V_OK);
}

TEST_F(CityCaTest, RenewingKeepsTheSubjectAndChangesKeyAndSerial) {
  const auto path = Issue(directory_, kDesk, absl::Hours(24), kNow);
  const std::string before = *ReadFile(*path);
  ASSERT_TRUE(
      Issue(directory_, kDesk, absl::Hours(24), kNow + absl::Hours(20)).ok());
  EXPECT_NE(*ReadFile(*path), before);
  const auto issued = List(directory_);
  ASSERT_EQ(issued->size(), 2U);
  EXPECT_EQ((*issued)[0].name, (*issued)[1].name);
  EXPECT_NE((*issued)[0].serial, (*issued)[1].serial);
}

TEST_F(CityCaTest, KeysAreReadableToTheirOwnerOnly) {
  ASSERT_TRUE(Issue(directory_, kDesk, absl::Hours(24), kNow).ok());
  int keys = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory_)) {
    if (file.path().extension() != ".key") continue;
    struct stat status {};
    ASSERT_EQ(stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0400U) << file.path();
    ++keys;
  }
  EXPECT_EQ(keys, 4);
}

TEST_F(CityCaTest, ADirectoryHasOneCa) {
  const std::string root = *ReadFile(directory_ + "/root.pem");
  EXPECT_TRUE(absl::IsAlreadyExists(Found(directory_, {"b"}, kNow)));
  EXPECT_EQ(*ReadFile(directory_ + "/root.pem"), root);
}

struct Bad {
  const char* name;
  Subject subject;
  absl::Duration life = absl::Hours(24);
};

class BadSubjectTest : public CityCaTest,
                       public testing::WithParamInterface<Bad> {};

TEST_P(BadSubjectTest, IsNotIssued) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      Issue(directory_, GetParam().subject, GetParam().life, kNow).status()));
  EXPECT_TRUE(std::filesystem::is_empty(directory_ + "/issued"));
}

INSTANTIATE_TEST_SUITE_P(
    Refused, BadSubjectTest,
    testing::ValuesIn<Bad>({
        {"NoKind", {"", "", "staff/a", "", "stations/b"}},
        {"NoInstitution", {"", "", "staff/a", "clerk", ""}},
        {"HolderOfAnotherSort", {"", "", "wang", "clerk", "stations/b"}},
        {"CommaInTheName", {"", "", "staff/a,OU=auditor", "clerk", "s/b"}},
        {"PlusInTheName", {"", "", "staff/a+b", "clerk", "stations/b"}},
        {"ChineseName", {"", "", "staff/王", "clerk", "stations/b"}},
        {"PersonOfAnotherSort", {"", "x", "staff/a", "clerk", "stations/b"}},
        {"NoTime", kWang, absl::ZeroDuration()},
        {"ASecondTooLong", kWang, kLongestLife + absl::Seconds(1)},
    }),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace talentcard::pki
