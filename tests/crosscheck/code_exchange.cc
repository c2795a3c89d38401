// Codes for another program to judge, and judges those of another program.
//   code_exchange issue FILE       writes codes of both profiles, good and
//                                  bent, with the verdict on each
//   code_exchange judge FILE       says whether it gives the verdicts in FILE
//   code_exchange draw DIRECTORY   writes pictures of codes
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/code/base45.h"
#include "engine/status_macros.h"
#include "tests/engine/code/issuing.h"
#include "tools/qr/qr.h"

namespace talentcard::code {
namespace {

using nlohmann::json;

std::string VerdictText(const Verdict& verdict) {
  const char* const colours[] = {"green", "amber", "red"};
  return absl::StrCat(colours[static_cast<int>(verdict.colour())], " ",
                      static_cast<int>(verdict.step()));
}

// A code with a few bytes changed, put in or taken out.
std::string Bent(const std::string& code, std::mt19937& random) {
  std::string bytes = *DecodeBase45(code.substr(4), kLongestCode);
  for (size_t n = 1 + random() % 3; n > 0; --n) {
    const size_t at = random() % bytes.size();
    const char byte = static_cast<char>(random());
    switch (random() % 4) {
      case 0:
        bytes.erase(at, 1);
        break;
      case 1:
        bytes.insert(at, 1, byte);
        break;
      default:
        bytes[at] = byte;
    }
  }
  return code.substr(0, 4) + EncodeBase45(bytes);
}

std::vector<std::string> Codes(const World& world, std::mt19937& random) {
  std::vector<std::string> codes;
  for (uint32_t index = 0; index < 40; ++index) {
    const size_t first = codes.size();
    Claims online = SomeClaims(), offline = OfflineClaims();
    online.status_index = offline.status_index = index;
    codes.push_back(world.Online(online));
    codes.push_back(world.Offline(7 + index % 7, offline));
    online.issued -= absl::Seconds(20 * index);
    online.expires -= absl::Seconds(20 * index);
    codes.push_back(world.Online(online));
    online.status_uri = "cz:s/9";
    codes.push_back(world.Online(online));
    codes.push_back("CZ2:" + codes[first].substr(4));
    codes.push_back(codes[first + 1] + " ");
    for (int i = 0; i < 40; ++i)
      codes.push_back(Bent(codes[first + random() % 4], random));
  }
  return codes;
}

json WorldJson(Algorithm algorithm, std::mt19937& random) {
  World world(algorithm);
  for (uint32_t i = 0; i < 12; ++i)
    world.lists[0].statuses.Set(i, static_cast<uint8_t>(i % 4));
  const auto root = SignerFrom(7, algorithm);
  json out = {
      {"algorithm", static_cast<int64_t>(algorithm)},
      {"now", absl::ToUnixSeconds(kNow)},
      {"root", absl::BytesToHexString(root->public_key().bytes)},
      {"key_list", absl::BytesToHexString(SignKeyList(world.keys, *root))},
      {"status_lists",
       {absl::BytesToHexString(
           SignStatusList(world.lists[0], *world.statuses))}}};
  for (const std::string& code : Codes(world, random)) {
    out["codes"].push_back(
        {{"code", absl::Base64Escape(code)},
         {"verdict", VerdictText(Judge(code, world.DeskAt(kNow), nullptr))}});
  }
  return out;
}

int Issue(const char* path) {
  const unsigned seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  std::ofstream(path) << json{WorldJson(Algorithm::kEdDsa, random),
                              WorldJson(Algorithm::kSm2Sm3, random)};
  return 0;
}

// How many of a world's codes are judged as it says.
absl::StatusOr<int> JudgeWorld(const json& world) {
  const auto algorithm = AlgorithmOf(world["algorithm"].get<int64_t>());
  if (!algorithm) return absl::InvalidArgumentError("another algorithm");
  const auto bytes = [](const json& text) {
    return absl::HexStringToBytes(text.get<std::string>());
  };
  ASSIGN_OR_RETURN(const KeyList keys,
                   OpenKeyList(bytes(world["key_list"]),
                               {*algorithm, bytes(world["root"])}));
  std::vector<StatusList> lists;
  for (const json& text : world["status_lists"]) {
    ASSIGN_OR_RETURN(StatusList list, OpenStatusList(bytes(text), keys));
    lists.push_back(std::move(list));
  }
  const Desk desk{keys, lists,
                  absl::FromUnixSeconds(world["now"].get<int64_t>())};
  int same = 0;
  for (const json& c : world["codes"]) {
    std::string code;
    absl::Base64Unescape(c["code"].get<std::string>(), &code);
    const std::string mine = VerdictText(Judge(code, desk, nullptr));
    same += mine == c["verdict"] ? 1 : 0;
    if (mine != c["verdict"])
      std::cerr << "Node says " << c["verdict"] << ", C++ says " << mine << ": "
                << code << "\n";
  }
  return same;
}

// Pictures of codes into a directory, as PNG files with their texts beside
// them.
int Draw(const std::string& directory) {
  int number = 0;
  for (const Algorithm algorithm : {Algorithm::kEdDsa, Algorithm::kSm2Sm3}) {
    const World world(algorithm);
    for (const std::string& code : {world.Online(), world.Offline(10)}) {
      for (const qr::Level level : {qr::Level::kScreen, qr::Level::kPrint}) {
        for (const int pixels : {3, 5, 8}) {
          const std::string stem = absl::StrCat(directory, "/", ++number);
          std::ofstream(stem + ".png", std::ios::binary)
              << qr::Png(*qr::Encode(code, level), pixels);
          std::ofstream(stem + ".txt") << code;
        }
      }
    }
  }
  return 0;
}

int JudgeFile(const char* path) {
  std::ifstream file(path);
  const json worlds = json::parse(file);
  size_t same = 0, all = 0;
  for (const json& world : worlds) {
    const absl::StatusOr<int> n = JudgeWorld(world);
    if (!n.ok()) std::cerr << n.status() << "\n";
    same += static_cast<size_t>(n.value_or(0));
    all += world["codes"].size();
  }
  std::cout << "codes of Node judged by C++: " << same << "/" << all << "\n";
  return all > 0 && same == all ? 0 : 1;
}

}  // namespace
}  // namespace talentcard::code

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "issue")
    return talentcard::code::Issue(argv[2]);
  if (argc == 3 && std::string_view(argv[1]) == "judge")
    return talentcard::code::JudgeFile(argv[2]);
  if (argc == 3 && std::string_view(argv[1]) == "draw")
    return talentcard::code::Draw(argv[2]);
  std::cerr << "usage: code_exchange issue|judge FILE, draw DIRECTORY\n";
  return 2;
}
