#include "services/rehearsal/rehearsal_service.h"

#include "engine/decision/view.h"

namespace talentcard::rehearsal {
namespace {

v1::ClockReading Reading(const rpc::Clock& clock) {
  v1::ClockReading reading;
  *reading.mutable_time() = decision::ToTimestamp(clock.Now());
  return reading;
}

}  // namespace

grpc::ServerUnaryReactor* RehearsalService::AdvanceClock(
    grpc::CallbackServerContext* context,
    const v1::AdvanceClockRequest* request, v1::ClockReading* response) {
  return rpc::Read(foundation_, context, "RehearsalService.AdvanceClock",
                   request, response,
                   [this](const rpc::Call&, const v1::AdvanceClockRequest& q)
                       -> absl::StatusOr<v1::ClockReading> {
                     if (!q.has_time())
                       return rpc::Invalid({{"time", "give a time"}});
                     clock_.Advance(decision::ToTime(q.time()));
                     return Reading(clock_);
                   });
}

grpc::ServerUnaryReactor* RehearsalService::GetClock(
    grpc::CallbackServerContext* context, const v1::GetClockRequest* request,
    v1::ClockReading* response) {
  return rpc::Read(
      foundation_, context, "RehearsalService.GetClock", request, response,
      [this](const rpc::Call&, const v1::GetClockRequest&)
          -> absl::StatusOr<v1::ClockReading> { return Reading(clock_); });
}

}  // namespace talentcard::rehearsal
