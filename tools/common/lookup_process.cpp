#include "common/lookup_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sandbox.hpp"

namespace mailparse::tools {
namespace {

constexpr int channel_descriptor = 3;

/// All that the process keeps of its parent is the channel.
void drop_everything(int channel) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, descriptor);
  if (channel != channel_descriptor) ::dup2(channel, channel_descriptor);
  (void)::close_range(channel_descriptor + 1, ~0U, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
}

[[noreturn]] void serve(int channel, const std::vector<NameServer>& servers, bool sandboxed) {
  drop_everything(channel);
  if (sandboxed) enter_sandbox({.readable = {}, .writable = {}, .network = true, .child = false});
  std::array<char, most_question_octets> question{};
  while (true) {
    const ssize_t got = ::read(channel_descriptor, question.data(), question.size());
    if (got < 0 && errno == EINTR) continue;
    DnsType type{};
    if (got <= static_cast<ssize_t>(sizeof type)) ::_exit(0);  // the parent is gone
    std::memcpy(&type, question.data(), sizeof type);
    const std::string_view name(question.data() + sizeof type, static_cast<std::size_t>(got) - sizeof type);
    const NameServerAnswer answer = ask_name_servers(servers, name, type);
    const std::string packet = static_cast<char>(answer.kind) + answer.text;
    if (::write(channel_descriptor, packet.data(), packet.size()) != static_cast<ssize_t>(packet.size())) ::_exit(0);
  }
}

}  // namespace

int start_lookup_process(const std::vector<NameServer>& servers, bool sandboxed) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return -1;
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);  // it ended before the line above
    serve(ends[1], servers, sandboxed);
  }
  const int error = errno;
  ::close(ends[1]);
  if (child > 0) return ends[0];
  ::close(ends[0]);
  errno = error;
  return -1;
}

}  // namespace mailparse::tools
