#include "tools/chengzhou/commands.h"

#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/command_table.h"
#include "tools/chengzhou/render.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard::client {
namespace {

absl::StatusOr<Json> DocumentJson(const std::string& text) {
  static const std::map<std::string, const char*> kKinds = {
      {"resident", "RESIDENT_IDENTITY_CARD"},
      {"hmt", "HMT_RESIDENCE_PERMIT"},
      {"foreign", "FOREIGN_PERMANENT_RESIDENT"},
      {"foreign2017", "FOREIGN_PERMANENT_RESIDENT_2017"},
      {"hkm", "HK_MACAU_TRAVEL_PERMIT"},
      {"taiwan", "TAIWAN_TRAVEL_PERMIT"},
      {"passport", "PASSPORT"},
      {"birth", "BIRTH_CERTIFICATE"},
      {"old", "OLD_RESIDENT_NUMBER"}};
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() == 1)
    return Json{{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", text}};
  const auto kind = kKinds.find(parts[0]);
  if (kind == kKinds.end() || parts.size() > 3) {
    return WithChinese(
        absl::InvalidArgumentError(
            "a document is NUMBER or KIND:NUMBER[:STATE]; kinds: resident, "
            "hmt, foreign, foreign2017, hkm, taiwan, passport, birth, old"),
        "证件写作 号码，或 种类:号码[:签发国]");
  }
  Json document = {{"kind", kind->second}, {"number", parts[1]}};
  if (parts.size() == 3) document["issuing_state"] = parts[2];
  return document;
}

absl::StatusOr<Json> ValueOf(As as, const std::vector<std::string>& texts) {
  const std::string& text = texts.back();
  switch (as) {
    case As::kText:
      return Json(text);
    case As::kNumber: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(text, &number))
        return WithChinese(absl::InvalidArgumentError(absl::StrCat(
                               "`", text, "` is not a whole number")),
                           "这里要填整数");
      return Json(number);
    }
    case As::kFlag:
      return Json(text != "false");
    case As::kDate:
      return DateJson(text);
    case As::kTime:
      return Json(text.size() == 10 ? absl::StrCat(text, "T00:00:00+08:00")
                                    : text);
    case As::kDocument:
      return DocumentJson(text);
    case As::kPairs: {
      Json pairs = Json::object();
      for (const std::string& pair : texts) {
        const std::vector<std::string> parts =
            absl::StrSplit(pair, absl::MaxSplits('=', 1));
        if (parts.size() != 2)
          return WithChinese(absl::InvalidArgumentError(
                                 absl::StrCat("`", pair, "` is not ID=VALUE")),
                             "填报写作 字段=内容");
        pairs[parts[0]] = parts[1];
      }
      return pairs;
    }
    case As::kJson: {
      Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
      if (json.is_discarded())
        return WithChinese(
            absl::InvalidArgumentError("the JSON cannot be read"),
            "JSON 无法读取：请检查引号和括号");
      return json;
    }
  }
  return Json();
}

// Puts a value at a path; a `+` at its end makes a list of one.
void Place(Json& request, const std::string& path, const Json& value) {
  if (path.empty()) {
    request.update(value);
    return;
  }
  Json* at = &request;
  const bool list = absl::EndsWith(path, "+");
  for (const auto part :
       absl::StrSplit(list ? path.substr(0, path.size() - 1) : path, '.'))
    at = &(*at)[std::string(part)];
  if (list) {
    at->push_back(value);
  } else if (at->is_object() && value.is_object()) {
    at->update(value);
  } else {
    *at = value;
  }
}

bool TakesRequestId(const std::string& method) {
  for (const char* word :
       {"Get", "List", "Search", "Find", "Count", "Assess", "Explain", "Export",
        "Clock", "Validate", "Sign", "Enrol"}) {
    if (absl::StrContains(method.substr(method.find('/')), word)) return false;
  }
  return true;
}

