#include "smtp-replay/message_fields.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::tools {
namespace {

constexpr std::array<std::string_view, 12> made_anew{
    "Received",     "Return-Path",   "Delivered-To", "Date",
    "Message-ID",   "X-Original-To", "Envelope-To",  "Authentication-Results",
    "Received-SPF", "User-Agent",    "X-Mailer",     "DKIM-Signature"};

constexpr bool is_blank(char octet) noexcept {
  return octet == ' ' || octet == '\t';
}

/// The next line with its line end.
std::string_view line_of(std::string_view octets) {
  const std::size_t end = octets.find('\n');
  return octets.substr(0, end == std::string_view::npos ? end : end + 1);
}

std::string_view name_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view name = line.substr(0, colon);
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
  const bool plain = std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
  return plain ? name : std::string_view{};
}

bool compared(const MessageField& field) {
  return std::ranges::none_of(made_anew, [&](std::string_view name) { return iequals(name, field.name); });
}

std::vector<std::string> to_compare(std::string_view message, const Masks& masks, std::vector<std::string>& used) {
  std::vector<std::string> fields;
  for (const MessageField& field : split_message(message).fields) {
    if (compared(field)) fields.push_back(masks.apply(field.octets, used));
  }
  return fields;
}

}  // namespace

MessageFields split_message(std::string_view message) {
  MessageFields result;
  while (!message.empty()) {
    const std::string_view line = line_of(message);
    if (line == "\r\n" || line == "\n") break;
    message.remove_prefix(line.size());
    if (is_blank(line.front()) && !result.fields.empty()) {
      result.fields.back().octets += line;
    } else {
      result.fields.push_back({std::string(name_of(line)), std::string(line)});
    }
  }
  result.rest = message;
  return result;
}

std::string to_octets(const MessageFields& message) {
  std::string octets;
  for (const MessageField& field : message.fields) octets += field.octets;
  return octets + message.rest;
}

std::size_t remove_field(MessageFields& message, std::string_view name) {
  return std::erase_if(message.fields, [&](const MessageField& field) { return iequals(field.name, name); });
}

void set_field(MessageFields& message, std::string_view name, std::string_view value) {
  auto place = std::ranges::find_if(message.fields, [&](const auto& field) { return iequals(field.name, name); });
  const auto at = place == message.fields.end() ? 0 : std::distance(message.fields.begin(), place);
  remove_field(message, name);
  message.fields.insert(message.fields.begin() + at, {std::string(name), fmt::format("{}: {}\r\n", name, value)});
}

std::string compare_messages(std::string_view recorded, std::string_view live, const Masks& masks,
                             std::vector<std::string>& used) {
  const auto was = to_compare(recorded, masks, used);
  const auto is = to_compare(live, masks, used);
  const auto [left, right] = std::ranges::mismatch(was, is);
  if (left != was.end() || right != is.end()) {
    const auto shown = [](const auto& place, const auto& end) {
      if (place == end) return std::string("the end of the header");
      return fmt::format("\"{}\"", std::string_view(*place).substr(0, place->find_last_not_of("\r\n") + 1));
    };
    return fmt::format("header: {}, was {}", shown(right, is.end()), shown(left, was.end()));
  }
  const std::string old_body = split_message(recorded).rest;
  const std::string new_body = split_message(live).rest;
  if (old_body == new_body) return {};
  const auto at = std::ranges::mismatch(old_body, new_body).in1 - old_body.begin();
  return fmt::format("body of {} octets, was {}, first at octet {}", new_body.size(), old_body.size(), at);
}

}  // namespace mailparse::tools
