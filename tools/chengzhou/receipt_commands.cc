// `receipt get` and `receipt verify`.
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "engine/status_macros.h"
#include "tools/chengzhou/commands.h"
#include "tools/chengzhou/receipt_file.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {
namespace {

struct Options {
  std::string decision, file, key, ticket;
};

// `decisions/42`, or `decisions/42.7` of a batch.
absl::StatusOr<Json> RequestFor(const std::string& decision) {
  const std::vector<std::string> parts = absl::StrSplit(
      decision.substr(decision.find('/') + 1), absl::MaxSplits('.', 1));
  int64_t index = 0;
  int position = 0;
  if (!absl::SimpleAtoi(parts[0], &index) ||
      (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &position)))
    return WithChinese(
        absl::InvalidArgumentError(
            absl::StrCat("`", decision, "` is no decision, e.g. decisions/42")),
        "决定写作 decisions/42");
  Json request = {{"log_index", index}};
  if (parts.size() == 2) request["position"] = position;
  return request;
}

absl::Status Get(const Setting& setting, const Options& options) {
  ASSIGN_OR_RETURN(Json request, RequestFor(options.decision));
  if (!options.ticket.empty()) request["ticket_id"] = options.ticket;
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(const Json answer,
                   client.Call(AskerOf(setting, "clerk"),
                               "AuditService/GetReceipt", request));
  ASSIGN_OR_RETURN(const std::string text, ReceiptFile(answer));
  std::cerr << In(setting, "验签公钥（请另从书面核对）：",
                  "verifier key (compare it with the one on paper): ")
            << answer.value("verifier_key", "") << "\n";
  if (answer.value("withheld", false)) {
    std::cerr << In(setting,
                    "涉及未成年人，内容未随附：用 chengzhou call "
                    "AuditService/GetReceipt --propose 理由 "
                    "提请，批准后加 --ticket\n",
                    "it shows a minor's record, so what it says is left out: "
                    "propose the look (chengzhou call AuditService/GetReceipt "
                    "--propose REASON), then add --ticket\n");
  }
  if (options.file.empty()) {
    std::cout << text;
    return absl::OkStatus();
  }
  std::ofstream file(options.file, std::ios::trunc);
  file << text;
  file.close();
  return file ? absl::OkStatus()
              : WithChinese(absl::InvalidArgumentError(absl::StrCat(
                                "cannot write `", options.file, "`")),
                            "文件无法写入：请核对路径");
}

absl::Status Verify(const Setting& setting, const Options& options) {
  std::ifstream file(options.file);
  if (!file)
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("cannot read `", options.file, "`")),
                       "文件无法读取：请核对路径");
  std::stringstream text;
  text << file.rdbuf();
  ASSIGN_OR_RETURN(const ProvenEntry entry,
                   VerifyReceipt(text.str(), options.key));
  const bool zh = setting.language == Language::kChinese;
  std::cout << (zh ? "属实：" : "proven: ")
            << absl::StrCat(zh ? "日志第 " : "entry ", entry.index,
                            zh ? " 条，共 " : " of ", entry.tree_size,
                            zh ? " 条，" : ", ")
            << absl::FormatTime("%Y-%m-%d %H:%M:%S",
                                absl::FromUnixMillis(
                                    static_cast<int64_t>(entry.leaf.time_ms)),
                                absl::FixedTimeZone(8 * 3600))
            << "\n";
  if (!entry.record) {
    std::cout << (zh ? "内容未随附，或当事人已删除\n"
                     : "what it says is not in this file, or was erased\n");
    return absl::OkStatus();
  }
  const v1::Decision& decision = entry.record->decision();
  std::cout << entry.record->actor() << "  " << entry.record->method() << "\n";
  if (entry.record->has_decision())
    std::cout << decision.name() << "  " << decision.entitlement() << "  "
              << Word(v1::Outcome_Name(decision.outcome()), setting.language)
              << "  " << decision.reasons(0) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddReceiptCommands(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* receipt = app.add_subcommand(
      "receipt", "Proof of an answer that outlives us (tlog-proof)");
  receipt->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  CLI::App* get = receipt->add_subcommand("get", "The receipt of a decision");
  get->add_option("decision", options->decision, "decisions/42")->required();
  get->add_option("-o,--output", options->file,
                  "Into this file, e.g. mother.tlog-proof");
  get->add_option("--ticket", options->ticket,
                  "A UUID: of a minor, once a second person approved");
  get->callback([=, &setting, &exit_code] {
    exit_code = Report(Get(setting, *options), setting);
  });
  CLI::App* verify = receipt->add_subcommand(
      "verify", "Hold a receipt against the log's public key; no network");
  verify->add_option("file", options->file, "As `receipt get` made")
      ->required();
  verify->add_option("--key", options->key, "The log's key, name+hash+base64")
      ->required();
  verify->callback([=, &setting, &exit_code] {
    exit_code = Report(Verify(setting, *options), setting);
  });
}

}  // namespace talentcard::client
