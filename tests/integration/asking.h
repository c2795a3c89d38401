#ifndef TALENTCARD_TESTS_INTEGRATION_ASKING_H_
#define TALENTCARD_TESTS_INTEGRATION_ASKING_H_

#include <string>

#include "gmock/gmock.h"
#include "services/answer/replay.h"
#include "tests/integration/world.h"

namespace talentcard {

inline const Asker kClerk{"clerk", "stations/haizhou", "staff/wang",
                          "counter 3"};
inline const Asker kBureau{"education-bureau", "offices/education", "staff/sun",
                           "enrolment 2025"};

inline Json Resident(const std::string& number) {
  return {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}};
}

// A world that is asked one call after another; why the last one failed is in
// `failure_`.
class AskingTest : public World {
 protected:
  Json Call(const Asker& asker, const std::string& method, Json request) {
    const std::string verb = method.substr(method.find('/') + 1);
    if (!verb.starts_with("Get") && !verb.starts_with("List") &&
        !verb.starts_with("Explain") && !verb.starts_with("Assess"))
      request["request_id"] = absl::StrCat("request-", ++requests_, "-test");
    failure_ = {};
    return client_->Call(asker, method, request, &failure_)
        .value_or(Json::object());
  }
  void AdvanceTo(const char* time) {
    absl::Time instant;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &instant, nullptr));
    clock_.Advance(instant);
  }
  // Every answer so far, so many at least, comes out the same when it is asked
  // again.
  void ExpectReplays(uint64_t at_least = 0) {
    const auto replay = answer::ReplayLog(*database_.TakeSnapshot(), vault_);
    ASSERT_TRUE(replay.ok()) << replay.status();
    EXPECT_THAT(replay->differences, testing::IsEmpty());
    EXPECT_GE(replay->decisions, at_least);
  }
  // The first school, with so many places in grade 1 of 2025.
  void PutSchool(int places) {
    Call(kBureau, "SchoolService/PutSchool",
         {{"school",
           {{"name", "schools/1"},
            {"display_name", "第一小学"},
            {"stages", {"PRI"}},
            {"quotas",
             {{{"season", 2025},
               {"grade", 1},
               {"stage", "PRI"},
               {"places", places}}}}}}});
  }
  // A question about a place there.
  static Json Question(const std::string& number,
                       const Json& more = Json::object()) {
    Json question = {{"school", "schools/1"},
                     {"document", Resident(number)},
                     {"stage", "PRI"},
                     {"season", 2025},
                     {"grade", 1}};
    question.update(more);
    return question;
  }
  // Those taken there, in order.
  Json Places(const Asker& asker) {
    return Call(asker, "SchoolService/ListPlaces",
                {{"school", "schools/1"}, {"season", 2025}, {"grade", 1}})
        .value("places", Json::array());
  }

  client::Failure failure_;
  int requests_ = 0;
};

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_ASKING_H_
