// msg-inspect whole: records are JSON, and what people see holds no control that could deceive them or their terminal.
// The first octet chooses the view.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/terminal.hpp"
#include "msg-inspect/run.hpp"
#include "tool_run.hpp"

namespace {

using namespace mailparse;
using tools::View;

constexpr std::array views{View::json,     View::summary, View::tree, View::headers,    View::hops,      View::parts,
                           View::findings, View::text,    View::urls, View::mailparser, View::eml_parser};

/// Without its line ends, and the tabs of a text that is shown, all of it is shown as it stands.
void require_harmless(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    fuzz::require(tools::visible(text.substr(0, end)) == text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::ToolRun run;
  if (size == 0) return 0;
  tools::InspectOptions options;
  options.view = views[data[0] % views.size()];
  options.color = tools::ColorChoice::never;
  const std::string written = run({reinterpret_cast<const char*>(data) + 1, size - 1}, options);
  if (tools::is_record(options.view))
    fuzz::require_json_lines(written);
  else
    require_harmless(written);
  return 0;
}
