// Writes an mbox (mboxrd, LF or CRLF line ends) of a given size: the same octets for the same options, everywhere.
#include <cstdint>
#include <string>
#include <string_view>

#include "mail_generator.hpp"
#include "options.hpp"

namespace {

constexpr std::string_view usage =
    "generate_mbox [--output=FILE] [--megabytes=N] [--seed=N] [--mix=mixed|text|attachments|small|signed] "
    "[--eol=lf|crlf]";

/// The message with the mbox's line ends; a line that begins with any number of ">" and "From " gets one more ">".
std::string quoted(std::string_view message, std::string_view eol) {
  std::string text;
  text.reserve(message.size() + message.size() / 64);
  while (!message.empty()) {
    const std::size_t end = message.find("\r\n");
    const std::string_view line = message.substr(0, end);
    const std::size_t from = line.find_first_not_of('>');
    if (from != line.npos && line.substr(from).starts_with("From ")) text += '>';
    text += line;
    text += eol;
    message.remove_prefix(end == message.npos ? message.size() : end + 2);
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mailparse::bench;
  Options options(argc, argv);
  Output output(options.text("output", "-"));
  const std::uint64_t size = options.number("megabytes", 100) * 1'000'000;
  MailGenerator mail(options.number("seed", 1), options.mix());
  const std::string eol = options.text("eol", "lf") == "crlf" ? "\r\n" : "\n";
  options.done(usage);
  while (output.written() < size) {
    output.write("From " + mail.address() + " Mon Jan 12 10:11:12 2026" + eol);
    output.write(quoted(mail.message(), eol));
    output.write(eol);
  }
  return 0;
}
