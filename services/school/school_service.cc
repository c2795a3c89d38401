#include "services/school/school_service.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/decide.h"
#include "engine/decision/limits.h"
#include "engine/decision/view.h"
#include "services/answer/uses.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/records/uses.h"
#include "services/rpc/validation.h"
#include "services/school/batch.h"
#include "services/school/enrolment.h"
#include "services/school/ranking.h"

namespace talentcard::school {
namespace {

using answer::Asked;
using rpc::Call;
using rpc::Violation;

constexpr size_t kMostOffers = 5;

absl::StatusOr<v1::School> SchoolIn(const store::Version& version) {
  v1::School school;
  if (!school.ParseFromString(version.payload))
    return absl::DataLossError("a stored school is malformed");
  school.set_etag(records::EtagOf(version.revision));
  return school;
}

absl::StatusOr<std::vector<v1::School>> AllSchools(
    const store::Reader& reader) {
  std::vector<v1::School> schools;
  absl::Status failure;
  RETURN_IF_ERROR(store::ScanVersions(
      reader, store::Table::kSchool, "",
      [&](std::string_view, const store::Version& version) {
        absl::StatusOr<v1::School> school = SchoolIn(version);
        failure = school.status();
        if (school.ok()) schools.push_back(*std::move(school));
        return failure.ok();
      }));
  RETURN_IF_ERROR(failure);
  return schools;
}

std::string Attribute(const v1::Use& use, const char* name) {
  const auto it = use.attributes().find(name);
  return it == use.attributes().end() ? "" : it->second;
}

int Number(const v1::Use& use, const char* name) {
  int n = 0;
  return absl::SimpleAtoi(Attribute(use, name), &n) ? n : 0;
}

v1::Place PlaceOf(const Call& call, const v1::Use& use) {
  v1::Place place;
  place.set_name(records::NameOf("places", *records::IdOf("uses", use.name())));
  place.set_etag(use.etag());
  place.set_school(records::NameOf("schools", Attribute(use, "school")));
  place.set_stage(Attribute(use, "stage"));
  place.set_season(Number(use, "season"));
  place.set_grade(Number(use, "grade"));
  place.set_state(use.state());
  *place.mutable_acceptance_time() = use.reserve_time();
  if (const auto until = decision::KeptUntil(*call.policy, use))
    *place.mutable_kept_until() = until->ToProto();
  return place;
}

// Who stands for the places of one quota now, in order.
absl::StatusOr<std::vector<v1::Use>> Queue(const rpc::Foundation& foundation,
                                           const Call& call,
                                           const store::Reader& reader,
                                           const std::string& school,
                                           const v1::Place& place) {
  ASSIGN_OR_RETURN(std::vector<v1::Use> uses,
                   records::PlacesAt(reader, foundation.vault,
                                     *records::IdOf("schools", school),
                                     place.season(), place.grade()));
  std::erase_if(uses, [&](const v1::Use& use) {
    return Attribute(use, "stage") != place.stage();
  });
  return InOrder(std::move(uses), *call.policy, CivilDate::InBeijing(call.now));
}

// Where a use stands in its school's order now, and what else there is if it
// waits.
absl::Status Rank(const rpc::Foundation& foundation, const Call& call,
                  const store::Reader& reader, const v1::Use& use,
                  v1::Place& place) {
  ASSIGN_OR_RETURN(const std::vector<v1::Use> order,
                   Queue(foundation, call, reader, place.school(), place));
  const auto at =
      std::find_if(order.begin(), order.end(),
                   [&](const v1::Use& u) { return u.name() == use.name(); });
  if (at == order.end()) return absl::OkStatus();
  place.set_position(static_cast<int>(at - order.begin()) + 1);
  ASSIGN_OR_RETURN(const std::vector<v1::School> schools, AllSchools(reader));
  const auto school = std::find_if(
      schools.begin(), schools.end(),
      [&](const v1::School& s) { return s.name() == place.school(); });
  if (school == schools.end()) return rpc::NotFound("school", place.school());
  place.set_placed(place.position() <= QuotaOf(*school, place.stage(),
                                               place.season(), place.grade()));
  if (place.placed()) return absl::OkStatus();
  place.set_reason("QUOTA_EXHAUSTED");
  std::vector<v1::Place::Offer> offers;
  for (const v1::School& other : schools) {
    if (other.name() == school->name()) continue;
    ASSIGN_OR_RETURN(const std::vector<v1::Use> taken,
                     Queue(foundation, call, reader, other.name(), place));
    const int free =
        QuotaOf(other, place.stage(), place.season(), place.grade()) -
        static_cast<int>(taken.size());
    if (free <= 0) continue;
    v1::Place::Offer offer;
    offer.set_school(other.name());
    offer.set_display_name(other.display_name());
    offer.set_distance_km(std::round(Distance(*school, other) * 10) / 10);
    offer.set_free_places(free);
    offers.push_back(std::move(offer));
  }
  std::sort(offers.begin(), offers.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.distance_km(), a.school()) <
           std::make_pair(b.distance_km(), b.school());
  });
  for (size_t i = 0; i < std::min(offers.size(), kMostOffers); ++i)
    *place.add_offers() = std::move(offers[i]);
  return absl::OkStatus();
}

