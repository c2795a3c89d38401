#ifndef TALENTCARD_TOOLS_CHENGZHOU_USAGE_H_
#define TALENTCARD_TOOLS_CHENGZHOU_USAGE_H_

#include <CLI/CLI.hpp>
#include <string>

#include "tools/chengzhou/wording.h"

// What the program says of its own command line: help, and what is wrong with
// what was typed.
namespace talentcard::client {

// Has the help of the app, and of all commands it gets from now on, fit a
// terminal.
void FitHelp(CLI::App& app);

// The language that a command line asks for, whatever else is wrong with it.
Language LanguageAsked(int argc, const char* const* argv, Language otherwise);

// What is wrong with a command line that did not parse, and what to do.
std::string MistakeIn(const CLI::App& app, const CLI::ParseError& error,
                      Language language);
// Prints that, or the help if it was asked for. The exit code.
int AnswerParseError(const CLI::App& app, const CLI::ParseError& error,
                     Language language);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_USAGE_H_
