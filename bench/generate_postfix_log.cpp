// Writes a log of Postfix's smtpd -v of a given size: sessions that interleave by process id, with the lines between
// that say nothing of the dialogue. The same octets for the same options, everywhere.
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "options.hpp"

namespace {

constexpr std::string_view usage = "generate_postfix_log [--output=FILE] [--megabytes=N] [--processes=N]";

/// What smtpd and its peer say, `>` and `<`, and what smtpd says to itself, `-`.
constexpr auto script = std::to_array<std::string_view>({
    "> 220 mx.example.com ESMTP Postfix",
    "- watchdog_pat: 0x5581f6e1a2b0",
    "< EHLO client.example.test",
    "- match_list_match: client.example.test: no match",
    "> 250-mx.example.com",
    "> 250-PIPELINING",
    "> 250-SIZE 10240000",
    "> 250-ENHANCEDSTATUSCODES",
    "> 250-8BITMIME",
    "> 250 CHUNKING",
    "< MAIL FROM:<alice@example.test> SIZE=4821",
    "- extract_addr: input: <alice@example.test>",
    "- smtpd_check_addr: addr=alice@example.test",
    "> 250 2.1.0 Ok",
    "< RCPT TO:<bob@example.com>",
    "- generic_checks: name=permit_mynetworks status=1",
    "> 250 2.1.5 Ok",
    "< DATA",
    "> 354 End data with <CR><LF>.<CR><LF>",
    "> 250 2.0.0 Ok: queued as 4B7C1",
    "< QUIT",
    "> 221 2.0.0 Bye",
});

}  // namespace

int main(int argc, char** argv) {
  using namespace mailparse::bench;
  Options options(argc, argv);
  Output output(options.text("output", "-"));
  const std::uint64_t size = options.number("megabytes", 200) * 1'000'000;
  const std::uint64_t processes = options.number("processes", 100);
  options.done(usage);
  std::uint64_t n = 0;
  std::string line;
  // Each process is some steps behind the one before; a session is `connect`, the script, `disconnect`.
  constexpr std::uint64_t steps = script.size() + 2;
  while (output.written() < size) {
    const std::uint64_t process = n % processes;
    const std::uint64_t step = (n / processes + process * 7) % steps;
    const std::uint64_t second = n / 2000;
    std::array<char, 64> time{};
    std::snprintf(time.data(), time.size(), "2026-11-21T%02u:%02u:%02u.%06u+00:00",
                  static_cast<unsigned>(second / 3600 % 24), static_cast<unsigned>(second / 60 % 60),
                  static_cast<unsigned>(second % 60), static_cast<unsigned>(n % 2000 * 500));
    const std::string peer = "client.example.test[192.0.2." + std::to_string(process % 250 + 1) + "]";
    line.assign(time.data()).append(" mx postfix/smtpd[").append(std::to_string(20000 + process)).append("]: ");
    if (step == 0) {
      line.append("connect from ").append(peer);
    } else if (step == steps - 1) {
      line.append("disconnect from ").append(peer).append(" ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
    } else if (const std::string_view said = script[step - 1]; said.starts_with('-')) {
      line.append(said.substr(2));
    } else {
      line.append(said.substr(0, 2)).append(peer).append(": ").append(said.substr(2));
    }
    line += '\n';
    output.write(line);
    ++n;
  }
  return 0;
}
