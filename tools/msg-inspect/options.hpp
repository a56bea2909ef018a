// What msg-inspect was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mailparse/base/diagnostic.hpp>

#include "common/dns_options.hpp"
#include "common/exit_status.hpp"
#include "common/resource_options.hpp"
#include "common/terminal.hpp"

namespace mailparse::tools {

enum class View : std::uint8_t {
  summary,     ///< who, when, subject, parts, hops, findings
  tree,        ///< parts only
  headers,     ///< fields, raw beside decoded
  hops,        ///< the way the message took
  parts,       ///< everything known of each part
  findings,    ///< what is wrong
  text,        ///< readable text
  urls,        ///< what the text points to
  json,        ///< the message record
  eml_parser,  ///< a record as eml_parser writes it
  mailparser,  ///< a record as SpamScope's mail-parser writes it
};

/// Whether a view is a record for programs, one line a message.
[[nodiscard]] constexpr bool is_record(View view) noexcept {
  return view >= View::json;
}

struct InspectOptions {
  View view = View::summary;
  std::string part;     ///< path of the one part to print; empty: none
  bool raw = false;     ///< the part as it stands
  std::string extract;  ///< folder for attachments; empty: none
  std::string index;    ///< file of the index that is written, or used to find `message`; empty: none
  std::string message;  ///< number or id of the one message that is wanted; empty: all
  bool defang = false;  ///< nothing that is shown can be clicked by mistake
  bool second_opinion = false;
  unsigned jobs = 1;
  std::optional<Severity> fail_on;
  DnsOptions dns;
  std::string ca_file;  ///< certificates that S/MIME signatures may end at; empty: none
  ResourceOptions resources;
  ColorChoice color = ColorChoice::automatic;
  std::vector<std::string> inputs;  ///< files and folders; "-" is standard input
};

/// The options, or how to end when there is nothing to run: help was asked for, or the usage is wrong. Both were told.
[[nodiscard]] std::variant<InspectOptions, ExitStatus> parse_options(int argc, char** argv);

}  // namespace mailparse::tools
