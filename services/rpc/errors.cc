#include "services/rpc/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/sentences.h"

namespace talentcard::rpc {
namespace {

constexpr char kInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kDomain[] = "talentcard.chengzhou";
// Marks, and goes nowhere.
constexpr char kKeepingUrl[] = "talentcard.chengzhou/keeping";

// What a status without a reason of its own means.
v1::ErrorReason DefaultReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return v1::INVALID_REQUEST;
    case absl::StatusCode::kPermissionDenied:
      return v1::ACCESS_DENIED;
    case absl::StatusCode::kUnauthenticated:
      return v1::ASKER_UNKNOWN;
    case absl::StatusCode::kNotFound:
      return v1::RESOURCE_NOT_FOUND;
    case absl::StatusCode::kAlreadyExists:
      return v1::RESOURCE_EXISTS;
    case absl::StatusCode::kAborted:
      return v1::ETAG_MISMATCH;
    case absl::StatusCode::kFailedPrecondition:
      return v1::STATE_FORBIDS;
    case absl::StatusCode::kResourceExhausted:
      return v1::READ_ONLY;
    case absl::StatusCode::kDataLoss:
      return v1::DATA_DAMAGED;
    default:
      return v1::INTERNAL_DEFECT;
  }
}

google::rpc::ErrorInfo Info(v1::ErrorReason reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(v1::ErrorReason_Name(reason));
  info.set_domain(kDomain);
  return info;
}

google::rpc::LocalizedMessage InChinese(const google::rpc::ErrorInfo& info) {
  v1::ErrorReason reason = v1::INTERNAL_DEFECT;
  v1::ErrorReason_Parse(info.reason(), &reason);
  google::rpc::LocalizedMessage message;
  message.set_locale("zh-CN");
  message.set_message(ChineseSentence(reason));
  return message;
}

}  // namespace

absl::Status Error(absl::StatusCode code, v1::ErrorReason reason,
                   std::string_view message,
                   const std::map<std::string, std::string>& metadata) {
  absl::Status status(code, A(message));
  google::rpc::ErrorInfo info = Info(reason);
  for (const auto& [key, value] : metadata)
    (*info.mutable_metadata())[key] = value;
  status.SetPayload(kInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status Invalid(const std::vector<Violation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  google::rpc::BadRequest details;
  std::vector<std::string> lines;
  for (const Violation& violation : violations) {
    auto* field = details.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.description);
    lines.push_back(absl::StrCat(violation.field, ": ", violation.description));
  }
  absl::Status status = Error(absl::StatusCode::kInvalidArgument,
                              v1::INVALID_REQUEST, absl::StrJoin(lines, "\n"));
  status.SetPayload(kBadRequestUrl, absl::Cord(details.SerializeAsString()));
  return status;
}

absl::Status Keeping(absl::Status error) {
  error.SetPayload(kKeepingUrl, absl::Cord());
  return error;
}

bool IsKeeping(const absl::Status& error) {
  return error.GetPayload(kKeepingUrl).has_value();
}

absl::Status NotFound(std::string_view what, std::string_view name) {
  return Error(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND,
               absl::StrCat("there is no ", A(what), " `", A(name), "`"),
               {{"resource", std::string(name)}});
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  google::rpc::ErrorInfo info;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    if (url == kKeepingUrl) return;
    auto* any = details.add_details();
    any->set_type_url(std::string(url));
    any->set_value(std::string(payload));
    if (url == kInfoUrl) any->UnpackTo(&info);
  });
  const bool has_info = !info.reason().empty();
  if (!has_info) {
    info = Info(DefaultReason(status.code()));
    details.add_details()->PackFrom(info);
  }
  details.add_details()->PackFrom(InChinese(info));
  // Disk full means: later, or elsewhere; not: you ask too much.
  const auto code = absl::IsResourceExhausted(status) && !has_info
                        ? grpc::StatusCode::UNAVAILABLE
                        : static_cast<grpc::StatusCode>(status.code());
  details.set_code(code);
  return grpc::Status(code, std::string(status.message()),
                      details.SerializeAsString());
}

}  // namespace talentcard::rpc
