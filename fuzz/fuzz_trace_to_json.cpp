// trace-to-json whole: whatever the input is, each line of records is JSON, no octet or frame is missing from the sums
// of the summary (docs/schema/summary.json), and nothing ends but by itself. The first octet chooses what is written.
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

using Value = simdjson::dom::element;

std::uint64_t number(Value record, std::string_view path) {
  return record.at_pointer(path).get_uint64().value();
}

std::uint64_t sum_of_all_but(Value object, std::string_view left_out) {
  std::uint64_t sum = 0;
  for (const auto field : object.get_object()) {
    if (field.key != "total" && field.key != left_out) sum += field.value.get_uint64().value();
  }
  return sum;
}

void require_sums(Value summary) {
  fuzz::require(number(summary, "/frames/read") ==
                number(summary, "/frames/decoded") + sum_of_all_but(summary.at_pointer("/frames/skipped"), ""));
  const Value octets = summary["octets"];
  fuzz::require(number(octets, "/captures/total") == sum_of_all_but(octets["captures"], ""));
  fuzz::require(number(octets, "/captures/packets") == number(octets, "/packets/total"));
  fuzz::require(number(octets, "/packets/total") == sum_of_all_but(octets["packets"], ""));
  fuzz::require(number(octets, "/tcp/total") == sum_of_all_but(octets["tcp"], ""));
  fuzz::require(number(octets, "/payload/total") ==
                number(octets, "/tcp/payload") + number(octets, "/payload/from_fragments"));
  fuzz::require(number(octets, "/payload/total") == sum_of_all_but(octets["payload"], "from_fragments"));
  std::uint64_t of_flows = 0;
  std::uint64_t missing = 0;
  for (const auto flow : summary["flows"].get_object()) {
    of_flows += number(flow.value, "/octets");
    missing += number(flow.value, "/missing");
  }
  fuzz::require(of_flows == number(octets, "/payload/delivered") + number(octets, "/transcripts"));
  fuzz::require(missing == number(octets, "/missing"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::ToolRun run;
  if (size == 0) return 0;
  tools::TraceOptions options;
  options.emit = emits[data[0] % emits.size()];
  options.summary = options.emit == Emit::sessions;
  const std::string written = run({reinterpret_cast<const char*>(data) + 1, size - 1}, options);
  if (!is_json(options.emit)) return 0;
  auto summary = fuzz::require_json_lines(written);
  if (options.summary) require_sums(summary.value());
  return 0;
}