// Whether an institution may be told of the child in a place. One that was
// confirmed is the school's own record.
absl::StatusOr<bool> MayBeTold(const answer::Known& known, const Call& call,
                               const decision::Disclosure& disclosure,
                               const v1::Use& use) {
  if (use.state() != v1::Use::RESERVED) return true;
  return answer::MayBeTold(known, call, disclosure, use.beneficiary(),
                           use.holder());
}

decision::Disclosure DisclosureToAsker(const Call& call) {
  return DisclosureTo(call.asker.actor.kind, call.asker.actor.institution);
}

// Where a place is and what its order goes by.
void Describe(const v1::ReservePlaceRequest& q, int rank, int sub_rank,
              v1::Use& use) {
  auto& attributes = *use.mutable_attributes();
  attributes["school"] = *records::IdOf("schools", q.school());
  attributes["stage"] = q.stage();
  attributes["season"] = absl::StrCat(q.season());
  attributes["grade"] = absl::StrCat(q.grade());
  attributes["rank"] = absl::StrCat(rank);
  attributes["sub_rank"] = absl::StrCat(sub_rank);
}

// OK unless a place accepted then has lapsed by now, or was before the rules.
absl::Status CheckAcceptance(const Call& call, const v1::Use& use) {
  const auto& right = call.policy->entitlements.at(use.entitlement());
  const CivilDate accepted =
      CivilDate::InBeijing(decision::ToTime(use.reserve_time()));
  if (policy::InForce(right.versions, accepted) != nullptr &&
      !decision::Lapsed(*call.policy, use, CivilDate::InBeijing(call.now)))
    return absl::OkStatus();
  return rpc::Invalid(
      {{"acceptance_time",
        "is so long ago that the place would have lapsed since; apply again / "
        "受理时间过早，学位预留已失效；请重新申请"}});
}

// Rank and sub-rank of a holder's tier at acceptance; of their tier now if they
// had none then.
absl::StatusOr<std::pair<int, int>> RankOf(const rpc::Foundation& foundation,
                                           const Call& call,
                                           const std::string& name,
                                           absl::Time accepted,
                                           const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto holder,
                   records::ReadPerson(reader, foundation.vault,
                                       *records::IdOf("people", name)));
  if (!holder) return std::make_pair(0, 0);
  ASSIGN_OR_RETURN(v1::AssessTierResponse tier,
                   decision::AssessTier(*call.policy, *holder, accepted));
  if (tier.tier().empty()) {
    ASSIGN_OR_RETURN(tier,
                     decision::AssessTier(*call.policy, *holder, call.now));
  }
  int sub_rank = 0;
  for (const v1::CriterionFinding& finding : tier.criteria()) {
    if (!finding.met() || !finding.recognised() ||
        finding.tier() != tier.tier())
      continue;
    for (const policy::Criterion& criterion : call.policy->catalogue.criteria) {
      if (criterion.id != finding.criterion() || criterion.sub_rank == 0)
        continue;
      sub_rank = sub_rank == 0 ? criterion.sub_rank
                               : std::min(sub_rank, criterion.sub_rank);
    }
  }
  return std::make_pair(tier.rank(), sub_rank);
}

