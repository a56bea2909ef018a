// Stands in front of the function of the same name in Highway's shared library, whose static initialiser measures the
// clock's resolution for some 4 ms: half of what a run on a small file takes. Nothing here reads Highway's timers.
// Linked into the programs only; what a user of the library links is not ours to decide.
#include <cstdint>

#include <hwy/nanobenchmark.h>

std::uint64_t hwy::platform::TimerResolution() {
  return 1;
}
