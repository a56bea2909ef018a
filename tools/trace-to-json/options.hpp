// What trace-to-json was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mailparse/session/dialogue.hpp>
#include <mailparse/trace/shard.hpp>
#include <mailparse/trace/transcript_writer.hpp>

#include "common/dns_options.hpp"
#include "common/exit_status.hpp"
#include "common/resource_options.hpp"
#include "common/terminal.hpp"

namespace mailparse::tools {

enum class Emit : std::uint8_t {
  sessions,    ///< a record for each conversation, when it is over
  events,      ///< a record for each step, when it happens
  messages,    ///< a record for each message, when its place is known
  zeek,        ///< a line of Zeek's smtp.log for each mail
  eve,         ///< an event of Suricata's EVE for each mail and each POP3 command
  ecs,         ///< a document of the Elastic Common Schema for each mail, or conversation without any
  csv,         ///< a row for each conversation
  transcript,  ///< no records: each conversation as people read it
};

/// Whether the output is what another program reads: no record of ours may stand between its lines.
[[nodiscard]] constexpr bool is_view(Emit emit) noexcept {
  return emit >= Emit::zeek;
}

struct TraceOptions {
  Emit emit = Emit::sessions;
  std::optional<Protocol> protocol;  ///< absent: by content
  std::string dialect = "auto";
  TranscriptForm form = TranscriptForm::c_s;  ///< of Emit::transcript
  std::string filter;
  std::string interface;
  std::string extract;  ///< a directory; empty: none
  std::string key_log;  ///< a file of TLS secrets; empty: none
  DnsOptions dns;
  ResourceOptions resources;
  unsigned jobs = 1;
  Shard shard;
  bool show_secrets = false;
  bool summary = false;
  ColorChoice color = ColorChoice::automatic;
  std::vector<std::string> inputs;  ///< "-" is standard input; empty only with `interface`
};

/// The options, or how to end when there is nothing to run: help was asked for, or the usage is wrong. Both were told.
[[nodiscard]] std::variant<TraceOptions, ExitStatus> parse_options(int argc, char** argv);

}  // namespace mailparse::tools
