#include "smtp-replay/server_player.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <mailparse/session/smtp_command.hpp>

#include "common/interrupt.hpp"
#include "smtp-replay/live_session.hpp"
#include "smtp-replay/recorded_server.hpp"

namespace mailparse::tools {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr double shortest_drip_pause_s = 1e-6;

std::string octets_of(const ServerTurn& turn) {
  std::string octets;
  for (const RecordedReply& reply : turn.replies) {
    for (std::size_t line = 0; line < std::max<std::size_t>(reply.text.size(), 1); ++line) {
      octets += reply_line(reply, line);
      octets += crlf;
    }
  }
  return octets + turn.octets;
}

/// A fault's line as a reply, for the report.
RecordedReply reply_of(std::string_view line) {
  if (line.starts_with('+') || line.starts_with('-')) {
    const std::size_t end = std::min(line.find(' '), line.size());
    return {
        0, std::nullopt, {std::string(line.substr(std::min(end + 1, line.size())))}, std::string(line.substr(0, end))};
  }
  const auto code = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  return {code, std::nullopt, {std::string(line.substr(std::min<std::size_t>(4, line.size())))}, {}};
}

class ServerPlayer {
 public:
  ServerPlayer(const RecordedSession& session, const ServeOptions& options, Connection& client, TraceListener& live)
      : session_(session),
        options_(options),
        faults_(options.faults),
        client_(client),
        server_(session, options_.levels, options_.masks),
        live_(session.protocol,
              {number_of(session.id), Endpoint{client.address(), client.port()}, std::nullopt, options.implicit_tls},
              live) {
    faults_.begin();
  }

  Served play() {
    if (options_.implicit_tls) secure();
    if (open_) say("connect", server_.greet());
    while (open_ && !interrupted()) {
      while (answer_next()) {
      }
      if (!open_ || quit_) break;
      receive();
    }
    client_.close();
    live_.finish();
    return result();
  }

 private:
  /// Answers the oldest command whose octets have all come; false where there is none.
  bool answer_next() {
    if (!open_ || quit_) return false;
    if (!waiting_) waiting_ = live_.take_command();
    if (!waiting_ || live_.client_octets() < end_of(*waiting_)) return false;
    const LiveCommand command = std::move(*waiting_);
    waiting_.reset();
    const bool ends_message = command.verb == "." && !live_.messages().empty();
    ServerTurn turn = server_.answer(command, ends_message ? &live_.messages().back() : nullptr);
    quit_ = turn.quit;
    say(command.verb, std::move(turn));
    return true;
  }

  /// A chunk is answered when its octets are there. RFC 3030 2.
  [[nodiscard]] static std::uint64_t end_of(const LiveCommand& command) {
    if (command.verb != "BDAT") return command.end;
    Silence ignored;
    const auto parsed = parse_smtp_command(command.text, 0, ignored);
    return parsed && parsed->chunk ? command.end + parsed->chunk->size : command.end;
  }

  void say(const std::string& verb, ServerTurn turn) {
    double rate = 0;
    for (const Fault& fault : faults_.of(verb)) {
      switch (fault.kind) {
        case Fault::Kind::delay:
          std::this_thread::sleep_for(fault.delay);
          break;
        case Fault::Kind::drop:
          open_ = false;
          break;
        case Fault::Kind::close:
          close_in_message_ = true;
          break;
        case Fault::Kind::reply:
          turn = {.replies = {reply_of(fault.line)}, .octets = {}};
          if (verb != "connect") server_.results().back().live = turn.replies;
          break;
        case Fault::Kind::drip:
          rate = fault.octets_per_second;
          break;
      }
    }
    if (open_) send(octets_of(turn), rate);
    if (open_ && turn.start_tls) secure();
  }

  void send(std::string_view octets, double rate) {
    live_.feed(Side::server, octets);
    if (rate <= 0) return check(client_.write(octets));
    const std::chrono::duration<double> pause(std::max(1 / rate, shortest_drip_pause_s));
    for (std::size_t at = 0; at < octets.size() && open_ && !interrupted(); ++at) {
      check(client_.write(octets.substr(at, 1)));
      std::this_thread::sleep_for(pause);
    }
  }

  void secure() {
    const bool early = live_.take_command().has_value();
    if (early) server_.blame(DifferenceKind::tls, "the client sent commands behind STARTTLS in clear");
    const auto shaken = client_.accept_tls(options_.identity);
    if (shaken && !early) return;
    open_ = false;
    if (shaken) return;
    server_.blame(DifferenceKind::tls, shaken.error().text);
    end_ = {DifferenceKind::tls, shaken.error().text};
  }

  void receive() {
    const auto octets = client_.read();
    if (!octets) return check(std::unexpected(octets.error()));
    live_.feed(Side::client, *octets);
    live_.settle();  // an odd end of data is none to this server
    if (close_in_message_ && live_.in_message()) open_ = false;
  }

  void check(const std::expected<void, NetworkError>& done) {
    if (done) return;
    open_ = false;
    const bool silent = done.error().kind == NetworkError::Kind::timeout;
    end_ = {silent ? DifferenceKind::timeout : DifferenceKind::early_close, done.error().text};
    if (!silent) live_.closed(Side::client);
  }

  Served result() {
    server_.finish(end_.first, end_.second);
    Served served;
    served.plan.session = session_.id;
    served.plan.file = session_.file;
    served.plan.protocol = session_.protocol;
    served.plan.steps = std::move(server_.steps());
    served.result.steps = std::move(server_.results());
    served.result.address = client_.address();
    served.result.tls_version = client_.tls_version();
    const auto first = std::ranges::find(served.result.steps, Verdict::differs, &StepResult::verdict);
    if (first == served.result.steps.end()) return served;
    served.result.first_difference = static_cast<std::size_t>(first - served.result.steps.begin());
    const bool broken = first->kind == DifferenceKind::early_close || first->kind == DifferenceKind::timeout;
    served.result.status = broken ? ReplayStatus::broken_off : ReplayStatus::differs;
    return served;
  }

  const RecordedSession& session_;
  const ServeOptions& options_;
  Faults faults_;
  Connection& client_;
  RecordedServer server_;
  LiveSession live_;
  std::optional<LiveCommand> waiting_;  ///< taken, but not all of its octets have come
  std::pair<DifferenceKind, std::string> end_{DifferenceKind::missing_command, "the server ended the conversation"};
  bool open_ = true;
  bool quit_ = false;
  bool close_in_message_ = false;
};

}  // namespace

Served serve_client(const RecordedSession& session, const ServeOptions& options, Connection& client,
                    TraceListener& live) {
  return ServerPlayer(session, options, client, live).play();
}

}  // namespace mailparse::tools
