// `person import`: people in bulk from a file, a JSON object a line.
#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/chengzhou/commands.h"
#include "tools/chengzhou/importing.h"

namespace talentcard::client {
namespace {

absl::StatusOr<int64_t> Import(const Setting& setting,
                               const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return WithChinese(
        absl::InvalidArgumentError(absl::StrCat("cannot read `", path, "`")),
        "文件无法读取：请核对路径");
  Client client(setting.server, setting.tls);
  return ImportLines(client, AskerOf(setting, "system"), file);
}

}  // namespace

void AddImportCommand(CLI::App& app, Setting& setting, int& exit_code) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = app.get_subcommand("person")->add_subcommand(
      "import",
      "People in bulk, and canaries, from a file: a Person in JSON a line");
  command->add_option("file", *path)->required();
  command->callback([=, &setting, &exit_code] {
    const absl::StatusOr<int64_t> imported = Import(setting, *path);
    exit_code = Report(imported.status(), setting);
    if (!imported.ok()) return;
    std::cout << In(setting, "已导入 ", "") << *imported
              << In(setting, " 人\n", " people imported\n");
  });
}

}  // namespace talentcard::client
