#include "smtp-replay/recorded_input.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <mailparse/source/capture.hpp>
#include <mailparse/source/input.hpp>
#include <mailparse/source/transcript.hpp>
#include <mailparse/trace/conversations.hpp>

#include "common/terminal.hpp"
#include "smtp-replay/json_records.hpp"
#include "smtp-replay/record_collector.hpp"

namespace mailparse::tools {
namespace {

/// What is wrong with an input, as one sentence: the first thing, and how many there are.
class InputFlaws final : public DiagnosticSink {
 public:
  void report(Diagnostic diagnostic) override {
    if (diagnostic.severity < Severity::warning) return;
    if (count_ == 0) first_ = diagnostic;
    count_ += diagnostic.count;
  }

  /// Empty where nothing was found; begins anew.
  [[nodiscard]] std::string take() {
    const std::uint64_t count = std::exchange(count_, 0);
    if (count == 0) return {};
    const CodeInfo& flaw = info(first_.code);
    const std::string more = count == 1 ? "" : fmt::format("; {} findings in all", count);
    return fmt::format("octet {}: {}: {}{}", first_.offset, flaw.name, flaw.text, more);
  }

 private:
  Diagnostic first_;
  std::uint64_t count_ = 0;
};

/// Notes where segments of the client began, and passes everything on.
class SegmentNotes final : public ConversationFactory {
 public:
  SegmentNotes(ConversationFactory& inner, RecordCollector& collector) : inner_(inner), collector_(collector) {}
  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override {
    auto listener = inner_.open(start);
    if (!listener) return nullptr;
    return std::make_unique<Noted>(std::move(listener), collector_, fmt::format("s-{}", start.id));
  }

 private:
  class Noted final : public ConversationListener {
   public:
    Noted(std::unique_ptr<ConversationListener> inner, RecordCollector& collector, std::string id)
        : inner_(std::move(inner)), collector_(collector), id_(std::move(id)) {}
    void on_chunk(const Chunk& chunk) override {
      if (chunk.side == Side::client) collector_.note_segment(id_, chunk.offset);
      inner_->on_chunk(chunk);
    }
    void on_gap(const Gap& gap) override { inner_->on_gap(gap); }
    void on_elided(const Elided& elided) override { inner_->on_elided(elided); }
    void on_end(Side side, StreamEnd end, const Stamp& stamp) override { inner_->on_end(side, end, stamp); }
    void report(Diagnostic diagnostic) override { inner_->report(std::move(diagnostic)); }
    void finish(const ConversationEnd& end) override { inner_->finish(end); }

   private:
    std::unique_ptr<ConversationListener> inner_;
    RecordCollector& collector_;
    std::string id_;
  };

  ConversationFactory& inner_;
  RecordCollector& collector_;
};

class RecordedReader {
 public:
  explicit RecordedReader(const RecordedInputOptions& options)
      : options_(options),
        collector_({.choice = options.choice,
                    .secrets_shown = options.secrets,
                    .most_message_octets = options.limits.replay_message_octets}),
        conversations_(collector_,
                       {.protocol = {}, .recorder = {.show_secrets = options.secrets, .limits = options.limits}}) {}

  void read(const std::string& name) {
    read_whole(name);
    if (const std::string flaws = flaws_.take(); !flaws.empty())
      result_.warnings.push_back(visible(fmt::format("{}: {}", name, flaws)));
  }

  RecordedInputs finish() {
    result_.sessions = collector_.take();
    std::ranges::move(json_sessions_, std::back_inserter(result_.sessions));
    return std::move(result_);
  }

 private:
  void fail(const std::string& text) { result_.errors.push_back(visible(text)); }

  void read_whole(const std::string& name) {
    auto input = Input::open(name, flaws_);
    if (!input) return fail(input.error().text);
    collector_.begin_input(name);
    switch (input->kind()) {
      case InputKind::empty:
        return fail(fmt::format("{}: empty", name));
      case InputKind::pcap:
      case InputKind::pcapng:
        return read_capture(*input);
      default:
        return read_text(*input, name);
    }
  }

  /// False where reading failed.
  template <typename Feed>
  bool feed_all(Input& input, Feed feed) {
    for (;;) {
      const auto octets = input.read();
      if (!octets) {
        fail(octets.error().text);
        return false;
      }
      if (octets->empty()) return true;
      if (!feed(*octets)) return true;
    }
  }

  void read_capture(Input& input) {
    SegmentNotes noted(conversations_, collector_);
    CaptureOptions options;
    options.limits = options_.limits;
    Capture capture(noted, options, flaws_);
    capture.begin_file(0);
    feed_all(input, [&](std::string_view octets) {
      capture.feed(octets);
      return true;
    });
    (void)capture.end_file();
    capture.finish();
  }

  /// Records begin with a brace, which no line of a transcript's beginning does.
  void read_text(Input& input, const std::string& name) {
    TranscriptOptions options;
    options.limits = options_.limits;
    TranscriptReader reader(conversations_, options, flaws_);
    std::string records;
    enum class Kind : std::uint8_t { undecided, json, transcript, too_long } kind = Kind::undecided;
    const bool read = feed_all(input, [&](std::string_view octets) {
      if (kind == Kind::undecided) {
        const std::size_t begin = octets.find_first_not_of(" \t\r\n");
        if (begin != std::string_view::npos) kind = octets[begin] == '{' ? Kind::json : Kind::transcript;
      }
      if (kind == Kind::json) {
        records += octets;
        if (records.size() > options_.limits.replay_record_octets) kind = Kind::too_long;
      } else {
        reader.feed(octets);
      }
      return kind != Kind::too_long;
    });
    if (!read) return;
    if (kind == Kind::too_long) {
      return fail(fmt::format("{}: more than {} octets of records (--limit replay-record-octets)", name,
                              options_.limits.replay_record_octets));
    }
    if (kind == Kind::json) return read_json(records, name);
    reader.finish();
    if (reader.conversations() == 0)
      fail(fmt::format("{}: no capture, transcript or records of a mail conversation", name));
  }

  void read_json(const std::string& json, const std::string& name) {
    auto sessions = read_json_records(json, name, options_.choice);
    if (!sessions) return fail(fmt::format("{}: {}", name, sessions.error()));
    std::ranges::move(*sessions, std::back_inserter(json_sessions_));
  }

  const RecordedInputOptions& options_;
  InputFlaws flaws_;
  RecordCollector collector_;
  Conversations conversations_;
  std::vector<RecordedSession> json_sessions_;
  RecordedInputs result_;
};

}  // namespace

RecordedInputs read_recorded(const std::vector<std::string>& names, const RecordedInputOptions& options) {
  RecordedReader reader(options);
  for (const std::string& name : names) reader.read(name);
  return reader.finish();
}

}  // namespace mailparse::tools
