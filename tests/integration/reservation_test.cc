// What was reserved and never used: it lapses by the rules, nothing is written,
// and what was answered before comes out the same.
#include "tests/integration/asking.h"

namespace talentcard {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Asker kCentral{"hospital", "hospitals/haicheng-central", "staff/desk",
                     "at the desk"};
const Asker kTcm{"hospital", "hospitals/haicheng-tcm", "staff/desk",
                 "at the desk"};
const Asker kAuthor{"policy-author", "offices/talent", "staff/author", ""};

using Files = std::map<std::string, std::string>;

class ReservationTest : public AskingTest {
 protected:
  void SetUp() override {
    PublishRules(FirstRules());
    ImportFamilies();
    for (const char* role : {"d1", "d2"}) {
      Call(
          kClerk, "CardService/IssueCard",
          {{"holder", families_.at(role).name()}, {"series", "SERIES_PERSON"}});
    }
  }
  // At the end everything that was answered is answered again.
  void TearDown() override { ExpectReplays(1); }
  virtual Files FirstRules() const { return *ReadBundle(Rules()); }

  // In force from now on; of a second bundle two have to agree.
  void PublishRules(const Files& files) {
    Json publication = {
        {"files", Json::array()},
        {"request_id", absl::StrCat("request-", ++requests_, "-rules")}};
    for (const auto& [path, content] : files) {
      publication["files"].push_back(
          {{"path", path}, {"content", absl::Base64Escape(content)}});
    }
    const auto in_force = policies_->Current();
    if (in_force != nullptr) publication["expected_digest"] = in_force->digest;
    const auto published =
        in_force == nullptr
            ? client_->Call(kAuthor, "PolicyService/PublishPolicy", publication)
            : Together(*client_, kAuthor, "PolicyService/PublishPolicy",
                       publication);
    ASSERT_TRUE(published.ok()) << published.status();
  }
  Json Patient(const Asker& hospital, const Json& more = Json::object()) {
    Json patient = {
        {"hospital", hospital.institution},
        {"specialty", "cardiology"},
        {"document", Resident(families_.at("d2").documents(0).number())}};
    patient.update(more);
    return patient;
  }
  Json Book(const Asker& hospital, const Json& more = Json::object()) {
    return Call(hospital, "HospitalService/BookVisit",
                {{"patient", Patient(hospital, more)}});
  }
  Json Start(const Asker& hospital, const Json& visit) {
    return Call(hospital, "HospitalService/StartVisit",
                {{"name", visit.value("name", "")}});
  }
  static std::string ReasonOf(const Json& booked) {
    return booked.at("answer").value("reason", "");
  }

  Json Enrolment(const char* role, const Json& more = Json::object()) {
    const auto& child = families_.at(std::string(role) + "-child");
    return Question(child.documents(0).number(), more);
  }
  Json Reserve(const char* role, const Json& more = Json::object()) {
    return Call(kBureau, "SchoolService/ReservePlace", Enrolment(role, more));
  }
  Json Confirm(const Json& place) {
    return Call(kBureau, "SchoolService/ConfirmPlace",
                {{"name", place.value("name", "")}});
  }
  // The names of places in order.
  std::vector<std::string> PlaceNames() {
    std::vector<std::string> names;
    for (const Json& place : Places(kBureau))
      names.push_back(place.value("name", ""));
    return names;
  }
  void ExpectLapsed(const std::string& last) {
    EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
    EXPECT_THAT(failure_.message,
                AllOf(HasSubstr(last), HasSubstr("book or apply again"),
                      HasSubstr("请重新预约或申请")));
  }

