#include "services/card/card_service.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decision/assess.h"
#include "engine/decision/decide.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"
#include "services/answer/disclosure.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/answer/uses.h"
#include "services/card/code_issuing.h"
#include "services/card/scans.h"
#include "services/card/status_rows.h"
#include "services/card/vouched_keys.h"
#include "services/records/cards.h"
#include "services/records/facts.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/rpc/validation.h"

namespace talentcard::card {
namespace {

using rpc::Call;
using rpc::Violation;

absl::Status Forbids(std::string_view message) {
  return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                    message);
}

absl::StatusOr<v1::Person> HolderOf(
    const store::Reader& reader, const store::Vault& vault,
    const std::string& name, uint64_t revision = store::kLatestRevision) {
  ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                   records::ReadPerson(
                       reader, vault,
                       records::IdOf("people", name).value_or("-"), revision));
  if (!person) return rpc::NotFound("person", name);
  return *std::move(person);
}

bool Ended(v1::Card::State state) {
  return state == v1::Card::CANCELLED || state == v1::Card::REVOKED ||
         state == v1::Card::REPLACED;
}

// Whether a card has ended for a fault: it was revoked, or it was cancelled
// while it was suspended, which would otherwise be resumed without the second
// person that takes.
bool EndedForFault(const v1::Card& card) {
  const int events = card.events_size();
  return card.state() == v1::Card::REVOKED ||
         (card.state() == v1::Card::CANCELLED && events > 1 &&
          card.events(events - 2).state() == v1::Card::SUSPENDED);
}

// Why a card was revoked stays on record with its holder from the ruling on,
// for each route by which they were recognised since it began: whoever opens a
// recognition again meets it.
void AddMisconduct(const rpc::Foundation& foundation, const Call& call,
                   const v1::Card& card, v1::Person& person) {
  std::set<std::string> routes;
  for (const v1::Fact& fact : person.facts()) {
    const auto until = CivilDate::FromProto(fact.valid_to());
    const auto begun = CivilDate::FromProto(card.valid_from());
    // One that fell with this very card on its first day ended the day before.
    const bool ended = until.ok() && begun.ok() && *until < begun->AddDays(-1);
    if (fact.has_recognition() && !ended)
      routes.insert(fact.recognition().route());
  }
  for (const std::string& route : routes) {
    v1::Fact& fact = *person.add_facts();
    records::StampFact(foundation.vault.random(), call.asker.actor.ToString(),
                       call.now, person, fact);
    *fact.mutable_valid_from() = CivilDate::InBeijing(call.now).ToProto();
    fact.mutable_misconduct()->set_kind(
        card.events(card.events_size() - 1).cause());
    fact.mutable_misconduct()->set_basis(route);
  }
}

// What a card rested on ends with it: nothing but a new recognition carries
// another one (a revoked card is left only by winning a review).
absl::Status EndRecognitions(store::Transaction& transaction,
                             const rpc::Foundation& foundation,
                             const Call& call, ledger::Change& change,
                             const v1::Card& card, const v1::Person& holder,
                             absl::Time since) {
  v1::Person person = holder;
  const CivilDate last = CivilDate::InBeijing(since).AddDays(-1);
  if (card.state() == v1::Card::REVOKED)
    AddMisconduct(foundation, call, card, person);
  for (v1::Fact& fact : *person.mutable_facts()) {
    if (!fact.has_recognition()) continue;
    const auto until = CivilDate::FromProto(fact.valid_to());
    if (fact.has_valid_to() && (!until.ok() || *until <= last)) continue;
    *fact.mutable_valid_to() = last.ToProto();
  }
  *person.mutable_update_time() = decision::ToTimestamp(call.now);
  return records::WritePerson(transaction, foundation.vault, change, holder,
                              person);
}

// The series in which somebody is recognised; empty if it was left open.
std::set<std::string> SeriesOf(const v1::Person& holder, CivilDate day) {
  std::set<std::string> series;
  for (const v1::Fact& fact : holder.facts()) {
    if (!fact.has_recognition() || !decision::ValidOn(fact, day)) continue;
    if (fact.recognition().series().empty()) return {};
    series.insert(fact.recognition().series());
  }
  return series;
}

