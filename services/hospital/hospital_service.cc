#include "services/hospital/hospital_service.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/decision/limits.h"
#include "engine/decision/view.h"
#include "services/answer/uses.h"
#include "services/records/names.h"
#include "services/records/uses.h"
#include "services/rpc/validation.h"

namespace talentcard::hospital {
namespace {

using answer::Asked;
using rpc::Call;
using rpc::Violation;

constexpr char kGreenChannel[] = "hospital/green-channel";
constexpr char kReferral[] = "hospital/referral";
constexpr int kMostInBatch = 256;

// What a desk is told of a decision.
v1::VerifyResponse Show(const Call& call, const v1::Decision& decision) {
  v1::VerifyResponse out;
  const policy::Reason& reason = rpc::ShownReason(
      *call.policy, decision.reasons(0), call.asker.actor.kind);
  out.set_outcome(decision.outcome());
  if (answer::Granted(decision)) {
    out.set_relation(decision.relation());
    if (decision.grant().has_valid_until())
      *out.mutable_valid_until() = decision.grant().valid_until();
  }
  out.set_decision(decision.name());
  out.set_reason(reason.code);
  out.mutable_explanation()->set_zh(
      absl::StrCat(reason.meaning.zh, "；", reason.next_step.zh));
  out.mutable_explanation()->set_en(
      absl::StrCat(reason.meaning.en, " ", reason.next_step.en));
  if (decision.has_log_index()) out.set_log_index(decision.log_index());
  return out;
}

// Days asked about one after another would date a divorce or a suspension. As
// far back as a desk without network may report.
void CheckVisitTime(const std::string& path, const Call& call,
                    const v1::VerifyRequest& q,
                    std::vector<Violation>& violations) {
  if (!q.has_visit_time()) return;
  const absl::Time visit = decision::ToTime(q.visit_time());
  if (visit < call.now - absl::Hours(7 * 24) ||
      visit > call.now + absl::Hours(366 * 24)) {
    violations.push_back(
        {path + "visit_time", "at most 7 days ago and a year ahead"});
  }
}

absl::StatusOr<records::FoundPointer> PatientOf(
    const rpc::Foundation& foundation, const answer::Known& known,
    const Call& call, const v1::VerifyRequest& q, const std::string& path) {
  v1::IdentityDocument document = q.document();
  std::vector<Violation> violations;
  if (!q.card().empty())
    rpc::CheckName(path + "card", "cards", q.card(), violations);
  if (q.has_known_time()) {
    violations.push_back(
        {path + "known_time",
         "leave it out: a desk learns what is known now, with visit_time also "
         "about another day; what was known before, the talent station can "
         "ask"});
  }
  CheckVisitTime(path, call, q, violations);
  rpc::CheckDocument(path + "document", foundation.DocumentRulesOn(call.now),
                     document, violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  return known.Seek(document, q.card());
}

absl::StatusOr<v1::LoggedQuestion> QuestionOf(const Call& call,
                                              const v1::VerifyRequest& q,
                                              const std::string& hospital,
                                              const char* desk) {
  const policy::Entitlement* entitlement =
      answer::EntitlementOfDesk(*call.policy, desk);
  if (entitlement == nullptr) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition,
                      v1::NO_POLICY_IN_FORCE, "no rule answers this desk");
  }
  v1::LoggedQuestion question;
  question.set_entitlement(entitlement->code);
  question.mutable_request()->set_hospital(hospital);
  question.mutable_request()->set_specialty(q.specialty());
  question.mutable_request()->set_referral_opinion(q.referral_opinion());
  if (q.has_visit_time()) *question.mutable_valid_time() = q.visit_time();
  return question;
}

// A patient's own open booking here is what brings them; it does not stand in
// the way. One that has lapsed does not anyway.
absl::Status LeaveOutOwnBooking(const answer::Known& known, const Call& call,
                                const records::Found& sought,
                                v1::LoggedQuestion& question) {
  const std::string& whom =
      sought.person.empty() ? sought.other : sought.person;
  if (whom.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const records::DossierPointer patient, known.About(whom));
  if (patient == nullptr || sought.person.empty()) return absl::OkStatus();
  const CivilDate day = CivilDate::InBeijing(
      rpc::TimeOr(question.has_valid_time(), question.valid_time(), call.now));
  for (const v1::Use& use : patient->uses) {
    const auto hospital = use.attributes().find("hospital");
    const bool here = hospital != use.attributes().end() &&
                      hospital->second == question.request().hospital();
    if (here && decision::IsKept(*call.policy, use, day))
      question.add_without_uses(use.name());
  }
  return absl::OkStatus();
}

absl::StatusOr<Asked> Verify(const rpc::Foundation& foundation,
                             const answer::Known& known, const Call& call,
                             const v1::VerifyRequest& q,
                             const std::string& hospital, const char* desk,
                             const std::string& path = "") {
  ASSIGN_OR_RETURN(v1::LoggedQuestion question,
                   QuestionOf(call, q, hospital, desk));
  ASSIGN_OR_RETURN(const records::FoundPointer patient,
                   PatientOf(foundation, known, call, q, path));
  RETURN_IF_ERROR(LeaveOutOwnBooking(known, call, *patient, question));
  return answer::AskOf(foundation, known, call, *patient, std::move(question));
}

absl::Status CheckHospital(const std::string& path,
                           const std::string& hospital) {
  std::vector<Violation> violations;
  rpc::CheckName(path, "hospitals", hospital, violations);
  return rpc::Invalid(violations);
}

absl::StatusOr<answer::PreparedAnswer<v1::VerifyResponse>> Prepare(
    const rpc::Foundation& foundation, const Call& call,
    const v1::VerifyRequest& q, const char* desk) {
  RETURN_IF_ERROR(CheckHospital("hospital", q.hospital()));
  const auto known = answer::Known::Now(foundation);
  ASSIGN_OR_RETURN(Asked asked,
                   Verify(foundation, known, call, q, q.hospital(), desk));
  return answer::PreparedAnswer<v1::VerifyResponse>(
      answer::One(std::move(asked)),
      [](const Call& call, const std::vector<Asked>& all,
         v1::VerifyResponse& out) { out = Show(call, all[0].decision); });
}

v1::Visit VisitOf(const Call& call, const v1::Use& use) {
  v1::Visit visit;
  visit.set_name(records::NameOf("visits", *records::IdOf("uses", use.name())));
  visit.set_etag(use.etag());
  const auto attribute = [&](const char* name) {
    const auto it = use.attributes().find(name);
    return it == use.attributes().end() ? std::string() : it->second;
  };
  visit.set_hospital(attribute("hospital"));
  visit.set_specialty(attribute("specialty"));
  visit.set_state(use.state());
  *visit.mutable_visit_time() =
      use.has_planned_time() ? use.planned_time() : use.reserve_time();
  if (const auto until = decision::KeptUntil(*call.policy, use))
    *visit.mutable_kept_until() = until->ToProto();
  return visit;
}

// Decides inside the transaction, so that two bookings cannot both be the
// first, and writes the use on the same leaf as the answer.
absl::StatusOr<v1::Visit> Draw(const rpc::Foundation& foundation,
                               const Call& call, const v1::VerifyRequest& q,
                               v1::Use::State state,
                               store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckHospital("patient.hospital", q.hospital()));
  if (!call.Owns(q.hospital())) {
    return rpc::Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
                      "a hospital sees patients in its own name only");
  }
  const auto known = answer::Known::Before(foundation, transaction);
  ASSIGN_OR_RETURN(v1::LoggedQuestion question,
                   QuestionOf(call, q, q.hospital(), kGreenChannel));
  ASSIGN_OR_RETURN(const records::FoundPointer patient,
                   PatientOf(foundation, known, call, q, "patient."));
  ASSIGN_OR_RETURN(Asked asked, answer::AskOf(foundation, known, call, *patient,
                                              std::move(question)));
  ASSIGN_OR_RETURN(
      answer::Draw draw,
      answer::Draw::Begin(transaction, foundation, call, std::move(asked)));
  v1::Visit visit;
  if (draw.granted()) {
    v1::Use use = draw.NewUse(state, call.now);
    (*use.mutable_attributes())["hospital"] = q.hospital();
    (*use.mutable_attributes())["specialty"] = q.specialty();
    if (state == v1::Use::RESERVED && q.has_visit_time())
      *use.mutable_planned_time() = q.visit_time();
    RETURN_IF_ERROR(draw.Write(use));
    visit = VisitOf(call, use);
  }
  RETURN_IF_ERROR(draw.Finish(call, "visit"));
  *visit.mutable_answer() = Show(call, draw.decision());
  return visit;
}

