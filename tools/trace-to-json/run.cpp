#include "trace-to-json/run.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <mailparse/json/summary.hpp>
#include <mailparse/source/bpf.hpp>
#include <mailparse/source/capture.hpp>
#include <mailparse/source/input.hpp>
#include <mailparse/source/live_capture.hpp>
#include <mailparse/source/reassembly.hpp>
#include <mailparse/source/transcript.hpp>
#include <mailparse/trace/conversations.hpp>

#include "common/dns_records.hpp"
#include "common/interrupt.hpp"
#include "common/output.hpp"
#include "common/sandbox.hpp"
#include "common/small_file.hpp"
#include "common/terminal.hpp"
#include "trace-to-json/emitter.hpp"
#include "trace-to-json/extractor.hpp"
#include "trace-to-json/record_lines.hpp"
#include "trace-to-json/time_order.hpp"

namespace mailparse::tools {
namespace {

std::string_view to_string(InputKind kind) noexcept {
  switch (kind) {
    case InputKind::pcap:
      return "pcap";
    case InputKind::pcapng:
      return "pcapng";
    case InputKind::gzip:
      return "gzip";
    case InputKind::zstd:
      return "zstd";
    case InputKind::empty:
    case InputKind::other:
      break;
  }
  return {};
}

/// Findings of the input that is being read.
class InputFindings final : public DiagnosticSink {
 public:
  explicit InputFindings(std::uint64_t limit) noexcept : limit_(limit) {}
  void begin(InputRecord& input) noexcept { input_ = &input; }
  void report(Diagnostic diagnostic) override {
    if (input_ == nullptr) return;
    if (input_->findings.size() < limit_) {
      input_->findings.push_back(std::move(diagnostic));
    } else {
      ++input_->findings_left_out;
    }
  }

 private:
  std::uint64_t limit_;
  InputRecord* input_ = nullptr;
};

/// More than TlsKeyLog keeps of it.
constexpr std::size_t most_key_log_octets = 256 * 1024 * 1024;

/// How long an input may be silent before what is over is told: as long as what was still under way may take.
constexpr auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(ReassemblyGrace{}.linger);

/// The one that a signal has to wake.
LiveCapture* waiting_capture = nullptr;

class Run {
 public:
  Run(const TraceOptions& options, std::unique_ptr<Extractor> extractor)
      : options_(options),
        messages_("trace-to-json", use_color(options.color, STDERR_FILENO)),
        files_(options.interface.empty() ? in_time_order(options.inputs) : std::vector{options.interface}),
        extractor_(std::move(extractor)),
        emitter_(options, files_, output_, extractor_.get(), records_.sources(&dns_)),
        conversations_(emitter_, {.protocol = options.protocol,
                                  .recorder = {.show_secrets = options.show_secrets, .limits = limits_},
                                  .shard = options.shard,
                                  .files = &files_,
                                  .dns = &dns_,
                                  .keys = &keys_}),
        findings_(limits_.session_findings) {
    if (options.emit != Emit::transcript) return;
    transcripts_.emplace(conversations_,
                         TranscriptWriterOptions{.form = options.form, .show_secrets = options.show_secrets});
    emitter_.print_with(*transcripts_);
  }

  ExitStatus all();

 private:
  [[nodiscard]] bool prepare_filter();
  [[nodiscard]] bool read_key_log();
  [[nodiscard]] bool load_records();
  void close_sandbox();
  void read_interface();
  void read_input(std::uint32_t index);
  void read_capture(Input& input, std::uint32_t index);
  void read_transcript(Input& input, std::uint32_t index, InputRecord& record);
  void end_records(RecordLines& records, InputRecord& record);
  template <typename Feed, typename OnSilence>
  void feed_all(Input& input, Feed feed, OnSilence on_silence);
  Capture& open_capture();
  ConversationFactory& factory() noexcept {
    return transcripts_ ? static_cast<ConversationFactory&>(*transcripts_) : conversations_;
  }
  void tell_inputs();
  void summarize();
  ExitStatus end();
  void fail(std::string_view text) {
    progress_.clear();
    messages_.error(text);
    status_ = ExitStatus::trouble;
  }
  [[nodiscard]] bool going() const { return output_.usable() && !interrupted(); }

