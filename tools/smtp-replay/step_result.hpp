// What came of one step of a replay.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/recorded_session.hpp"

namespace mailparse::tools {

enum class Verdict : std::uint8_t {
  same,
  differs,
  not_comparable,  ///< depends on something that differs, or the record shows no reply
};

[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

/// In what a step differs.
enum class DifferenceKind : std::uint8_t {
  none,
  reply,            ///< code, enhanced status code or text
  recipient,        ///< a recipient's fate
  extensions,       ///< what EHLO, LHLO or CAPA offers
  tls,              ///< STARTTLS, handshake or certificate
  auth,             ///< outcome of AUTH
  extra_reply,      ///< one that nothing asked for
  missing_reply,    ///< fewer than in the record
  early_close,      ///< the peer closed instead of speaking
  timeout,          ///< it said nothing in time
  late_reply,       ///< much later than in the record
  message,          ///< a message's octets
  command,          ///< a client's command, served
  extra_command,    ///< one that the record does not have
  missing_command,  ///< one that the client leaves out
};

[[nodiscard]] std::string_view to_string(DifferenceKind kind) noexcept;

struct StepResult {
  Verdict verdict = Verdict::not_comparable;
  DifferenceKind kind = DifferenceKind::none;
  std::string why;   ///< for people; empty where the verdict is same
  std::string said;  ///< a served client's line, secrets masked
  bool sent = false;
  CompareLevel level = CompareLevel::code;
  std::vector<RecordedReply> live;
  std::vector<std::string> masks;
  std::optional<std::chrono::nanoseconds> latency;
};

}  // namespace mailparse::tools