absl::StatusOr<v1::Use> Booking(const rpc::Foundation& foundation,
                                const Call& call, const std::string& name,
                                const store::Reader& reader) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Use> use,
      records::ReadUse(reader, foundation.vault,
                       records::IdOf("visits", name).value_or("-")));
  // Another hospital's booking is not there for this one.
  if (!use || !call.Owns(use->attributes().at("hospital")))
    return rpc::NotFound("visit", name);
  if (use->state() != v1::Use::RESERVED) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      "the booking was used or cancelled already");
  }
  return *std::move(use);
}

absl::StatusOr<v1::Visit> Move(const rpc::Foundation& foundation,
                               const Call& call, const std::string& name,
                               v1::Use::State state,
                               store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::Use use, Booking(foundation, call, name, transaction));
  RETURN_IF_ERROR(answer::MoveUse(foundation, call, use, state,
                                  state == v1::Use::CONFIRMED
                                      ? "visit started"
                                      : "visit cancelled",
                                  transaction)
                      .status());
  return VisitOf(call, use);
}

}  // namespace

grpc::ServerUnaryReactor* HospitalService::VerifyGreenChannel(
    grpc::CallbackServerContext* context, const v1::VerifyRequest* request,
    v1::VerifyResponse* response) {
  return rpc::Answer(foundation_, context, "HospitalService.VerifyGreenChannel",
                     request, response,
                     [this](const Call& call, const v1::VerifyRequest& q) {
                       return Prepare(foundation_, call, q, kGreenChannel);
                     });
}