// OK if the school offers what is applied for, as of a time that has come.
absl::Status CheckApplication(const Call& call,
                              const v1::ReservePlaceRequest& q,
                              const store::Reader& reader) {
  std::vector<Violation> violations;
  rpc::CheckName("school", "schools", q.school(), violations);
  if (q.has_acceptance_time() &&
      decision::ToTime(q.acceptance_time()) > call.now)
    violations.push_back({"acceptance_time", "must not lie in the future"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const auto version,
                   store::ReadVersion(reader, store::Table::kSchool,
                                      *records::IdOf("schools", q.school())));
  if (!version) return rpc::NotFound("school", q.school());
  ASSIGN_OR_RETURN(const v1::School school, SchoolIn(*version));
  if (HasQuota(school, q.stage(), q.season(), q.grade()))
    return absl::OkStatus();
  return rpc::Invalid(
      {{"grade",
        absl::StrCat("the school has no places of stage ", q.stage(),
                     " for grade ", q.grade(), " in ", q.season(),
                     "; give a grade and season that it has / 该校无此学段"
                     "、年级和学年的学位，请填写正确的年级和学年")}});
}

absl::StatusOr<v1::Place> Reserve(const rpc::Foundation& foundation,
                                  const Call& call,
                                  const v1::ReservePlaceRequest& q,
                                  store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckApplication(call, q, transaction));
  const absl::Time accepted =
      rpc::TimeOr(q.has_acceptance_time(), q.acceptance_time(), call.now);
  v1::QueryEnrolmentRequest query;
  *query.mutable_document() = q.document();
  query.set_stage(q.stage());
  query.set_season(q.season());
  query.set_grade(q.grade());
  query.set_school(q.school());
  ASSIGN_OR_RETURN(
      Asked asked,
      AskEnrolment(foundation, answer::Known::Before(foundation, transaction),
                   call, query, /*path=*/"", accepted));
  // A place is told to its school.
  if (answer::Granted(asked.decision) && answer::LacksConsent(asked.decision)) {
    RETURN_IF_ERROR(answer::RecordAnswer(transaction, foundation, call, asked));
    return rpc::Keeping(
        answer::RefuseWithoutConsent(*call.policy, asked.decision.name()));
  }
  ASSIGN_OR_RETURN(
      answer::Draw draw,
      answer::Draw::Begin(transaction, foundation, call, std::move(asked)));
  v1::Place place;
  if (draw.granted()) {
    ASSIGN_OR_RETURN(const auto rank,
                     RankOf(foundation, call, draw.decision().holder(),
                            accepted, transaction));
    v1::Use use = draw.NewUse(v1::Use::RESERVED, accepted);
    Describe(q, rank.first, rank.second, use);
    RETURN_IF_ERROR(CheckAcceptance(call, use));
    RETURN_IF_ERROR(draw.Write(use));
    place = PlaceOf(call, use);
    RETURN_IF_ERROR(Rank(foundation, call, transaction, use, place));
  }
  RETURN_IF_ERROR(draw.Finish(call, "place"));
  *place.mutable_answer() = ShowEnrolment(call, draw.decision());
  place.set_log_index(draw.decision().log_index());
  return place;
}

// The use that is a place, if it is there for the asker.
absl::StatusOr<v1::Use> UseOf(const rpc::Foundation& foundation,
                              const Call& call, const std::string& name,
                              const store::Transaction& transaction) {
  ASSIGN_OR_RETURN(
      const std::optional<v1::Use> use,
      records::ReadUse(transaction, foundation.vault,
                       records::IdOf("places", name).value_or("-")));
  if (!use || !call.Owns(records::NameOf("schools", Attribute(*use, "school"))))
    return rpc::NotFound("place", name);
  ASSIGN_OR_RETURN(const bool may_be_told,
                   MayBeTold(answer::Known::Before(foundation, transaction),
                             call, DisclosureToAsker(call), *use));
  if (!may_be_told) return rpc::NotFound("place", name);
  return *use;
}

// What is confirmed is told to the school, whoever confirms it.
absl::Status CheckConsent(const rpc::Foundation& foundation, const Call& call,
                          const v1::Use& use, const v1::Place& place,
                          const store::Transaction& transaction) {
  ASSIGN_OR_RETURN(
      const bool may_be_told,
      MayBeTold(answer::Known::Before(foundation, transaction), call,
                DisclosureTo("school", place.school()), use));
  return may_be_told ? absl::OkStatus()
                     : answer::RefuseWithoutConsent(*call.policy);
}

