#ifndef TALENTCARD_SERVICES_SCHOOL_SCHOOL_SERVICE_H_
#define TALENTCARD_SERVICES_SCHOOL_SCHOOL_SERVICE_H_

#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::school {

namespace v1 = chengzhou::talentcard::v1;

// Enrolment rights, and places in public schools.
class SchoolService : public v1::SchoolService::CallbackService {
 public:
  // `foundation` must outlive it.
  explicit SchoolService(const rpc::Foundation& foundation)
      : foundation_(foundation) {}

  grpc::ServerUnaryReactor* QueryEnrolment(
      grpc::CallbackServerContext* context,
      const v1::QueryEnrolmentRequest* request,
      v1::QueryEnrolmentResponse* response) override;
  grpc::ServerUnaryReactor* ReservePlace(grpc::CallbackServerContext* context,
                                         const v1::ReservePlaceRequest* request,
                                         v1::Place* response) override;
  grpc::ServerUnaryReactor* ConfirmPlace(grpc::CallbackServerContext* context,
                                         const v1::ChangePlaceRequest* request,
                                         v1::Place* response) override;
  grpc::ServerUnaryReactor* ReleasePlace(grpc::CallbackServerContext* context,
                                         const v1::ChangePlaceRequest* request,
                                         v1::Place* response) override;
  grpc::ServerUnaryReactor* ListPlaces(
      grpc::CallbackServerContext* context,
      const v1::ListPlacesRequest* request,
      v1::ListPlacesResponse* response) override;
  grpc::ServerUnaryReactor* PutSchool(grpc::CallbackServerContext* context,
                                      const v1::PutSchoolRequest* request,
                                      v1::School* response) override;
  grpc::ServerUnaryReactor* ListSchools(
      grpc::CallbackServerContext* context,
      const v1::ListSchoolsRequest* request,
      v1::ListSchoolsResponse* response) override;
  grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                          v1::BatchQueryEnrolmentResponse>*
  BatchQueryEnrolment(grpc::CallbackServerContext* context) override;

 private:
  const rpc::Foundation& foundation_;
};

}  // namespace talentcard::school

#endif  // TALENTCARD_SERVICES_SCHOOL_SCHOOL_SERVICE_H_
