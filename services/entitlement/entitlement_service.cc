#include "services/entitlement/entitlement_service.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/decision/decide.h"
#include "engine/decision/view.h"
#include "engine/identity/relation.h"
#include "services/answer/disclosure.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/answer/replay.h"
#include "services/answer/subject.h"
#include "services/entitlement/population.h"
#include "services/entitlement/requests.h"
#include "services/ledger/batch.h"
#include "services/ledger/rows.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/rpc/report.h"
#include "services/rpc/validation.h"

namespace talentcard::entitlement {
namespace {

using answer::Asked;
using answer::Known;
using rpc::Call;
using rpc::Violation;

constexpr int kMostInBatch = 256;

v1::LoggedQuestion QuestionOf(const v1::CheckEntitlementRequest& q,
                              bool explained) {
  v1::LoggedQuestion question;
  question.set_entitlement(q.entitlement());
  question.set_beneficiary(q.beneficiary());
  question.set_holder(q.holder());
  *question.mutable_request() = q.request();
  if (q.has_valid_time()) *question.mutable_valid_time() = q.valid_time();
  if (q.has_known_time()) *question.mutable_known_time() = q.known_time();
  question.set_explained(explained);
  return question;
}

absl::Status CheckQuestion(const std::string& path,
                           const v1::CheckEntitlementRequest& q) {
  std::vector<Violation> violations;
  if (q.entitlement().empty())
    violations.push_back(
        {path + "entitlement", "give an entitlement code, e.g. MED_GREEN"});
  rpc::CheckName(path + "beneficiary", "people", q.beneficiary(), violations);
  if (!q.holder().empty())
    rpc::CheckName(path + "holder", "people", q.holder(), violations);
  return rpc::Invalid(violations);
}

bool IsAskedBy(const policy::Entitlement& entitlement, const Call& call) {
  const auto& askers = entitlement.asked_by;
  return std::find(askers.begin(), askers.end(), call.asker.actor.kind) !=
         askers.end();
}

// All questions a holder's rights answer: each entitlement that the asker may
// ask about, for each relative it is for.
std::vector<v1::LoggedQuestion> AllQuestions(const Call& call,
                                             const v1::Person& holder,
                                             const v1::ListRightsRequest& q,
                                             CivilDate day) {
  std::vector<v1::LoggedQuestion> questions;
  const auto add = [&](const std::string& code,
                       const std::string& beneficiary) {
    v1::CheckEntitlementRequest check;
    check.set_entitlement(code);
    check.set_beneficiary(beneficiary);
    check.set_holder(holder.name());
    if (q.has_valid_time()) *check.mutable_valid_time() = q.valid_time();
    if (q.has_known_time()) *check.mutable_known_time() = q.known_time();
    *check.mutable_request() = PlainRequest(day);
    questions.push_back(QuestionOf(check, /*explained=*/true));
  };
  for (const auto& [code, entitlement] : call.policy->entitlements) {
    if (!IsAskedBy(entitlement, call)) continue;
    const auto is_for = [&relations =
                             entitlement.relations](std::string_view relation) {
      return std::find(relations.begin(), relations.end(), relation) !=
             relations.end();
    };
    if (is_for("SELF")) add(code, holder.name());
    if (!q.include_relatives()) continue;
    for (const v1::Relation& relation : holder.relations()) {
      const auto kin = identity::FindRelation(relation.code());
      if (kin && is_for(identity::RelationName(kin->relation)) &&
          questions.size() < kMostInBatch)
        add(code, relation.person());
    }
  }
  return questions;
}

// Decided, and withheld from an asker who needs a consent to be told.
absl::StatusOr<Asked> AskFor(const rpc::Foundation& foundation,
                             const Known& known, const Call& call,
                             v1::LoggedQuestion question) {
  const auto entitlement =
      call.policy->entitlements.find(question.entitlement());
  if (entitlement != call.policy->entitlements.end() &&
      !IsAskedBy(entitlement->second, call)) {
    return rpc::Error(
        absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
        absl::StrCat(entitlement->first, " is not a question of ",
                     call.asker.actor.kind,
                     "; `asked_by` of its rules says whose it is"));
  }
  ASSIGN_OR_RETURN(Asked asked,
                   answer::Ask(foundation, known, call, std::move(question)));
  RETURN_IF_ERROR(answer::WithholdUnlessAgreed(foundation, known, call, asked));
  return asked;
}

// An explanation shows of a holder, too; one who was erased is seen no more.
absl::Status SeeHolder(const Known& known, const v1::Decision& decision,
                       answer::Looked<v1::ExplainDecisionResponse>& looked) {
  const auto id = records::IdOf("people", decision.holder());
  if (!id) return absl::OkStatus();
  ASSIGN_OR_RETURN(const records::DossierPointer holder, known.About(*id));
  if (holder != nullptr) looked.Saw(decision.holder());
  return absl::OkStatus();
}

struct DecisionName {
  uint64_t log_index = 0;
  std::optional<size_t> position;
};

absl::StatusOr<DecisionName> ParseName(const std::string& name) {
  const auto id = records::IdOf("decisions", name);
  DecisionName out;
  uint64_t position = 0;
  const std::vector<std::string> parts = absl::StrSplit(id.value_or(""), '.');
  if (!absl::SimpleAtoi(parts[0], &out.log_index) || parts.size() > 2 ||
      (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &position))) {
    return rpc::Invalid(
        {{"name", "must look like `decisions/123` or `decisions/123.4`"}});
  }
  if (parts.size() == 2) out.position = position;
  return out;
}

absl::StatusOr<v1::LogRecord> RecordOf(const store::Reader& reader,
                                       const store::Vault& vault,
                                       const std::string& name) {
  ASSIGN_OR_RETURN(const DecisionName where, ParseName(name));
  if (!where.position)
    return answer::OpenRecord(reader, vault, where.log_index);
  ASSIGN_OR_RETURN(const auto row,
                   reader.Get(ledger::EntryRow(where.log_index)));
  if (!row) return rpc::NotFound("decision", name);
  ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(*row));
  ASSIGN_OR_RETURN(const auto answers,
                   ledger::OpenAnswers(reader, vault, where.log_index, leaf));
  if (*where.position >= answers.size() || answers[*where.position].erased)
    return rpc::NotFound("decision", name);
  v1::LogRecord record;
  if (!record.ParseFromString(answers[*where.position].facts))
    return absl::DataLossError("a record of the log is malformed");
  return record;
}

