// A whole tool in process: it reads a file in memory and writes to another, which stands in for standard output.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <simdjson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/exit_status.hpp"
#include "common/output.hpp"
#include "require.hpp"

namespace mailparse::fuzz {

class ToolRun {
 public:
  ToolRun() : input_(memfd_create("input", 0)), output_(memfd_create("output", 0)) {
    require(input_ >= 0 && output_ >= 0 && dup2(output_, STDOUT_FILENO) == STDOUT_FILENO);
  }

  /// What the tool that `options` belong to writes when `octets` are its input. It ends properly, or this traps.
  template <class Options>
  std::string operator()(std::string_view octets, Options options) {
    options.resources.sandbox = false;
    options.inputs = {"/proc/self/fd/" + std::to_string(input_)};
    require(ftruncate(input_, 0) == 0 && lseek(input_, 0, SEEK_SET) == 0 && tools::write_all(input_, octets) == 0);
    require(ftruncate(output_, 0) == 0 && lseek(output_, 0, SEEK_SET) == 0);
    const tools::ExitStatus status = run(options);
    require(status == tools::ExitStatus::done || status == tools::ExitStatus::trouble);
    std::string written(static_cast<std::size_t>(lseek(output_, 0, SEEK_END)), '\0');
    require(pread(output_, written.data(), written.size(), 0) == static_cast<ssize_t>(written.size()));
    return written;
  }

 private:
  int input_;
  int output_;
};

/// Each line is one JSON value by another reader than ours, and nothing stands behind the last one, which is given back
/// and lives until the next call.
inline simdjson::simdjson_result<simdjson::dom::element> require_json_lines(std::string_view text) {
  static simdjson::dom::parser parser;
  simdjson::simdjson_result<simdjson::dom::element> last = simdjson::NO_SUCH_FIELD;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    require(end != std::string_view::npos);
    last = parser.parse(text.substr(0, end));
    require(last.error() == simdjson::SUCCESS);
    text.remove_prefix(end + 1);
  }
  return last;
}

}  // namespace mailparse::fuzz
