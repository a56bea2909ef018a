#include "trace/maildrop.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// Takes a number and the blanks behind it off the front.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty() && !is(OctetClass::blank, text.front())) return std::nullopt;
  text = trim_blanks(text);
  return number;
}

std::string_view argument_of(std::string_view line) noexcept {
  return trim_blanks(line.substr(std::min(line.size(), line.find_first_of(" \t"))));
}

}  // namespace

std::string_view to_string(MaildropMark mark) noexcept {
  constexpr std::array<std::string_view, 3> names{"deleted", "unmarked", "expunged"};
  return names[static_cast<std::size_t>(mark)];
}

void Maildrop::settle(const Exchange& exchange) {
  if (!exchange.command || !exchange.reply || !exchange.reply->positive()) return;
  const std::string_view verb = exchange.command->verb;
  if (verb == "STAT" && !exchange.reply->text.empty()) note_size(exchange.reply->text.front());
  if (verb == "RSET") decide(MaildropMark::unmarked);
  if (verb == "QUIT") decide(MaildropMark::expunged);
  if (verb != "DELE") return;
  std::string_view argument = argument_of(exchange.command->text);
  const auto number = take_number(argument);
  if (!number) return;
  marks_[*number] = MaildropMark::deleted;
  deleted_.push_back(*number);
}

/// The first answer counts: later ones leave marked messages out.
void Maildrop::note_size(std::string_view drop_listing) {
  if (messages_) return;
  drop_listing = trim_blanks(drop_listing);
  const auto messages = take_number(drop_listing);
  const auto octets = take_number(drop_listing);
  if (!messages || !octets) return;
  messages_ = messages;
  octets_ = octets;
}

void Maildrop::decide(MaildropMark mark) {
  for (const std::uint64_t number : deleted_) marks_[number] = mark;
  deleted_.clear();
}

std::optional<MaildropRecord> Maildrop::finish() const {
  if (!messages_ && marks_.empty()) return std::nullopt;
  MaildropRecord record{.messages = messages_, .octets = octets_, .marks = {}};
  for (const auto& [number, mark] : marks_) record.marks.push_back({number, mark});
  return record;
}

}  // namespace mailparse
