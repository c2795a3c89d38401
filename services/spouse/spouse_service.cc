#include "services/spouse/spouse_service.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/consents.h"
#include "engine/decision/view.h"
#include "engine/workflow/workflow.h"
#include "services/answer/disclosure.h"
#include "services/answer/look.h"
#include "services/answer/matters.h"
#include "services/answer/uses.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/uses.h"
#include "services/rpc/validation.h"

namespace talentcard::spouse {
namespace {

using answer::Asked;
using rpc::Call;
using rpc::Violation;

constexpr char kDesk[] = "spouse/placement";
constexpr char kPurpose[] = "SPOUSE_PLACEMENT";
constexpr char kKind[] =
    "spouse-placement";  // The matter this service is a face of.
constexpr char kAccept[] = "accept";

std::string Field(const v1::Matter& matter, const char* name) {
  const auto it = matter.fields().find(name);
  return it == matter.fields().end() ? "" : it->second;
}

// Of a matter as the asker sees it.
v1::Placement PlacementOf(v1::Matter matter) {
  v1::Placement out;
  out.set_name(
      records::NameOf("placements", *records::IdOf("matters", matter.name())));
  out.set_holder(matter.subject());
  out.set_spouse(Field(matter, "spouse"));
  out.set_track(Field(matter, "track"));
  out.set_owner(Field(matter, "department"));
  for (const v1::MatterEvent& event : matter.history()) {
    if (event.action() == "offer") {
      v1::PostOffer& offer = *out.add_offers();
      offer.set_employer(event.fields().at("employer"));
      offer.set_post(event.fields().at("post"));
      *offer.mutable_offer_time() = event.time();
      offer.set_answer("OPEN");
    } else if ((event.action() == "accept" || event.action() == "refuse" ||
                event.action() == "refuse-last") &&
               out.offers_size() > 0) {
      out.mutable_offers(out.offers_size() - 1)
          ->set_answer(event.action() == "accept" ? "ACCEPTED" : "REFUSED");
    }
  }
  *out.mutable_matter() = std::move(matter);
  return out;
}

template <typename Response>
absl::Status NoteSeen(const answer::Known& known, const Call& call,
                      const v1::Matter& matter, answer::Looked<Response>& out) {
  ASSIGN_OR_RETURN(const std::vector<std::string> people,
                   answer::PeopleIn(known, call, matter));
  for (const std::string& person : people) out.Saw(person);
  return absl::OkStatus();
}

bool Owns(const Call& call, const std::string& department) {
  return call.Owns(records::NameOf("departments", department));
}

// kNotFound if one of them is not on record.
absl::StatusOr<Asked> AskRules(const rpc::Foundation& foundation,
                               const answer::Known& known, const Call& call,
                               const policy::Entitlement& entitlement,
                               const std::string& holder,
                               const std::string& spouse) {
  v1::LoggedQuestion question;
  question.set_entitlement(entitlement.code);
  question.set_beneficiary(spouse);
  question.set_holder(holder);
  question.set_explained(true);
  return answer::Ask(foundation, known, call, std::move(question));
}

// As much of its matter as is there for the asker. A department sees and moves
// only what it owns.
absl::StatusOr<v1::Matter> MatterFor(const rpc::Foundation& foundation,
                                     const answer::Known& known,
                                     const Call& call,
                                     const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Matter> matter,
      records::ReadMatter(known.reader(), foundation.vault,
                          records::IdOf("placements", name).value_or("-")));
  if (!matter || matter->kind() != kKind ||
      !Owns(call, Field(*matter, "department")))
    return rpc::NotFound("placement", name);
  ASSIGN_OR_RETURN(matter,
                   answer::SeenBy(foundation, known, call, *std::move(matter)));
  if (!matter) return rpc::NotFound("placement", name);
  return *std::move(matter);
}

absl::StatusOr<v1::Placement> Act(const rpc::Foundation& foundation,
                                  const Call& call, const std::string& name,
                                  std::string action,
                                  const std::string& comment,
                                  std::map<std::string, std::string> fields,
                                  store::Transaction& transaction) {
  const auto known = answer::Known::Before(foundation, transaction);
  ASSIGN_OR_RETURN(const v1::Matter before,
                   MatterFor(foundation, known, call, name));
  const workflow::Event event{
      std::move(action), call.asker.actor, comment, std::move(fields), {},
      call.now};
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  ASSIGN_OR_RETURN(v1::Matter matter,
                   answer::ActOnMatter(foundation, call, before.name(), "",
                                       event, transaction, change));
  RETURN_IF_ERROR(
      answer::FinishChange(change, call, ledger::LeafKind::kChange,
                           *records::IdOf("people", matter.subject()),
                           absl::StrCat("placement: ", event.action)));
  ASSIGN_OR_RETURN(std::optional<v1::Matter> seen,
                   answer::SeenBy(foundation, known, call, std::move(matter)));
  if (!seen) return rpc::NotFound("placement", name);
  return PlacementOf(*std::move(seen));
}

// OK unless a placement would begin without the spouse's consent. Then the
// answer goes on record and this refuses.
absl::Status CheckConsent(const rpc::Foundation& foundation,
                          const answer::Known& known, const Call& call,
                          Asked& asked, store::Transaction& transaction) {
  const v1::Decision& decision = asked.decision;
  if (!answer::Granted(decision)) return absl::OkStatus();
  const decision::Disclosure disclosure{
      kPurpose, "department",
      records::NameOf("departments", decision.grant().owner())};
  ASSIGN_OR_RETURN(const bool agrees,
                   answer::Agrees(foundation, known, call, disclosure,
                                  decision.holder(), decision.beneficiary()));
  if (agrees && !answer::LacksConsent(decision)) return absl::OkStatus();
  RETURN_IF_ERROR(answer::RecordAnswer(transaction, foundation, call, asked));
  return rpc::Keeping(
      answer::RefuseWithoutConsent(*call.policy, decision.name()));
}

// Asks the rules and, if they allow it, reserves the use and opens the matter,
// all on one leaf with the answer.
absl::StatusOr<v1::Placement> Open(const rpc::Foundation& foundation,
                                   const Call& call,
                                   const v1::OpenPlacementRequest& q,
                                   store::Transaction& transaction) {
  std::vector<Violation> violations;
  rpc::CheckName("holder", "people", q.holder(), violations);
  rpc::CheckName("spouse", "people", q.spouse(), violations);
  const policy::Entitlement* entitlement =
      answer::EntitlementOfDesk(*call.policy, kDesk);
  if (entitlement == nullptr)
    violations.push_back({"holder", "no rule gives this right"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  const auto known = answer::Known::Before(foundation, transaction);
  ASSIGN_OR_RETURN(Asked asked, AskRules(foundation, known, call, *entitlement,
                                         q.holder(), q.spouse()));
  RETURN_IF_ERROR(CheckConsent(foundation, known, call, asked, transaction));
  ASSIGN_OR_RETURN(
      answer::Draw draw,
      answer::Draw::Begin(transaction, foundation, call, std::move(asked)));
  v1::Placement out;
  if (draw.granted()) {
    const v1::Use use = draw.NewUse(v1::Use::RESERVED, call.now);
    RETURN_IF_ERROR(draw.Write(use));
    v1::Matter draft;
    draft.set_kind(kKind);
    draft.set_subject(q.holder());
    draft.set_station(call.asker.actor.institution);
    auto& fields = *draft.mutable_fields();
    fields["spouse"] = q.spouse();
    fields["track"] = draw.decision().grant().track();
    fields["department"] = draw.decision().grant().owner();
    ASSIGN_OR_RETURN(v1::Matter matter,
                     answer::OpenMatter(foundation, call, draft, use.name(),
                                        transaction, draw.change()));
    ASSIGN_OR_RETURN(
        std::optional<v1::Matter> seen,
        answer::SeenBy(foundation, known, call, std::move(matter)));
    if (seen) out = PlacementOf(*std::move(seen));
  }
  RETURN_IF_ERROR(draw.Finish(call, "placement"));
  *out.mutable_decision() = draw.decision();
  ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                   answer::MinorsIn(known, call, out.decision()));
  answer::HideOfMinors(minors, *out.mutable_decision());
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* SpousePlacementService::OpenPlacement(
    grpc::CallbackServerContext* context,
    const v1::OpenPlacementRequest* request, v1::Placement* response) {
  return rpc::Write(
      foundation_, context, "SpousePlacementService.OpenPlacement", request,
      response,
      [this](const Call& call, const v1::OpenPlacementRequest& q,
             store::Transaction& t) { return Open(foundation_, call, q, t); });
}

grpc::ServerUnaryReactor* SpousePlacementService::GetPlacement(
    grpc::CallbackServerContext* context,
    const v1::GetPlacementRequest* request, v1::Placement* response) {
  return answer::Look(foundation_, context,
                      "SpousePlacementService.GetPlacement", request, response,
                      [this](const Call& call, const v1::GetPlacementRequest& q)
                          -> absl::StatusOr<answer::Looked<v1::Placement>> {
                        const auto known = answer::Known::Now(foundation_);
                        ASSIGN_OR_RETURN(
                            v1::Matter matter,
                            MatterFor(foundation_, known, call, q.name()));
                        answer::Looked<v1::Placement> out;
                        RETURN_IF_ERROR(NoteSeen(known, call, matter, out));
                        out.response = PlacementOf(std::move(matter));
                        return out;
                      });
}

grpc::ServerUnaryReactor* SpousePlacementService::ListPlacements(
    grpc::CallbackServerContext* context,
    const v1::ListPlacementsRequest* request,
    v1::ListPlacementsResponse* response) {
  return answer::Look(
      foundation_, context, "SpousePlacementService.ListPlacements", request,
      response,
      [this](const Call& call, const v1::ListPlacementsRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListPlacementsResponse>> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto known = answer::Known::Now(foundation_);
        // Matters wait with the role; the department is a field.
        ASSIGN_OR_RETURN(records::OwnedMatters page,
                         records::MattersOwnedBy(
                             known.reader(), foundation_.vault, "department",
                             absl::HexStringToBytes(q.page_token()), size));
        answer::Looked<v1::ListPlacementsResponse> out;
        for (v1::Matter& matter : page.matters) {
          if (matter.kind() != kKind ||
              Field(matter, "department") != q.owner() ||
              !Owns(call, Field(matter, "department")))
            continue;
          ASSIGN_OR_RETURN(
              std::optional<v1::Matter> seen,
              answer::SeenBy(foundation_, known, call, std::move(matter)));
          // Of one that is stopped nobody is told which department has it.
          if (!seen || seen->has_stopped()) continue;
          RETURN_IF_ERROR(NoteSeen(known, call, *seen, out));
          *out.response.add_placements() = PlacementOf(*std::move(seen));
        }
        out.response.set_next_page_token(absl::BytesToHexString(page.next));
        return out;
      });
}

grpc::ServerUnaryReactor* SpousePlacementService::AcknowledgePlacement(
    grpc::CallbackServerContext* context,
    const v1::ChangePlacementRequest* request, v1::Placement* response) {
  return rpc::Write(
      foundation_, context, "SpousePlacementService.AcknowledgePlacement",
      request, response,
      [this](const Call& call, const v1::ChangePlacementRequest& q,
             store::Transaction& t) {
        return Act(foundation_, call, q.name(), "acknowledge", q.comment(), {},
                   t);
      });
}

grpc::ServerUnaryReactor* SpousePlacementService::OfferPost(
    grpc::CallbackServerContext* context, const v1::OfferPostRequest* request,
    v1::Placement* response) {
  return rpc::Write(foundation_, context, "SpousePlacementService.OfferPost",
                    request, response,
                    [this](const Call& call, const v1::OfferPostRequest& q,
                           store::Transaction& t) {
                      return Act(
                          foundation_, call, q.name(), "offer", "",
                          {{"employer", q.employer()}, {"post", q.post()}}, t);
                    });
}

grpc::ServerUnaryReactor* SpousePlacementService::AnswerOffer(
    grpc::CallbackServerContext* context, const v1::AnswerOfferRequest* request,
    v1::Placement* response) {
  return rpc::Write(
      foundation_, context, "SpousePlacementService.AnswerOffer", request,
      response,
      [this](const Call& call, const v1::AnswerOfferRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Placement> {
        if (q.accept())
          return Act(foundation_, call, q.name(), kAccept, q.comment(), {}, t);
        absl::StatusOr<v1::Placement> refused =
            Act(foundation_, call, q.name(), "refuse", q.comment(), {}, t);
        // The rules know the last refusal as an action of its own, which closes
        // the case.
        if (absl::IsFailedPrecondition(refused.status()))
          return Act(foundation_, call, q.name(), "refuse-last", q.comment(),
                     {}, t);
        return refused;
      });
}

grpc::ServerUnaryReactor* SpousePlacementService::ClosePlacement(
    grpc::CallbackServerContext* context,
    const v1::ChangePlacementRequest* request, v1::Placement* response) {
  return rpc::Write(
      foundation_, context, "SpousePlacementService.ClosePlacement", request,
      response,
      [this](const Call& call, const v1::ChangePlacementRequest& q,
             store::Transaction& t) {
        return Act(foundation_, call, q.name(), "close", q.comment(),
                   {{"ground", q.comment()}}, t);
      });
}

}  // namespace talentcard::spouse
