#ifndef TALENTCARD_SERVICES_REHEARSAL_REHEARSAL_SERVICE_H_
#define TALENTCARD_SERVICES_REHEARSAL_REHEARSAL_SERVICE_H_

#include "chengzhou/talentcard/v1/rehearsal_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::rehearsal {

namespace v1 = chengzhou::talentcard::v1;

// Moves a rehearsal's clock. Served only where the clock is not the real one.
class RehearsalService : public v1::RehearsalService::CallbackService {
 public:
  // Both must outlive it.
  RehearsalService(const rpc::Foundation& foundation,
                   rpc::RehearsalClock& clock)
      : foundation_(foundation), clock_(clock) {}

  grpc::ServerUnaryReactor* AdvanceClock(grpc::CallbackServerContext* context,
                                         const v1::AdvanceClockRequest* request,
                                         v1::ClockReading* response) override;
  grpc::ServerUnaryReactor* GetClock(grpc::CallbackServerContext* context,
                                     const v1::GetClockRequest* request,
                                     v1::ClockReading* response) override;

 private:
  const rpc::Foundation& foundation_;
  rpc::RehearsalClock& clock_;
};

}  // namespace talentcard::rehearsal

#endif  // TALENTCARD_SERVICES_REHEARSAL_REHEARSAL_SERVICE_H_
