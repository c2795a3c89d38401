// `pki`: the city's certificate authority, in a directory of its own.
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "tools/chengzhou/commands.h"
#include "tools/pki/city_ca.h"

namespace talentcard::client {
namespace {

// What the commands of `pki` are given.
struct Given {
  std::string directory;
  std::vector<std::string> names = {"localhost", "127.0.0.1"};
  std::vector<std::string> new_names;  // Empty: the edge keeps those it has.
  int under_days = 0;                  // 0: however long the edge's lasts.
  pki::Subject subject;
  int days = 30;
  bool also_at = false;
};

// Says what was done, or why it was not.
int Say(const absl::Status& status, const std::string& done,
        const Setting& setting) {
  if (status.ok()) std::cout << done << "\n";
  return Report(status, setting);
}

int Init(const Given& given, const Setting& setting) {
  const char* const key = "/root/root.key";
  return Say(
      pki::Found(given.directory, given.names, absl::Now()),
      setting.language == Language::kChinese
          ? absl::StrCat("已建立。请把根密钥移到离线介质：", given.directory,
                         key)
          : absl::StrCat("founded; move the root's key to an offline medium: ",
                         given.directory, key),
      setting);
}

std::string Text(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", time,
                          absl::FixedTimeZone(8 * 3600));
}

int Edge(const Given& given, const Setting& setting) {
  const auto until =
      pki::RenewEdge(given.directory, given.new_names,
                     given.under_days == 0 ? absl::InfiniteDuration()
                                           : absl::Hours(24) * given.under_days,
                     absl::Now());
  return Say(
      until.status(),
      until.ok()
          ? absl::StrCat(given.directory, "/edge.pem ",
                         std::string(In(setting, "有效至 ", "is good until ")),
                         Text(*until))
          : "",
      setting);
}

int Issue(const Given& given, const Setting& setting) {
  const auto path = pki::Issue(
      given.directory, given.subject, absl::Hours(24) * given.days, absl::Now(),
      given.also_at ? pki::Institutions::kSeveral : pki::Institutions::kOne);
  return Say(path.status(), path.ok() ? *path : "", setting);
}

int Revoke(const Given& given, const Setting& setting) {
  const auto serials = pki::Revoke(given.directory, given.subject, absl::Now());
  return Say(serials.status(),
             serials.ok()
                 ? absl::StrCat(std::string(In(
                                    setting, "已吊销，待边界重新读取 crl.pem：",
                                    "revoked once the edge reads crl.pem: ")),
                                absl::StrJoin(*serials, " "))
                 : "",
             setting);
}

int ShowIssued(const Given& given, const Setting& setting) {
  const auto issued = pki::List(given.directory);
  if (!issued.ok()) return Report(issued.status(), setting);
  const absl::Time now = absl::Now();
  for (const pki::Issued& one : *issued) {
    const std::string_view state =
        one.revoked        ? In(setting, "已吊销", "revoked")
        : one.until <= now ? In(setting, "已过期", "ended")
                           : In(setting, "有效", "good");
    std::cout << absl::StrCat(one.serial, "  ", Text(one.until), "  ",
                              std::string(state), "  ", one.name, "\n");
  }
  return kDone;
}

int WriteLists(const Given& given, const Setting& setting) {
  return Say(pki::WriteLists(given.directory, absl::Now()),
             given.directory + "/crl.pem", setting);
}

void AddSubject(CLI::App& command, Given& given) {
  command.add_option("--kind", given.subject.kind, "A kind of access.yaml")
      ->required();
  command
      .add_option("--institution", given.subject.institution,
                  "e.g. hospitals/haicheng-central")
      ->required();
  command
      .add_option("--holder", given.subject.holder,
                  "staff/NAME or devices/NAME")
      ->required();
}

}  // namespace

void AddPkiCommands(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* pki = app.add_subcommand(
      "pki", "The city's certificate authority: who may come to the edge");
  pki->require_subcommand(1);
  const auto given = std::make_shared<Given>();
  const auto add = [&](const char* name, const char* about,
                       int (*run)(const Given&, const Setting&)) {
    CLI::App* command = pki->add_subcommand(name, about);
    command->add_option("directory", given->directory, "The CA's directory")
        ->required();
    command->callback([given, run, &setting, &exit_code] {
      exit_code = run(*given, setting);
    });
    return command;
  };
  add("init", "Found it: root, issuing CA, the edge's certificate", Init)
      ->add_option("--edge-name", given->names,
                   "Names and addresses that the edge is reached by")
      ->capture_default_str();
  for (const auto& [name, about] :
       {std::pair("issue",
                  "Issue a certificate to a member of staff or device"),
        std::pair("renew", "The same again, with a new key")}) {
    CLI::App* issue = add(name, about, Issue);
    AddSubject(*issue, *given);
    issue->add_option("--person", given->subject.person,
                      "people/… : the member of staff's own record, so that "
                      "nobody decides on their own family");
    issue->add_option("--days", given->days, "1 to 30")->capture_default_str();
    issue->add_flag("--also-at", given->also_at,
                    "The same person works at another institution too, and "
                    "has this name there");
  }
  AddSubject(*add("revoke", "Revoke all certificates of a holder", Revoke),
             *given);
  add("lists", "Write the revocation lists anew (daily: they last 7 days)",
      WriteLists);
  CLI::App* edge =
      add("edge", "Renew the edge's own certificate (it lasts 90 days)", Edge);
  edge->add_option("--edge-name", given->new_names,
                   "Names and addresses that the edge is reached by; those it "
                   "has, if left out");
  edge->add_option("--under-days", given->under_days,
                   "Only if it ends in less than so many days")
      ->check(CLI::Range(1, 90));
  add("show", "What was issued, until when, and what is revoked", ShowIssued);
}

}  // namespace talentcard::client