absl::StatusOr<v1::Place> Move(const rpc::Foundation& foundation,
                               const Call& call,
                               const v1::ChangePlaceRequest& q,
                               v1::Use::State to,
                               store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::Use use, UseOf(foundation, call, q.name(), transaction));
  v1::Place place = PlaceOf(call, use);
  RETURN_IF_ERROR(Rank(foundation, call, transaction, use, place));
  const bool confirm = to == v1::Use::CONFIRMED;
  if (use.state() == v1::Use::RELEASED ||
      (confirm && use.state() == v1::Use::CONFIRMED)) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      "the place was confirmed or released already");
  }
  if (confirm) RETURN_IF_ERROR(answer::CheckKept(call, use));
  if (confirm && !place.placed()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::RULES_REFUSE,
                      absl::StrCat("number ", place.position(),
                                   " in the order is not within the quota; see "
                                   "the offers at other schools"),
                      {{"reason", "QUOTA_EXHAUSTED"}});
  }
  if (confirm)
    RETURN_IF_ERROR(CheckConsent(foundation, call, use, place, transaction));
  ASSIGN_OR_RETURN(
      const uint64_t log_index,
      answer::MoveUse(foundation, call, use, to,
                      confirm ? "place confirmed" : "place released",
                      transaction));
  place = PlaceOf(call, use);
  RETURN_IF_ERROR(Rank(foundation, call, transaction, use, place));
  place.set_log_index(static_cast<int64_t>(log_index));
  return place;
}

}  // namespace

grpc::ServerUnaryReactor* SchoolService::QueryEnrolment(
    grpc::CallbackServerContext* context,
    const v1::QueryEnrolmentRequest* request,
    v1::QueryEnrolmentResponse* response) {
  using Prepared = answer::PreparedAnswer<v1::QueryEnrolmentResponse>;
  return rpc::Answer(
      foundation_, context, "SchoolService.QueryEnrolment", request, response,
      [this](const Call& call,
             const v1::QueryEnrolmentRequest& q) -> absl::StatusOr<Prepared> {
        const auto known = answer::Known::Now(foundation_);
        ASSIGN_OR_RETURN(Asked asked,
                         AskEnrolment(foundation_, known, call, q));
        return answer::PreparedAnswer<v1::QueryEnrolmentResponse>(
            answer::One(std::move(asked)),
            [](const Call& call, const std::vector<Asked>& all,
               v1::QueryEnrolmentResponse& out) {
              out = ShowEnrolment(call, all[0]);
            });
      });
}

grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                        v1::BatchQueryEnrolmentResponse>*
SchoolService::BatchQueryEnrolment(grpc::CallbackServerContext* context) {
  return StartBatch(foundation_, *context);
}

grpc::ServerUnaryReactor* SchoolService::ReservePlace(
    grpc::CallbackServerContext* context,
    const v1::ReservePlaceRequest* request, v1::Place* response) {
  return rpc::Write(foundation_, context, "SchoolService.ReservePlace", request,
                    response,
                    [this](const Call& call, const v1::ReservePlaceRequest& q,
                           store::Transaction& t) {
                      return Reserve(foundation_, call, q, t);
                    });
}

grpc::ServerUnaryReactor* SchoolService::ConfirmPlace(
    grpc::CallbackServerContext* context, const v1::ChangePlaceRequest* request,
    v1::Place* response) {
  return rpc::Write(foundation_, context, "SchoolService.ConfirmPlace", request,
                    response,
                    [this](const Call& call, const v1::ChangePlaceRequest& q,
                           store::Transaction& t) {
                      return Move(foundation_, call, q, v1::Use::CONFIRMED, t);
                    });
}

grpc::ServerUnaryReactor* SchoolService::ReleasePlace(
    grpc::CallbackServerContext* context, const v1::ChangePlaceRequest* request,
    v1::Place* response) {
  return rpc::Write(foundation_, context, "SchoolService.ReleasePlace", request,
                    response,
                    [this](const Call& call, const v1::ChangePlaceRequest& q,
                           store::Transaction& t) {
                      return Move(foundation_, call, q, v1::Use::RELEASED, t);
                    });
}

