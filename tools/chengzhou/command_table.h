#ifndef TALENTCARD_TOOLS_CHENGZHOU_COMMAND_TABLE_H_
#define TALENTCARD_TOOLS_CHENGZHOU_COMMAND_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

// Every command that is one RPC: its name, its options and where they go in the
// request.
namespace talentcard::client {

// How an option's text becomes JSON.
enum class As { kText, kNumber, kFlag, kDate, kTime, kDocument, kPairs, kJson };

// One option of a command: `--name`, or a position if it has no dashes.
struct Option {
  const char* name;
  const char* path;  // Field of the request, dots for inner ones.
  As as;
  const char* help;
  bool required = false;
};

enum class ShowAs { kPlain, kRights, kDecision };

struct Command {
  const char* group;  // `card`; empty for a command of its own.
  const char* name;
  const char* method;
  const char* asker;  // Who does this, unless --as says otherwise.
  const char* help;
  std::vector<Option> options;
  ShowAs show = ShowAs::kPlain;
};

const std::vector<Command>& Commands();
// What the commands of a group are about.
std::string AboutGroup(std::string_view group);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_COMMAND_TABLE_H_
