#ifndef TALENTCARD_SERVICES_AUDIT_AUDIT_SERVICE_H_
#define TALENTCARD_SERVICES_AUDIT_AUDIT_SERVICE_H_

#include "chengzhou/talentcard/v1/audit_service.grpc.pb.h"
#include "services/ledger/note.h"
#include "services/rpc/calls.h"

namespace talentcard::audit {

namespace v1 = chengzhou::talentcard::v1;

// The log: entries, proofs, checkpoints, verification.
class AuditService : public v1::AuditService::CallbackService {
 public:
  // Both must outlive it.
  AuditService(const rpc::Foundation& foundation,
               const ledger::NoteVerifier& verifier)
      : foundation_(foundation), verifier_(verifier) {}

  grpc::ServerUnaryReactor* GetEntry(grpc::CallbackServerContext* context,
                                     const v1::GetEntryRequest* request,
                                     v1::Entry* response) override;
  grpc::ServerUnaryReactor* ListEntries(
      grpc::CallbackServerContext* context,
      const v1::ListEntriesRequest* request,
      v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetInclusionProof(
      grpc::CallbackServerContext* context,
      const v1::GetInclusionProofRequest* request,
      v1::InclusionProof* response) override;
  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::Receipt* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(
      grpc::CallbackServerContext* context,
      const v1::GetConsistencyProofRequest* request,
      v1::ConsistencyProof* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(
      grpc::CallbackServerContext* context,
      const v1::GetCheckpointRequest* request,
      v1::Checkpoint* response) override;
  grpc::ServerWriteReactor<v1::VerifyLogResponse>* VerifyLog(
      grpc::CallbackServerContext* context,
      const v1::VerifyLogRequest* request) override;

 private:
  const rpc::Foundation& foundation_;
  const ledger::NoteVerifier& verifier_;
};

}  // namespace talentcard::audit

#endif  // TALENTCARD_SERVICES_AUDIT_AUDIT_SERVICE_H_
