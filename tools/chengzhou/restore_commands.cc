// `restore sign`: what `chengzhoud --order-restore` printed, on its way through
// the hands of two people.
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/restore/order.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/commands.h"
#include "tools/pki/files.h"

namespace talentcard::client {
namespace {

struct Options {
  std::string order, key;
};

std::string InWords(const restore::Order& order, Language language) {
  const ledger::Checkpoint& earlier = order.genesis.predecessor;
  const uint64_t lost = earlier.size - order.size;
  if (language == Language::kChinese)
    return absl::StrCat("日志「", earlier.origin, "」曾确认 ", earlier.size,
                        " 条记录，此副本有 ", order.size, " 条，缺 ", lost,
                        " 条；续用后改称「", order.genesis.origin, "」\n理由：",
                        order.reason, "\n");
  return absl::StrCat("The log ", earlier.origin, " had acknowledged ",
                      earlier.size, " entries; this copy has ", order.size,
                      " and misses ", lost, ". It goes on as ",
                      order.genesis.origin, ".\nWhy: ", order.reason, "\n");
}

absl::Status Sign(const Options& options, const Setting& setting) {
  if (setting.asker.staff.empty())
    return WithChinese(
        absl::InvalidArgumentError("say who signs: --staff staff/wang"),
        "请说明由谁签名：--staff staff/wang");
  ASSIGN_OR_RETURN(const std::string order, pki::ReadFile(options.order));
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   store::LoadMasterKey(options.key.empty()
                                            ? RulingKeyPath(setting.asker.staff)
                                            : options.key));
  ASSIGN_OR_RETURN(const std::string note,
                   restore::Sign(order, setting.asker.staff, key));
  ASSIGN_OR_RETURN(const ledger::ParsedNote parsed,
                   ledger::ParsedNote::Parse(note));
  ASSIGN_OR_RETURN(const restore::Order signed_order,
                   restore::Order::Parse(parsed.text));
  std::cerr << InWords(signed_order, setting.language);
  std::cout << note;
  return absl::OkStatus();
}

}  // namespace

void AddRestoreCommands(CLI::App& app, Setting& setting, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* group = app.add_subcommand(
      "restore", "Going on from an older copy of the database (two persons)");
  group->require_subcommand(1);
  CLI::App* sign = group->add_subcommand(
      "sign", "Print an order with your signature, having said what it orders");
  sign->add_option("order", options->order,
                   "What chengzhoud --order-restore printed, or who signed it "
                   "before you")
      ->required();
  sign->add_option("--ruling-key", options->key,
                   "Your key; ~/.chengzhou-ruling/STAFF.key if not given");
  sign->callback([=, &setting, &exit_code] {
    exit_code = Report(Sign(*options, setting), setting);
  });
}

}  // namespace talentcard::client
