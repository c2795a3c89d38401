#include <future>

#include "engine/decision/view.h"
#include "services/answer/ask.h"
#include "services/records/cards.h"
#include "services/records/names.h"
#include "services/records/sealed.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class ReplayTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
  }

  const std::string talent_ = population::StoryFamilies().at("d2").name();
};

// What a transaction sees of the ones before it in its group is known by its
// own revision: asking again at that revision must see the same.
TEST_F(ReplayTest, AnAnswerInsideAGroupIsGivenAgainAtItsRevision) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  const auto done = [](const absl::StatusOr<uint64_t>& revision) {
    EXPECT_TRUE(revision.ok()) << revision.status();
  };
  writer_.Submit(
      [opened](store::Transaction&) {
        opened.wait();
        return absl::OkStatus();
      },
      done);
  writer_.Submit(
      [this](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(transaction, vault_));
        v1::Card card;
        card.set_name("cards/test");
        card.set_holder(talent_);
        card.mutable_valid_from()->set_year(2025);
        card.mutable_valid_from()->set_month(1);
        card.mutable_valid_from()->set_day(1);
        *card.mutable_valid_until() = card.valid_from();
        card.mutable_valid_until()->set_year(2027);
        RETURN_IF_ERROR(records::WriteCard(transaction, vault_, change, card));
        return change.Finish({});
      },
      done);
  v1::LoggedQuestion question;
  question.set_entitlement("MED_GREEN");
  question.set_beneficiary(talent_);
  *question.mutable_valid_time() = decision::ToTimestamp(clock_.Now());
  *question.mutable_known_time() = question.valid_time();
  const auto ask = [&](const answer::Known& known) {
    return answer::AskAt(known, *policies_->Current(), question, true).value();
  };
  v1::Decision inside;
  const uint64_t durable = writer_.Durable().revision;
  writer_.Submit(
      [&](store::Transaction& transaction) {
        inside = ask(answer::Known::Before(foundation_, transaction));
        return absl::OkStatus();
      },
      done);
  gate.set_value();
  ASSERT_TRUE(
      writer_.Run([](store::Transaction&) { return absl::OkStatus(); }).ok());

  const auto formerly = [&](uint64_t revision) {
    return ask(answer::Known::Formerly(database_.Latest(), vault_, revision));
  };
  const auto revision = static_cast<uint64_t>(inside.facts_revision());
  EXPECT_GT(revision, durable);
  EXPECT_EQ(records::Deterministic(formerly(revision)),
            records::Deterministic(inside));
  EXPECT_NE(formerly(durable).reasons(0), inside.reasons(0));
}

// The kept dossiers and the rows themselves must never disagree.
TEST_F(ReplayTest, WhatIsKeptOpenIsWhatTheRowsSay) {
  for (int round = 0; round < 3; ++round) {
    for (const auto& [role, person] : population::StoryFamilies()) {
      const auto now = answer::Known::Now(foundation_);
      const std::string id = *records::IdOf("people", person.name());
      const auto kept = now.About(id);
      const auto read = records::ReadDossier(now.reader(), vault_, id);
      ASSERT_TRUE(kept.ok() && read.ok() && *kept != nullptr);
      EXPECT_EQ(records::Deterministic((*kept)->person),
                records::Deterministic((*read)->person));
      EXPECT_EQ((*kept)->holders, (*read)->holders);
      EXPECT_EQ(now.Seek((*read)->person.documents(0), "").value()->person, id);
    }
    ImportFamilies(absl::StrCat("families-again-", round));
  }
}

}  // namespace
}  // namespace talentcard
