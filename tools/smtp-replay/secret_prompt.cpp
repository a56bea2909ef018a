#include "smtp-replay/secret_prompt.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "common/output.hpp"

namespace mailparse::tools {

std::optional<std::string> ask_for_secret(const std::string& prompt) {
  constexpr std::size_t longest = 4096;
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  termios shown{};
  const bool known = ::tcgetattr(terminal, &shown) == 0;
  termios hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (known) (void)::tcsetattr(terminal, TCSAFLUSH, &hidden);
  (void)write_all(terminal, prompt);
  std::string secret;
  for (char octet = 0; secret.size() < longest && ::read(terminal, &octet, 1) == 1 && octet != '\n';) secret += octet;
  if (known) (void)::tcsetattr(terminal, TCSAFLUSH, &shown);
  (void)write_all(terminal, "\n");
  ::close(terminal);
  return secret;
}

}  // namespace mailparse::tools