grpc::ServerUnaryReactor* HospitalService::VerifyReferral(
    grpc::CallbackServerContext* context, const v1::VerifyRequest* request,
    v1::VerifyResponse* response) {
  return rpc::Answer(foundation_, context, "HospitalService.VerifyReferral",
                     request, response,
                     [this](const Call& call, const v1::VerifyRequest& q) {
                       return Prepare(foundation_, call, q, kReferral);
                     });
}

grpc::ServerUnaryReactor* HospitalService::BatchVerifyGreenChannel(
    grpc::CallbackServerContext* context, const v1::BatchVerifyRequest* request,
    v1::BatchVerifyResponse* response) {
  using Prepared = answer::PreparedAnswer<v1::BatchVerifyResponse>;
  return rpc::Answer(
      foundation_, context, "HospitalService.BatchVerifyGreenChannel", request,
      response,
      [this](const Call& call,
             const v1::BatchVerifyRequest& q) -> absl::StatusOr<Prepared> {
        RETURN_IF_ERROR(CheckHospital("hospital", q.hospital()));
        if (q.requests().empty() || q.requests_size() > kMostInBatch)
          return rpc::Invalid({{"requests", "1 to 256"}});
        const auto known = answer::Known::Now(foundation_);
        std::vector<Asked> asked;
        for (int i = 0; i < q.requests_size(); ++i) {
          ASSIGN_OR_RETURN(
              Asked one,
              Verify(foundation_, known, call, q.requests(i), q.hospital(),
                     kGreenChannel, absl::StrCat("requests[", i, "].")));
          asked.push_back(std::move(one));
        }
        return answer::PreparedAnswer<v1::BatchVerifyResponse>(
            std::move(asked),
            [](const Call& call, const std::vector<Asked>& all,
               v1::BatchVerifyResponse& out) {
              out.Clear();
              for (const Asked& one : all)
                *out.add_responses() = Show(call, one.decision);
            });
      });
}

grpc::ServerUnaryReactor* HospitalService::BookVisit(
    grpc::CallbackServerContext* context, const v1::BookVisitRequest* request,
    v1::Visit* response) {
  return rpc::Write(
      foundation_, context, "HospitalService.BookVisit", request, response,
      [this](const Call& call, const v1::BookVisitRequest& q,
             store::Transaction& t) {
        return Draw(foundation_, call, q.patient(), v1::Use::RESERVED, t);
      });
}

grpc::ServerUnaryReactor* HospitalService::StartVisit(
    grpc::CallbackServerContext* context, const v1::StartVisitRequest* request,
    v1::Visit* response) {
  return rpc::Write(
      foundation_, context, "HospitalService.StartVisit", request, response,
      [this](const Call& call, const v1::StartVisitRequest& q,
             store::Transaction& t) {
        return q.name().empty()
                   ? Draw(foundation_, call, q.patient(), v1::Use::CONFIRMED, t)
                   : Move(foundation_, call, q.name(), v1::Use::CONFIRMED, t);
      });
}

grpc::ServerUnaryReactor* HospitalService::CancelVisit(
    grpc::CallbackServerContext* context, const v1::CancelVisitRequest* request,
    v1::Visit* response) {
  return rpc::Write(
      foundation_, context, "HospitalService.CancelVisit", request, response,
      [this](const Call& call, const v1::CancelVisitRequest& q,
             store::Transaction& t) {
        return Move(foundation_, call, q.name(), v1::Use::RELEASED, t);
      });
}

}  // namespace talentcard::hospital