// The last day of a card of this tier and series that begins on `from`: the
// term, but never past the agreed end of the contract (P03).
CivilDate LastDay(const policy::Policy& policy, const std::string& tier,
                  const std::string& series, const v1::Person& holder,
                  CivilDate from) {
  int years = 1;
  for (const policy::Tier& t : policy.catalogue.tiers) {
    if (t.code == tier) years = t.term_years;
  }
  for (const policy::Series& s : policy.catalogue.series) {
    if (s.code == series && s.term_years)
      years = std::min(years, *s.term_years);
  }
  CivilDate last = from.AddYears(years).AddDays(-1);
  std::optional<CivilDate> contract;
  for (const v1::Fact& fact : holder.facts()) {
    if (!fact.has_employment() || !decision::ValidOn(fact, from) ||
        !fact.employment().has_contract_end())
      continue;
    const auto end = CivilDate::FromProto(fact.employment().contract_end());
    if (end.ok() && (!contract || *end > *contract)) contract = *end;
  }
  return contract ? std::min(last, *contract) : last;
}

// Saves a card with its leaf and returns it as stored.
absl::StatusOr<v1::Card> Save(store::Transaction& transaction,
                              const rpc::Foundation& foundation,
                              const Call& call, ledger::Change& change,
                              v1::Card card, ledger::LeafKind kind,
                              const std::string& note) {
  *card.mutable_update_time() = decision::ToTimestamp(call.now);
  card.mutable_events(card.events_size() - 1)
      ->set_log_index(static_cast<int64_t>(change.log_index()));
  RETURN_IF_ERROR(
      records::WriteCard(transaction, foundation.vault, change, card));
  RETURN_IF_ERROR(MarkStatus(transaction, change, card));
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, kind, *records::IdOf("people", card.holder()), note));
  card.set_etag(records::EtagOf(transaction.revision()));
  card.set_log_index(static_cast<int64_t>(change.log_index()));
  return card;
}

v1::CardEvent& AddEvent(const Call& call, v1::Card& card, v1::Card::State state,
                        absl::Time effective,
                        const v1::ChangeCardRequest& request) {
  card.set_state(state);
  v1::CardEvent& event = *card.add_events();
  event.set_state(state);
  *event.mutable_effective_time() = decision::ToTimestamp(effective);
  *event.mutable_record_time() = decision::ToTimestamp(call.now);
  event.set_actor(call.asker.actor.ToString());
  event.set_cause(request.cause());
  event.set_basis(request.basis());
  return event;
}

// What goes with a card that has ended.
absl::Status EndWith(const v1::Card& card, absl::Time effective,
                     store::Transaction& transaction,
                     const rpc::Foundation& foundation, const Call& call,
                     ledger::Change& change) {
  ASSIGN_OR_RETURN(const v1::Person holder,
                   HolderOf(transaction, foundation.vault, card.holder()));
  if (EndedForFault(card))
    RETURN_IF_ERROR(EndRecognitions(transaction, foundation, call, change, card,
                                    holder, effective));
  if (effective >= call.now) return absl::OkStatus();
  return answer::MarkAffected(transaction, foundation, change, holder,
                              effective, answer::Touched::kOnTheirCard);
}

struct Move {
  const char* action;  // As causes of card.yaml name it.
  v1::Card::State to;
  std::vector<v1::Card::State> from;
  ledger::LeafKind kind;

  absl::StatusOr<v1::Card> operator()(const rpc::Foundation& foundation,
                                      const Call& call,
                                      const v1::ChangeCardRequest& q,
                                      store::Transaction& transaction) const;
};

