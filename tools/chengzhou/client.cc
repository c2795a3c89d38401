#include "tools/chengzhou/client.h"

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/date/civil_date.h"
#include "engine/policy/services.h"
#include "engine/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tools/pki/city_ca.h"
#include "tools/pki/files.h"

namespace talentcard::client {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// `Service/Method`; nullptr if nobody knows it.
const MethodDescriptor* FindMethod(std::string method) {
  static const auto* const methods =
      new std::map<std::string, const MethodDescriptor*>(policy::AllMethods());
  std::replace(method.begin(), method.end(), '/', '.');
  const auto found = methods->find(method);
  return found == methods->end() ? nullptr : found->second;
}

std::unique_ptr<Message> New(const google::protobuf::Descriptor* descriptor) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(descriptor)
          ->New());
}

std::string PercentEncoded(const std::string& text) {
  std::string out;
  for (unsigned char c : text) {
    if (c >= 0x20 && c < 0x7F && c != '%') {
      out += static_cast<char>(c);
    } else {
      out += absl::StrFormat("%%%02X", c);
    }
  }
  return out;
}

// Where a status keeps the rest of a failure.
constexpr char kReason[] = "chengzhou/reason";
constexpr char kInChinese[] = "chengzhou/zh-CN";

std::string Kept(const absl::Status& status, const char* what) {
  return std::string(status.GetPayload(what).value_or(absl::Cord()));
}

}  // namespace

absl::Status WithChinese(absl::Status status, std::string_view in_chinese) {
  status.SetPayload(kInChinese, absl::Cord(A(in_chinese)));
  return status;
}

absl::Status StatusOf(const grpc::Status& status) {
  std::string reason, in_chinese, message = status.error_message();
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      if (detail.UnpackTo(&info)) reason = info.reason();
      google::rpc::LocalizedMessage localized;
      if (detail.UnpackTo(&localized) && localized.locale() == "zh-CN")
        in_chinese = localized.message();
    }
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && reason.empty()) {
    message = absl::StrCat("no server answers there; is chengzhoud running? (",
                           message, ")");
    in_chinese = "连不上服务器：chengzhoud 是否在运行？";
  }
  absl::Status out(static_cast<absl::StatusCode>(status.error_code()), message);
  if (!reason.empty()) out.SetPayload(kReason, absl::Cord(reason));
  return in_chinese.empty() ? out : WithChinese(out, in_chinese);
}

Failure FailureOf(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), Kept(status, kReason),
          std::string(status.message()), Kept(status, kInChinese)};
}

Client::Client(std::string address, Tls tls)
    : address_(std::move(address)), tls_(std::move(tls)) {}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Client::Channel(
    const Asker& asker) {
  std::string certificate = tls_.certificate, key = tls_.key;
  if (!tls_.directory.empty()) {
    certificate = CertificateOf(asker) + ".pem";
    key = CertificateOf(asker) + ".key";
  }
  const std::lock_guard lock(mutex_);
  std::shared_ptr<grpc::Channel>& channel = channels_[certificate];
  if (channel) return channel;
  if (tls_.ca.empty()) {
    channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
    return channel;
  }
  grpc::SslCredentialsOptions options;
  ASSIGN_OR_RETURN(options.pem_root_certs, pki::ReadFile(tls_.ca));
  ASSIGN_OR_RETURN(options.pem_cert_chain, pki::ReadFile(certificate));
  ASSIGN_OR_RETURN(options.pem_private_key, pki::ReadFile(key));
  channel = grpc::CreateChannel(address_, grpc::SslCredentials(options));
  return channel;
}

std::string Client::CertificateOf(const Asker& asker) const {
  if (tls_.directory.empty())
    return std::string(S(absl::StripSuffix(tls_.certificate, ".pem")));
  return absl::StrCat(
      tls_.directory, "/issued/",
      pki::FileName({"", "", asker.staff, asker.kind, asker.institution}));
}

std::string Client::SessionFile(const Asker& asker) const {
  return tls_.ca.empty() ? "" : CertificateOf(asker) + ".session";
}

void Client::Identify(const Asker& asker, grpc::ClientContext& context) const {
  if (tls_.ca.empty()) {
    context.AddMetadata("asker-kind", asker.kind);
    context.AddMetadata("asker-institution", asker.institution);
    context.AddMetadata("asker-staff", asker.staff);
  } else {
    const auto session = pki::ReadFile(SessionFile(asker));
    if (session.ok()) context.AddMetadata("asker-session", *session);
  }
  if (!asker.purpose.empty())
    context.AddMetadata("asker-purpose", PercentEncoded(asker.purpose));
}

absl::StatusOr<Json> Client::Call(const Asker& asker, const std::string& method,
                                  const Json& request, Failure* failure) {
  const MethodDescriptor* descriptor = FindMethod(method);
  if (descriptor == nullptr)
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("there is no RPC `", method, "`")),
                       "没有这个接口：请核对服务和方法的名称");
  if (descriptor->client_streaming() || descriptor->server_streaming()) {
    return WithChinese(
        absl::InvalidArgumentError(absl::StrCat(
            "`", method, "` is a stream; it has a command of its own")),
        "这个接口是流式的：请用它自己的命令");
  }
  const std::unique_ptr<Message> message = New(descriptor->input_type());
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      request.dump(), message.get());
  if (!parsed.ok())
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("the request does not fit ", method,
                                        ": ", std::string(parsed.message()))),
                       "请求与接口的格式不符：请核对字段和值");
  grpc::ClientContext context;
  Identify(asker, context);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  const grpc::Slice slice(message->SerializeAsString());
  grpc::ByteBuffer sent(&slice, 1), received;
  grpc::CompletionQueue queue;
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel,
                   Channel(asker));
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareUnaryCall(
      &context, absl::StrCat("/chengzhou.talentcard.v1.", method), sent,
      &queue);
  grpc::Status status;
  call->StartCall();
  call->Finish(&received, &status, this);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) {
    const absl::Status failed = StatusOf(status);
    if (failure != nullptr) *failure = FailureOf(failed);
    return failed;
  }
  std::vector<grpc::Slice> slices;
  received.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& s : slices)
    bytes.append(reinterpret_cast<const char*>(s.begin()), s.size());
  const std::unique_ptr<Message> response = New(descriptor->output_type());
  if (!response->ParseFromString(bytes))
    return absl::InternalError("the server's answer cannot be read");
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(*response, &text, options);
  return Json::parse(text);
}

absl::StatusOr<Json> DateJson(const std::string& text) {
  const absl::StatusOr<CivilDate> date = CivilDate::Parse(text);
  if (!date.ok()) return WithChinese(date.status(), "日期写作 2019-08-31");
  return Json{
      {"year", date->year()}, {"month", date->month()}, {"day", date->day()}};
}

std::string DateText(const Json& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.value("year", 0),
                         date.value("month", 0), date.value("day", 0));
}

absl::StatusOr<absl::Time> TimeGiven(const std::string& text) {
  if (text.empty()) return absl::Now();
  absl::Time time;
  std::string problem;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &problem))
    return WithChinese(
        absl::InvalidArgumentError(absl::StrCat(
            "`", text, "` is not a time, e.g. 2025-05-12T08:30:00+08:00")),
        "时间写作 2025-05-12T08:30:00+08:00");
  return time;
}

std::string NewRequestId() {
  std::random_device random;
  return absl::StrFormat("%08x-%04x-4%03x-8%03x-%08x%04x", random(),
                         random() & 0xFFFF, random() & 0xFFF, random() & 0xFFF,
                         random(), random() & 0xFFFF);
}

}  // namespace talentcard::client
