#include "msg-inspect/run.hpp"

#include <cerrno>
#include <cstring>
#include <expected>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/dns_records.hpp"
#include "common/output.hpp"
#include "common/sandbox.hpp"
#include "common/small_file.hpp"
#include "common/terminal.hpp"
#include "msg-inspect/inspection.hpp"
#include "msg-inspect/message_index.hpp"
#include "msg-inspect/message_source.hpp"
#include "msg-inspect/pipeline.hpp"

namespace mailparse::tools {
namespace {

// The certificates of a whole operating system are a fortieth of this.
constexpr std::size_t ca_file_octets = 8 * 1024 * 1024;

std::expected<TrustAnchors, std::string> load_ca_file(const std::string& file) {
  const auto pem = read_beginning(file, ca_file_octets);
  if (!pem) return std::unexpected(pem.error());
  auto anchors = TrustAnchors::from_pem(*pem);
  if (!anchors) return std::unexpected(file + ": no PEM certificate in it");
  return std::move(*anchors);
}

std::string incomplete_text(const IncompleteMessage& message) {
  std::string numbers;
  for (const std::uint32_t number : message.numbers)
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", number);
  return fmt::format("message in pieces \"{}\" is not complete: {} of {} came", message.id, numbers,
                     message.total ? std::to_string(*message.total) : std::string("an unknown number"));
}

ViewStyle style_of(const InspectOptions& options) {
  ViewStyle style;
  style.color = use_color(options.color, STDOUT_FILENO);
  style.defang = options.defang;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  return style;
}

class Run {
 public:
  explicit Run(const InspectOptions& options)
      : options_(options), messages_("msg-inspect", use_color(options.color, STDERR_FILENO)) {}

  ExitStatus all();

 private:
  [[nodiscard]] bool open_outputs();
  [[nodiscard]] bool load_records();
  [[nodiscard]] bool load_anchors();
  [[nodiscard]] bool read_index();
  void enter();
  void read_inputs(Pipeline& pipeline);
  void tell(const std::string& file, std::string_view trouble, DiagnosticList& findings);
  ExitStatus end(Pipeline& pipeline);
  void fail(std::string_view text) {
    messages_.error(text);
    status_ = ExitStatus::trouble;
  }
  void fail(std::string_view what, int error) { fail(fmt::format("{}: {}", visible(what), std::strerror(error))); }
  [[nodiscard]] bool chooses_by_index() const { return !options_.index.empty() && !options_.message.empty(); }
  /// Threads that can be used: what writes files, forks or prints one part does one thing after the other.
  [[nodiscard]] unsigned jobs() const { return files_ || part_ || options_.second_opinion ? 1 : options_.jobs; }

  const InspectOptions& options_;
  Messages messages_;
  Output output_{STDOUT_FILENO};
  int index_descriptor_ = -1;
  std::optional<Output> index_;
  std::vector<FoundMessage> chosen_;
  std::unique_ptr<PartFiles> files_;
  std::optional<OnePart> part_;
  std::optional<ContentMagic> magic_;
  DnsRecords records_{options_.dns};
  std::optional<TrustAnchors> anchors_;
  ExitStatus status_ = ExitStatus::done;
};

bool Run::open_outputs() {
  if (!options_.extract.empty()) {
    int error = 0;
    files_ = PartFiles::open(options_.extract, error);
    if (files_ == nullptr) {
      fail(options_.extract, error);
      return false;
    }
  }
  if (!load_records() || !load_anchors()) return false;
  if (!options_.part.empty()) part_.emplace(options_.part, options_.raw, !options_.message.empty(), output_);
  if (options_.view == View::eml_parser) magic_.emplace();
  if (options_.index.empty()) return true;
  if (chooses_by_index()) return read_index();
  index_descriptor_ = ::open(options_.index.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (index_descriptor_ < 0) {
    fail(options_.index, errno);
    return false;
  }
  index_.emplace(index_descriptor_);
  return true;
}

bool Run::load_records() {
  const std::string trouble = records_.open(options_.resources.sandbox);
  if (!trouble.empty()) fail(visible(trouble));
  return trouble.empty();
}

bool Run::load_anchors() {
  if (options_.ca_file.empty()) return true;
  auto anchors = load_ca_file(options_.ca_file);
  if (!anchors) {
    fail(visible(anchors.error()));
    return false;
  }
  anchors_ = std::move(*anchors);
  return true;
}

bool Run::read_index() {
  auto chosen = find_in_index(options_.index, options_.message);
  if (!chosen) {
    fail(fmt::format("{}: {}", visible(options_.index), chosen.error()));
    return false;
  }
  chosen_ = std::move(*chosen);
  return true;
}

void Run::enter() {
  if (!options_.resources.sandbox) return;
  SandboxNeeds needs;
  needs.readable = options_.inputs;
  for (const FoundMessage& found : chosen_) needs.readable.push_back(found.file);
  if (files_ != nullptr) needs.writable.push_back(options_.extract);
  needs.child = options_.second_opinion;
  enter_sandbox(needs);
}

void Run::tell(const std::string& file, std::string_view trouble, DiagnosticList& findings) {
  for (const Diagnostic& finding : findings.take())
    messages_.warning(fmt::format("{}: {} at {}", visible(file), info(finding.code).text, finding.offset));
  if (!trouble.empty()) fail(visible(trouble));
}

void Run::read_inputs(Pipeline& pipeline) {
  for (const FoundMessage& found : chosen_) {
    DiagnosticList findings;
    if (pipeline.going()) tell(found.file, read_message_at(found, pipeline, findings), findings);
  }
  if (chooses_by_index()) return;
  for (const std::string& name : options_.inputs) {
    for (const std::string& file : expand_input(name)) {
      if (!pipeline.going()) return;
      DiagnosticList findings;
      tell(file, read_messages(file, pipeline, findings), findings);
    }
  }
}

ExitStatus Run::end(Pipeline& pipeline) {
  pipeline.finish();
  if (options_.message.empty()) {
    for (const IncompleteMessage& message : pipeline.incomplete()) messages_.warning(visible(incomplete_text(message)));
  }
  if (part_ && !part_->met()) fail(fmt::format("part {}: {}", visible(options_.part), part_->reason()));
  if (!options_.message.empty() && !pipeline.found_any()) fail(fmt::format("no message {}", visible(options_.message)));
  if (output_.error() != 0) fail("standard output", output_.error());
  if (index_ && index_->error() != 0) fail(options_.index, index_->error());
  if (files_ != nullptr && files_->error() != 0) fail(options_.extract, files_->error());
  return pipeline.found_grave() ? worse(status_, ExitStatus::found) : status_;
}

ExitStatus Run::all() {
  if (!open_outputs()) return status_;
  enter();
  const InspectionTools tools{.options = &options_,
                              .style = style_of(options_),
                              .files = files_.get(),
                              .magic = magic_ ? &*magic_ : nullptr,
                              .part = part_ ? &*part_ : nullptr,
                              .dns = records_.sources(),
                              .anchors = anchors_ ? &*anchors_ : nullptr};
  Pipeline pipeline(tools, output_, index_ ? &*index_ : nullptr, jobs());
  read_inputs(pipeline);
  return end(pipeline);
}

}  // namespace

ExitStatus run(const InspectOptions& options) {
  return Run(options).all();
}

}  // namespace mailparse::tools
