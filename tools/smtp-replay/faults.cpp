#include "smtp-replay/faults.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::tools {
namespace {

constexpr double longest_delay_s = 3600;
constexpr double fastest_drip = 1e6;

/// A number above 0 and not above `most`.
std::optional<double> number(std::string_view text, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value > 0 && value <= most;
  return good ? std::optional(value) : std::nullopt;
}

/// Up to the next ':', which is taken away too.
std::string_view word(std::string_view& left) {
  const std::size_t end = left.find(':');
  const std::string_view taken = left.substr(0, end);
  left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
  return taken;
}

bool is_reply(std::string_view line) {
  if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return false;
  if (line.starts_with("+OK") || line.starts_with("-ERR")) return true;
  const auto digits = line.substr(0, 3);
  return digits.size() == 3 && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }) &&
         (line.size() == 3 || line[3] == ' ');
}

/// Sets what `kind` and its argument say; false where they make no sense.
bool set_kind(Fault& fault, std::string_view kind, std::string_view argument) {
  if (kind == "drop" || kind == "close") {
    fault.kind = kind == "drop" ? Fault::Kind::drop : Fault::Kind::close;
    return argument.empty() && (kind == "drop" || fault.verb == "DATA" || fault.verb == "BDAT");
  }
  if (kind == "delay") {
    const auto seconds = number(argument, longest_delay_s);
    fault.kind = Fault::Kind::delay;
    fault.delay = std::chrono::milliseconds(static_cast<std::int64_t>(seconds.value_or(0) * 1000));
    return seconds.has_value();
  }
  if (kind == "drip") {
    const auto rate = number(argument, fastest_drip);
    fault.kind = Fault::Kind::drip;
    fault.octets_per_second = rate.value_or(0);
    return rate.has_value();
  }
  fault.kind = Fault::Kind::reply;
  fault.line = argument;
  return kind == "reply" && is_reply(argument);
}

}  // namespace

std::expected<void, std::string> Faults::add(std::string_view definition) {
  Fault fault;
  std::string_view left = definition;
  std::string_view verb = word(left);
  const std::string_view kind = word(left);
  if (const std::size_t hash = verb.find('#'); hash != std::string_view::npos) {
    const std::string_view digits = verb.substr(hash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), fault.nth);
    if (error != std::errc{} || end != digits.data() + digits.size() || fault.nth == 0) verb = {};
    verb = verb.substr(0, hash);
  }
  fault.verb = verb;
  std::ranges::transform(fault.verb, fault.verb.begin(), to_upper);
  if (verb.empty() || !set_kind(fault, kind, left))
    return std::unexpected(fmt::format(
        "\"{}\" is not VERB:delay:SECONDS, VERB:drop, DATA:close, VERB:reply:LINE or VERB:drip:RATE", definition));
  faults_.push_back(std::move(fault));
  return {};
}

std::vector<Fault> Faults::of(std::string_view verb) {
  std::string upper(verb);
  std::ranges::transform(upper, upper.begin(), to_upper);
  const std::uint64_t count = ++seen_[upper];
  const std::uint64_t all = ++seen_["*"];
  std::vector<Fault> result;
  for (const Fault& fault : faults_) {
    const std::uint64_t seen = fault.verb == "*" ? all : count;
    if ((fault.verb == "*" || fault.verb == upper) && (fault.nth == 0 || fault.nth == seen)) result.push_back(fault);
  }
  return result;
}

}  // namespace mailparse::tools
