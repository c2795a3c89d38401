// `staff put|enrol|sign-in`: accounts, and both factors of one's own.
#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/status_macros.h"
#include "tools/chengzhou/authenticator.h"
#include "tools/chengzhou/commands.h"
#include "tools/pki/files.h"
#include "tools/qr/qr.h"

namespace talentcard::client {
namespace {

struct Options {
  std::string name, etag, code, password_file, authenticator;
  std::vector<std::string> roles;
};

// Typed, and not shown.
std::string AskHidden(std::string_view prompt) {
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::cerr << prompt << std::flush;
  std::string text;
  std::getline(std::cin, text);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::cerr << "\n";
  }
  return text;
}

std::string Ask(std::string_view prompt) {
  std::cerr << prompt << std::flush;
  std::string text;
  std::getline(std::cin, text);
  return text;
}

absl::StatusOr<std::string> Password(const Setting& setting,
                                     const Options& options, bool twice) {
  if (!options.password_file.empty()) {
    ASSIGN_OR_RETURN(std::string text, pki::ReadFile(options.password_file));
    absl::StripTrailingAsciiWhitespace(&text);
    return text;
  }
  const std::string password = AskHidden(In(setting, "密码：", "Password: "));
  if (twice && AskHidden(In(setting, "再输一次：", "Once more: ")) != password)
    return WithChinese(
        absl::InvalidArgumentError("the two are not the same; begin again"),
        "两次输入不同：请重来");
  return password;
}

// Half blocks: two rows of modules a line, dark on light however the terminal
// is coloured.
void DrawSymbol(const std::string& text) {
  const auto symbol = qr::Encode(text, qr::Level::kScreen);
  if (!symbol.ok()) return;
  const auto dark = [&](int row, int column) {
    return row >= 0 && column >= 0 && row < symbol->width &&
           column < symbol->width &&
           symbol->dark[static_cast<size_t>(row * symbol->width + column)];
  };
  const int zone = qr::kQuietZone;
  for (int row = -zone; row < symbol->width + zone; row += 2) {
    std::cerr << "\x1b[30;107m";
    for (int column = -zone; column < symbol->width + zone; ++column) {
      const bool above = dark(row, column), below = dark(row + 1, column);
      std::cerr << (above ? (below ? "█" : "▀") : (below ? "▄" : " "));
    }
    std::cerr << "\x1b[0m\n";
  }
}

// Shows a secret to a telephone's authenticator.
void ShowSecret(const Setting& setting, const std::string& uri) {
  std::cerr << In(setting, "用手机上的验证器扫描，或输入其中的 secret：\n",
                  "Scan this with your telephone's authenticator, or type in "
                  "its secret:\n");
  DrawSymbol(uri);
  std::cerr << uri << "\n";
}

// The next code of a file's authenticator; waits for it at most half a minute.
absl::StatusOr<std::string> CodeOf(const Setting& setting,
                                   Authenticator& authenticator,
                                   const std::string& path) {
  std::optional<std::string> code = authenticator.NextCode(absl::Now());
  if (!code)
    std::cerr << In(setting, "等下一个验证码，至多半分钟\n",
                    "waiting for the next code, half a minute at most\n");
  while (!code) {
    absl::SleepFor(absl::Seconds(1));
    code = authenticator.NextCode(absl::Now());
  }
  RETURN_IF_ERROR(authenticator.Keep(path));
  return *code;
}

absl::StatusOr<Json> Put(const Setting& setting, const Options& options) {
  Json account = {{"name", options.name}, {"roles", Json::array()}};
  if (!options.etag.empty()) account["etag"] = options.etag;
  for (const std::string& role : options.roles) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(role, absl::MaxSplits('@', 1));
    account["roles"].push_back(
        {{"kind", parts.first}, {"institution", parts.second}});
  }
  Client client(setting.server, setting.tls);
  return client.Call(AskerOf(setting, "security-admin"),
                     "StaffService/PutAccount",
                     {{"account", account}, {"request_id", NewRequestId()}});
}

absl::StatusOr<Json> Enrol(const Setting& setting, const Options& options) {
  const Asker asker = AskerOf(setting, "clerk");
  ASSIGN_OR_RETURN(const std::string password,
                   Password(setting, options, /*twice=*/true));
  Authenticator authenticator = Authenticator::Make();
  std::string code;
  if (options.authenticator.empty()) {
    ShowSecret(setting, OtpAuthUri(authenticator.secret(), asker.staff));
    code = Ask(In(setting, "验证器现在显示的六位数字：",
                  "The six digits it shows now: "));
  } else {
    ASSIGN_OR_RETURN(code,
                     CodeOf(setting, authenticator, options.authenticator));
  }
  Client client(setting.server, setting.tls);
  return client.Call(
      asker, "StaffService/EnrolAccount",
      {{"enrolment_code", options.code},
       {"password", password},
       {"totp_secret", absl::Base64Escape(authenticator.secret())},
       {"totp_code", code}});
}

absl::StatusOr<Json> SignIn(const Setting& setting, const Options& options) {
  const Asker asker = AskerOf(setting, "clerk");
  ASSIGN_OR_RETURN(const std::string password,
                   Password(setting, options, /*twice=*/false));
  std::string code;
  if (options.authenticator.empty()) {
    code = Ask(In(setting, "验证码（六位）：", "Code (six digits): "));
  } else {
    ASSIGN_OR_RETURN(Authenticator authenticator,
                     Authenticator::Read(options.authenticator));
    ASSIGN_OR_RETURN(code,
                     CodeOf(setting, authenticator, options.authenticator));
  }
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(Json session,
                   client.Call(asker, "StaffService/SignIn",
                               {{"password", password}, {"totp_code", code}}));
  const std::string file = client.SessionFile(asker);
  if (!file.empty())
    RETURN_IF_ERROR(
        pki::WriteFile(file, session.value("session_token", ""), pki::kSecret));
  session.erase("session_token");
  return session;
}

using Act = absl::StatusOr<Json> (*)(const Setting&, const Options&);

void AddFactors(CLI::App& command, Options& options) {
  command.add_option("--password-file", options.password_file,
                     "Read the password there; asked for if not given");
  command.add_option("--authenticator", options.authenticator,
                     "A file that makes the codes instead of a telephone");
}

}  // namespace

void AddStaffCommands(CLI::App& app, Setting& setting, int& exit_code) {
  CLI::App* group = app.get_subcommand("staff");
  const auto options = std::make_shared<Options>();
  const auto does = [=, &setting, &exit_code](Act act) {
    return [=, &setting, &exit_code] {
      exit_code = Show(act(setting, *options), setting);
    };
  };
  CLI::App* put = group->add_subcommand(
      "put",
      "Make an account, or give one other roles; prints its enrolment code");
  put->add_option("staff", options->name, "staff/…")->required();
  put->add_option("--role", options->roles,
                  "KIND@INSTITUTION, e.g. clerk@stations/haizhou; any number")
      ->required();
  put->add_option("--etag", options->etag, "Of the account as you saw it");
  put->callback(does(Put));
  CLI::App* enrol = group->add_subcommand(
      "enrol", "Choose your password and set up your authenticator");
  enrol->add_option("code", options->code, "From your invitation")->required();
  AddFactors(*enrol, *options);
  enrol->callback(does(Enrol));
  CLI::App* sign_in = group->add_subcommand(
      "sign-in", "Begin a session; it is kept beside your certificate");
  AddFactors(*sign_in, *options);
  sign_in->callback(does(SignIn));
}

}  // namespace talentcard::client
