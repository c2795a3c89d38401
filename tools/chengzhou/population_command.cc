#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/entitlement_service.grpc.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tools/chengzhou/commands.h"

namespace talentcard::client {
namespace {

namespace v1 = chengzhou::talentcard::v1;

struct Options {
  std::string at;
  std::vector<std::string> entitlements;
  std::string policy;
  std::string by = "tier";
  std::string decisions;  // A file.
};

std::string Dimension(const v1::PopulationCount& count, const std::string& by) {
  return by == "tier"       ? count.tier()
         : by == "category" ? count.category()
                            : count.relation();
}

// The counts of one entitlement added up by answer and dimension, most first.
struct Row {
  std::string outcome;
  std::string reason;
  std::string kind;
  int64_t count = 0;
};

std::vector<Row> RowsOf(const v1::EvaluatePopulationResponse& answer,
                        const std::string& entitlement, const std::string& by) {
  std::map<std::array<std::string, 3>, int64_t> sums;
  for (const v1::PopulationCount& count : answer.counts()) {
    if (count.entitlement() != entitlement) continue;
    sums[{v1::Outcome_Name(count.outcome()), count.reason(),
          Dimension(count, by)}] += count.count();
  }
  std::vector<Row> rows;
  for (const auto& [key, count] : sums)
    rows.push_back({key[0], key[1], key[2], count});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.count > b.count;
  });
  return rows;
}

void Print(const v1::EvaluatePopulationResponse& answer, const std::string& by,
           Language language) {
  const bool zh = language == Language::kChinese;
  std::set<std::string> entitlements;
  for (const v1::PopulationCount& count : answer.counts())
    entitlements.insert(count.entitlement());
  const std::map<std::string, std::string> titles = {
      {"tier", zh ? "类别" : "tier"},
      {"category", zh ? "人才队伍" : "category"},
      {"relation", zh ? "关系" : "relation"}};
  std::cout << Padded(zh ? "待遇" : "right", 11) << Padded(titles.at(by), 22)
            << Padded(zh ? "结果" : "answer", 24)
            << Padded(zh ? "理由" : "reason", 24) << (zh ? "人次" : "answers")
            << "\n";
  for (const std::string& entitlement : entitlements) {
    for (const Row& row : RowsOf(answer, entitlement, by)) {
      std::cout << Padded(entitlement, 11)
                << Padded(row.kind.empty() ? "–" : Word(row.kind, language), 22)
                << Padded(Word(row.outcome, language), 24)
                << Padded(row.reason, 24) << absl::StrFormat("%8d", row.count)
                << "\n";
    }
  }
  const std::string policy = answer.policy_digest().substr(0, 16);
  std::cout << (zh ? absl::StrCat("在册 ", answer.people_total(), " 人；规则 ",
                                  policy, "…；数据版本 ",
                                  answer.facts_revision(), "\n")
                   : absl::StrCat(answer.people_total(),
                                  " people on record; policy ", policy,
                                  "…; facts of revision ",
                                  answer.facts_revision(), "\n"));
}

absl::Status Fill(const Options& options,
                  v1::EvaluatePopulationRequest& request) {
  for (const std::string& code : options.entitlements)
    request.add_entitlements(code);
  request.set_policy_digest(options.policy);
  request.set_include_decisions(!options.decisions.empty());
  if (options.at.empty()) return absl::OkStatus();
  absl::Time at;
  std::string error;
  const std::string text = options.at.size() == 10
                               ? absl::StrCat(options.at, "T00:00:00+08:00")
                               : options.at;
  if (!absl::ParseTime(absl::RFC3339_full, text, &at, &error)) {
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("--at: `", options.at, "` is no time")),
                       "时间写作 2025-05-12 或 2025-05-12T08:30:00+08:00");
  }
  request.mutable_valid_time()->set_seconds(absl::ToUnixSeconds(at));
  return absl::OkStatus();
}

void AppendLines(const v1::EvaluatePopulationResponse& message,
                 std::ostream& out) {
  for (const v1::PopulationDecision& decision : message.decisions()) {
    out << decision.holder() << "\t" << decision.beneficiary() << "\t"
        << decision.entitlement() << "\t"
        << v1::Outcome_Name(decision.outcome()) << "\t" << decision.reason()
        << "\n";
  }
}

int Evaluate(const Setting& setting, const Options& options) {
  v1::EvaluatePopulationRequest request;
  if (const absl::Status bad = Fill(options, request); !bad.ok())
    return Report(bad, setting);
  std::ofstream decisions;
  if (!options.decisions.empty()) decisions.open(options.decisions);
  if (!options.decisions.empty() && !decisions)
    return Report(WithChinese(absl::InvalidArgumentError(absl::StrCat(
                                  "cannot write `", options.decisions, "`")),
                              "文件无法写入：请核对路径"),
                  setting);
  const Asker asker = AskerOf(setting, "talent-office");
  Client client(setting.server, setting.tls);
  const auto channel = client.Channel(asker);
  if (!channel.ok()) return Report(channel.status(), setting);
  const auto stub = v1::EntitlementService::NewStub(*channel);
  grpc::ClientContext context;
  client.Identify(asker, context);
  const auto stream = stub->EvaluatePopulation(&context, request);
  v1::EvaluatePopulationResponse message, last;
  const bool zh = setting.language == Language::kChinese;
  while (stream->Read(&message)) {
    const int64_t done = message.people_done(), all = message.people_total();
    std::cerr << (zh ? absl::StrCat("\r已评估 ", done, "/", all, " 人")
                     : absl::StrCat("\rlooked at ", done, " of ", all,
                                    " people"))
              << std::flush;
    AppendLines(message, decisions);
    last = std::move(message);
  }
  std::cerr << "\n";
  const absl::Status status = StatusOf(stream->Finish());
  if (!status.ok()) return Report(status, setting);
  if (!last.finished())
    return Report(absl::UnavailableError("the server stopped before the end"),
                  setting);
  if (setting.json) {
    std::string json;
    google::protobuf::util::JsonPrintOptions form;
    form.preserve_proto_field_names = true;
    form.add_whitespace = true;
    if (!google::protobuf::util::MessageToJsonString(last, &json, form).ok())
      return kFailed;
    std::cout << json;
  } else {
    Print(last, options.by, setting.language);
  }
  return kDone;
}

}  // namespace

void AddPopulationCommand(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* evaluate = app.get_subcommand("policy")->add_subcommand(
      "evaluate", "What a policy says of everybody on record");
  const auto options = std::make_shared<Options>();
  evaluate->add_option("--at", options->at, "On this day or at this time");
  evaluate->add_option("--entitlement", options->entitlements,
                       "Only these, e.g. MED_GREEN");
  evaluate->add_option("--policy", options->policy,
                       "Digest of a policy published at any time");
  evaluate->add_option("--by", options->by, "tier, category or relation")
      ->check(CLI::IsMember({"tier", "category", "relation"}));
  evaluate->add_option("--decisions", options->decisions,
                       "Write every decision to this file");
  evaluate->callback(
      [=, &setting, &exit_code] { exit_code = Evaluate(setting, *options); });
}

}  // namespace talentcard::client
