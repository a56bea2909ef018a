// The options of every tool that reads what others wrote: how much of it is kept, and with what rights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/base/limits.hpp>

#include "common/exit_status.hpp"

namespace CLI {
class App;
}

namespace mailparse::tools {

/// --limit, --max-memory and --no-sandbox.
class ResourceOptions {
 public:
  /// `example` is a limit that users of this tool may want to set. The options must outlive `app`.
  void add_to(CLI::App& app, const std::string& example);
  /// What was asked for, once `app` has parsed; how to end when the list was asked for or a limit is wrong, which was
  /// told.
  [[nodiscard]] std::optional<ExitStatus> apply(const std::string& program);

  Limits limits;
  std::uint64_t max_memory = 0;  ///< octets for the process; 0: no bound
  bool sandbox = true;

 private:
  std::vector<std::string> assignments_;
};

}  // namespace mailparse::tools
