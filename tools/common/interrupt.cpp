#include "common/interrupt.hpp"

#include <csignal>

namespace mailparse::tools {
namespace {

volatile std::sig_atomic_t signalled = 0;

void note(int) {
  signalled = 1;
}

}  // namespace

void catch_interrupts() noexcept {
  struct sigaction action{};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // without SA_RESTART: a read that waits must wake up
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() noexcept {
  return signalled != 0;
}

}  // namespace mailparse::tools
