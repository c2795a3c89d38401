#include "tools/chengzhou/importing.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"

namespace talentcard::client {
namespace {

namespace v1 = chengzhou::talentcard::v1;

constexpr int kPeopleAMessage = 256;
constexpr size_t kMostMistakes = 20;

// The messages that bring a file in. Each has the hash of its lines as its
// request id, so that whoever begins again repeats nothing. kInvalidArgument
// names the lines that are no person.
absl::StatusOr<std::vector<v1::ImportPeopleRequest>> MessagesOf(
    std::istream& file) {
  std::vector<v1::ImportPeopleRequest> messages;
  std::vector<std::string> lines, mistakes;
  int64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (messages.empty() || messages.back().people_size() == kPeopleAMessage) {
      messages.emplace_back();
      lines.emplace_back();
    }
    absl::StrAppend(&lines.back(), line, "\n");
    const auto read = google::protobuf::util::JsonStringToMessage(
        line, messages.back().add_people());
    // Not what the line says: it is about a person.
    if (!read.ok() && mistakes.size() < kMostMistakes)
      mistakes.push_back(absl::StrCat("line ", number, " is no person"));
  }
  if (!mistakes.empty())
    return WithChinese(
        absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n")),
        "以下各行不是人员，全部未导入：请更正后重来");
  for (size_t i = 0; i < messages.size(); ++i)
    messages[i].set_request_id(
        absl::StrCat("import-", ToHex(Sha256({lines[i]})).substr(0, 32)));
  return messages;
}

absl::StatusOr<int64_t> Send(
    v1::RegistryService::Stub& stub, grpc::ClientContext& context,
    const std::vector<v1::ImportPeopleRequest>& messages) {
  const auto stream = stub.ImportPeople(&context);
  int64_t imported = 0;
  for (const v1::ImportPeopleRequest& message : messages) {
    v1::ImportPeopleResponse response;
    if (!stream->Write(message) || !stream->Read(&response)) break;
    imported += response.imported();
  }
  stream->WritesDone();
  const absl::Status status = StatusOf(stream->Finish());
  if (status.ok()) return imported;
  return WithChinese(
      absl::Status(status.code(),
                   absl::StrCat(std::string(status.message()), "\n", imported,
                                " people before it are on record")),
      absl::StrCat(FailureOf(status).in_chinese, "此前 ", imported,
                   " 人已登记；重来一次不会重复"));
}

}  // namespace

absl::StatusOr<int64_t> ImportLines(Client& client, const Asker& asker,
                                    std::istream& lines) {
  ASSIGN_OR_RETURN(const std::vector<v1::ImportPeopleRequest> messages,
                   MessagesOf(lines));
  ASSIGN_OR_RETURN(const auto channel, client.Channel(asker));
  const auto stub = v1::RegistryService::NewStub(channel);
  grpc::ClientContext context;
  client.Identify(asker, context);
  return Send(*stub, context, messages);
}

}  // namespace talentcard::client
