#include "common/output.hpp"

#include <cerrno>
#include <csignal>

#include <unistd.h>

namespace mailparse::tools {
namespace {

constexpr std::size_t worth_writing = 64 * 1024;

}  // namespace

int write_all(int descriptor, std::string_view octets) noexcept {
  while (!octets.empty()) {
    const ssize_t written = ::write(descriptor, octets.data(), octets.size());
    if (written >= 0) {
      octets.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void Output::flush_if_full() {
  if (buffer_.size() >= worth_writing) flush();
}

void Output::flush() {
  const int error = usable() ? write_all(descriptor_, buffer_) : 0;
  buffer_.clear();
  if (error == EPIPE) {
    abandoned_ = true;
  } else if (error != 0) {
    error_ = error;
  }
}

void ignore_broken_pipes() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace mailparse::tools
