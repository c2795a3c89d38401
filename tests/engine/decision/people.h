#ifndef TALENTCARD_TESTS_ENGINE_DECISION_PEOPLE_H_
#define TALENTCARD_TESTS_ENGINE_DECISION_PEOPLE_H_

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "engine/date/civil_date.h"
#include "engine/decision/decide.h"
#include "engine/decision/view.h"
#include "tests/engine/bundle.h"

// People, cards and uses in few words, and questions about them.
namespace talentcard::decision {

inline CivilDate Day(std::string_view text) {
  return CivilDate::Parse(text).value();
}
inline google::type::Date Date(std::string_view text) {
  return Day(text).ToProto();
}
// `2025-05-31 23:30` in Beijing; 12:00 if there is only a day.
inline absl::Time At(std::string_view text) {
  const absl::Time start = Day(text.substr(0, 10)).StartInBeijing();
  if (text.size() == 10) return start + absl::Hours(12);
  return start + absl::Hours(std::stoi(std::string(text.substr(11, 2)))) +
         absl::Minutes(std::stoi(std::string(text.substr(14, 2))));
}

inline v1::Fact& AddFact(v1::Person& person, std::string_view from,
                         std::string_view to = "") {
  v1::Fact& fact = *person.add_facts();
  *fact.mutable_valid_from() = Date(from);
  if (!to.empty()) *fact.mutable_valid_to() = Date(to);
  return fact;
}

inline void Recognise(v1::Person& person, const std::string& criterion,
                      std::string_view from, std::string_view to = "") {
  AddFact(person, from, to).mutable_recognition()->set_criterion(criterion);
}

inline v1::Relation& Relate(v1::Person& holder, const v1::Person& other,
                            const std::string& code, std::string_view from,
                            std::string_view to = "") {
  v1::Relation& relation = *holder.add_relations();
  relation.set_person(other.name());
  relation.set_code(code);
  *relation.mutable_valid_from() = Date(from);
  if (!to.empty()) *relation.mutable_valid_to() = Date(to);
  relation.set_filed(true);
  return relation;
}

inline void AddEvent(v1::Card& card, v1::Card::State state,
                     absl::Time effective) {
  v1::CardEvent& event = *card.add_events();
  event.set_state(state);
  *event.mutable_effective_time() = ToTimestamp(effective);
  *event.mutable_record_time() = ToTimestamp(effective);
}

// A small world: people with cards, and what they used.
class World {
 public:
  v1::Person& Add(const std::string& name) {
    v1::Person& person = people_.emplace_back();
    person.set_name("people/" + name);
    return person;
  }

  // Senior title, recognised as gold; employed; a card for 2024 to 2026.
  v1::Person& AddGold(const std::string& name) {
    v1::Person& person = Add(name);
    AddFact(person, "2015-01-01").mutable_title()->set_level("SENIOR");
    Recognise(person, "gold-title", "2023-06-01");
    AddFact(person, "2020-01-01")
        .mutable_employment()
        ->set_employer("employers/a");
    AddCard(person, "2024-01-01", "2026-12-31");
    return person;
  }

  v1::Card& AddCard(const v1::Person& holder, std::string_view from,
                    std::string_view until) {
    v1::Card& card = cards_.emplace_back();
    card.set_name("cards/" + std::to_string(cards_.size()));
    card.set_holder(holder.name());
    *card.mutable_valid_from() = Date(from);
    *card.mutable_valid_until() = Date(until);
    AddEvent(card, v1::Card::ACTIVE, Day(from).StartInBeijing());
    return card;
  }

  v1::Use& AddUse(const std::string& entitlement, const v1::Person& holder,
                  const v1::Person& beneficiary, v1::Use::State state,
                  absl::Time time) {
    v1::Use& use = uses_.emplace_back();
    use.set_entitlement(entitlement);
    use.set_holder(holder.name());
    use.set_beneficiary(beneficiary.name());
    use.set_state(state);
    *use.mutable_reserve_time() = ToTimestamp(time);
    return use;
  }

  std::deque<v1::Card>& cards() { return cards_; }
  std::deque<v1::Person>& people() { return people_; }
  std::deque<v1::Use>& uses() { return uses_; }

  Subject About(const v1::Person& beneficiary) const {
    Subject subject;
    subject.beneficiary = &beneficiary;
    for (const v1::Person& person : people_) {
      bool possible = &person == &beneficiary;
      for (const v1::Relation& relation : person.relations()) {
        possible = possible || relation.person() == beneficiary.name();
      }
      if (!possible) continue;
      Holder holder;
      holder.person = &person;
      for (const v1::Card& card : cards_) {
        if (card.holder() == person.name()) holder.cards.push_back(&card);
      }
      subject.holders.push_back(std::move(holder));
    }
    for (const v1::Use& use : uses_) subject.uses.push_back(&use);
    return subject;
  }

 private:
  std::deque<v1::Person> people_;
  std::deque<v1::Card> cards_;
  std::deque<v1::Use> uses_;
};

inline const policy::Policy& Rules() {
  static const auto rules =
      testing_bundle::LoadBundle(testing_bundle::BundleFiles());
  return *rules;
}

inline Question Ask(const std::string& entitlement, absl::Time at,
                    bool explain = true) {
  Question question;
  question.entitlement = entitlement;
  question.valid_time = at;
  question.known_time = at;
  question.explain = explain;
  return question;
}

inline v1::Decision DecideOrDie(const Subject& subject,
                                const Question& question) {
  return Decide(Rules(), subject, question).value();
}

inline std::string Bytes(const google::protobuf::Message& message) {
  return message.SerializeAsString();
}

inline std::vector<std::string> ReasonsOf(const v1::Decision& decision) {
  return {decision.reasons().begin(), decision.reasons().end()};
}

}  // namespace talentcard::decision

#endif  // TALENTCARD_TESTS_ENGINE_DECISION_PEOPLE_H_
