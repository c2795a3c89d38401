#ifndef TALENTCARD_TOOLS_CHENGZHOU_COMMANDS_H_
#define TALENTCARD_TOOLS_CHENGZHOU_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "tools/chengzhou/client.h"
#include "tools/chengzhou/command_table.h"
#include "tools/chengzhou/setting.h"

namespace talentcard::client {

// Calls a method as the asker of the setting, or as `default_asker`, and shows
// the answer; with `propose` set, proposes the call instead. The exit code.
int Run(const Setting& setting, const std::string& method,
        const std::string& default_asker, Json request, ShowAs show);

// Adds a command for every RPC. A command that ran leaves its exit code in
// `exit_code`.
void AddCommands(CLI::App& app, Setting& setting, int& exit_code);
// `card code`, `card wallet`, `scan`, which issue and judge codes. After
// AddCommands.
void AddCodeCommands(CLI::App& app, Setting& setting, int& exit_code);
// `policy evaluate`, which reads a stream. After AddCommands.
void AddPopulationCommand(CLI::App& app, Setting& setting, int& exit_code);
// `person import`, which sends a stream. After AddCommands.
void AddImportCommand(CLI::App& app, Setting& setting, int& exit_code);
// `log verify`, which reads a stream and checks proofs by itself.
void AddLogCommands(CLI::App& app, Setting& setting, int& exit_code);
// `proposal approve|reject|run`, which sign. After AddCommands.
void AddApprovalCommands(CLI::App& app, Setting& setting, int& exit_code);
// `receipt get|verify`: an answer's proof, for its holder.
void AddReceiptCommands(CLI::App& app, Setting& setting, int& exit_code);
// `staff put|enrol|sign-in`, which make and use second factors. After
// AddCommands.
void AddStaffCommands(CLI::App& app, Setting& setting, int& exit_code);
// `code-root init|sign|show`, which ask no server, and `card publish-keys`.
// After AddCommands.
void AddCodeRootCommands(CLI::App& app, Setting& setting, int& exit_code);
// `restore sign`, which asks no server.
void AddRestoreCommands(CLI::App& app, Setting& setting, int& exit_code);
// `pki init|issue|renew|revoke|lists|show`, which ask no server.
void AddPkiCommands(CLI::App& app, Setting& setting, int& exit_code);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_COMMANDS_H_