absl::Status CheckMove(const Call& call, const Move& move, const v1::Card& card,
                       const v1::ChangeCardRequest& q) {
  std::vector<Violation> violations;
  std::vector<std::string> causes;
  for (const policy::CardCause& cause : call.policy->card.causes) {
    if (cause.change == move.action) causes.push_back(cause.code);
  }
  if (std::find(causes.begin(), causes.end(), q.cause()) == causes.end()) {
    violations.push_back(
        {"cause", absl::StrCat("is one of ", absl::StrJoin(causes, ", "))});
  }
  if (q.has_effective_time() &&
      decision::ToTime(q.effective_time()) > call.now) {
    violations.push_back({"effective_time", "must not lie in the future"});
  }
  RETURN_IF_ERROR(rpc::Invalid(violations));
  if (!q.etag().empty() && q.etag() != card.etag()) {
    return rpc::Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                      "the card was changed meanwhile; read again");
  }
  if (std::find(move.from.begin(), move.from.end(), card.state()) ==
      move.from.end()) {
    return Forbids(absl::StrCat("a card that is ",
                                v1::Card::State_Name(card.state()),
                                " cannot be changed by `", move.action, "`"));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Card> Existing(const store::Reader& reader,
                                  const store::Vault& vault,
                                  const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Card> card,
      records::ReadCard(reader, vault,
                        records::IdOf("cards", name).value_or("-")));
  if (!card) return rpc::NotFound("card", name);
  return *std::move(card);
}

absl::StatusOr<v1::Card> Move::operator()(
    const rpc::Foundation& foundation, const Call& call,
    const v1::ChangeCardRequest& q, store::Transaction& transaction) const {
  ASSIGN_OR_RETURN(v1::Card card,
                   Existing(transaction, foundation.vault, q.name()));
  RETURN_IF_ERROR(CheckMove(call, *this, card, q));
  const absl::Time effective =
      rpc::TimeOr(q.has_effective_time(), q.effective_time(), call.now);
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  AddEvent(call, card, to, effective, q);
  if (Ended(to))
    RETURN_IF_ERROR(
        EndWith(card, effective, transaction, foundation, call, change));
  return Save(transaction, foundation, call, change, std::move(card), kind,
              absl::StrCat("card ", action));
}

absl::StatusOr<v1::Card> Issue(const rpc::Foundation& foundation,
                               const Call& call, const v1::IssueCardRequest& q,
                               store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const v1::Person holder,
                   HolderOf(transaction, foundation.vault, q.holder()));
  std::vector<Violation> violations;
  const auto& catalogue = call.policy->catalogue;
  const bool known =
      std::any_of(catalogue.series.begin(), catalogue.series.end(),
                  [&](const auto& s) { return s.code == q.series(); });
  if (!known)
    violations.push_back(
        {"series",
         "is one of the series of the catalogue, e.g. SERIES_PERSON"});
  const CivilDate today = CivilDate::InBeijing(call.now);
  CivilDate from = today;
  if (q.has_valid_from()) {
    const auto given = CivilDate::FromProto(q.valid_from());
    if (!given.ok())
      violations.push_back(
          {"valid_from", std::string(given.status().message())});
    from = given.value_or(today);
  }
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const std::vector<v1::Card> cards,
                   records::CardsOf(transaction, foundation.vault,
                                    *records::IdOf("people", q.holder())));
  for (const v1::Card& card : cards) {
    const auto until = CivilDate::FromProto(card.valid_until());
    const bool over =
        card.state() != v1::Card::SUSPENDED && (!until.ok() || *until < today);
    if (!Ended(card.state()) && !over) {
      return rpc::Error(absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS,
                        absl::StrCat("the holder has `", card.name(),
                                     "`; renew, reissue or cancel it"),
                        {{"card", card.name()}});
    }
  }
  ASSIGN_OR_RETURN(const v1::AssessTierResponse tier,
                   decision::AssessTier(*call.policy, holder, call.now));
  if (tier.tier().empty()) {
    return rpc::Error(
        absl::StatusCode::kFailedPrecondition, v1::RULES_REFUSE,
        "no criterion is recognised and met today; open a recognition matter "
        "first (recognitions end with a card that is revoked, or cancelled "
        "while suspended)",
        {{"reason", "TIER_NOT_ENTITLED"}});
  }
  const std::set<std::string> series = SeriesOf(holder, today);
  if (!series.empty() && !series.contains(q.series()))
    return rpc::Invalid(
        {{"series",
          absl::StrCat("is as recognised: ", absl::StrJoin(series, ", "))}});
  v1::Card card;
  card.set_name(records::NameOf("cards", foundation.vault.random().NewId()));
  card.set_holder(q.holder());
  card.set_series(q.series());
  card.set_tier(tier.tier());
  card.set_matter(q.matter());
  const CivilDate last =
      LastDay(*call.policy, tier.tier(), q.series(), holder, from);
  if (last < from)
    return Forbids("the contract ends before the card would begin");
  *card.mutable_valid_from() = from.ToProto();
  *card.mutable_valid_until() = last.ToProto();
  *card.mutable_create_time() = decision::ToTimestamp(call.now);
  *AddEvent(call, card, v1::Card::ACTIVE, call.now, {}).mutable_valid_until() =
      card.valid_until();
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  return Save(transaction, foundation, call, change, std::move(card),
              ledger::LeafKind::kIssue, "card issued");
}

