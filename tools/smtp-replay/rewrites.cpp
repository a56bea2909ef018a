#include "smtp-replay/rewrites.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/rand.h>

#include <mailparse/base/octets.hpp>

#include "smtp-replay/message_fields.hpp"

namespace mailparse::tools {
namespace {

/// Fields that tell a server or a reader to write to people, or whom else a message went to.
constexpr std::array<std::string_view, 9> reaching_people{"Bcc",
                                                          "Resent-Bcc",
                                                          "Disposition-Notification-To",
                                                          "Return-Receipt-To",
                                                          "Return-Receipt-Requested",
                                                          "Read-Receipt-To",
                                                          "X-Confirm-Reading-To",
                                                          "Generate-Delivery-Report",
                                                          "Errors-To"};

std::string fresh_id() {
  std::array<unsigned char, 16> octets{};
  RAND_bytes(octets.data(), static_cast<int>(octets.size()));
  std::string text;
  for (const unsigned char octet : octets) text += fmt::format("{:02x}", octet);
  return fmt::format("<{}@replay.invalid>", text);
}

std::string date_now() {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

std::expected<void, std::string> DomainRewrites::add(std::string_view definition) {
  const std::size_t equals = definition.find('=');
  const bool words = definition.find_first_of(std::string_view(" \t\r\n<>@\0", 8)) == std::string_view::npos;
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == definition.size() || !words)
    return std::unexpected(fmt::format("\"{}\" is not OLD=NEW", definition));
  domains_.insert_or_assign(lower_case(definition.substr(0, equals)), std::string(definition.substr(equals + 1)));
  return {};
}

std::string DomainRewrites::of_domain(std::string_view domain) const {
  const std::string lower = lower_case(domain);
  for (std::size_t at = 0; at != std::string::npos;) {
    if (const auto found = domains_.find(lower.substr(at)); found != domains_.end())
      return std::string(domain.substr(0, at)) + found->second;
    at = lower.find('.', at);
    if (at != std::string::npos) ++at;
  }
  return std::string(domain);
}

std::string DomainRewrites::of_address(std::string_view address) const {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return std::string(address);
  return std::string(address.substr(0, at + 1)) + of_domain(address.substr(at + 1));
}

RewrittenMessage rewrite_message(std::string_view message, const Rewrites& rewrites) {
  MessageFields fields = split_message(message);
  RewrittenMessage result;
  bool changed = false;
  for (const std::string_view name : reaching_people) {
    if (remove_field(fields, name) == 0) continue;
    result.notes.push_back(fmt::format("{} is left out: it asks for mail to people, or tells of them", name));
    changed = true;
  }
  for (const auto& [name, value] : rewrites.header_fields) {
    set_field(fields, name, value);
    changed = true;
  }
  if (rewrites.fresh_ids) {
    set_field(fields, "Date", date_now());
    set_field(fields, "Message-ID", fresh_id());
    changed = true;
  }
  result.octets = changed ? to_octets(fields) : std::string(message);
  return result;
}

}  // namespace mailparse::tools
