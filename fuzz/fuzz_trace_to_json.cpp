// trace-to-json whole: whatever the input is, each line of records is JSON, the totals add up, and nothing ends but by
// itself. The first octet chooses what is written.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tool_run.hpp"
#include "trace-to-json/run.hpp"

namespace {

using namespace mailparse;
using tools::Emit;

constexpr std::array emits{Emit::sessions, Emit::events, Emit::messages, Emit::zeek,
                           Emit::eve,      Emit::ecs,    Emit::csv,      Emit::transcript};

bool is_json(Emit emit) {
  return emit != Emit::zeek && emit != Emit::csv && emit != Emit::transcript;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::ToolRun run;
  if (size == 0) return 0;
  tools::TraceOptions options;
  options.emit = emits[data[0] % emits.size()];
  options.summary = options.emit == Emit::sessions;
  options.resources.sandbox = false;
  options.inputs = {run.input()};
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  tools::ExitStatus status{};
  const std::string written = run(octets, [&] { status = tools::run(options); });
  fuzz::require(status == tools::ExitStatus::done || status == tools::ExitStatus::trouble);
  if (is_json(options.emit)) fuzz::require_json_lines(written);
  return 0;
}
