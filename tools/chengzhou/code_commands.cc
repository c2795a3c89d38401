// `card code`, `card wallet` and `scan`: a code issued, shown and judged.
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "engine/code/reader.h"
#include "engine/status_macros.h"
#include "tools/chengzhou/commands.h"
#include "tools/chengzhou/desk.h"
#include "tools/pki/files.h"
#include "tools/print/card_face.h"
#include "tools/qr/qr.h"

namespace talentcard::client {
namespace {

// Where a code's picture goes; empty for nowhere.
struct Pictures {
  std::string png;
  std::string svg;
  std::string pdf;
};

std::string FromBase64(const Json& text) {
  std::string bytes;
  absl::Base64Unescape(text.get<std::string>(), &bytes);
  return bytes;
}

// Prints the text and draws it.
absl::Status ShowCode(const std::string& text, const Pictures& pictures) {
  std::cout << text << "\n";
  ASSIGN_OR_RETURN(const qr::Symbol symbol,
                   qr::Encode(text, qr::Level::kScreen));
  constexpr int kPixels = 8;
  if (!pictures.png.empty())
    RETURN_IF_ERROR(
        pki::WriteFile(pictures.png, qr::Png(symbol, kPixels), pki::kPublic));
  if (!pictures.svg.empty())
    RETURN_IF_ERROR(
        pki::WriteFile(pictures.svg, qr::Svg(symbol), pki::kPublic));
  return absl::OkStatus();
}

// What a phone keeps of an offline code. The seed never leaves it.
struct Wallet {
  std::string signed_part;
  code::ChainValue seed{};
};

absl::Status SaveWallet(const std::string& path, const Wallet& wallet) {
  const std::string seed(wallet.seed.begin(), wallet.seed.end());
  return pki::WriteFile(
      path,
      Json{{"signed_part", absl::BytesToHexString(wallet.signed_part)},
           {"seed", absl::BytesToHexString(seed)}}
              .dump(2) +
          "\n",
      pki::kSecret);
}

absl::StatusOr<Wallet> ReadWallet(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, pki::ReadFile(path));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  Wallet wallet;
  const std::string seed =
      absl::HexStringToBytes(json.is_object() ? json.value("seed", "") : "");
  if (seed.size() != wallet.seed.size())
    return WithChinese(
        absl::InvalidArgumentError(
            absl::StrCat("`", path, "` is no wallet of an offline code")),
        "文件不是离线码的卡包：请用 card code --offline 重新生成");
  wallet.signed_part = absl::HexStringToBytes(json.value("signed_part", ""));
  std::copy(seed.begin(), seed.end(), wallet.seed.begin());
  return wallet;
}

absl::Status ShowWallet(const std::string& path, absl::Time now,
                        const Pictures& pictures) {
  ASSIGN_OR_RETURN(const Wallet wallet, ReadWallet(path));
  ASSIGN_OR_RETURN(const code::Claims claims,
                   code::ClaimsOf(wallet.signed_part));
  if (!claims.chain)
    return WithChinese(
        absl::InvalidArgumentError("the wallet holds no offline code"),
        "卡包里没有离线码：请用 card code --offline 重新生成");
  ASSIGN_OR_RETURN(const code::ChainStep step,
                   code::HolderChain(claims.id, wallet.seed)
                       .StepOf(code::SlotAt(claims.chain->start, now)));
  return ShowCode(code::OfflineCode(wallet.signed_part, step), pictures);
}

absl::Status IssueCode(const Setting& setting, const std::string& card,
                       const std::string& wallet_path,
                       const Pictures& pictures) {
  Json request = {{"name", card}, {"request_id", NewRequestId()}};
  Wallet wallet;
  code::CodeId id{};
  if (!wallet_path.empty()) {
    RAND_bytes(wallet.seed.data(), static_cast<int>(wallet.seed.size()));
    RAND_bytes(id.data(), static_cast<int>(id.size()));
    const code::ChainValue anchor = code::HolderChain(id, wallet.seed).Anchor();
    request["chain"] = {
        {"code_id", absl::Base64Escape(std::string(id.begin(), id.end()))},
        {"anchor",
         absl::Base64Escape(std::string(anchor.begin(), anchor.end()))}};
  }
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(const Json answer,
                   client.Call(AskerOf(setting, "clerk"),
                               "CardService/IssueCardCode", request));
  if (wallet_path.empty())
    return ShowCode(answer["text"].get<std::string>(), pictures);
  wallet.signed_part = FromBase64(answer["signed_part"]);
  RETURN_IF_ERROR(SaveWallet(wallet_path, wallet));
  std::cerr << In(setting, "离线码已存入 ", "the offline code is kept in ")
            << wallet_path << "\n";
  return absl::OkStatus();
}

absl::Status Refresh(const Setting& setting, DeskFiles& desk) {
  Client client(setting.server, setting.tls);
  ASSIGN_OR_RETURN(const Json answer,
                   client.Call(AskerOf(setting, "hospital"),
                               "CardService/GetCodeLists", Json::object()));
  const CachedLists lists = ListsFromJson(answer);
  const bool known = desk.HasRoot();
  RETURN_IF_ERROR(desk.Keep(lists));
  if (!known) {
    std::cerr << In(setting, "本窗口首次信任此根公钥，请与书面发放的核对：",
                    "This desk now trusts this root; compare it with the one "
                    "you were given on paper: ")
              << lists.root << "\n";
  }
  return absl::OkStatus();
}

const char* OutcomeWord(const std::string& outcome, Language language) {
  struct Word {
    const char* outcome;
    const char* zh;
    const char* en;
  };
  static constexpr Word kWords[] = {
      {"RECORDED", "已登记", "recorded"},
      {"TAKEN_ELSEWHERE", "同一时刻另一窗口也收过此码，其中一个是复制的",
       "another desk took this code in the same minute: one of the two was a "
       "copy"},
      {"CARD_NOT_IN_FORCE", "当时该卡已停用，本窗口名单过旧",
       "the card was not in force then; this desk's list was older"},
      {"REFUSED", "不是当时有效的卡码，未登记",
       "no code that was good then; not recorded"}};
  for (const Word& word : kWords) {
    if (outcome == word.outcome)
      return language == Language::kChinese ? word.zh : word.en;
  }
  return "";
}

void PrintFinding(const QueuedScan& scan, const Json& finding,
                  const Setting& setting) {
  const std::string time = absl::FormatTime("%Y-%m-%d %H:%M", scan.time,
                                            absl::FixedTimeZone(8 * 3600));
  if (setting.json) {
    Json line = finding;
    line["scan_time"] = absl::FormatTime(absl::RFC3339_full, scan.time,
                                         absl::FixedTimeZone(8 * 3600));
    std::cout << line.dump() << std::endl;
    return;
  }
  const std::string outcome = finding.value("outcome", "");
  std::cout << time << "  " << OutcomeWord(outcome, setting.language);
  if (finding.contains("finding"))
    std::cout << "  [" << finding["finding"].get<std::string>() << "]";
  std::cout << std::endl;
}

// Tells what was taken without network, in calls of as many as one takes.
absl::Status ReportQueue(const Setting& setting, DeskFiles& desk) {
  constexpr size_t kMostInACall = 32;
  Client client(setting.server, setting.tls);
  size_t all = 0;
  for (std::vector<QueuedScan> queue = desk.Queue(); !queue.empty();
       queue = desk.Queue()) {
    queue.resize(std::min(queue.size(), kMostInACall));
    Json scans = Json::array();
    for (const QueuedScan& scan : queue)
      scans.push_back(
          {{"code", scan.code},
           {"scan_time", absl::FormatTime(absl::RFC3339_full, scan.time,
                                          absl::UTCTimeZone())}});
    ASSIGN_OR_RETURN(
        const Json answer,
        client.Call(AskerOf(setting, "hospital"), "CardService/ReportScans",
                    {{"scans", scans}, {"request_id", NewRequestId()}}));
    for (size_t i = 0; i < queue.size(); ++i)
      PrintFinding(queue[i], answer["findings"][i], setting);
    RETURN_IF_ERROR(desk.Told(queue));
    all += queue.size();
  }
  std::cerr << (setting.language == Language::kChinese
                    ? absl::StrCat("已上报 ", all, " 条\n")
                    : absl::StrCat(all, " told\n"));
  return absl::OkStatus();
}

const char* ColourWord(code::Colour colour, Language language) {
  const bool zh = language == Language::kChinese;
  switch (colour) {
    case code::Colour::kGreen:
      return zh ? "绿 通过" : "GREEN";
    case code::Colour::kAmber:
      return zh ? "黄 联机核验" : "AMBER";
    default:
      return zh ? "红 不通过" : "RED";
  }
}

void Print(const code::Verdict& verdict, const DeskFiles& desk,
           const Setting& setting) {
  const code::FindingInfo& info = code::InfoOf(verdict.finding);
  const char* const colours[] = {"GREEN", "AMBER", "RED"};
  Json out = {{"verdict", colours[static_cast<int>(info.colour)]},
              {"step", static_cast<int>(info.step)},
              {"code", std::string(info.code)},
              {"zh", std::string(info.zh)},
              {"en", std::string(info.en)}};
  if (verdict.claims) {
    out["name"] = verdict.claims->masked_name;
    out["last_four"] = verdict.claims->last_four;
    out["tier"] = verdict.claims->tier;
    out["benefits"] = desk.BenefitsOf(verdict.claims->benefits);
  }
  if (setting.json) {
    std::cout << out.dump() << std::endl;
    return;
  }
  const bool zh = setting.language == Language::kChinese;
  std::cout << ColourWord(info.colour, setting.language)
            << (zh ? "  第" : "  step ") << static_cast<int>(info.step)
            << (zh ? "步 " : " ") << info.code << "\n  "
            << (zh ? info.zh : info.en) << "\n";
  if (verdict.claims) {
    std::cout << "  " << verdict.claims->masked_name << "  "
              << verdict.claims->last_four << "  " << verdict.claims->tier
              << "  "
              << absl::StrJoin(desk.BenefitsOf(verdict.claims->benefits), " ")
              << "\n";
  }
  std::cout << std::flush;
}

int ExitCodeOf(code::Colour colour) {
  return colour == code::Colour::kGreen   ? kDone
         : colour == code::Colour::kAmber ? kAskOnline
                                          : kRefused;
}

struct ScanOptions {
  std::string text;
  std::string image;
  std::string desk;
  std::string root;
  std::string now;
  bool refresh = false;
  bool report = false;
};

// Judges each line of standard input, as a scanner types it.
absl::StatusOr<int> ScanLines(DeskFiles& desk, const ScanOptions& options,
                              const Setting& setting) {
  int exit_code = kDone;
  for (std::string line; std::getline(std::cin, line);) {
    ASSIGN_OR_RETURN(const absl::Time now, TimeGiven(options.now));
    ASSIGN_OR_RETURN(const code::Verdict verdict, desk.Judge(line, now));
    Print(verdict, desk, setting);
    exit_code = ExitCodeOf(verdict.colour());
  }
  return exit_code;
}

absl::StatusOr<int> Scan(const ScanOptions& options, const Setting& setting) {
  ASSIGN_OR_RETURN(const absl::Time now, TimeGiven(options.now));
  DeskFiles desk(options.desk);
  if (!options.root.empty()) RETURN_IF_ERROR(desk.TrustRoot(options.root));
  if (options.report) RETURN_IF_ERROR(ReportQueue(setting, desk));
  if (options.refresh) RETURN_IF_ERROR(Refresh(setting, desk));
  const bool nothing_more = options.text.empty() && options.image.empty();
  if ((options.report || options.refresh) && nothing_more) return kDone;
  RETURN_IF_ERROR(desk.Open(now));
  std::string text = options.text;
  if (!options.image.empty()) {
    ASSIGN_OR_RETURN(const std::string png, pki::ReadFile(options.image));
    ASSIGN_OR_RETURN(text, qr::ReadPicture(png));
  }
  if (text.empty()) return ScanLines(desk, options, setting);
  ASSIGN_OR_RETURN(const code::Verdict verdict, desk.Judge(text, now));
  Print(verdict, desk, setting);
  return ExitCodeOf(verdict.colour());
}

// The face of a card, for a printer.
absl::Status PrintCard(const Setting& setting, const std::string& name,
                       const Pictures& pictures) {
  Client client(setting.server, setting.tls);
  const Asker clerk = AskerOf(setting, "clerk");
  ASSIGN_OR_RETURN(const Json card,
                   client.Call(clerk, "CardService/GetCard", {{"name", name}}));
  const std::string holder = card.value("holder", "");
  ASSIGN_OR_RETURN(
      const Json person,
      client.Call(clerk, "RegistryService/GetPerson", {{"name", holder}}));
  ASSIGN_OR_RETURN(const Json tier, client.Call(clerk, "CardService/AssessTier",
                                                {{"person", holder}}));
  if (card.value("state", "") != "ACTIVE" ||
      tier.value("tier", "") != card.value("tier", ""))
    return WithChinese(
        absl::FailedPreconditionError(absl::StrCat(
            "the card is ", card.value("state", ""), " of tier ",
            card.value("tier", ""), " and its holder is recognised as `",
            tier.value("tier", ""), "`; a card is printed while both agree")),
        "卡须有效，且类别与持卡人现在的认定一致，方可打印");
  const Json until = card.value("valid_until", Json::object());
  const print::CardFace face = {
      tier["tier_name"].value("zh", ""),
      tier["tier_name"].value("en", ""),
      person.value("full_name", ""),
      name.substr(name.find('/') + 1),
      absl::StrFormat("%04d-%02d-%02d", until.value("year", 0),
                      until.value("month", 0), until.value("day", 0)),
      tier.value("rank", 1)};
  if (!pictures.pdf.empty()) {
    ASSIGN_OR_RETURN(const std::string pdf, print::CardPdf(face));
    RETURN_IF_ERROR(pki::WriteFile(pictures.pdf, pdf, pki::kPublic));
  }
  if (!pictures.png.empty()) {
    ASSIGN_OR_RETURN(const std::string png, print::CardPng(face, 300));
    RETURN_IF_ERROR(pki::WriteFile(pictures.png, png, pki::kPublic));
  }
  return absl::OkStatus();
}

void AddPictures(CLI::App* command, Pictures& pictures) {
  command->add_option("--png", pictures.png, "Draw it into this PNG file");
  command->add_option("--svg", pictures.svg, "Draw it into this SVG file");
}

void AddCardCode(CLI::App& card, Setting& setting, int& exit_code) {
  struct Options {
    std::string name, wallet, now;
    Pictures pictures;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* issue = card.add_subcommand(
      "code", "A code to show at desks: for two minutes, or for a day");
  issue->add_option("card", options->name, "cards/…")->required();
  issue->add_option("--offline", options->wallet,
                    "For a phone without signal: keep a day's code in this "
                    "file");
  AddPictures(issue, options->pictures);
  issue->callback([=, &setting, &exit_code] {
    exit_code = Report(
        IssueCode(setting, options->name, options->wallet, options->pictures),
        setting);
  });
  CLI::App* face = card.add_subcommand(
      "print", "The face of a card in force, to be printed on plastic");
  face->add_option("card", options->name, "cards/…")->required();
  CLI::Option_group* files = face->add_option_group("files");
  files->add_option("--pdf", options->pictures.pdf, "Into this PDF file");
  files->add_option("--png", options->pictures.png,
                    "Into this PNG file, 300 dpi");
  files->require_option(1, 2);
  face->callback([=, &setting, &exit_code] {
    exit_code =
        Report(PrintCard(setting, options->name, options->pictures), setting);
  });
  CLI::App* wallet = card.add_subcommand(
      "wallet", "What an offline code shows in this minute");
  wallet->add_option("file", options->wallet, "As `card code --offline` made")
      ->required();
  wallet->add_option("--now", options->now, "Instead of the clock");
  AddPictures(wallet, options->pictures);
  wallet->callback([=, &setting, &exit_code] {
    const absl::StatusOr<absl::Time> now = TimeGiven(options->now);
    exit_code =
        Report(now.ok() ? ShowWallet(options->wallet, *now, options->pictures)
                        : now.status(),
               setting);
  });
}

std::string DefaultDesk() {
  const char* home = std::getenv("HOME");
  return absl::StrCat(home != nullptr ? home : ".", "/.chengzhou-desk");
}

}  // namespace

void AddCodeCommands(CLI::App& app, Setting& setting, int& exit_code) {
  AddCardCode(*app.get_subcommand("card"), setting, exit_code);
  const auto options = std::make_shared<ScanOptions>();
  options->desk = DefaultDesk();
  CLI::App* scan = app.add_subcommand(
      "scan",
      "Judge a card's code without network: GREEN, AMBER or RED, and why. "
      "Codes are read from the argument, a picture, or line by line from "
      "standard input.");
  scan->add_option("code", options->text, "The text of the code");
  scan->add_option("--image", options->image, "A PNG or JPEG picture of it");
  scan->add_option("--desk", options->desk, "Where this desk keeps its lists")
      ->capture_default_str();
  scan->add_flag("--refresh", options->refresh,
                 "Fetch the lists of keys and of revoked cards first");
  scan->add_flag("--report", options->report,
                 "Tell what this desk took without network: a copy taken "
                 "elsewhere is found then");
  scan->add_option("--root", options->root,
                   "The root key, as given on paper, to trust from now on");
  scan->add_option("--now", options->now, "Instead of the clock");
  scan->callback([=, &setting, &exit_code] {
    const absl::StatusOr<int> result = Scan(*options, setting);
    exit_code = result.ok() ? *result : Report(result.status(), setting);
  });
}

}  // namespace talentcard::client