  const std::map<std::string, chengzhou::talentcard::v1::Person> families_ =
      population::StoryFamilies();
};

TEST_F(ReservationTest, WhoDidNotComeBooksAgainOnceTheBookingHasLapsed) {
  const Json missed = Book(kCentral);
  ASSERT_EQ(ReasonOf(missed), "OK");
  EXPECT_EQ(client::DateText(missed.at("kept_until")), "2025-05-19");
  EXPECT_EQ(ReasonOf(Book(kTcm)), "DUPLICATE_OPEN");
  AdvanceTo("2025-05-19T23:59:59+08:00");
  EXPECT_EQ(ReasonOf(Book(kTcm)), "DUPLICATE_OPEN");
  AdvanceTo("2025-05-20T00:00:00+08:00");
  const Json again = Book(kTcm);
  EXPECT_EQ(ReasonOf(again), "OK");
  EXPECT_EQ(client::DateText(again.at("kept_until")), "2025-05-27");
  EXPECT_EQ(ReasonOf(Book(kCentral)), "DUPLICATE_OPEN");
  EXPECT_EQ(Start(kTcm, again).value("state", ""), "CONFIRMED");
}

TEST_F(ReservationTest, AVisitIsStartedOnTheLastDayAndNotOnTheNext) {
  const Json visit = Book(kCentral);
  const Json other = Book(kCentral, {{"specialty", "oncology"}});
  AdvanceTo("2025-05-19T23:59:59+08:00");
  const Json started = Start(kCentral, visit);
  EXPECT_EQ(started.value("state", ""), "CONFIRMED");
  EXPECT_FALSE(started.contains("kept_until"));
  AdvanceTo("2025-05-20T00:00:00+08:00");
  Start(kCentral, other);
  ExpectLapsed("2025-05-19");
  const Json unbooked =
      Call(kCentral, "HospitalService/StartVisit",
           {{"patient", Patient(kCentral, {{"specialty", "oncology"}})}});
  EXPECT_EQ(unbooked.value("state", ""), "CONFIRMED")
      << "the patient is there, and is not sent away";
  EXPECT_EQ(Call(kCentral, "HospitalService/CancelVisit",
                 {{"name", other.value("name", "")}})
                .value("state", ""),
            "RELEASED");
}

TEST_F(ReservationTest, ABookingForALaterDayIsKeptForThatDay) {
  const Json visit =
      Book(kCentral, {{"visit_time", "2025-06-10T09:00:00+08:00"}});
  ASSERT_EQ(ReasonOf(visit), "OK");
  EXPECT_EQ(visit.value("visit_time", ""), "2025-06-10T01:00:00Z");
  EXPECT_EQ(client::DateText(visit.at("kept_until")), "2025-06-17");
  AdvanceTo("2025-06-17T23:59:59+08:00");
  EXPECT_EQ(ReasonOf(Book(kTcm)), "DUPLICATE_OPEN");
  EXPECT_EQ(Start(kCentral, visit).value("state", ""), "CONFIRMED");
}

TEST_F(ReservationTest, AStageIsFreeAgainOnceItsPlaceHasLapsed) {
  PutSchool(1);
  const Json place = Reserve("d2");
  ASSERT_EQ(ReasonOf(place), "OK") << place.dump();
  EXPECT_EQ(client::DateText(place.at("kept_until")), "2026-01-07");
  const auto reason = [this] {
    return Call(kBureau, "SchoolService/QueryEnrolment", Enrolment("d2"))
        .value("reason", "");
  };
  AdvanceTo("2026-01-07T23:59:59+08:00");
  EXPECT_EQ(reason(), "STAGE_ALREADY_USED");
  EXPECT_THAT(PlaceNames(), ElementsAre(place.value("name", "")));
  AdvanceTo("2026-01-08T00:00:00+08:00");
  EXPECT_EQ(reason(), "OK");
  EXPECT_THAT(PlaceNames(), IsEmpty());
  Confirm(place);
  ExpectLapsed("2026-01-07");
  const Json again = Reserve("d2");
  EXPECT_EQ(Confirm(again).value("state", ""), "CONFIRMED");
  EXPECT_EQ(reason(), "STAGE_ALREADY_USED");
}

TEST_F(ReservationTest, WhoWaitsMovesUpWhenThePlaceBeforeThemLapses) {
  PutSchool(1);
  const Json first = Reserve("d1");
  AdvanceTo("2025-05-13T08:00:00+08:00");
  const Json second = Reserve("d2");
  ASSERT_EQ(second.value("reason", ""), "QUOTA_EXHAUSTED") << second.dump();
  AdvanceTo("2026-01-07T23:59:59+08:00");
  Confirm(second);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  AdvanceTo("2026-01-08T00:00:00+08:00");
  EXPECT_THAT(PlaceNames(), ElementsAre(second.value("name", "")));
  EXPECT_EQ(Confirm(second).value("state", ""), "CONFIRMED");
}

TEST_F(ReservationTest, AnAcceptanceFromWhichItHadLapsedAlreadyIsRefused) {
  PutSchool(1);
  AdvanceTo("2026-01-08T00:00:00+08:00");
  Reserve("d2", {{"acceptance_time", "2025-05-12T23:59:00+08:00"}});
  EXPECT_EQ(failure_.reason, "INVALID_REQUEST");
  EXPECT_THAT(failure_.message, HasSubstr("acceptance_time"));
  EXPECT_EQ(ReasonOf(Reserve(
                "d2", {{"acceptance_time", "2025-05-13T00:00:00+08:00"}})),
            "OK");
}

// Rules published before there was such a thing.
class ArchivedRulesTest : public ReservationTest {
 protected:
  Files FirstRules() const override {
    Files files = *ReadBundle(Rules());
    for (auto& [path, content] : files) {
      for (size_t at;
           path.starts_with("entitlements/") &&
           (at = content.find("    reserved_days:")) != std::string::npos;)
        content.erase(at, content.find('\n', at) + 1 - at);
    }
    return files;
  }
};

TEST_F(ArchivedRulesTest, KeepReservationsUntilOthersAreInForce) {
  const Json visit = Book(kCentral);
  EXPECT_FALSE(visit.contains("kept_until"));
  AdvanceTo("2026-03-01T08:00:00+08:00");
  const Json refused = Book(kTcm);
  EXPECT_EQ(ReasonOf(refused), "DUPLICATE_OPEN");
  PublishRules(*ReadBundle(Rules()));
  EXPECT_EQ(ReasonOf(Book(kTcm)), "OK");
  Start(kCentral, visit);
  ExpectLapsed("2025-05-19");
  const Json explained =
      Call(kClerk, "EntitlementService/ExplainDecision",
           {{"name", refused.at("answer").value("decision", "")}});
  EXPECT_TRUE(explained.value("replays", false)) << explained.dump();
  EXPECT_THAT(explained.dump(), HasSubstr("DUPLICATE_OPEN"));
  EXPECT_THAT(explained.dump(), testing::Not(HasSubstr("lapsed = ")));
}

}  // namespace
}  // namespace talentcard
