#include "tests/engine/decision/random_world.h"

#include <cstdlib>

namespace talentcard::decision {
namespace {

void AddFacts(Dice& dice, v1::Person& person) {
  const char* criteria[] = {"gold-title", "gold-plan", "gold-young",
                            "silver-skill"};
  for (int i = 0, n = dice.Below(12); i < n; ++i) {
    const std::string from = dice.Day("2022-01-01", 900);
    const std::string to =
        dice.OneIn(2) ? "" : Day(from).AddDays(dice.Below(900)).ToString();
    v1::Fact& fact = AddFact(person, from, to);
    switch (dice.Below(6)) {
      case 0:
        fact.mutable_title()->set_level(dice.OneIn(2) ? "SENIOR" : "JUNIOR");
        break;
      case 1:
        fact.mutable_programme()->set_code(
            std::string(1, static_cast<char>('A' + dice.Below(3))));
        break;
      case 2:
        fact.mutable_skill()->set_level("TECHNICIAN");
        break;
      case 3:
        fact.mutable_employment()->set_employer("employers/" +
                                                std::to_string(dice.Below(3)));
        break;
      default:
        fact.mutable_recognition()->set_criterion(criteria[dice.Below(4)]);
    }
  }
  if (!dice.OneIn(4))
    *person.mutable_birth_date() = Date(dice.Day("1985-01-01", 14000));
}

}  // namespace

uint64_t FirstSeed() {
  const char* given = std::getenv("TALENTCARD_SEED");
  return given ? std::stoull(given) : 20250101;
}

World RandomWorld(Dice& dice) {
  World world;
  for (const char* name : {"a", "b", "c"}) {
    v1::Person& person = dice.OneIn(2) ? world.AddGold(name) : world.Add(name);
    AddFacts(dice, person);
    for (int i = 0, n = dice.Below(3); i < n; ++i) {
      const std::string from = dice.Day("2023-01-01", 700);
      v1::Card& card = world.AddCard(
          person, from, Day(from).AddDays(dice.Below(1000)).ToString());
      if (dice.OneIn(3)) {
        AddEvent(card, static_cast<v1::Card::State>(1 + dice.Below(6)),
                 Day(from).AddDays(dice.Below(500)).StartInBeijing() +
                     absl::Hours(dice.Below(24)));
      }
    }
  }
  const char* codes[] = {"12", "20", "27", "51", "55", "27", "01"};
  for (v1::Person& holder : world.people()) {
    for (int i = 0, n = dice.Below(4); i < n; ++i) {
      const std::string from = dice.Day("2022-01-01", 900);
      v1::Relation& relation = Relate(
          holder, world.people()[static_cast<size_t>(dice.Below(3))],
          codes[dice.Below(7)], from,
          dice.OneIn(2) ? "" : Day(from).AddDays(dice.Below(900)).ToString());
      relation.set_unauthenticated(dice.OneIn(4));
      if (dice.OneIn(3))
        *relation.mutable_supported_since() = Date(dice.Day("2023-01-01", 900));
    }
  }
  for (int i = 0, n = dice.Below(12); i < n; ++i) {
    const char* entitlements[] = {"MEDICAL", "HOSTEL", "SCHOOL"};
    const v1::Person& holder =
        world.people()[static_cast<size_t>(dice.Below(3))];
    const v1::Person& beneficiary =
        world.people()[static_cast<size_t>(dice.Below(3))];
    v1::Use& use =
        world.AddUse(entitlements[dice.Below(3)], holder, beneficiary,
                     static_cast<v1::Use::State>(1 + dice.Below(3)),
                     At(dice.Day("2024-01-01", 700)));
    if (dice.OneIn(3))
      *use.mutable_planned_time() =
          ToTimestamp(At(dice.Day("2024-01-01", 800)));
  }
  return world;
}

Question RandomQuestion(Dice& dice) {
  const char* entitlements[] = {"MEDICAL", "HOSTEL", "SCHOOL"};
  Question question =
      Ask(entitlements[dice.Below(3)],
          At(dice.Day("2023-06-01", 1100)) + absl::Minutes(dice.Below(700)));
  if (dice.OneIn(2)) {
    *question.request.mutable_acceptance_date() =
        CivilDate::InBeijing(question.valid_time)
            .AddDays(-dice.Below(200))
            .ToProto();
  }
  (*question.request.mutable_attributes())["b"] = "2";
  (*question.request.mutable_attributes())["a"] = "1";
  return question;
}

}  // namespace talentcard::decision
