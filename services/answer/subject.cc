#include "services/answer/subject.h"

#include <algorithm>

#include "engine/status_macros.h"
#include "services/records/names.h"
#include "services/rpc/errors.h"

namespace talentcard::answer {
namespace {

using records::Dossier;
using records::DossierPointer;

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

decision::Holder HolderOf(const policy::Policy& policy,
                          const Dossier& dossier) {
  decision::Holder holder;
  holder.person = &dossier.person;
  for (const v1::Card& card : dossier.cards) holder.cards.push_back(&card);
  holder.recognition_open = std::any_of(
      dossier.open_matters.begin(), dossier.open_matters.end(),
      [&](const std::string& kind) { return Recognises(policy, kind); });
  return holder;
}

// Loads people one by one, each with what the policy sees in them.
class Loader {
 public:
  Loader(const policy::Policy& policy, absl::Time instant,
         LoadedSubject& loaded)
      : policy_(policy), instant_(instant), loaded_(loaded) {}

  decision::Holder Add(DossierPointer dossier) {
    decision::Holder holder = HolderOf(policy_, *dossier);
    std::shared_ptr<const decision::Seen> seen =
        dossier->seen.Find(policy_.digest, instant_);
    if (seen == nullptr) {
      seen = std::make_shared<const decision::Seen>(
          decision::See(policy_, holder, instant_));
      dossier->seen.Keep(policy_.digest, seen);
    }
    holder.seen = seen.get();
    loaded_.dossiers.push_back(std::move(dossier));
    loaded_.seen.push_back(std::move(seen));
    return holder;
  }

 private:
  const policy::Policy& policy_;
  const absl::Time instant_;
  LoadedSubject& loaded_;
};

// Limits on the holder count uses by any beneficiary; those are the holder's
// relatives.
absl::Status AddUsesOfRelatives(const Known& known, const v1::Person& holder,
                                LoadedSubject& loaded) {
  for (const v1::Relation& relation : holder.relations()) {
    if (relation.person() == loaded.subject.beneficiary->name()) continue;
    ASSIGN_OR_RETURN(DossierPointer relative,
                     known.About(*records::IdOf("people", relation.person())));
    if (relative == nullptr) continue;
    for (const v1::Use& use : relative->uses) {
      if (use.holder() == holder.name()) loaded.subject.uses.push_back(&use);
    }
    loaded.dossiers.push_back(std::move(relative));
  }
  return absl::OkStatus();
}

bool Names(const v1::Person& holder, const std::string& relative) {
  return std::any_of(holder.relations().begin(), holder.relations().end(),
                     [&](const v1::Relation& relation) {
                       return relation.person() == relative;
                     });
}

}  // namespace

UsesCounted CountedBy(const policy::Policy& policy, const std::string& code) {
  const auto entitlement = policy.entitlements.find(code);
  if (entitlement == policy.entitlements.end())
    return UsesCounted::kBeneficiary;
  for (const auto& version : entitlement->second.versions) {
    for (const policy::Limit& limit : version.value.limits) {
      if (std::find(limit.per.begin(), limit.per.end(), "holder") !=
          limit.per.end())
        return UsesCounted::kHolderToo;
    }
  }
  return UsesCounted::kBeneficiary;
}

absl::StatusOr<LoadedSubject> LoadSubject(
    const Known& known, const policy::Policy& policy,
    std::string_view beneficiary, std::string_view holder, absl::Time instant,
    const std::vector<std::string>& without_uses, UsesCounted uses_counted) {
  LoadedSubject loaded;
  Loader loader(policy, instant, loaded);
  decision::Subject& subject = loaded.subject;
  ASSIGN_OR_RETURN(const DossierPointer self, known.About(beneficiary));
  if (self == nullptr)
    return rpc::NotFound("person", records::NameOf("people", beneficiary));
  const decision::Holder as_holder = loader.Add(self);
  subject.beneficiary = &self->person;
  subject.beneficiary_seen = as_holder.seen;
  std::vector<std::string> others;
  if (holder.empty() || holder == beneficiary)
    subject.holders.push_back(as_holder);
  if (holder.empty()) {
    others = self->holders;
  } else if (holder != beneficiary) {
    others.emplace_back(holder);
  }
  for (const std::string& id : others) {
    ASSIGN_OR_RETURN(const DossierPointer other, known.About(id));
    if (other == nullptr) continue;
    // Rows say who names them now; as of then they may not have.
    if (holder.empty() && !Names(other->person, self->person.name())) continue;
    subject.holders.push_back(loader.Add(other));
  }
  if (subject.holders.empty())
    return rpc::NotFound("person", records::NameOf("people", holder));
  for (const v1::Use& use : self->uses) subject.uses.push_back(&use);
  if (uses_counted == UsesCounted::kHolderToo) {
    for (const decision::Holder& one : subject.holders)
      RETURN_IF_ERROR(AddUsesOfRelatives(known, *one.person, loaded));
  }
  std::erase_if(subject.uses, [&](const v1::Use* use) {
    return std::find(without_uses.begin(), without_uses.end(), use->name()) !=
           without_uses.end();
  });
  return loaded;
}

}  // namespace talentcard::answer
