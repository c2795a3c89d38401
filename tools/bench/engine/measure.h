#ifndef TALENTCARD_TOOLS_BENCH_ENGINE_MEASURE_H_
#define TALENTCARD_TOOLS_BENCH_ENGINE_MEASURE_H_

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace talentcard::bench {

inline double ThreadCpuNs() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// CPU nanoseconds per operation: one warm pass, then the median over whole
// passes for `seconds`. CPU time, because the machine is shared.
template <typename Pass>
double CpuNsPerOperation(double seconds, size_t operations, const Pass& pass) {
  constexpr size_t kOperationsOfAWindow = 100000;
  const size_t inner = std::max<size_t>(1, kOperationsOfAWindow / operations);
  pass();
  std::vector<double> windows;
  const double begin = ThreadCpuNs();
  do {
    const double before = ThreadCpuNs();
    for (size_t i = 0; i < inner; ++i) pass();
    windows.push_back((ThreadCpuNs() - before) /
                      static_cast<double>(operations * inner));
  } while (ThreadCpuNs() - begin < seconds * 1e9 || windows.size() < 3);
  const auto middle =
      windows.begin() + static_cast<std::ptrdiff_t>(windows.size() / 2);
  std::nth_element(windows.begin(), middle, windows.end());
  return *middle;
}

}  // namespace talentcard::bench

#endif  // TALENTCARD_TOOLS_BENCH_ENGINE_MEASURE_H_
