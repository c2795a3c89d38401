#include "services/rpc/requests.h"

#include "absl/status/status.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/status_macros.h"
#include "gtest/gtest.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::rpc {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class RequestsTest : public testing::Test {
 protected:
  RequestsTest() {
    document_.set_kind(v1::RESIDENT_IDENTITY_CARD);
    document_.set_number("110105194912310021");
    answer_.set_outcome(v1::ALLOW);
  }

  std::string Hash() const {
    return RequestHash(
        "HospitalService.VerifyGreenChannel",
        {.actor = {}, .purpose = {}, .certificate = {}, .session = {}},
        document_);
  }
  // The answer, as one about these people.
  void Keep(const std::set<std::string>& subjects) {
    const auto body = [&](store::Transaction& t) -> absl::Status {
      for (const std::string& person : subjects)
        RETURN_IF_ERROR(vault_.PersonKeyOrNew(t, person).status());
      return KeepAnswer(t, vault_, id_, Hash(), subjects, answer_);
    };
    ASSERT_TRUE(writer_.Run(body).ok());
  }
  absl::StatusOr<std::optional<std::string>> First() {
    return FirstAnswer(database_.Latest(), vault_, id_, Hash());
  }
  void Destroy(const std::string& person) {
    const auto body = [&](store::Transaction& t) {
      vault_.DestroyPersonKey(t, person);
      return absl::OkStatus();
    };
    ASSERT_TRUE(writer_.Run(body).ok());
  }

  const std::string id_ = "request-0001";
  const std::string alice_ = std::string(32, 'a');
  const std::string bob_ = std::string(32, 'b');
  v1::IdentityDocument document_;
  v1::Decision answer_;
  store::MemoryDatabase database_;
  store::SeededRandom random_{3};
  const store::Vault vault_{store::SecretKey{}, random_};
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
};

TEST_F(RequestsTest, TheSameRequestGetsTheFirstAnswerAndAnotherNone) {
  EXPECT_EQ(*First(), std::nullopt);
  Keep({alice_});
  EXPECT_EQ(*First(), answer_.SerializeAsString());
  document_.set_number("110105194912310022");
  EXPECT_EQ(First().status().code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RequestsTest, AnAnswerGoesWithTheFirstOfThoseItIsAbout) {
  Keep({alice_, bob_});
  EXPECT_EQ(*First(), answer_.SerializeAsString());
  Destroy(bob_);
  EXPECT_EQ(First().status().code(), absl::StatusCode::kNotFound);
  document_.set_number("110105194912310022");
  EXPECT_EQ(First().status().code(), absl::StatusCode::kAlreadyExists)
      << "the id stays used";
}

TEST_F(RequestsTest, AnAnswerAboutNobodyIsKept) {
  Keep({});
  Destroy(alice_);
  EXPECT_EQ(*First(), answer_.SerializeAsString());
}

// Or whoever has the files could try every identity number there is.
TEST_F(RequestsTest, NoRowHoldsAHashThatAnybodyCouldMake) {
  Keep({alice_});
  const std::string hash = Hash();
  ASSERT_TRUE(database_.Latest()
                  .Scan("", "\xff",
                        [&](std::string_view key, std::string_view value) {
                          for (const std::string_view bytes : {key, value}) {
                            EXPECT_EQ(bytes.find(hash.substr(0, 8)),
                                      std::string_view::npos);
                          }
                          return true;
                        })
                  .ok());
}

}  // namespace
}  // namespace talentcard::rpc
