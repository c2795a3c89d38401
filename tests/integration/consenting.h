#ifndef TALENTCARD_TESTS_INTEGRATION_CONSENTING_H_
#define TALENTCARD_TESTS_INTEGRATION_CONSENTING_H_

#include <string>

#include "tests/integration/asking.h"

namespace talentcard {

inline const Asker kSchool{"school", "schools/1", "staff/zhao",
                           "enrolment 2025"};
inline Json Date(const char* text) { return *client::DateJson(text); }
// A family with a card, and the desk at which consents are given and withdrawn.
class ConsentTest : public AskingTest {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    auto families = population::StoryFamilies();
    father_ = families.at("d2").name();
    child_ = families.at("d2-child").name();
    number_ = families.at("d2-child").documents(0).number();
    stranger_ = families.at("d1").name();
    Call(kClerk, "CardService/IssueCard",
         {{"holder", father_}, {"series", "SERIES_PERSON"}});
  }

  Json Give(const std::string& by, const char* recipient = "school",
            const Json& more = Json::object()) {
    Json consent = {{"purpose", "SCHOOL_PLACE"},
                    {"recipient", recipient},
                    {"given_by", by},
                    {"text_version", "2025-01"}};
    consent.update(more);
    return Call(kClerk, "RegistryService/GiveConsent",
                {{"parent", child_}, {"consent", consent}});
  }
  Json Withdraw(const std::string& by, const Json& more = Json::object()) {
    Json request = {{"parent", child_}, {"withdrawn_by", by}};
    request.update(more);
    return Call(kClerk, "RegistryService/WithdrawConsent", request);
  }
  // All that is told, but for which entry records it.
  Json Told(const Asker& asker, const std::string& number,
            const Json& more = Json::object()) {
    Json answer =
        Call(asker, "SchoolService/QueryEnrolment", Question(number, more));
    EXPECT_EQ(failure_.message, "");
    answer.erase("decision");
    answer.erase("log_index");
    return answer;
  }
  // The outcome and the reason.
  std::string Learns(const Asker& asker = kSchool,
                     const Json& more = Json::object()) {
    const Json answer = Told(asker, number_, more);
    return absl::StrCat(answer.value("outcome", failure_.message), " ",
                        answer.value("reason", ""));
  }
  // Whether the school learns exactly what it would of a stranger.
  bool LooksUnknown(const Json& more = Json::object()) {
    const Json stranger =
        Told(kSchool, population::IdNumber("20190310", 998), more);
    return Told(kSchool, number_, more) == stranger;
  }
  Json Relate(const std::string& person, const std::string& relative,
              const char* code, const char* from,
              const Json& more = Json::object()) {
    Json relation = {
        {"person", relative}, {"code", code}, {"valid_from", Date(from)}};
    relation.update(more);
    return Call(kClerk, "RegistryService/PutRelation",
                {{"parent", person}, {"relation", relation}});
  }
  Json NewPerson(const char* name, const char* sex,
                 const std::string& born = "1985-05-05",
                 const Json& more = Json::object()) {
    std::string digits = born;
    std::erase(digits, '-');
    const int sequence = 100 + 2 * ++people_ + (sex[0] == 'M');
    Json person = {
        {"full_name", name},
        {"sex", sex},
        {"birth_date", Date(born.c_str())},
        {"documents", {Resident(population::IdNumber(digits, sequence))}}};
    person.update(more);
    const Json created =
        Call(kClerk, "RegistryService/CreatePerson", {{"person", person}});
    EXPECT_EQ(failure_.message, "");
    return created;
  }
  // A place at the first school, by the bureau; accepted now.
  Json Reserve(const Json& more = Json::object()) {
    PutSchool(3);
    return Call(kBureau, "SchoolService/ReservePlace", Question(number_, more));
  }
  std::string father_, child_, number_, stranger_;
  int people_ = 0;
};

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_CONSENTING_H_
