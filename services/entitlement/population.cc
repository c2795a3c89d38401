#include "services/entitlement/population.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/entitlement/requests.h"
#include "services/records/names.h"
#include "services/store/versions.h"

namespace talentcard::entitlement {
namespace {

// Few enough that a part's decisions fit one message.
constexpr size_t kPeopleAPart = 512;

std::vector<std::string> AllCodes(const policy::Policy& policy) {
  std::vector<std::string> codes;
  for (const auto& [code, entitlement] : policy.entitlements)
    codes.push_back(code);
  return codes;
}

answer::UsesCounted MostCounted(const policy::Policy& policy,
                                const std::vector<std::string>& entitlements) {
  const bool holder_too = std::any_of(
      entitlements.begin(), entitlements.end(), [&](const std::string& code) {
        return answer::CountedBy(policy, code) ==
               answer::UsesCounted::kHolderToo;
      });
  return holder_too ? answer::UsesCounted::kHolderToo
                    : answer::UsesCounted::kBeneficiary;
}

}  // namespace

// The parts of a run: threads make them, in whatever order, and one takes them.
class PopulationRun::Parts {
 public:
  Parts(const PopulationRun& run, const std::vector<std::string>& ids)
      : run_(run), ids_(ids) {
    const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < threads; ++i)
      threads_.emplace_back([this] { Work(); });
  }
  // Leaves undone what was not begun.
  ~Parts() {
    next_ = ids_.size();
    for (std::thread& thread : threads_) thread.join();
  }

  Part Take() {
    std::unique_lock lock(mutex_);
    made_.wait(lock, [this] { return !parts_.empty(); });
    Part part = std::move(parts_.front());
    parts_.pop_front();
    return part;
  }

 private:
  void Work() {
    while (true) {
      const size_t first = next_.fetch_add(kPeopleAPart);
      if (first >= ids_.size()) return;
      const size_t count = std::min(kPeopleAPart, ids_.size() - first);
      Part part = run_.Evaluate(std::span(ids_).subspan(first, count));
      const std::lock_guard lock(mutex_);
      parts_.push_back(std::move(part));
      made_.notify_one();
    }
  }

  const PopulationRun& run_;
  const std::vector<std::string>& ids_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable made_;
  std::deque<Part> parts_;
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<PopulationRun>> PopulationRun::Create(
    answer::Known known, std::shared_ptr<const policy::Policy> policy,
    absl::Time instant, const std::vector<std::string>& entitlements,
    bool include_decisions) {
  std::vector<std::string> codes =
      entitlements.empty() ? AllCodes(*policy) : entitlements;
  std::vector<decision::CensusQuestion> questions;
  for (const std::string& code : codes)
    questions.push_back({code, PlainRequest(CivilDate::InBeijing(instant))});
  ASSIGN_OR_RETURN(
      decision::Census census,
      decision::Census::Create(*policy, instant, std::move(questions)));
  return std::unique_ptr<PopulationRun>(new PopulationRun(
      std::move(known), std::move(policy), instant, std::move(codes),
      std::move(census), include_decisions));
}

PopulationRun::PopulationRun(answer::Known known,
                             std::shared_ptr<const policy::Policy> policy,
                             absl::Time instant,
                             std::vector<std::string> entitlements,
                             decision::Census census, bool include_decisions)
    : known_(std::move(known)),
      policy_(std::move(policy)),
      instant_(instant),
      entitlements_(std::move(entitlements)),
      census_(std::move(census)),
      uses_counted_(MostCounted(*policy_, entitlements_)),
      include_decisions_(include_decisions) {}

absl::Status PopulationRun::Run(const Send& send) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, EverybodysIds());
  Counts counts;
  v1::EvaluatePopulationResponse progress;
  progress.set_people_total(static_cast<int64_t>(ids.size()));
  {
    Parts parts(*this, ids);
    while (progress.people_done() < progress.people_total()) {
      Part part = parts.Take();
      RETURN_IF_ERROR(part.status);
      progress.set_people_done(progress.people_done() + part.people);
      for (auto& [kind, count] : part.counts) counts[kind] += count;
      v1::EvaluatePopulationResponse message = progress;
      for (v1::PopulationDecision& decision : part.decisions)
        *message.add_decisions() = std::move(decision);
      if (!send(std::move(message)))
        return absl::CancelledError("whoever asked is gone");
    }
  }
  progress.set_finished(true);
  progress.set_policy_digest(policy_->digest);
  progress.set_facts_revision(static_cast<int64_t>(known_.revision()));
  for (const auto& [kind, count] : counts) {
    v1::PopulationCount& out = *progress.add_counts();
    out.set_entitlement(kind.entitlement);
    out.set_tier(kind.tier);
    out.set_category(kind.category);
    out.set_relation(kind.relation);
    out.set_outcome(static_cast<v1::Outcome>(kind.outcome));
    out.set_reason(kind.reason);
    out.set_count(count);
  }
  send(std::move(progress));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> PopulationRun::EverybodysIds() const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(
      store::ScanVersions(known_.reader(), store::Table::kPerson, "",
                          [&](std::string_view id, const store::Version&) {
                            ids.emplace_back(id);
                            return true;
                          }));
  return ids;
}

