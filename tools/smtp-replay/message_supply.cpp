#include "smtp-replay/message_supply.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "smtp-replay/message_octets.hpp"

namespace mailparse::tools {
namespace {

/// trace-to-json names extracted messages by the first digits of their digest.
constexpr std::size_t id_digits = 16;

std::optional<std::string> read_extracted(const std::string& folder, const std::string& sha256) {
  if (folder.empty() || sha256.size() < id_digits) return std::nullopt;
  std::ifstream file(std::filesystem::path(folder) / fmt::format("m-{}.eml", sha256.substr(0, id_digits)),
                     std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

std::optional<std::string> MessageSupply::recorded(std::size_t index) const {
  if (index >= session_.messages.size()) return std::nullopt;
  const RecordedMessage& message = session_.messages[index];
  return message.octets ? message.octets : read_extracted(options_.message_folder, message.sha256);
}

std::string MessageSupply::octets_of(std::size_t index, std::optional<std::uint64_t> wanted_size) {
  const auto known = recorded(index);
  if (known && (!wanted_size || *wanted_size == known->size())) return *known;
  if (options_.body) {
    note_(fmt::format("message {}: the record lacks its octets, those of --body-from are sent", index + 1));
    return *options_.body;
  }
  std::uint64_t size = wanted_size.value_or(index < session_.messages.size() ? session_.messages[index].size : 0);
  if (size == 0) size = size_of_unknown;
  note_(fmt::format("message {}: the record lacks its octets, {} made-up ones are sent (--body-from, --messages)",
                    index + 1, size));
  return made_up_message(std::min(size, most_made_up_octets));
}

const std::string& MessageSupply::message(std::size_t index, std::optional<std::uint64_t> wanted_size) {
  if (const auto ready = ready_.find(index); ready != ready_.end()) return ready->second;
  RewrittenMessage rewritten = rewrite_message(octets_of(index, wanted_size), options_.rewrites);
  for (const std::string& note : rewritten.notes) note_(fmt::format("message {}: {}", index + 1, note));
  return ready_.emplace(index, std::move(rewritten.octets)).first->second;
}

std::optional<std::int64_t> MessageSupply::growth(std::size_t index) {
  const auto known = recorded(index);
  if (!known) return std::nullopt;
  return static_cast<std::int64_t>(message(index).size()) - static_cast<std::int64_t>(known->size());
}

}  // namespace mailparse::tools
