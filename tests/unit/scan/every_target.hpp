// What the tests of vectorised code share: every instruction set of this machine, memory with inaccessible pages around
// it, and random texts that are mostly corner cases.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
// In this order: the tests must know of the same targets.
// clang-format off
#include "scan/vector_targets.hpp"
#include <hwy/targets.h>
// clang-format on
#include <sys/mman.h>
#include <unistd.h>

namespace mailparse::test {

/// Calls `f()` once for each Highway target that this machine can run, with dispatch held to it.
template <class F>
void on_every_target(F f) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

/// A page with an inaccessible page on either side.
class GuardedPage {
 public:
  GuardedPage() : size_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    void* const all = mmap(nullptr, 3 * size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) std::abort();
    page_ = static_cast<char*>(all) + size_;
    if (mprotect(page_, size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~GuardedPage() { munmap(page_ - size_, 3 * size_); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;

  /// A copy of `text` that begins `alignment` octets into the page.
  std::string_view at_front(std::string_view text, std::size_t alignment) {
    std::memcpy(page_ + alignment, text.data(), text.size());
    return {page_ + alignment, text.size()};
  }
  /// A copy of `text` that ends with the page.
  std::string_view at_back(std::string_view text) { return at_front(text, size_ - text.size()); }
  [[nodiscard]] char* page() const { return page_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  char* page_;
};

/// Calls `f(view)` for a copy of `text` at each alignment of 64 from the start of a guarded page, and at its end.
template <class F>
void at_every_alignment(GuardedPage& page, std::string_view text, F f) {
  for (std::size_t alignment = 0; alignment < 64; ++alignment) f(page.at_front(text, alignment));
  f(page.at_back(text));
}

/// `size` octets of `alphabet`, each run of a random one up to `longest_run` long.
inline std::string random_text(std::mt19937_64& random, std::size_t size, std::string_view alphabet,
                               std::size_t longest_run) {
  std::string text;
  while (text.size() < size) {
    const char octet = alphabet[random() % alphabet.size()];
    text.append(std::min<std::size_t>(size - text.size(), 1 + random() % longest_run), octet);
  }
  return text;
}

}  // namespace mailparse::test
