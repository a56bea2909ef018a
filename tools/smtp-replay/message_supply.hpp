// The messages of a record on their way to the wire: their octets, or what stands for them, rewritten.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "smtp-replay/plan.hpp"

namespace mailparse::tools {

class MessageSupply {
 public:
  /// What is made up for a message that the record tells no size of.
  static constexpr std::uint64_t size_of_unknown = 512;
  static constexpr std::uint64_t most_made_up_octets = 512 * 1024 * 1024;

  /// `note` is told what is sent otherwise than recorded.
  MessageSupply(const RecordedSession& session, const PlanOptions& options, std::function<void(std::string)> note)
      : session_(session), options_(options), note_(std::move(note)) {}

  /// Message number `index` (from 0) as it will be sent. `wanted_size`: of the chunks that announced it.
  [[nodiscard]] const std::string& message(std::size_t index, std::optional<std::uint64_t> wanted_size = {});
  /// By how much the message is longer than the recorded one; nothing where the record does not know its octets.
  [[nodiscard]] std::optional<std::int64_t> growth(std::size_t index);

 private:
  [[nodiscard]] std::optional<std::string> recorded(std::size_t index) const;
  [[nodiscard]] std::string octets_of(std::size_t index, std::optional<std::uint64_t> wanted_size);

  const RecordedSession& session_;
  const PlanOptions& options_;
  std::function<void(std::string)> note_;
  std::map<std::size_t, std::string> ready_;
};

}  // namespace mailparse::tools