  const TraceOptions& options_;
  Limits limits_ = options_.resources.limits;
  TlsKeyLog keys_;
  Messages messages_;
  Progress progress_;
  Output output_{STDOUT_FILENO};
  std::vector<std::string> files_;
  std::unique_ptr<Extractor> extractor_;
  DnsRecords records_{options_.dns};
  DnsAnswers dns_;  ///< of the capture
  Emitter emitter_;
  Conversations conversations_;
  std::optional<TranscriptWriter> transcripts_;  ///< in front of them, for Emit::transcript
  InputFindings findings_;
  std::shared_ptr<PacketFilter> filter_;
  std::unique_ptr<Capture> capture_;  ///< all captures in one, so that rotated pieces join
  RunRecord record_;
  ExitStatus status_ = ExitStatus::done;
};

ExitStatus Run::all() {
  if (!prepare_filter() || !read_key_log() || !load_records()) return ExitStatus::trouble;
  if (options_.interface.empty()) close_sandbox();
  record_.inputs.resize(files_.size());
  if (!options_.interface.empty()) read_interface();
  for (std::uint32_t index = 0; options_.interface.empty() && index < files_.size() && going(); ++index)
    read_input(index);
  if (capture_) capture_->finish();
  tell_inputs();
  if (options_.summary) summarize();
  return end();
}

bool Run::load_records() {
  const std::string trouble = records_.open(options_.resources.sandbox);
  if (!trouble.empty()) fail(visible(trouble));
  return trouble.empty();
}

bool Run::prepare_filter() {
  if (options_.filter.empty() || !options_.interface.empty()) return true;
  auto filter = compile_bpf(options_.filter);
  if (!filter) {
    fail(fmt::format("--filter: {}", visible(filter.error())));
    return false;
  }
  filter_ = std::move(*filter);
  return true;
}

bool Run::read_key_log() {
  if (options_.key_log.empty()) return true;
  const auto text = read_beginning(options_.key_log, most_key_log_octets);
  if (!text) {
    fail(fmt::format("--keylog: {}", visible(text.error())));
    return false;
  }
  keys_.add(*text);
  if (keys_.empty()) messages_.warning(fmt::format("--keylog: {}: no secrets in it", visible(options_.key_log)));
  return true;
}

/// From here on octets of others are read.
void Run::close_sandbox() {
  if (!options_.resources.sandbox) return;
  SandboxNeeds needs;
  needs.readable = options_.inputs;
  if (!options_.extract.empty()) needs.writable.push_back(options_.extract);
  enter_sandbox(needs);
}

void Run::read_interface() {
  InputRecord& record = record_.inputs.front();
  record.file = options_.interface;
  record.format = "live";
  findings_.begin(record);
  auto live = LiveCapture::open(options_.interface, {.filter = options_.filter});
  if (!live) return fail(fmt::format("{}: {}", visible(options_.interface), visible(live.error())));
  Capture& capture = open_capture();
  PacketSink& packets = capture.live();
  close_sandbox();
  waiting_capture = &*live;
  set_interrupt_hook([] { waiting_capture->stop(); });
  auto heard = std::chrono::steady_clock::now();
  while (going()) {
    const auto count = live->poll(packets);
    if (!count) {
      fail(fmt::format("{}: {}", visible(options_.interface), visible(count.error())));
      break;
    }
    const auto now = std::chrono::steady_clock::now();
    if (*count > 0) heard = now;
    if (now - heard >= patience) capture.on_silence();
    output_.flush();
    progress_.update(record.file, capture.account().packet_octets, 0);
  }
  set_interrupt_hook(nullptr);
  const LiveCounters counters = live->counters();
  if (counters.dropped + counters.dropped_by_interface > 0) {
    progress_.clear();
    messages_.warning(fmt::format("{}: {} packets were lost", visible(options_.interface),
                                  counters.dropped + counters.dropped_by_interface));
  }
}

Capture& Run::open_capture() {
  if (!capture_) {
    CaptureOptions options;
    options.limits = limits_;
    options.filter = filter_;
    options.dns = &dns_;
    options.keys = &keys_;
    capture_ = std::make_unique<Capture>(factory(), options, findings_);
  }
  return *capture_;
}

void Run::read_input(std::uint32_t index) {
  InputRecord& record = record_.inputs[index];
  record.file = files_[index];
  findings_.begin(record);
  auto input = Input::open(files_[index], findings_, {.digest = options_.summary, .ahead = options_.jobs > 1});
  if (!input) return fail(visible(input.error().text));
  if (input->wrapping() != input->kind()) record.wrapping = to_string(input->wrapping());
  switch (input->kind()) {
    case InputKind::pcap:
    case InputKind::pcapng:
      record.format = to_string(input->kind());
      read_capture(*input, index);
      break;
    case InputKind::empty:
      findings_.report(make_diagnostic(Code::capfile_empty, 0, 0));
      fail(fmt::format("{}: empty", visible(files_[index])));
      break;
    default:
      record.format = "text";
      read_transcript(*input, index, record);
      break;
  }
  record.size = input->position();
  if (options_.summary && !interrupted()) record.sha256 = input->sha256();
}

/// Records appear as soon as their conversations end, also where the input is a pipe that nobody closes.
template <typename Feed, typename OnSilence>
void Run::feed_all(Input& input, Feed feed, OnSilence on_silence) {
  while (going()) {
    if (!input.wait(patience)) {
      on_silence();
      output_.flush();
    }
    const auto octets = input.read();
    if (!octets) {
      if (!interrupted()) fail(visible(octets.error().text));
      return;
    }
    if (octets->empty()) return;
    feed(*octets);
    output_.flush();
    progress_.update(record_.inputs.front().file, input.position(), input.size());
  }
}

void Run::read_capture(Input& input, std::uint32_t index) {
  Capture& capture = open_capture();
  capture.begin_file(index);
  feed_all(input, [&](std::string_view octets) { capture.feed(octets); }, [&] { capture.on_silence(); });
  (void)capture.end_file();
}

/// Records made before are passed on, so that tools can be chained.
void Run::end_records(RecordLines& records, InputRecord& record) {
  records.finish();
  output_.flush_if_full();
  if (options_.emit != Emit::sessions)
    return fail(fmt::format("{}: records are passed on with --emit sessions only", visible(record.file)));
  if (records.strange() > 0) fail(fmt::format("{}: {} lines are no records", visible(record.file), records.strange()));
  if (records.sessions() == 0) fail(fmt::format("{}: no session records", visible(record.file)));
}

void Run::read_transcript(Input& input, std::uint32_t index, InputRecord& record) {
  TranscriptOptions options;
  options.dialect = options_.dialect;
  options.file = index;
  options.limits = limits_;
  TranscriptReader reader(factory(), options, findings_);
  std::string passed_over;
  RecordLines records(options_.emit == Emit::sessions ? output_.buffer() : passed_over);
  bool first = true;
  bool has_records = false;
  const auto feed = [&](std::string_view octets) {
    if (std::exchange(first, false)) has_records = RecordLines::begins_with_record(octets);
    if (!has_records) return reader.feed(octets);
    records.feed(octets);
    passed_over.clear();
  };
  feed_all(input, feed, [&] { reader.on_silence(); });
  if (has_records) return end_records(records, record);
  reader.finish();
  record_.transcript_lines += reader.lines();
  if (reader.conversations() == 0) {
    record.format.clear();
    fail(fmt::format("{}: neither a capture nor a transcript of a mail conversation", visible(record.file)));
  }
}

/// Inputs of which something is to be said. Fragments and damaged places are known only when everything was read.
void Run::tell_inputs() {
  if (options_.shard.part != 1) return;  // the first part tells them for all
  for (const InputRecord& record : record_.inputs) {
    if (record.findings.empty()) continue;
    if (!is_view(options_.emit)) {
      write_input(emitter_.writer(), record);
      continue;
    }
    progress_.clear();
    messages_.warning(fmt::format("{}: {} findings in the input itself, the first is {}; --emit sessions tells them",
                                  visible(record.file), record.findings.size() + record.findings_left_out,
                                  info(record.findings.front().code).name));
  }
}

void Run::summarize() {
  if (capture_) {
    record_.capture = capture_->account();
    record_.reassembly = capture_->conversations();
  }
  emitter_.count_into(record_);
  if (!is_view(options_.emit)) return write_summary(emitter_.writer(), record_);
  std::string text;
  JsonWriter writer(text);
  write_summary(writer, record_);
  progress_.clear();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

ExitStatus Run::end() {
  output_.flush();
  progress_.clear();
  if (output_.error() != 0) fail(fmt::format("standard output: {}", std::strerror(output_.error())));
  if (extractor_ && extractor_->error() != 0)
    fail(fmt::format("{}: {}", visible(options_.extract), std::strerror(extractor_->error())));
  return status_;
}

}  // namespace

ExitStatus run(const TraceOptions& options) {
  std::unique_ptr<Extractor> extractor;
  if (!options.extract.empty()) {
    int error = 0;
    extractor = Extractor::open(options.extract, error);
    if (!extractor) {
      Messages("trace-to-json", use_color(options.color, STDERR_FILENO))
          .error(fmt::format("{}: {}", visible(options.extract), std::strerror(error)));
      return ExitStatus::trouble;
    }
  }
  return Run(options, std::move(extractor)).all();
}

}  // namespace mailparse::tools
