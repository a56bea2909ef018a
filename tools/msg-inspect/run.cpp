#include "msg-inspect/run.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include <mailparse/json/message_record.hpp>

#include "common/output.hpp"
#include "common/terminal.hpp"
#include "msg-inspect/message_source.hpp"

namespace mailparse::tools {
namespace {

class Show final : public MessageVisitor {
 public:
  Show(const InspectOptions& options, Output& output) : options_(options), output_(output), writer_(output.buffer()) {}

  PartSink* begin_message() override { return nullptr; }

  void end_message(Message&& message, const MessageSource& source) override {
    if (options_.fail_on) {
      found_ = found_ || std::ranges::any_of(message.findings,
                                             [&](const Diagnostic& f) { return f.severity >= *options_.fail_on; });
    }
    write_message(writer_, message, source);
    output_.flush_if_full();
  }

  [[nodiscard]] bool going() const override { return output_.usable(); }
  [[nodiscard]] bool found() const noexcept { return found_; }

 private:
  const InspectOptions& options_;
  Output& output_;
  JsonWriter writer_;
  bool found_ = false;
};

}  // namespace

ExitStatus run(const InspectOptions& options) {
  const Messages messages("msg-inspect", use_color(options.color, STDERR_FILENO));
  Output output(STDOUT_FILENO);
  Show show(options, output);
  ExitStatus status = ExitStatus::done;
  for (const std::string& name : options.inputs) {
    for (const std::string& file : expand_input(name)) {
      if (!output.usable()) break;
      if (const std::string trouble = read_messages(file, show); !trouble.empty()) {
        messages.error(visible(trouble));
        status = ExitStatus::trouble;
      }
    }
  }
  output.flush();
  if (output.error() != 0) {
    messages.error(fmt::format("standard output: {}", std::strerror(output.error())));
    return ExitStatus::trouble;
  }
  return show.found() ? worse(status, ExitStatus::found) : status;
}

}  // namespace mailparse::tools