// A proposal is about the state its proposer sees: that of now.
Json OnPresentState(Client& client, const Asker& asker,
                    const std::string& method, Json request) {
  const std::string name = request.value("name", "");
  if (absl::StartsWith(name, "cards/")) {
    const auto card =
        client.Call(asker, "CardService/GetCard", {{"name", name}});
    if (card.ok()) request["etag"] = card->value("etag", "");
  } else if (method == "PolicyService/PublishPolicy") {
    const auto policy =
        client.Call(asker, "PolicyService/GetPolicyInForce", Json::object());
    if (policy.ok())
      request["expected_digest"] =
          policy->value("name", "policies/").substr(sizeof("policies"));
  }
  return request;
}

void AddCommand(CLI::App& app, const Command& command, Setting& setting,
                int& exit_code) {
  CLI::App* parent = &app;
  if (*command.group != '\0') {
    const auto groups = app.get_subcommands(
        [&](CLI::App* group) { return group->get_name() == command.group; });
    parent = groups.empty() ? nullptr : groups[0];
    if (parent == nullptr) {
      parent = app.add_subcommand(command.group, AboutGroup(command.group));
      parent->require_subcommand(1);
    }
  }
  CLI::App* sub = parent->add_subcommand(command.name, command.help);
  const auto texts = std::make_shared<std::vector<std::vector<std::string>>>(
      command.options.size());
  for (size_t i = 0; i < command.options.size(); ++i) {
    const Option& option = command.options[i];
    if (option.as == As::kFlag) {
      sub->add_flag_callback(
          option.name, [texts, i] { (*texts)[i] = {"true"}; }, option.help);
      continue;
    }
    CLI::Option* added = sub->add_option(option.name, (*texts)[i], option.help);
    if (option.as != As::kPairs) added->expected(1)->allow_extra_args(false);
    if (option.required) added->required();
  }
  sub->callback([&command, texts, &setting, &exit_code] {
    Json request = Json::object();
    if (std::string_view(command.name) == "rights")
      request["include_relatives"] = true;
    for (size_t i = 0; i < command.options.size(); ++i) {
      if ((*texts)[i].empty()) continue;
      const absl::StatusOr<Json> value =
          ValueOf(command.options[i].as, (*texts)[i]);
      if (!value.ok()) {
        std::cerr << command.options[i].name << ": ";
        exit_code = Report(value.status(), setting);
        return;
      }
      Place(request, command.options[i].path, *value);
    }
    exit_code = Run(setting, command.method, command.asker, std::move(request),
                    command.show);
  });
}

}  // namespace

int Run(const Setting& setting, const std::string& method,
        const std::string& default_asker, Json request, ShowAs show) {
  const Asker asker = AskerOf(setting, default_asker);
  if (asker.kind == "hospital" &&
      absl::StartsWith(method, "HospitalService/Verify"))
    request["hospital"] = asker.institution;
  if (request.contains("patient"))
    request["patient"]["hospital"] = asker.institution;
  if (TakesRequestId(method) && !request.contains("request_id"))
    request["request_id"] = NewRequestId();
  std::string called = method;
  Client client(setting.server, setting.tls);
  if (!setting.propose.empty()) {
    const bool look = method == "RegistryService/GetPerson" ||
                      method == "RegistryService/ExportPerson" ||
                      method == "AuditService/GetReceipt";
    if (look && !request.contains("ticket_id"))
      request["ticket_id"] = NewRequestId();
    const auto proposal =
        ProposalOf(method, OnPresentState(client, asker, method, request),
                   setting.propose, setting.emergency);
    if (!proposal.ok()) return Report(proposal.status(), setting);
    request = *proposal;
    request["request_id"] = NewRequestId();
    called = "ApprovalService/ProposeAct";
  }
  const absl::StatusOr<Json> answer = client.Call(asker, called, request);
  if (!answer.ok() && FailureOf(answer.status()).reason == "APPROVAL_NEEDED") {
    const int exit_code = Report(answer.status(), setting);
    std::cerr << In(setting,
                    "加 --propose 理由 提请；由另一人 chengzhou "
                    "proposal approve 编号；再由您 chengzhou proposal "
                    "run 编号\n",
                    "add --propose REASON; somebody else: chengzhou "
                    "proposal approve NAME;\nthen you: chengzhou "
                    "proposal run NAME\n");
    return exit_code;
  }
  if (!answer.ok() || setting.json || show == ShowAs::kPlain)
    return Show(answer, setting);
  if (show == ShowAs::kRights) {
    std::cout << RenderRights(*answer, setting.language);
  } else {
    std::cout << RenderDecision(
        answer->contains("decision") ? (*answer)["decision"] : *answer,
        setting.language);
    if (answer->contains("decision")) {
      const bool same = answer->value("replays", false);
      std::cout << (same ? In(setting, "重放一致\n",
                              "replays to the same bits\n")
                         : In(setting, "重放不一致\n", "does NOT replay\n"));
    }
  }
  return kDone;
}