absl::StatusOr<v1::Card> Renew(const rpc::Foundation& foundation,
                               const Call& call, const v1::ChangeCardRequest& q,
                               store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::Card card,
                   Existing(transaction, foundation.vault, q.name()));
  if (Ended(card.state()))
    return Forbids("a card that has ended cannot be renewed; issue a new one");
  ASSIGN_OR_RETURN(const v1::Person holder,
                   HolderOf(transaction, foundation.vault, card.holder()));
  const CivilDate today = CivilDate::InBeijing(call.now);
  decision::Scene scene(*call.policy, today);
  const v1::CardView view = decision::ViewRecordedCard(&card, call.now);
  scene[policy::kCard] = cel::Value::Message(view);
  const cel::Value opens =
      cel::Evaluate(*call.policy->card.renewal_opens.program, scene);
  const cel::Value closes =
      cel::Evaluate(*call.policy->card.renewal_closes.program, scene);
  if (today < opens.as_date() || today > closes.as_date()) {
    return Forbids(absl::StrCat("renewal is open from ", opens.ToString(),
                                " to ", closes.ToString()));
  }
  ASSIGN_OR_RETURN(const v1::AssessTierResponse tier,
                   decision::AssessTier(*call.policy, holder, call.now));
  if (tier.tier().empty()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::RULES_REFUSE,
                      "no criterion is met today",
                      {{"reason", "TIER_NOT_ENTITLED"}});
  }
  const CivilDate from =
      std::max(today, CivilDate::FromProto(card.valid_until())->AddDays(1));
  card.set_tier(tier.tier());
  *card.mutable_valid_until() =
      LastDay(*call.policy, tier.tier(), card.series(), holder, from).ToProto();
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  *AddEvent(call, card, card.state(), call.now, q).mutable_valid_until() =
      card.valid_until();
  return Save(transaction, foundation, call, change, std::move(card),
              ledger::LeafKind::kIssue, "card renewed");
}

absl::StatusOr<v1::Card> Reissue(const rpc::Foundation& foundation,
                                 const Call& call,
                                 const v1::ChangeCardRequest& q,
                                 store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::Card old,
                   Existing(transaction, foundation.vault, q.name()));
  const Move move{"reissue",
                  v1::Card::REPLACED,
                  {v1::Card::ACTIVE, v1::Card::LOST},
                  ledger::LeafKind::kIssue};
  RETURN_IF_ERROR(CheckMove(call, move, old, q));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  v1::Card card = old;
  card.clear_events();
  card.set_name(records::NameOf("cards", foundation.vault.random().NewId()));
  card.set_replaces(old.name());
  *card.mutable_create_time() = decision::ToTimestamp(call.now);
  *AddEvent(call, card, v1::Card::ACTIVE, call.now, q).mutable_valid_until() =
      card.valid_until();
  AddEvent(call, old, v1::Card::REPLACED, call.now, q)
      .set_log_index(static_cast<int64_t>(change.log_index()));
  RETURN_IF_ERROR(
      records::WriteCard(transaction, foundation.vault, change, old));
  RETURN_IF_ERROR(MarkStatus(transaction, change, old));
  return Save(transaction, foundation, call, change, std::move(card),
              ledger::LeafKind::kIssue, "card reissued");
}

// A change by a function of (foundation, call, request, transaction).
template <typename Request, typename Change>
grpc::ServerUnaryReactor* Changing(const rpc::Foundation& foundation,
                                   grpc::CallbackServerContext* context,
                                   const char* method, const Request* request,
                                   v1::Card* response, Change change) {
  return rpc::Write(foundation, context, method, request, response,
                    [&foundation, change](const Call& call, const Request& q,
                                          store::Transaction& t) {
                      return change(foundation, call, q, t);
                    });
}

}  // namespace

