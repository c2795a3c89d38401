// Every command takes the arguments its help names, and gets as far as the
// server.
#include "tools/chengzhou/commands.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace talentcard::client {
namespace {

// An argument that the option accepts.
std::string Sample(const CLI::App& command, const CLI::Option& option) {
  const std::string name = option.get_single_name();
  static const std::map<std::string, std::string> kSamples = {
      {"json", "{}"},
      {"fact", "{}"},
      {"index", "1"},
      {"season", "2025"},
      {"time", "2025-01-01"},
      {"document", "219900199003070011"},
      {"to", "2025-01-01"},
      {"from", "2025-01-01"},
      {"method", "CardService/GetCard"},
      {"directory", TALENTCARD_SOURCE_DIR "/rules/haicheng"}};
  if (command.get_name() == "extends") return "1";
  const auto found = kSamples.find(name);
  return found == kSamples.end() ? "x" : found->second;
}

std::vector<std::string> Arguments(const CLI::App& command) {
  std::vector<std::string> arguments;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_required()) continue;
    if (!option->get_positional())
      arguments.push_back("--" + option->get_single_name());
    arguments.push_back(Sample(command, *option));
  }
  return arguments;
}

int Type(std::vector<std::string> arguments) {
  CLI::App app;
  app.require_subcommand(1);
  Setting setting;
  setting.server = "unix:/nonexistent/talentcard.sock";
  int exit_code = -1;
  AddCommands(app, setting, exit_code);
  std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    ADD_FAILURE() << error.what();
  }
  return exit_code;
}

TEST(CommandsTest, EveryCommandTakesWhatItsHelpNames) {
  CLI::App app;
  Setting setting;
  int exit_code = 0;
  AddCommands(app, setting, exit_code);
  int commands = 0;
  const auto check = [&](const CLI::App& command,
                         std::vector<std::string> words) {
    SCOPED_TRACE(testing::Message() << words.front() << " " << words.back());
    for (const std::string& argument : Arguments(command))
      words.push_back(argument);
    EXPECT_EQ(Type(words), kUnreachable);
    ++commands;
  };
  for (const CLI::App* group : app.get_subcommands({})) {
    const auto inner = group->get_subcommands({});
    for (const CLI::App* command : inner)
      check(*command, {group->get_name(), command->get_name()});
    if (inner.empty()) check(*group, {group->get_name()});
  }
  EXPECT_GT(commands, 60);
  std::cout << commands << " commands\n";
}

TEST(CommandsTest, WhatCannotBeReadIsBadInput) {
  EXPECT_EQ(Type({"card", "assess", "people/x", "--at", "2025-01-01"}),
            kUnreachable);
  EXPECT_EQ(Type({"log", "prove", "seven"}), kBadInput);
  EXPECT_EQ(Type({"person", "end-fact", "people/x/facts/y", "--to", "soon"}),
            kBadInput);
  EXPECT_EQ(Type({"call", "GetCard"}), kBadInput);
  EXPECT_EQ(Type({"call", "CardService/GetCard", "-d", "[1"}), kBadInput);
  EXPECT_EQ(Type({"call", "CardService/GetCard", "-d", "7"}), kBadInput);
}

}  // namespace
}  // namespace talentcard::client
