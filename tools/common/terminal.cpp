#include "common/terminal.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include <mailparse/json/json_writer.hpp>

namespace mailparse::tools {
namespace {

constexpr auto redraw_after = std::chrono::milliseconds(200);

void write_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

constexpr bool is_plain(char octet) noexcept {
  return octet >= ' ' && octet <= '~';
}

}  // namespace

bool use_color(ColorChoice choice, int descriptor) noexcept {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  const char* const no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(descriptor) == 1;
}

std::string visible(std::string_view text) {
  // A JSON string escapes the same characters; only its way of showing octets that are not UTF-8 is no use here.
  std::string json;
  append_json_string(json, text);
  if (json.starts_with('"')) {
    std::string shown;
    for (std::size_t at = 1; at + 1 < json.size(); ++at) {
      if (json[at] == '\\' && (json[at + 1] == '"' || json[at + 1] == '\\')) ++at;
      shown.push_back(json[at]);
    }
    return shown;
  }
  std::string shown;
  for (const char octet : text) {
    if (is_plain(octet)) {
      shown.push_back(octet);
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(octet));
    }
  }
  return shown;
}

void Messages::say(std::string_view style, std::string_view text) const {
  const std::string line =
      color_ ? fmt::format("\x1b[{}m{}:\x1b[0m {}\n", style, program_, text) : fmt::format("{}: {}\n", program_, text);
  write_error(line);
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1), next_(std::chrono::steady_clock::now() + redraw_after) {}

Progress::~Progress() {
  clear();
}

void Progress::update(std::string_view name, std::uint64_t done, std::uint64_t total) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + redraw_after;
  drawn_ = true;
  const double mib = static_cast<double>(done) / (1024.0 * 1024.0);
  if (total == 0) return write_error(fmt::format("\r\x1b[K{}  {:.1f} MiB", visible(name), mib));
  const double part = 100.0 * static_cast<double>(done) / static_cast<double>(total);
  write_error(fmt::format("\r\x1b[K{}  {:.1f} MiB  {:.0f} %", visible(name), mib, part));
}

void Progress::clear() {
  if (drawn_) write_error("\r\x1b[K");
  drawn_ = false;
}

}  // namespace mailparse::tools
