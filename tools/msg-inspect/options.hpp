// What msg-inspect was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>

#include "common/exit_status.hpp"
#include "common/terminal.hpp"

namespace mailparse::tools {

enum class View : std::uint8_t {
  summary,   ///< who, when, subject, parts, hops, findings
  tree,      ///< parts only
  headers,   ///< fields, raw beside decoded
  hops,      ///< the way the message took
  parts,     ///< everything known of each part
  findings,  ///< what is wrong
  text,      ///< readable text
  json,      ///< the message record
};

struct InspectOptions {
  View view = View::summary;
  std::string part;     ///< path of the one part to print; empty: none
  bool raw = false;     ///< the part as it stands
  std::string extract;  ///< folder for attachments; empty: none
  std::optional<Severity> fail_on;
  Limits limits;
  bool sandbox = true;
  ColorChoice color = ColorChoice::automatic;
  std::vector<std::string> inputs;  ///< files and folders; "-" is standard input
};

/// The options, or how to end when there is nothing to run: help was asked for, or the usage is wrong. Both were told.
[[nodiscard]] std::variant<InspectOptions, ExitStatus> parse_options(int argc, char** argv);

}  // namespace mailparse::tools