namespace {

Json FilesJson(const std::map<std::string, std::string>& files) {
  Json list = Json::array();
  for (const auto& [path, content] : files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  return list;
}

void AddBundleCommand(CLI::App& app, const char* name, const char* method,
                      const char* help, Setting& setting, int& exit_code) {
  CLI::App* sub = app.get_subcommand("policy")->add_subcommand(name, help);
  const auto directory = std::make_shared<std::string>();
  sub->add_option("directory", *directory, "The bundle, e.g. rules/haicheng")
      ->required();
  sub->callback([=, &setting, &exit_code] {
    const auto files = ReadBundle(*directory);
    exit_code = files.ok() ? Run(setting, method, "policy-author",
                                 {{"files", FilesJson(*files)}}, ShowAs::kPlain)
                           : Report(files.status(), setting);
  });
}

// Rules that were in force before, published again: an act of two like any
// publication.
int RollBack(const Setting& setting, const std::string& policy) {
  const auto old =
      Client(setting.server, setting.tls)
          .Call(AskerOf(setting, "policy-author"), "PolicyService/GetPolicy",
                {{"name", absl::StartsWith(policy, "policies/")
                              ? policy
                              : "policies/" + policy}});
  if (!old.ok()) return Report(old.status(), setting);
  return Run(setting, "PolicyService/PublishPolicy", "policy-author",
             {{"files", old->value("files", Json::array())}}, ShowAs::kPlain);
}

}  // namespace

void AddCommands(CLI::App& app, Setting& setting, int& exit_code) {
  for (const Command& command : Commands())
    AddCommand(app, command, setting, exit_code);
  AddBundleCommand(app, "publish", "PolicyService/PublishPolicy",
                   "Publish a rule bundle", setting, exit_code);
  AddBundleCommand(app, "validate", "PolicyService/ValidatePolicy",
                   "Check a rule bundle on the server", setting, exit_code);
  CLI::App* back = app.get_subcommand("policy")->add_subcommand(
      "rollback", "Publish rules again that were in force before");
  const auto digest = std::make_shared<std::string>();
  back->add_option("digest", *digest, "Of `policy list`")->required();
  back->callback(
      [=, &setting, &exit_code] { exit_code = RollBack(setting, *digest); });
  CLI::App* call = app.add_subcommand("call", "Call any RPC with JSON");
  const auto method = std::make_shared<std::string>();
  const auto data = std::make_shared<std::string>("{}");
  call->add_option("method", *method, "Service/Method")->required();
  call->add_option("-d,--data", *data, "The request as JSON");
  call->callback([=, &setting, &exit_code] {
    const Json request =
        Json::parse(*data, nullptr, /*allow_exceptions=*/false);
    if (!request.is_object()) {
      exit_code = Report(WithChinese(absl::InvalidArgumentError(
                                         "--data: give a request as JSON, "
                                         "e.g. {\"name\": \"…\"}"),
                                     "--data 要填 JSON 格式的请求"),
                         setting);
      return;
    }
    if (!absl::StrContains(*method, '/')) {
      exit_code = Report(
          WithChinese(absl::InvalidArgumentError(absl::StrCat(
                          "method: `", *method,
                          "` is not SERVICE/METHOD, e.g. CardService/GetCard")),
                      "接口写作 服务/方法"),
          setting);
      return;
    }
    exit_code = Run(setting, *method, "clerk", request, ShowAs::kPlain);
  });
}

}  // namespace talentcard::client
