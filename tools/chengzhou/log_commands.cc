#include <grpcpp/grpcpp.h>

#include <iostream>

#include "absl/strings/str_format.h"
#include "chengzhou/talentcard/v1/audit_service.grpc.pb.h"
#include "tools/chengzhou/commands.h"

namespace talentcard::client {
namespace {

namespace v1 = chengzhou::talentcard::v1;

std::string Progress(const v1::VerifyLogResponse& report, bool zh) {
  const int64_t leaves = report.leaves_checked(), all = report.leaves_total(),
                records = report.records_checked();
  return zh ? absl::StrFormat("\r已核对 %d/%d 条日志，%d 条记录", leaves, all,
                              records)
            : absl::StrFormat("\rchecked %d of %d leaves, %d records", leaves,
                              all, records);
}

std::string Summary(const v1::VerifyLogResponse& report, bool zh) {
  const int64_t leaves = report.leaves_checked(),
                checkpoints = report.checkpoints_checked(),
                records = report.records_checked(),
                erased = report.erased_subjects();
  return zh ? absl::StrFormat(
                  "%s：%d 条日志、%d 个检查点、%d 条现存记录；已删除当事人 "
                  "%d\n",
                  report.ok() ? "完整" : "有出入", leaves, checkpoints, records,
                  erased)
            : absl::StrFormat(
                  "%s: %d leaves, %d checkpoints, %d current records; %d "
                  "erased\n",
                  report.ok() ? "whole" : "DIFFERS", leaves, checkpoints,
                  records, erased);
}

int Verify(const Setting& setting, bool tree_only) {
  const Asker auditor = AskerOf(setting, "auditor");
  Client client(setting.server, setting.tls);
  const auto channel = client.Channel(auditor);
  if (!channel.ok()) return Report(channel.status(), setting);
  const auto stub = v1::AuditService::NewStub(*channel);
  grpc::ClientContext context;
  client.Identify(auditor, context);
  v1::VerifyLogRequest request;
  request.set_tree_only(tree_only);
  const auto stream = stub->VerifyLog(&context, request);
  v1::VerifyLogResponse report;
  const bool zh = setting.language == Language::kChinese;
  while (stream->Read(&report)) {
    std::cerr << Progress(report, zh) << std::flush;
  }
  std::cerr << "\n";
  const absl::Status status = StatusOf(stream->Finish());
  if (!status.ok()) return Report(status, setting);
  if (!report.finished())
    return Report(absl::UnavailableError("the server stopped before the end"),
                  setting);
  for (const std::string& difference : report.differences())
    std::cout << "✗ " << difference << "\n";
  std::cout << Summary(report, zh);
  return report.ok() ? kDone : kFailed;
}

}  // namespace

void AddLogCommands(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* verify = app.get_subcommand("log")->add_subcommand(
      "verify", "Recompute the whole log and hold every record against it");
  const auto tree_only = std::make_shared<bool>(false);
  verify->add_flag("--tree-only", *tree_only, "Only the tree, not the records");
  verify->callback(
      [=, &setting, &exit_code] { exit_code = Verify(setting, *tree_only); });
}

}  // namespace talentcard::client
