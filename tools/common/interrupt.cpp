#include "common/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace mailparse::tools {
namespace {

volatile std::sig_atomic_t signalled = 0;
std::atomic<void (*)()> interrupt_hook = nullptr;
static_assert(std::atomic<void (*)()>::is_always_lock_free, "the handler may use it");

void note(int) {
  signalled = 1;
  if (const auto hook = interrupt_hook.load()) hook();
}

}  // namespace

void catch_interrupts() noexcept {
  struct sigaction action{};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // without SA_RESTART: a read that waits must wake up
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void set_interrupt_hook(void (*hook)()) noexcept {
  interrupt_hook = hook;
}

bool interrupted() noexcept {
  return signalled != 0;
}

}  // namespace mailparse::tools