// What is shown of whom goes on record before it is sent.
absl::Status RecordShown(const rpc::Foundation& foundation, const Call& call,
                         const v1::EvaluatePopulationResponse& message) {
  std::set<std::string> people;
  for (const v1::PopulationDecision& decision : message.decisions()) {
    people.insert(records::IdOf("people", decision.holder()).value_or("-"));
    people.insert(
        records::IdOf("people", decision.beneficiary()).value_or("-"));
  }
  if (people.empty()) return absl::OkStatus();
  return foundation.writer
      .Run([&](store::Transaction& transaction) {
        return answer::RecordLook(transaction, foundation, call,
                                  {people.begin(), people.end()},
                                  "shown: decisions");
      })
      .status();
}

}  // namespace

grpc::ServerUnaryReactor* EntitlementService::CheckEntitlement(
    grpc::CallbackServerContext* context,
    const v1::CheckEntitlementRequest* request, v1::Decision* response) {
  using Prepared = answer::PreparedAnswer<v1::Decision>;
  return rpc::Answer(
      foundation_, context, "EntitlementService.CheckEntitlement", request,
      response,
      [this](const Call& call,
             const v1::CheckEntitlementRequest& q) -> absl::StatusOr<Prepared> {
        RETURN_IF_ERROR(CheckQuestion("", q));
        const auto known = Known::Now(foundation_);
        ASSIGN_OR_RETURN(Asked asked,
                         AskFor(foundation_, known, call, QuestionOf(q, true)));
        ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                         answer::MinorsIn(known, call, asked.decision));
        return answer::PreparedAnswer<v1::Decision>(
            answer::One(std::move(asked)),
            [minors](const Call& call, const std::vector<Asked>& all,
                     v1::Decision& out) {
              out = answer::Told(*call.policy, all[0]);
              answer::HideOfMinors(minors, out);
            });
      });
}

