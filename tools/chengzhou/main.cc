// chengzhou: the talent card from a terminal. Data goes to standard output,
// talk to standard error; the exit code says what kind of failure it was.
#include <absl/synchronization/mutex.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tools/chengzhou/commands.h"
#include "tools/chengzhou/story.h"
#include "tools/chengzhou/usage.h"

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  using talentcard::client::Language;
  talentcard::client::Setting setting;
  const char* locale = std::getenv("LC_ALL") != nullptr ? std::getenv("LC_ALL")
                                                        : std::getenv("LANG");
  setting.language = talentcard::client::LanguageAsked(
      argc, argv,
      locale != nullptr && std::string(locale).rfind("zh", 0) == 0
          ? Language::kChinese
          : Language::kEnglish);
  int exit_code = 0;

  CLI::App app(
      "chengzhou: the Chengzhou Talent Card (澄州英才卡) from a terminal.\n\n"
      "  chengzhou person find 219900198001010018\n"
      "  chengzhou rights people/0123…\n"
      "  chengzhou hospital verify 219900195502020028 "
      "--at-institution hospitals/haicheng-tcm\n"
      "  chengzhou explain decisions/42 --lang zh\n\n"
      "Exit codes: 0 done, 2 bad input, 3 not allowed, 4 not found, 5 refused "
      "by state or rules, 6 no server, 7 ask online, 1 other.");
  talentcard::client::FitHelp(app);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--server", setting.server, "Where chengzhoud listens")
      ->capture_default_str();
  app.add_option(
      "--ca", setting.tls.ca,
      "Speak TLS to the edge, whose certificate is of this CA (PEM)");
  app.add_option("--cert", setting.tls.certificate,
                 "Your certificate with its chain (PEM)");
  app.add_option("--key", setting.tls.key, "Its key (PEM)");
  app.add_option("--certs", setting.tls.directory,
                 "Instead: a directory of `chengzhou pki`; each asker's own");
  app.add_option("--as", setting.asker.kind,
                 "Kind of asker: clerk, reviewer, hospital, auditor …; each "
                 "command has its own");
  app.add_option("--at-institution", setting.asker.institution,
                 "e.g. stations/haizhou, hospitals/haicheng-central");
  setting.asker.staff = "staff/cli";
  app.add_option("--staff", setting.asker.staff, "Who is at the keyboard")
      ->capture_default_str();
  setting.asker.purpose = "窗口办理";
  app.add_option("--purpose", setting.asker.purpose,
                 "Why personal data are read")
      ->capture_default_str();
  std::string language;  // Read by LanguageAsked.
  app.add_option("--lang", language, "zh or en; by locale if not given")
      ->check(CLI::IsMember({"zh", "en"}));
  app.add_flag("--json", setting.json, "Print the answer as JSON");
  app.add_option("--propose", setting.propose,
                 "Do not do it: propose it to a second person, and say why");
  app.add_flag("--emergency", setting.emergency,
               "With --propose: it cannot wait; reviewed afterwards");
  app.parse_complete_callback([&] {
    if (!setting.tls.directory.empty() && setting.tls.ca.empty())
      setting.tls.ca = setting.tls.directory + "/root.pem";
  });
  talentcard::client::AddCommands(app, setting, exit_code);
  talentcard::client::AddCodeCommands(app, setting, exit_code);
  talentcard::client::AddLogCommands(app, setting, exit_code);
  talentcard::client::AddApprovalCommands(app, setting, exit_code);
  talentcard::client::AddReceiptCommands(app, setting, exit_code);
  talentcard::client::AddStaffCommands(app, setting, exit_code);
  talentcard::client::AddCodeRootCommands(app, setting, exit_code);
  talentcard::client::AddRestoreCommands(app, setting, exit_code);
  talentcard::client::AddImportCommand(app, setting, exit_code);
  talentcard::client::AddPkiCommands(app, setting, exit_code);
  talentcard::client::AddPopulationCommand(app, setting, exit_code);
  CLI::App* story = app.add_subcommand(
      "story",
      "Play the main job as each of its users, on a rehearsal's server");
  talentcard::client::StoryFiles files;
  story->add_option("--rules", files.rules, "The bundle to publish first")
      ->capture_default_str();
  story->add_option("--verifier", files.verifier, "Node's verifier of receipts")
      ->capture_default_str();
  story
      ->add_option("--code-root", files.code_root,
                   "The rehearsal's root of codes, made if there is none")
      ->capture_default_str();
  bool askers = false;
  story->add_flag("--askers", askers,
                  "Only say who asks in it: kind, institution, holder");
  story->callback([&] {
    if (askers) {
      for (const auto& asker : talentcard::client::StoryAskers())
        std::cout << asker.kind << " " << asker.institution << " "
                  << asker.staff << "\n";
      return;
    }
    talentcard::client::Client client(setting.server, setting.tls);
    exit_code =
        talentcard::client::TellStory(client, setting.language, files) ? 0 : 1;
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return talentcard::client::AnswerParseError(app, error, setting.language);
  }
  return exit_code;
}