absl::Status PopulationRun::Load(
    const std::string& id, std::vector<answer::LoadedSubject>& loaded) const {
  const auto load = [&](std::string_view beneficiary) -> absl::Status {
    absl::StatusOr<answer::LoadedSubject> subject = answer::LoadSubject(
        known_, *policy_, beneficiary, id, instant_, {}, uses_counted_);
    // Erased, or a relative who is not on record.
    if (absl::IsNotFound(subject.status())) return absl::OkStatus();
    RETURN_IF_ERROR(subject.status());
    // A canary is nobody.
    if (subject->subject.beneficiary->canary()) return absl::OkStatus();
    loaded.push_back(*std::move(subject));
    return absl::OkStatus();
  };
  const size_t before = loaded.size();
  RETURN_IF_ERROR(load(id));
  if (loaded.size() == before) return absl::OkStatus();
  std::vector<std::string> relatives;
  for (const v1::Relation& relation :
       loaded.back().subject.holders[0].person->relations()) {
    const auto relative = records::IdOf("people", relation.person());
    if (relative) relatives.push_back(*relative);
  }
  std::sort(relatives.begin(), relatives.end());
  relatives.erase(std::unique(relatives.begin(), relatives.end()),
                  relatives.end());
  for (const std::string& relative : relatives) RETURN_IF_ERROR(load(relative));
  return absl::OkStatus();
}

PopulationRun::Part PopulationRun::Evaluate(
    std::span<const std::string> ids) const {
  Part part;
  part.people = static_cast<int64_t>(ids.size());
  std::vector<answer::LoadedSubject> loaded;
  for (const std::string& id : ids) {
    part.status = Load(id, loaded);
    if (!part.status.ok()) return part;
  }
  std::vector<decision::Subject> subjects;
  for (const answer::LoadedSubject& one : loaded)
    subjects.push_back(one.subject);
  decision::Census::Group group = census_.Flatten(subjects);
  const std::vector<decision::CensusAnswer> answers = census_.Judge(group);
  const size_t asked = entitlements_.size();
  for (size_t i = 0; i < subjects.size(); ++i) {
    Count(subjects[i], std::span(answers).subspan(i * asked, asked), part);
  }
  return part;
}

void PopulationRun::Count(const decision::Subject& subject,
                          std::span<const decision::CensusAnswer> answers,
                          Part& part) const {
  const decision::Holder& holder = subject.holders[0];
  const auto& categories = holder.seen->person.talent_categories();
  const decision::Relationship relationship = decision::ViewRelation(
      *holder.person, *subject.beneficiary, CivilDate::InBeijing(instant_));
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto& [outcome, reason] = answers[i];
    if (outcome == v1::OUTCOME_UNSPECIFIED) continue;
    ++part.counts[Kind{entitlements_[i], holder.seen->tier.tier.code(),
                       categories.empty() ? "" : categories[0].code(),
                       relationship.relation, outcome, std::string(reason)}];
    if (!include_decisions_) continue;
    v1::PopulationDecision& decision = part.decisions.emplace_back();
    decision.set_holder(holder.person->name());
    decision.set_beneficiary(subject.beneficiary->name());
    decision.set_entitlement(entitlements_[i]);
    decision.set_outcome(outcome);
    decision.set_reason(std::string(reason));
  }
}

}  // namespace talentcard::entitlement
