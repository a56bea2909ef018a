// Plays one plan against a live server and judges every step.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/trace/trace_listener.hpp>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/connection.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/sasl_client.hpp"

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
  extensions,       ///< what EHLO or LHLO offers
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

struct PlayResult {
  ReplayStatus status = ReplayStatus::same;
  std::string error;              ///< why there was no conversation at all
  std::string address;            ///< connected to
  std::string tls_version;        ///< empty: plain
  std::vector<StepResult> steps;  ///< one for each step of the plan; empty where there was no conversation
  std::optional<std::size_t> first_difference;  ///< index into `steps`
  std::vector<std::string> notes;
};

struct PlayOptions {
  Target target;
  bool other_host = false;    ///< the host was allowed by name and may be another machine
  bool implicit_tls = false;  ///< TLS from the first octet
  TlsOptions tls;
  std::chrono::milliseconds timeout{10'000};  ///< for every single wait
  bool stop_at_difference = false;
  std::optional<Credentials> credentials;
  CompareLevels levels;
  Masks masks;
};

/// `live` receives the record of the live conversation, if there was one.
[[nodiscard]] PlayResult play(const Plan& plan, const PlayOptions& options, TraceListener& live);

}  // namespace mailparse::tools
