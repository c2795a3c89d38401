// Runs a fuzz target without libFuzzer: over the files of a folder, and over as
// many changes to them as are asked for.
//
//   TARGET CORPUS_FOLDER CHANGES [SEED]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<std::string> ReadFolder(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in),
                        std::istreambuf_iterator<char>());
  }
  return inputs;
}

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                         input.size());
}

// Drops, doubles or overwrites a piece, or puts in one of another input.
std::string Changed(std::string input, const std::string& other,
                    std::mt19937_64& random) {
  const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  const size_t at = below(input.size() + 1);
  const size_t length = std::min(below(12), input.size() - at);
  switch (below(5)) {
    case 0:
      return input.erase(at, length);
    case 1:
      return input.insert(at, input.substr(at, length));
    case 2:
      if (at < input.size()) input[at] = static_cast<char>(random());
      return input;
    case 3: {
      const size_t from = below(other.size() + 1);
      return input.insert(at, other.substr(from, below(20)));
    }
    default:
      return input.substr(0, at) + other.substr(below(other.size() + 1));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER CHANGES [SEED]\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> inputs = ReadFolder(argv[1]);
  if (inputs.empty()) {
    std::fprintf(stderr, "no corpus in %s\n", argv[1]);
    return 1;
  }
  for (const std::string& input : inputs) Run(input);
  const uint64_t seed =
      argc > 3 ? std::stoull(argv[3]) : std::random_device{}();
  const int changes = std::stoi(argv[2]);
  std::printf("%zu inputs, %d changes, seed %llu\n", inputs.size(), changes,
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  std::mt19937_64 random(seed);
  for (int i = 0; i < changes; ++i) {
    std::string input = inputs[random() % inputs.size()];
    for (uint64_t k = 1 + random() % 4; k > 0; --k)
      input =
          Changed(std::move(input), inputs[random() % inputs.size()], random);
    Run(input);
  }
  return 0;
}