grpc::ServerUnaryReactor* SchoolService::ListPlaces(
    grpc::CallbackServerContext* context, const v1::ListPlacesRequest* request,
    v1::ListPlacesResponse* response) {
  return rpc::Read(
      foundation_, context, "SchoolService.ListPlaces", request, response,
      [this](const Call& call, const v1::ListPlacesRequest& q)
          -> absl::StatusOr<v1::ListPlacesResponse> {
        std::vector<Violation> violations;
        rpc::CheckName("school", "schools", q.school(), violations);
        const int size = rpc::PageSize(q.page_size(), violations);
        uint32_t first = 0;
        if (!q.page_token().empty() &&
            !absl::SimpleAtoi(q.page_token(), &first))
          violations.push_back({"page_token", "as the last answer gave it"});
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto known = answer::Known::Now(foundation_);
        ASSIGN_OR_RETURN(
            std::vector<v1::Use> uses,
            records::PlacesAt(known.reader(), foundation_.vault,
                              *records::IdOf("schools", q.school()), q.season(),
                              q.grade()));
        const std::vector<v1::Use> order = InOrder(
            std::move(uses), *call.policy, CivilDate::InBeijing(call.now));
        v1::ListPlacesResponse out;
        const size_t end = std::min(order.size(), size_t{first} + size);
        for (size_t i = first; i < end; ++i) {
          ASSIGN_OR_RETURN(
              const bool may_be_told,
              MayBeTold(known, call, DisclosureToAsker(call), order[i]));
          if (!may_be_told) continue;
          v1::Place& place = *out.add_places();
          place = PlaceOf(call, order[i]);
          RETURN_IF_ERROR(
              Rank(foundation_, call, known.reader(), order[i], place));
        }
        if (end < order.size()) out.set_next_page_token(absl::StrCat(end));
        return out;
      });
}

grpc::ServerUnaryReactor* SchoolService::PutSchool(
    grpc::CallbackServerContext* context, const v1::PutSchoolRequest* request,
    v1::School* response) {
  return rpc::Write(
      foundation_, context, "SchoolService.PutSchool", request, response,
      [this](const Call& call, const v1::PutSchoolRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::School> {
        v1::School school = q.school();
        std::vector<Violation> violations;
        rpc::CheckName("school.name", "schools", school.name(), violations);
        if (school.display_name().empty())
          violations.push_back({"school.display_name", "give the name"});
        for (int i = 0; i < school.quotas_size(); ++i) {
          if (school.quotas(i).places() < 0)
            violations.push_back({absl::StrCat("school.quotas[", i, "].places"),
                                  "must not be negative"});
        }
        RETURN_IF_ERROR(rpc::Invalid(violations));
        school.clear_etag();
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(t, foundation_.vault));
        RETURN_IF_ERROR(change.Put(store::Table::kSchool,
                                   *records::IdOf("schools", school.name()),
                                   records::Deterministic(school)));
        RETURN_IF_ERROR(answer::FinishChange(
            change, call, ledger::LeafKind::kChange,
            std::string(store::kSystemOwner), "school put"));
        school.set_etag(records::EtagOf(t.revision()));
        return school;
      });
}

grpc::ServerUnaryReactor* SchoolService::ListSchools(
    grpc::CallbackServerContext* context, const v1::ListSchoolsRequest* request,
    v1::ListSchoolsResponse* response) {
  return rpc::Read(
      foundation_, context, "SchoolService.ListSchools", request, response,
      [this](const Call&, const v1::ListSchoolsRequest& q)
          -> absl::StatusOr<v1::ListSchoolsResponse> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        ASSIGN_OR_RETURN(std::vector<v1::School> schools,
                         AllSchools(*foundation_.database.TakeSnapshot()));
        v1::ListSchoolsResponse out;
        for (v1::School& school : schools) {
          if (!q.page_token().empty() && school.name() <= q.page_token())
            continue;
          if (out.schools_size() == size) {
            out.set_next_page_token(out.schools(size - 1).name());
            break;
          }
          *out.add_schools() = std::move(school);
        }
        return out;
      });
}

}  // namespace talentcard::school
