// Plays the part of a session parser: numbers commands, answers them in order, and keeps what the recorder made of it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/session/smtp_command.hpp>
#include <mailparse/trace/session_recorder.hpp>

namespace mailparse::test {

/// Keeps finished records, and the kinds of all events in the order told.
class KeepingListener : public TraceListener {
 public:
  void on_session(const SessionRecord& session) override { check(session); }
  void on_other_traffic(const OtherTraffic& traffic) override { others.push_back(traffic); }
  void on_event(const SessionRecord&, const TraceEvent& event) override { events.push_back(event.kind); }

  /// What a test wants to see of the record, which lives during the call only.
  std::function<void(const SessionRecord&)> check = [](const SessionRecord&) {};
  std::vector<OtherTraffic> others;
  std::vector<TraceEvent::Kind> events;
};

/// One dialogue told to a SessionRecorder. A clock ticks a second at each event, frames count from 1.
class DialogueScript {
 public:
  explicit DialogueScript(Protocol protocol = Protocol::smtp, bool begun = true, RecorderOptions options = {})
      : recorder_(start(begun), protocol, 0.9, options, listener_) {}

  static ConversationStart start(bool begun) {
    ConversationStart start;
    start.id = 7;
    start.format = "pcap";
    start.client = Endpoint{"192.0.2.1", 40000};
    start.server = Endpoint{"192.0.2.2", 25};
    start.begun = begun;
    start.first.time = Timestamp(std::chrono::seconds(1'000'000));
    start.first.frame = 1;
    return start;
  }

  /// Whether commands stand behind an odd end of data that the server took.
  void hide_commands(bool hidden) { hidden_ = hidden; }

  /// A command line; its number.
  std::uint64_t command(std::string_view line, std::vector<SecretRange> secrets = {}) {
    DiagnosticList ignored;
    const auto parsed = parse_smtp_command(line, client_offset_, ignored);
    CommandEvent event;
    event.n = ++commands_;
    const std::string verb = parsed ? std::string(to_string(parsed->verb)) : std::string{};
    event.verb = line == "." ? std::string_view(".") : std::string_view(verb);
    event.text = line == "." ? std::string_view{} : line;
    event.secrets = secrets;
    event.offset = client_offset_;
    event.length = line.size() + 2;
    event.first = event.last = tick();
    event.hidden = hidden_;
    if (parsed) event.smtp = &*parsed;
    client_offset_ += event.length;
    recorder_.on_command(event);
    return event.n;
  }

  /// A reply to command `answers`.
  void reply(std::uint64_t answers, std::uint16_t code, std::vector<std::string_view> lines = {"text"},
             bool further = false) {
    ReplyEvent event;
    event.answers = answers;
    event.further = further;
    event.code = code;
    event.lines = lines;
    event.offset = server_offset_;
    event.first = event.last = tick();
    server_offset_ += 10;
    recorder_.on_reply(event);
  }

  void unasked_reply(std::uint16_t code) {
    const std::string_view line = "text";
    ReplyEvent event;
    event.code = code;
    event.lines = std::span(&line, 1);
    event.first = event.last = tick();
    recorder_.on_reply(event);
  }

  /// A command and its reply.
  std::uint64_t exchange(std::string_view line, std::uint16_t code, std::vector<std::string_view> lines = {"text"}) {
    const std::uint64_t n = command(line);
    reply(n, code, std::move(lines));
    return n;
  }

  void message(std::uint64_t n, std::string_view octets, MessageEnd end = MessageEnd::crlf_dot_crlf,
               std::optional<std::uint64_t> ended_by = std::nullopt) {
    begin_message(n);
    recorder_.on_message_octets(octets, client_offset_, tick());
    end_message(end, ended_by);
  }
  void begin_message(std::uint64_t n) {
    MessageStart begin;
    begin.n = n;
    begin.verb = "DATA";
    begin.first = tick();
    recorder_.on_message_start(begin);
  }
  void end_message(MessageEnd end, std::optional<std::uint64_t> ended_by = std::nullopt) {
    recorder_.on_message_end(end, ended_by, client_offset_, tick());
  }

  void close(StreamEnd end = StreamEnd::closed) {
    recorder_.on_close(Side::client, end, tick());
    recorder_.on_close(Side::server, end, tick());
  }

  /// Ends the conversation and shows the record to `check`.
  void finish(std::function<void(const SessionRecord&)> check, std::uint64_t missing = 0) {
    listener_.check = std::move(check);
    ConversationEnd end;
    end.last = tick();
    end.client_octets = client_offset_;
    end.server_octets = server_offset_;
    end.missing_octets = missing;
    recorder_.finish(end);
  }

  SessionRecorder& recorder() { return recorder_; }
  KeepingListener& listener() { return listener_; }

 private:
  Stamp tick() {
    ++frame_;
    return {Timestamp(std::chrono::seconds(1'000'000 + frame_)), frame_, 0};
  }

  KeepingListener listener_;
  SessionRecorder recorder_;
  std::uint64_t commands_ = 0;
  bool hidden_ = false;
  std::uint64_t client_offset_ = 0;
  std::uint64_t server_offset_ = 0;
  std::uint64_t frame_ = 0;
};

}  // namespace mailparse::test