grpc::ServerUnaryReactor* EntitlementService::BatchCheckEntitlement(
    grpc::CallbackServerContext* context,
    const v1::BatchCheckEntitlementRequest* request,
    v1::BatchCheckEntitlementResponse* response) {
  using Prepared = answer::PreparedAnswer<v1::BatchCheckEntitlementResponse>;
  return rpc::Answer(
      foundation_, context, "EntitlementService.BatchCheckEntitlement", request,
      response,
      [this](const Call& call, const v1::BatchCheckEntitlementRequest& q)
          -> absl::StatusOr<Prepared> {
        if (q.requests().empty() || q.requests_size() > kMostInBatch)
          return rpc::Invalid({{"requests", "1 to 256"}});
        const auto known = Known::Now(foundation_);
        std::vector<Asked> asked;
        for (int i = 0; i < q.requests_size(); ++i) {
          RETURN_IF_ERROR(
              CheckQuestion(absl::StrCat("requests[", i, "]."), q.requests(i)));
          ASSIGN_OR_RETURN(Asked one, AskFor(foundation_, known, call,
                                             QuestionOf(q.requests(i), false)));
          asked.push_back(std::move(one));
        }
        return answer::PreparedAnswer<v1::BatchCheckEntitlementResponse>(
            std::move(asked),
            [](const Call& call, const std::vector<Asked>& all,
               v1::BatchCheckEntitlementResponse& out) {
              out.Clear();
              for (const Asked& one : all)
                *out.add_decisions() = answer::Told(*call.policy, one);
            });
      });
}