grpc::ServerUnaryReactor* CardService::AssessTier(
    grpc::CallbackServerContext* context, const v1::AssessTierRequest* request,
    v1::AssessTierResponse* response) {
  return answer::Look(
      foundation_, context, "CardService.AssessTier", request, response,
      [this](const Call& call, const v1::AssessTierRequest& q)
          -> absl::StatusOr<answer::Looked<v1::AssessTierResponse>> {
        const auto known = answer::Known::Now(foundation_);
        RETURN_IF_ERROR(
            answer::CheckInHand(foundation_, known, call, q.person()));
        ASSIGN_OR_RETURN(const uint64_t revision,
                         rpc::RevisionAsOf(known.reader(), q));
        ASSIGN_OR_RETURN(
            const v1::Person person,
            HolderOf(known.reader(), foundation_.vault, q.person(), revision));
        answer::Looked<v1::AssessTierResponse> out;
        ASSIGN_OR_RETURN(
            out.response,
            decision::AssessTier(
                *call.policy, person,
                rpc::TimeOr(q.has_valid_time(), q.valid_time(), call.now)));
        out.Saw(q.person());
        return out;
      });
}

grpc::ServerUnaryReactor* CardService::IssueCard(
    grpc::CallbackServerContext* context, const v1::IssueCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.IssueCard", request,
                  response, Issue);
}
grpc::ServerUnaryReactor* CardService::RenewCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.RenewCard", request,
                  response, Renew);
}
grpc::ServerUnaryReactor* CardService::ReissueCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.ReissueCard", request,
                  response, Reissue);
}
grpc::ServerUnaryReactor* CardService::SuspendCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.SuspendCard", request,
                  response,
                  Move{"suspend",
                       v1::Card::SUSPENDED,
                       {v1::Card::ACTIVE},
                       ledger::LeafKind::kSuspend});
}
grpc::ServerUnaryReactor* CardService::ResumeCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.ResumeCard", request,
                  response,
                  Move{"resume",
                       v1::Card::ACTIVE,
                       {v1::Card::SUSPENDED, v1::Card::LOST},
                       ledger::LeafKind::kChange});
}
grpc::ServerUnaryReactor* CardService::CancelCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.CancelCard", request,
                  response,
                  Move{"cancel",
                       v1::Card::CANCELLED,
                       {v1::Card::ACTIVE, v1::Card::SUSPENDED, v1::Card::LOST},
                       ledger::LeafKind::kRevoke});
}
grpc::ServerUnaryReactor* CardService::RevokeCard(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.RevokeCard", request,
                  response,
                  Move{"revoke",
                       v1::Card::REVOKED,
                       {v1::Card::ACTIVE, v1::Card::SUSPENDED, v1::Card::LOST,
                        v1::Card::CANCELLED},
                       ledger::LeafKind::kRevoke});
}
grpc::ServerUnaryReactor* CardService::ReportCardLost(
    grpc::CallbackServerContext* context, const v1::ChangeCardRequest* request,
    v1::Card* response) {
  return Changing(foundation_, context, "CardService.ReportCardLost", request,
                  response,
                  Move{"lost",
                       v1::Card::LOST,
                       {v1::Card::ACTIVE},
                       ledger::LeafKind::kSuspend});
}

