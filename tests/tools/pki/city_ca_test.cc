#include "tools/pki/city_ca.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/pki/files.h"
#include "tools/pki/x509.h"

namespace talentcard::pki {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

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

  std::string In(const std::string& file) const {
    return directory_ + "/" + file;
  }
  void Put(const std::string& file, const std::string& content) {
    std::ofstream(In(file), std::ios::binary) << content;
  }
  mode_t ModeOf(const std::string& file) const {
    struct stat status {};
    EXPECT_EQ(stat(In(file).c_str(), &status), 0) << file;
    return status.st_mode & 07777;
  }
  std::set<std::string> OnTheList() {
    return *SerialsOnLists(*ReadFile(In("crl.pem")));
  }
  OwnedCertificate Edge() {
    return *ReadCertificate(*ReadFile(In("edge.pem")));
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

// Nothing of a revocation is guessed: each of these once gave a list that was
// signed and empty.
struct Damage {
  const char* name;
  // Of `issued.txt`, which has a revocation, the new content; none: it is gone.
  std::function<std::optional<std::string>(const std::string& text)> damage;
  absl::StatusCode code;
};

class DamagedTest : public CityCaTest,
                    public testing::WithParamInterface<Damage> {};

TEST_P(DamagedTest, TheListInForceStaysAndNothingElseIsDone) {
  ASSERT_TRUE(Issue(directory_, kWang, kLongestLife, kNow).ok());
  ASSERT_TRUE(Issue(directory_, kDesk, kLongestLife, kNow).ok());
  const auto revoked = Revoke(directory_, kWang, kNow);
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  const std::string list = *ReadFile(In("crl.pem"));
  const std::string records = *ReadFile(In("issued.txt"));
  std::filesystem::remove(In("issued.txt"));
  const auto damaged = GetParam().damage(records);
  if (damaged) Put("issued.txt", *damaged);

  EXPECT_EQ(WriteLists(directory_, kNow).code(), GetParam().code);
  EXPECT_FALSE(Revoke(directory_, kDesk, kNow).ok());
  EXPECT_EQ(*ReadFile(In("crl.pem")), list);
  // Put right, all is as it was.
  Put("issued.txt", records);
  EXPECT_TRUE(WriteLists(directory_, kNow).ok());
  EXPECT_THAT(OnTheList(), ElementsAre(revoked->front()));
}

INSTANTIATE_TEST_SUITE_P(
    Records, DamagedTest,
    testing::ValuesIn<Damage>({
        {"Gone", [](const std::string&) { return std::nullopt; },
         absl::StatusCode::kNotFound},
        {"Empty", [](const std::string&) { return ""; },
         absl::StatusCode::kDataLoss},
        {"AnOlderCopy",
         [](const std::string& text) {
           return text.substr(0, text.find("revoked"));
         },
         absl::StatusCode::kDataLoss},
        {"TornInItsLastLine",
         [](const std::string& text) {
           return text.substr(0, text.size() - 4);
         },
         absl::StatusCode::kDataLoss},
        {"WithoutItsLastEndOfLine",
         [](const std::string& text) {
           return text.substr(0, text.size() - 1);
         },
         absl::StatusCode::kDataLoss},
        {"ZeroesAfterAPowerCut",
         [](const std::string& text) { return text + std::string(16, '\0'); },
         absl::StatusCode::kDataLoss},
        {"AnEmptyLine", [](const std::string& text) { return text + "\n"; },
         absl::StatusCode::kDataLoss},
        {"AWordMisspelt",
         [](const std::string& text) {
           return absl::StrReplaceAll(text, {{"revoked", "Revoked"}});
         },
         absl::StatusCode::kDataLoss},
        {"ATimeThatIsNone",
         [](const std::string& text) {
           return absl::StrReplaceAll(text, {{" 178", " l78"}});
         },
         absl::StatusCode::kDataLoss},
        {"ASerialThatIsNone",
         [](const std::string& text) {
           return text + "revoked 12g4 1780000000\n";
         },
         absl::StatusCode::kDataLoss},
        {"AWordTooMany",
         [](const std::string& text) {
           return text + "revoked 12A4 1780000000 x\n";
         },
         absl::StatusCode::kDataLoss},
        {"ANameThatIsNone",
         [](const std::string& text) {
           return text + "issued 12A4 1780000000 x\n";
         },
         absl::StatusCode::kDataLoss},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(CityCaTest, RecordsThatCannotBeReadAreNoEmptyList) {
  ASSERT_TRUE(Issue(directory_, kWang, kLongestLife, kNow).ok());
  ASSERT_TRUE(Revoke(directory_, kWang, kNow).ok());
  const std::string list = *ReadFile(In("crl.pem"));
  // What even root cannot read as a file.
  std::filesystem::remove(In("issued.txt"));
  std::filesystem::create_directory(In("issued.txt"));
  EXPECT_TRUE(absl::IsUnavailable(WriteLists(directory_, kNow)));
  EXPECT_EQ(*ReadFile(In("crl.pem")), list);
}

TEST_F(CityCaTest, AListInForceThatCannotBeReadIsNotWrittenOver) {
  ASSERT_TRUE(Issue(directory_, kWang, kLongestLife, kNow).ok());
  Put("crl.pem", "no list");
  EXPECT_TRUE(absl::IsDataLoss(WriteLists(directory_, kNow)));
  EXPECT_FALSE(Revoke(directory_, kWang, kNow).ok());
  std::filesystem::remove(In("crl.pem"));
  EXPECT_TRUE(Revoke(directory_, kWang, kNow).ok());
}

TEST_F(CityCaTest, WhatIsRevokedIsReadBackFromTheList) {
  ASSERT_TRUE(Issue(directory_, kWang, kLongestLife, kNow).ok());
  ASSERT_TRUE(Issue(directory_, kDesk, kLongestLife, kNow).ok());
  const auto first = Revoke(directory_, kWang, kNow);
  const auto second = Revoke(directory_, kDesk, kNow);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_THAT(OnTheList(),
              UnorderedElementsAre(first->front(), second->front()));
}

TEST_F(CityCaTest, ARevocationWhoseListWasNotWrittenIsMadeGoodByAskingAgain) {
  ASSERT_TRUE(Issue(directory_, kWang, kLongestLife, kNow).ok());
  const std::string serial = List(directory_)->front().serial;
  // As after a crash between the two.
  ASSERT_TRUE(RecordRevoked(In("issued.txt"), {serial, kNow}).ok());
  const auto again = Revoke(directory_, kWang, kNow);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(*again, ElementsAre(serial));
  EXPECT_THAT(OnTheList(), ElementsAre(serial));
  EXPECT_TRUE(absl::IsNotFound(Revoke(directory_, kWang, kNow).status()));
}

TEST_F(CityCaTest, TheDailyListsNeverTakeBackWhatIsRevokedMeanwhile) {
  constexpr int kDesks = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < kDesks; ++i) {
    threads.emplace_back([&, i] {
      Subject desk = kDesk;
      desk.holder = absl::StrCat("devices/his-", i);
      EXPECT_TRUE(Issue(directory_, desk, kLongestLife, kNow).ok());
      const auto revoked = Revoke(directory_, desk, kNow);
      ASSERT_TRUE(revoked.ok()) << revoked.status();
      EXPECT_THAT(OnTheList(), Contains(revoked->front()));
    });
    threads.emplace_back(
        [&] { EXPECT_TRUE(WriteLists(directory_, kNow).ok()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(OnTheList().size(), size_t{kDesks});
}

TEST_F(CityCaTest, OneAtATimeHoldsTheDirectory) {
  const auto held = DirectoryLock::Take(directory_, absl::ZeroDuration());
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_TRUE(absl::IsUnavailable(
      DirectoryLock::Take(directory_, absl::ZeroDuration()).status()));
  EXPECT_EQ(ModeOf("lock"), 0600U) << "or any reader could keep it";
}

TEST_F(CityCaTest, WhatTheEdgeReadsItMayReadWhateverTheUmask) {
  const mode_t mask = umask(0077);
  EXPECT_TRUE(WriteLists(directory_, kNow).ok());
  EXPECT_TRUE(RenewEdge(directory_, {}, absl::InfiniteDuration(), kNow).ok());
  umask(mask);
  EXPECT_EQ(ModeOf("crl.pem"), 0644U);
  EXPECT_EQ(ModeOf("edge.pem"), 0644U);
}

TEST_F(CityCaTest, TheEdgesCertificateIsRenewedAtDaySixtyWithTheSameNames) {
  const absl::Time day_60 = kNow + absl::Hours(24 * 60);
  const std::string former = SerialOf(*Edge());
  const std::string former_key = *ReadFile(In("edge.key"));
  const auto until =
      RenewEdge(directory_, {}, absl::InfiniteDuration(), day_60);
  ASSERT_TRUE(until.ok()) << until.status();
  EXPECT_EQ(*until, day_60 + kEdgeLife);
  EXPECT_EQ(EndOf(*Edge()), *until);
  EXPECT_THAT(NamesOf(*Edge()), ElementsAre("edge.example", "127.0.0.1"));
  EXPECT_NE(SerialOf(*Edge()), former);
  EXPECT_NE(*ReadFile(In("edge.key")), former_key);
  ASSERT_TRUE(WriteLists(directory_, day_60).ok());
  EXPECT_EQ(Verify(In("edge.pem"), X509_PURPOSE_SSL_SERVER, day_60), X509_V_OK);
}

TEST_F(CityCaTest, TheTimerRenewsTheEdgeOnceUnderThirtyDaysAreLeft) {
  const absl::Duration thirty = absl::Hours(24 * 30);
  const absl::Time day_60 = kNow + absl::Hours(24 * 60);
  const std::string former = SerialOf(*Edge());
  EXPECT_EQ(*RenewEdge(directory_, {}, thirty, day_60), kNow + kEdgeLife);
  EXPECT_EQ(SerialOf(*Edge()), former);
  const absl::Time later = day_60 + absl::Seconds(1);
  EXPECT_EQ(*RenewEdge(directory_, {}, thirty, later), later + kEdgeLife);
  EXPECT_NE(SerialOf(*Edge()), former);
}

TEST_F(CityCaTest, TheEdgeIsGivenOtherNamesIfToldTo) {
  ASSERT_TRUE(RenewEdge(directory_, {"new.example", "::1"},
                        absl::InfiniteDuration(), kNow)
                  .ok());
  EXPECT_THAT(NamesOf(*Edge()), ElementsAre("new.example", "::1"));
}

TEST_F(CityCaTest, AnEdgesKeyThatDoesNotFitIsMadeGoodBeforeItIsDue) {
  ASSERT_TRUE(Issue(directory_, kDesk, kLongestLife, kNow).ok());
  // As after a crash between the two files.
  std::filesystem::remove(In("edge.key"));
  std::filesystem::copy_file(In("issued/" + FileName(kDesk) + ".key"),
                             In("edge.key"));
  ASSERT_TRUE(RenewEdge(directory_, {}, absl::Hours(24), kNow).ok());
  EXPECT_TRUE(
      ReadAuthority(*ReadFile(In("edge.key")), *ReadFile(In("edge.pem"))).ok());
  EXPECT_THAT(NamesOf(*Edge()), ElementsAre("edge.example", "127.0.0.1"));
}

TEST_F(CityCaTest, ARenewedEdgesKeyIsReadableToWhomTheFormerWas) {
  ASSERT_TRUE(RenewEdge(directory_, {}, absl::InfiniteDuration(), kNow).ok());
  EXPECT_EQ(ModeOf("edge.key"), 0400U);
  ASSERT_EQ(chmod(In("edge.key").c_str(), 0440), 0);
  constexpr gid_t kGroup = 4711;
  const bool given = chown(In("edge.key").c_str(), -1, kGroup) == 0;
  ASSERT_TRUE(RenewEdge(directory_, {}, absl::InfiniteDuration(), kNow).ok());
  EXPECT_EQ(ModeOf("edge.key"), 0440U);
  struct stat status {};
  ASSERT_EQ(stat(In("edge.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_gid, given ? kGroup : getgid());
}

TEST_F(CityCaTest, AStaffNameIsOfOneInstitutionUnlessSomebodySaysOtherwise) {
  Subject elsewhere = kWang;
  elsewhere.institution = "stations/gaohu";
  ASSERT_TRUE(Issue(directory_, kWang, absl::Hours(24), kNow).ok());
  const absl::Time later = kNow + absl::Hours(24 * 365);
  const auto refused = Issue(directory_, elsewhere, absl::Hours(24), later);
  EXPECT_TRUE(absl::IsAlreadyExists(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("`stations/haizhou`"))
      << "though it has ended: accounts know the name still";
  Subject reviewer = kWang;
  reviewer.kind = "reviewer";
  EXPECT_TRUE(Issue(directory_, reviewer, absl::Hours(24), kNow).ok());
  EXPECT_TRUE(Issue(directory_, elsewhere, absl::Hours(24), later,
                    Institutions::kSeveral)
                  .ok());
  for (const Subject& renewed : {kWang, elsewhere})
    EXPECT_TRUE(Issue(directory_, renewed, absl::Hours(24), later).ok());
}

TEST_F(CityCaTest, MachinesOfTwoInstitutionsMayHaveOneName) {
  Subject elsewhere = kDesk;
  elsewhere.institution = "hospitals/haicheng-tcm";
  EXPECT_TRUE(Issue(directory_, kDesk, absl::Hours(24), kNow).ok());
  EXPECT_TRUE(Issue(directory_, elsewhere, absl::Hours(24), kNow).ok());
}

TEST_F(CityCaTest, DevicesAreOfTheKindsThatTheServerLetsHaveThem) {
  const std::string rules =
      *ReadFile(TALENTCARD_SOURCE_DIR "/rules/haicheng/access.yaml");
  EXPECT_THAT(rules, HasSubstr(absl::StrCat(
                         "\ndevices: [", absl::StrJoin(kKindsWithDevices, ", "),
                         "]\n")));
  for (const char* const kind : kKindsWithDevices) {
    Subject device = kDesk;
    device.kind = kind;
    EXPECT_TRUE(Issue(directory_, device, absl::Hours(24), kNow).ok()) << kind;
  }
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
        {"ADeviceOfClerks", {"", "", "devices/a", "clerk", "stations/b"}},
        {"ADeviceOfAnOffice", {"", "", "devices/a", "auditor", "offices/b"}},
        {"ADeviceOfNoKind", {"", "", "devices/a", "hospitals", "hospitals/b"}},
        {"NoTime", kWang, absl::ZeroDuration()},
        {"ASecondTooLong", kWang, kLongestLife + absl::Seconds(1)},
    }),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace talentcard::pki
