#include "msg-inspect/run.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <mailparse/json/message_record.hpp>

#include "common/output.hpp"
#include "common/sandbox.hpp"
#include "common/terminal.hpp"
#include "msg-inspect/message_source.hpp"
#include "msg-inspect/part_files.hpp"
#include "msg-inspect/view.hpp"

namespace mailparse::tools {
namespace {

ViewStyle style_of(const InspectOptions& options) {
  ViewStyle style{use_color(options.color, STDOUT_FILENO), 80};
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  return style;
}

/// What is common to all ways of showing messages: whether something was found, and whether to go on.
class Visitor : public MessageVisitor {
 public:
  Visitor(const InspectOptions& options, Output& output) : options_(options), output_(output) {}
  [[nodiscard]] bool going() const override { return output_.usable(); }
  [[nodiscard]] bool found() const noexcept { return found_; }

 protected:
  void judge(const Message& message) {
    if (!options_.fail_on) return;
    const auto grave = [&](const Diagnostic& finding) { return finding.severity >= *options_.fail_on; };
    found_ = found_ || std::ranges::any_of(message.findings, grave);
  }

  const InspectOptions& options_;
  Output& output_;

 private:
  bool found_ = false;
};

/// Records or views, and attachments into files.
class Show final : public Visitor {
 public:
  Show(const InspectOptions& options, Output& output, PartFiles* files)
      : Visitor(options, output), files_(files), writer_(output.buffer()), style_(style_of(options)) {}

  PartSink* begin_message() override {
    if (files_ != nullptr) return files_;
    return options_.view == View::text ? &texts_ : nullptr;
  }

  void end_message(AnalyzedMessage&& analyzed, const MessageSource& source) override {
    const Message& message = analyzed.message;
    judge(message);
    if (files_ != nullptr) files_->end_message(message, source);
    if (options_.view == View::json) {
      write_message(writer_, analyzed, source);
    } else {
      if (std::exchange(several_, true)) output_.buffer() += "\n";
      show_message(output_.buffer(), options_.view, message, source, texts_.take(), style_);
    }
    output_.flush_if_full();
  }

 private:
  PartFiles* files_;
  JsonWriter writer_;
  TextCollector texts_;
  ViewStyle style_;
  bool several_ = false;
};

/// The octets of one part: decoded while they pass, or as they stand once their place is known.
class OnePart final : public Visitor, private PartSink {
 public:
  using Visitor::Visitor;

  PartSink* begin_message() override {
    message_.clear();
    return options_.raw ? nullptr : this;
  }
  void on_octets(std::string_view octets) override {
    if (options_.raw) message_ += octets;
  }
  void end_message(AnalyzedMessage&& analyzed, const MessageSource&) override {
    const Message& message = analyzed.message;
    judge(message);
    const MessagePart* part = message.part(options_.part);
    if (part == nullptr || met_) return;
    if (options_.raw && part->origin == PartOrigin::message) {
      output_.buffer().append(message_, part->offset, part->body_offset + part->body_length - part->offset);
      met_ = true;
    }
    output_.flush();
  }
  [[nodiscard]] bool met() const noexcept { return met_; }

 private:
  void on_part(const MessagePart&) override {}
  void on_part_octets(const MessagePart& part, std::string_view octets) override {
    if (met_ || part.path != options_.part) return;
    output_.buffer() += octets;
    output_.flush_if_full();
  }
  void on_part_end(const MessagePart& part) override { met_ = met_ || part.path == options_.part; }

  std::string message_;
  bool met_ = false;
};

ExitStatus read_all(const InspectOptions& options, const Messages& messages, MessageVisitor& visitor) {
  ExitStatus status = ExitStatus::done;
  for (const std::string& name : options.inputs) {
    for (const std::string& file : expand_input(name)) {
      if (!visitor.going()) return status;
      if (const std::string trouble = read_messages(file, visitor, options.limits); !trouble.empty()) {
        messages.error(visible(trouble));
        status = ExitStatus::trouble;
      }
    }
  }
  return status;
}

}  // namespace

ExitStatus run(const InspectOptions& options) {
  const Messages messages("msg-inspect", use_color(options.color, STDERR_FILENO));
  const auto fail = [&](std::string_view what, int error) {
    messages.error(fmt::format("{}: {}", visible(what), std::strerror(error)));
    return ExitStatus::trouble;
  };
  std::unique_ptr<PartFiles> files;
  if (!options.extract.empty()) {
    int error = 0;
    files = PartFiles::open(options.extract, error);
    if (files == nullptr) return fail(options.extract, error);
  }
  if (options.sandbox) {
    SandboxNeeds needs;
    needs.readable = options.inputs;
    if (files != nullptr) needs.writable.push_back(options.extract);
    enter_sandbox(needs);
  }
  Output output(STDOUT_FILENO);
  ExitStatus status = ExitStatus::done;
  bool found = false;
  if (options.part.empty()) {
    Show show(options, output, files.get());
    status = read_all(options, messages, show);
    found = show.found();
  } else {
    OnePart part(options, output);
    status = read_all(options, messages, part);
    found = part.found();
    if (!part.met()) {
      messages.error(fmt::format("no part {} with octets of its own", visible(options.part)));
      status = ExitStatus::trouble;
    }
  }
  output.flush();
  if (output.error() != 0) return fail("standard output", output.error());
  if (files != nullptr && files->error() != 0) return fail(options.extract, files->error());
  return found ? worse(status, ExitStatus::found) : status;
}

}  // namespace mailparse::tools