grpc::ServerUnaryReactor* CardService::GetCard(
    grpc::CallbackServerContext* context, const v1::GetCardRequest* request,
    v1::Card* response) {
  return answer::Look(
      foundation_, context, "CardService.GetCard", request, response,
      [this](const Call&, const v1::GetCardRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Card>> {
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(const uint64_t revision,
                         rpc::RevisionAsOf(*reader, q));
        ASSIGN_OR_RETURN(
            std::optional<v1::Card> card,
            records::ReadCard(*reader, foundation_.vault,
                              records::IdOf("cards", q.name()).value_or("-"),
                              revision));
        if (!card) return rpc::NotFound("card", q.name());
        const std::string holder = *records::IdOf("people", card->holder());
        return answer::Looked<v1::Card>{*std::move(card), {holder}};
      });
}

grpc::ServerUnaryReactor* CardService::ListCards(
    grpc::CallbackServerContext* context, const v1::ListCardsRequest* request,
    v1::ListCardsResponse* response) {
  return answer::Look(
      foundation_, context, "CardService.ListCards", request, response,
      [this](const Call&, const v1::ListCardsRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListCardsResponse>> {
        std::vector<Violation> violations;
        const size_t size = rpc::PageSize(q.page_size(), violations);
        rpc::CheckName("holder", "people", q.holder(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(
            std::vector<v1::Card> cards,
            records::CardsOf(*reader, foundation_.vault,
                             *records::IdOf("people", q.holder())));
        v1::ListCardsResponse out;
        for (v1::Card& card : cards) {
          if (!q.page_token().empty() && card.name() <= q.page_token())
            continue;
          if (static_cast<size_t>(out.cards_size()) == size) {
            out.set_next_page_token(out.cards(out.cards_size() - 1).name());
            break;
          }
          *out.add_cards() = std::move(card);
        }
        std::vector<std::string> shown;
        if (!out.cards().empty())
          shown.push_back(*records::IdOf("people", q.holder()));
        return answer::Looked<v1::ListCardsResponse>{std::move(out),
                                                     std::move(shown)};
      });
}

grpc::ServerUnaryReactor* CardService::IssueCardCode(
    grpc::CallbackServerContext* context,
    const v1::IssueCardCodeRequest* request, v1::CardCode* response) {
  return rpc::Write(foundation_, context, "CardService.IssueCardCode", request,
                    response,
                    [this](const Call& call, const v1::IssueCardCodeRequest& q,
                           store::Transaction& t) {
                      return IssueCode(foundation_, code_keys_, call, q, t);
                    });
}

grpc::ServerUnaryReactor* CardService::GetCodeLists(
    grpc::CallbackServerContext* context,
    const v1::GetCodeListsRequest* request, v1::CodeLists* response) {
  return rpc::Read(foundation_, context, "CardService.GetCodeLists", request,
                   response,
                   [this](const Call& call, const v1::GetCodeListsRequest&) {
                     return SignLists(foundation_, code_keys_, call);
                   });
}

grpc::ServerUnaryReactor* CardService::GetCodeKeys(
    grpc::CallbackServerContext* context, const v1::GetCodeKeysRequest* request,
    v1::CodeKeys* response) {
  return rpc::Read(
      foundation_, context, "CardService.GetCodeKeys", request, response,
      [this](const Call& call, const v1::GetCodeKeysRequest& q) {
        return DescribeCodeKeys(*foundation_.database.TakeSnapshot(),
                                code_keys_, call, q);
      });
}

grpc::ServerUnaryReactor* CardService::PublishCodeKeys(
    grpc::CallbackServerContext* context,
    const v1::PublishCodeKeysRequest* request, v1::CodeKeys* response) {
  return rpc::Write(
      foundation_, context, "CardService.PublishCodeKeys", request, response,
      [this](const Call& call, const v1::PublishCodeKeysRequest& q,
             store::Transaction& t) {
        return card::PublishCodeKeys(foundation_, code_keys_, call, q, t);
      });
}

grpc::ServerUnaryReactor* CardService::ReportScans(
    grpc::CallbackServerContext* context, const v1::ReportScansRequest* request,
    v1::ReportScansResponse* response) {
  return rpc::Write(foundation_, context, "CardService.ReportScans", request,
                    response,
                    [this](const Call& call, const v1::ReportScansRequest& q,
                           store::Transaction& t) {
                      return RecordScans(foundation_, call, q, t);
                    });
}

grpc::ServerUnaryReactor* CardService::ListDoubleUses(
    grpc::CallbackServerContext* context,
    const v1::ListDoubleUsesRequest* request,
    v1::ListDoubleUsesResponse* response) {
  return answer::Look(foundation_, context, "CardService.ListDoubleUses",
                      request, response,
                      [this](const Call&, const v1::ListDoubleUsesRequest& q) {
                        return card::ListDoubleUses(foundation_, q);
                      });
}

}  // namespace talentcard::card