grpc::ServerUnaryReactor* EntitlementService::ListRights(
    grpc::CallbackServerContext* context, const v1::ListRightsRequest* request,
    v1::ListRightsResponse* response) {
  return answer::Look(
      foundation_, context, "EntitlementService.ListRights", request, response,
      [this](const Call& call, const v1::ListRightsRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListRightsResponse>> {
        std::vector<Violation> violations;
        rpc::CheckName("holder", "people", q.holder(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto known = Known::Now(foundation_);
        const std::string id = *records::IdOf("people", q.holder());
        const absl::Time at =
            rpc::TimeOr(q.has_valid_time(), q.valid_time(), call.now);
        ASSIGN_OR_RETURN(
            const answer::LoadedSubject loaded,
            answer::LoadSubject(known, *call.policy, id, id, at, {},
                                answer::UsesCounted::kBeneficiary));
        const v1::Person& holder = *loaded.subject.beneficiary;
        answer::Looked<v1::ListRightsResponse> looked;
        v1::ListRightsResponse& out = looked.response;
        looked.Saw(q.holder());
        for (v1::LoggedQuestion& question :
             AllQuestions(call, holder, q, CivilDate::InBeijing(at))) {
          absl::StatusOr<Asked> asked =
              AskFor(foundation_, known, call, std::move(question));
          if (absl::IsNotFound(asked.status()))
            continue;  // A relative not on record.
          RETURN_IF_ERROR(asked.status());
          looked.Saw(asked->decision.beneficiary());
          ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                           answer::MinorsIn(known, call, asked->decision));
          v1::Decision told = answer::Told(*call.policy, *asked);
          answer::HideOfMinors(minors, told);
          *out.add_decisions() = std::move(told);
        }
        ASSIGN_OR_RETURN(const v1::AssessTierResponse tier,
                         decision::AssessTier(*call.policy, holder, at));
        out.set_tier(tier.tier());
        *out.mutable_tier_name() = tier.tier_name();
        ASSIGN_OR_RETURN(
            const v1::CardView card,
            decision::ViewCard(*call.policy, loaded.subject.holders[0], at));
        out.set_card_state(card.state());
        return looked;
      });
}

grpc::ServerUnaryReactor* EntitlementService::ExplainDecision(
    grpc::CallbackServerContext* context,
    const v1::ExplainDecisionRequest* request,
    v1::ExplainDecisionResponse* response) {
  return answer::Look(
      foundation_, context, "EntitlementService.ExplainDecision", request,
      response,
      [this](const Call& call, const v1::ExplainDecisionRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ExplainDecisionResponse>> {
        const auto known = Known::Now(foundation_);
        const store::Reader& reader = known.reader();
        ASSIGN_OR_RETURN(const v1::LogRecord record,
                         RecordOf(reader, foundation_.vault, q.name()));
        if (!record.has_decision()) return rpc::NotFound("decision", q.name());
        ASSIGN_OR_RETURN(const auto policy,
                         foundation_.policies.ByDigest(
                             reader, record.decision().policy_digest()));
        const auto ask = [&](bool explain) {
          return answer::AskAgain(reader, foundation_.vault, *policy, record,
                                  explain);
        };
        ASSIGN_OR_RETURN(const v1::Decision replay,
                         ask(record.question().explained()));
        answer::Looked<v1::ExplainDecisionResponse> looked;
        v1::ExplainDecisionResponse& out = looked.response;
        looked.Saw(record.decision().beneficiary());
        RETURN_IF_ERROR(SeeHolder(known, record.decision(), looked));
        out.set_replays(answer::Difference(record.decision(), replay).empty());
        out.set_told_as_unknown(record.told_as_unknown());
        ASSIGN_OR_RETURN(const v1::Decision full, ask(true));
        *out.mutable_decision() = out.replays() ? full : record.decision();
        ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                         answer::MinorsIn(known, call, out.decision()));
        answer::HideOfMinors(minors, *out.mutable_decision());
        // In the words of whoever asks now, not of whoever asked then.
        const policy::Reason& reason = rpc::ShownReason(
            *policy, out.decision().reasons(0), call.asker.actor.kind);
        out.mutable_decision()->mutable_explanation()->set_zh(
            reason.meaning.zh);
        out.mutable_decision()->mutable_explanation()->set_en(
            reason.meaning.en);
        const auto entitlement =
            policy->entitlements.find(record.decision().entitlement());
        if (entitlement != policy->entitlements.end()) {
          out.set_rule_source(
              policy->files.at(entitlement->second.position.path));
        }
        return looked;
      });
}

grpc::ServerWriteReactor<v1::EvaluatePopulationResponse>*
EntitlementService::EvaluatePopulation(
    grpc::CallbackServerContext* context,
    const v1::EvaluatePopulationRequest* request) {
  using Stream = rpc::Report<v1::EvaluatePopulationResponse>;
  return new Stream(
      rpc::Admit(foundation_, *context, "EntitlementService.EvaluatePopulation",
                 *request),
      [this, q = *request](const Call& call,
                           const Stream::Send& send) -> absl::Status {
        auto known = Known::Now(foundation_);
        std::shared_ptr<const policy::Policy> policy = call.policy;
        if (!q.policy_digest().empty()) {
          ASSIGN_OR_RETURN(policy, foundation_.policies.ByDigest(
                                       known.reader(), q.policy_digest()));
        }
        const absl::Time at =
            rpc::TimeOr(q.has_valid_time(), q.valid_time(), call.now);
        const auto run = PopulationRun::Create(
            std::move(known), policy, at,
            {q.entitlements().begin(), q.entitlements().end()},
            q.include_decisions());
        if (absl::IsNotFound(run.status())) {
          return rpc::Invalid(
              {{"entitlements", std::string(run.status().message())}});
        }
        RETURN_IF_ERROR(run.status());
        absl::Status kept;
        const absl::Status ran =
            (*run)->Run([&](v1::EvaluatePopulationResponse message) {
              rpc::Disclose(*call.rule, message);
              kept = RecordShown(foundation_, call, message);
              return kept.ok() && send(std::move(message));
            });
        return kept.ok() ? ran : kept;
      });
}

}  // namespace talentcard::entitlement
