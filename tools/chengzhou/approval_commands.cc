// `proposal approve|reject|run`: acts that need a second person.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/master_key.h"
#include "services/store/random.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/commands.h"

namespace talentcard::client {
namespace {

struct Options {
  std::string name, comment, key;
};

// The ruler's own key, made at the first ruling; it never leaves this machine.
absl::StatusOr<Ed25519Key> KeyIn(const std::string& path) {
  std::error_code ignored;  // Without the directory no key is made either.
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      ignored);
  store::SystemRandom random;
  ASSIGN_OR_RETURN(const store::SecretKey seed,
                   store::LoadOrCreateMasterKey(path, random));
  return Ed25519Key(seed.bytes);
}

absl::StatusOr<Json> Get(Client& client, const Asker& asker,
                         const std::string& name) {
  return client.Call(asker, "ApprovalService/GetProposal", {{"name", name}});
}

absl::StatusOr<Json> Rule(const Setting& setting, const Options& options,
                          bool approves) {
  const Asker asker = AskerOf(setting, "talent-office");
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(const Json proposal, Get(client, asker, options.name));
  ASSIGN_OR_RETURN(
      const Ed25519Key key,
      KeyIn(options.key.empty() ? RulingKeyPath(asker.staff) : options.key));
  Json request = RulingOn(proposal, key, approves, options.comment);
  request["request_id"] = NewRequestId();
  return client.Call(asker,
                     approves ? "ApprovalService/ApproveProposal"
                              : "ApprovalService/RejectProposal",
                     request);
}

// Makes the proposed call, as its proposer.
absl::StatusOr<Json> Execute(const Setting& setting, const Options& options) {
  Asker asker = AskerOf(setting, "talent-office");
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(const Json proposal, Get(client, asker, options.name));
  const Json& proposer = proposal.at("proposer");
  asker.kind = proposer.value("kind", "");
  asker.institution = proposer.value("institution", "");
  const ProposedAct act = ActOf(proposal);
  return client.Call(asker, act.method, act.request);
}

}  // namespace

void AddApprovalCommands(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* group = app.get_subcommand("proposal");
  const auto options = std::make_shared<Options>();
  for (const bool approves : {true, false}) {
    CLI::App* rule = group->add_subcommand(
        approves ? "approve" : "reject",
        approves ? "Approve what somebody else proposed, signed with your key"
                 : "Reject it, or take its approval away before it is used");
    rule->add_option("proposal", options->name, "proposals/…")->required();
    rule->add_option("--comment", options->comment, "What to say with it");
    rule->add_option("--ruling-key", options->key,
                     "Your key; ~/.chengzhou-ruling/STAFF.key if not given");
    rule->callback([=, &setting, &exit_code] {
      exit_code = Show(Rule(setting, *options, approves), setting);
    });
  }
  CLI::App* run = group->add_subcommand(
      "run", "Do what you proposed and somebody else approved");
  run->add_option("proposal", options->name, "proposals/…")->required();
  run->callback([=, &setting, &exit_code] {
    exit_code = Show(Execute(setting, *options), setting);
  });
}

}  // namespace talentcard::client
