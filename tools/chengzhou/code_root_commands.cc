// `code-root init|sign`: the root of codes, on a machine without network; `card
// publish-keys` brings what it signed to the server.
#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "services/signing/signer.h"
#include "services/store/master_key.h"
#include "tools/chengzhou/code_root.h"
#include "tools/chengzhou/commands.h"
#include "tools/pki/files.h"

namespace talentcard::client {
namespace {

struct Options {
  std::string key, keys, list, now;
  std::string profile = "eddsa";
  int days = kKeyListDays;
  std::vector<std::string> cuts;
};

absl::StatusOr<std::unique_ptr<code::Signer>> RootOf(const Options& options,
                                                     bool create) {
  store::SystemRandom random;
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   create ? store::LoadOrCreateMasterKey(options.key, random)
                          : store::LoadMasterKey(options.key));
  return signing::MakeSigner(options.profile == "sm2-sm3"
                                 ? code::Algorithm::kSm2Sm3
                                 : code::Algorithm::kEdDsa,
                             key);
}

absl::StatusOr<Json> JsonIn(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, pki::ReadFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return WithChinese(absl::InvalidArgumentError(
                           absl::StrCat("`", path, "` holds no JSON object")),
                       "文件里不是 JSON：请核对路径");
  return json;
}

absl::Status Init(const Options& options, const Setting& setting) {
  ASSIGN_OR_RETURN(const auto root, RootOf(options, /*create=*/true));
  std::cout << code::ToText(root->public_key()) << "\n";
  std::cerr << In(setting,
                  "以上公钥书面发给各窗口；私钥文件请移到不联网的介质上\n",
                  "Give this public key to the desks on paper; move the key's "
                  "file to a medium without network.\n");
  return absl::OkStatus();
}

absl::Status Sign(const Options& options) {
  ASSIGN_OR_RETURN(const auto root, RootOf(options, /*create=*/false));
  ASSIGN_OR_RETURN(const Json wanted, JsonIn(options.keys));
  ASSIGN_OR_RETURN(const absl::Time now, TimeGiven(options.now));
  Cuts cuts;
  for (const std::string& text : options.cuts) {
    const std::vector<std::string> parts = absl::StrSplit(text, '=');
    if (parts.size() != 2 || parts[1].empty())
      return WithChinese(absl::InvalidArgumentError("--cut is PUBLIC_KEY=TIME"),
                         "--cut 写作 公钥=时间");
    ASSIGN_OR_RETURN(cuts[parts[0]], TimeGiven(parts[1]));
  }
  ASSIGN_OR_RETURN(const Json vouched,
                   VouchFor(wanted, *root, now, options.days, cuts));
  std::cout << vouched.dump(2) << "\n";
  return absl::OkStatus();
}

absl::StatusOr<Json> Shown(const Options& options) {
  ASSIGN_OR_RETURN(const Json vouched, JsonIn(options.list));
  return ShowKeyList(vouched);
}

}  // namespace

void AddCodeRootCommands(CLI::App& app, Setting& setting, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* group = app.add_subcommand(
      "code-root", "The root of codes, on a machine without network");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = group->add_subcommand(name, about);
    command->add_option("key", options->key, "The root's key, a file")
        ->required();
    command
        ->add_option("--profile", options->profile,
                     "As the server's --code-profile")
        ->check(CLI::IsMember({"eddsa", "sm2-sm3"}))
        ->capture_default_str();
    return command;
  };
  add("init", "Make the key if there is none, and print its public key")
      ->callback([=, &setting, &exit_code] {
        exit_code = Report(Init(*options, setting), setting);
      });
  CLI::App* sign = add("sign", "Vouch for the keys a server asks for");
  sign->add_option("keys", options->keys, "What `card keys --json` printed")
      ->required();
  sign->add_option("--days", options->days, "How long the list holds")
      ->capture_default_str();
  sign->add_option("--cut", options->cuts,
                   "PUBLIC_KEY=TIME: stolen, nothing it signed later counts");
  sign->add_option("--now", options->now, "Of a rehearsal: its time");
  sign->callback([=, &setting, &exit_code] {
    exit_code = Report(Sign(*options), setting);
  });
  CLI::App* show = group->add_subcommand(
      "show", "What a signed list says, before you approve it");
  show->add_option("list", options->list,
                   "What `code-root sign` or `proposal show --json` printed")
      ->required();
  show->callback([=, &setting, &exit_code] {
    exit_code = Show(Shown(*options), setting);
  });

  CLI::App* publish = app.get_subcommand("card")->add_subcommand(
      "publish-keys", "Have desks trust what the root signed (two persons)");
  publish->add_option("list", options->list, "What `code-root sign` printed")
      ->required();
  publish->callback([=, &setting, &exit_code] {
    const absl::StatusOr<Json> request = JsonIn(options->list);
    exit_code = request.ok() ? Run(setting, "CardService/PublishCodeKeys",
                                   "security-admin", *request, ShowAs::kPlain)
                             : Report(request.status(), setting);
  });
}

}  // namespace talentcard::client
