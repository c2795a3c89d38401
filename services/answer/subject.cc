#include "services/answer/subject.h"

#include <algorithm>
#include <optional>

#include "engine/status_macros.h"
#include "services/records/cards.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/uses.h"
#include "services/rpc/errors.h"

namespace talentcard::answer {
namespace {

// Whether a matter of this kind can end in a recognition.
bool Recognises(const policy::Policy& policy, const std::string& kind) {
  const auto it = policy.matters.find(kind);
  if (it == policy.matters.end()) return false;
  for (const policy::MatterState& state : it->second.states) {
    for (const policy::MatterActionRule& action : state.actions) {
      for (const policy::Effect& effect : action.effects) {
        if (effect.kind == "add-recognition") return true;
      }
    }
  }
  return false;
}

absl::StatusOr<bool> RecognitionOpen(const store::Reader& reader,
                                     const store::Vault& vault,
                                     const policy::Policy& policy,
                                     std::string_view person,
                                     uint64_t known_revision) {
  ASSIGN_OR_RETURN(const std::vector<v1::Matter> matters,
                   records::MattersOf(reader, vault, person, known_revision));
  return std::any_of(
      matters.begin(), matters.end(), [&](const v1::Matter& matter) {
        return !matter.closed() && Recognises(policy, matter.kind());
      });
}

class Loader {
 public:
  Loader(const store::Reader& reader, const store::Vault& vault,
         const policy::Policy& policy, uint64_t known_revision,
         LoadedSubject& loaded)
      : reader_(reader),
        vault_(vault),
        policy_(policy),
        known_revision_(known_revision),
        loaded_(loaded) {}

  // Null if the person is not on record (any more).
  absl::StatusOr<const v1::Person*> Person(std::string_view id) {
    ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                     records::ReadPerson(reader_, vault_, id, known_revision_));
    if (!person) return nullptr;
    return &loaded_.people.emplace_back(*std::move(person));
  }

  absl::Status AddHolder(const v1::Person& person, std::string_view id) {
    ASSIGN_OR_RETURN(std::vector<v1::Card> cards,
                     records::CardsOf(reader_, vault_, id, known_revision_));
    decision::Holder holder;
    holder.person = &person;
    for (const v1::Card& card : loaded_.cards.emplace_back(std::move(cards)))
      holder.cards.push_back(&card);
    if (holder.cards.empty()) {
      ASSIGN_OR_RETURN(
          holder.recognition_open,
          RecognitionOpen(reader_, vault_, policy_, id, known_revision_));
    }
    loaded_.subject.holders.push_back(std::move(holder));
    return absl::OkStatus();
  }

 private:
  const store::Reader& reader_;
  const store::Vault& vault_;
  const policy::Policy& policy_;
  const uint64_t known_revision_;
  LoadedSubject& loaded_;
};

}  // namespace

absl::Status LoadSubject(const store::Reader& reader, const store::Vault& vault,
                         const policy::Policy& policy,
                         std::string_view beneficiary, std::string_view holder,
                         uint64_t known_revision,
                         const std::vector<std::string>& without_uses,
                         UsesCounted uses_counted, LoadedSubject& loaded) {
  Loader loader(reader, vault, policy, known_revision, loaded);
  ASSIGN_OR_RETURN(const v1::Person* person, loader.Person(beneficiary));
  if (person == nullptr)
    return rpc::NotFound("person", records::NameOf("people", beneficiary));
  loaded.subject.beneficiary = person;
  if (holder.empty() || holder == beneficiary)
    RETURN_IF_ERROR(loader.AddHolder(*person, beneficiary));
  std::vector<std::string> others;
  if (holder.empty()) {
    ASSIGN_OR_RETURN(others, records::HoldersOf(reader, beneficiary));
  } else if (holder != beneficiary) {
    others.emplace_back(holder);
  }
  for (const std::string& id : others) {
    ASSIGN_OR_RETURN(const v1::Person* other, loader.Person(id));
    if (other != nullptr) RETURN_IF_ERROR(loader.AddHolder(*other, id));
  }
  if (loaded.subject.holders.empty())
    return rpc::NotFound("person", records::NameOf("people", holder));
  ASSIGN_OR_RETURN(loaded.uses,
                   records::UsesOf(reader, vault, beneficiary, known_revision));
  // Limits on the holder count uses by any beneficiary; those are the holder's
  // relatives.
  for (const decision::Holder& h : loaded.subject.holders) {
    if (uses_counted == UsesCounted::kBeneficiary) break;
    for (const v1::Relation& relation : h.person->relations()) {
      if (relation.person() == person->name()) continue;
      ASSIGN_OR_RETURN(
          std::vector<v1::Use> uses,
          records::UsesOf(reader, vault,
                          *records::IdOf("people", relation.person()),
                          known_revision));
      for (v1::Use& use : uses) {
        if (use.holder() == h.person->name())
          loaded.uses.push_back(std::move(use));
      }
    }
  }
  for (const v1::Use& use : loaded.uses) {
    if (std::find(without_uses.begin(), without_uses.end(), use.name()) ==
        without_uses.end()) {
      loaded.subject.uses.push_back(&use);
    }
  }
  return absl::OkStatus();
}

}  // namespace talentcard::answer
