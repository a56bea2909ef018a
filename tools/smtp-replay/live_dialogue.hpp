// The client's end of a live conversation: octets out, replies in, and how it ended.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/trace/trace_listener.hpp>

#include "smtp-replay/connection.hpp"
#include "smtp-replay/live_session.hpp"

namespace mailparse::tools {

class LiveDialogue {
 public:
  /// `listener` receives the record of the conversation, if there is one, under the number given.
  LiveDialogue(Protocol protocol, std::uint64_t number, std::chrono::milliseconds timeout, TlsOptions tls,
               TraceListener& listener);

  [[nodiscard]] std::expected<void, NetworkError> open(const Target& target, bool implicit_tls);
  /// The record is complete.
  void finish();

  /// Sends in one write, or in one for each piece that begins at a border.
  void send(std::string_view octets, std::span<const std::uint64_t> borders = {});
  /// The next reply, whether something asked for it or not; waits for it.
  [[nodiscard]] std::optional<LiveReply> next_reply();
  /// The next reply of those that have come already.
  [[nodiscard]] std::optional<LiveReply> waiting_reply();
  /// The next reply of those whose octets have come.
  [[nodiscard]] std::optional<LiveReply> arrived_reply();
  /// Whether octets came that no step was sent for.
  [[nodiscard]] bool octets_wait();
  /// A TLS handshake; why there is no TLS, empty: there is.
  [[nodiscard]] std::string start_tls();

  [[nodiscard]] bool alive() const noexcept { return alive_; }
  [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }
  [[nodiscard]] const std::string& end_reason() const noexcept { return end_reason_; }
  [[nodiscard]] const std::string& address() const noexcept { return connection_.address(); }
  [[nodiscard]] const std::string& tls_version() const noexcept { return connection_.tls_version(); }
  /// The last message that the server sent; empty where there was none.
  [[nodiscard]] std::string_view last_message() const noexcept;
  /// Reads until the message that began has ended.
  void read_message();

 private:
  bool receive();
  /// False where the connection is over.
  bool take(std::expected<std::string_view, NetworkError> octets);
  void settle();

  Protocol protocol_;
  std::uint64_t number_;
  TraceListener& listener_;
  Connection connection_;
  std::optional<LiveSession> session_;
  std::optional<LiveReply> ahead_;  ///< taken from session_, not handed out yet
  bool alive_ = true;
  bool timed_out_ = false;
  std::string end_reason_;
};

}  // namespace mailparse::tools
