// Writes a pcap file of SMTP sessions, of a given size: the same octets for the same options, everywhere.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail_generator.hpp"
#include "options.hpp"
#include "packet_writer.hpp"

namespace {

using namespace mailparse::bench;

constexpr std::string_view usage =
    "generate_capture [--output=FILE] [--megabytes=N] [--seed=N] [--mix=mixed|text|attachments|small|signed]\n"
    "                 [--flows=N]        connections open at the same time (8)\n"
    "                 [--pipelining=%]   sessions that pipeline (50)\n"
    "                 [--bdat=%]         sessions that send with BDAT (10)\n"
    "                 [--loss=N]         of 10,000 data segments: not in the capture at all (0)\n"
    "                 [--retransmit=N]   of 10,000: twice in the capture (0)\n"
    "                 [--reorder=N]      of 10,000: behind up to three later ones (0)";

struct Shares {
  std::uint64_t pipelining;
  std::uint64_t bdat;
  std::uint64_t loss;
  std::uint64_t retransmit;
  std::uint64_t reorder;
};

/// What one side says before the other is heard again.
struct Turn {
  bool client;
  std::string octets;
};

/// One session: greeting, EHLO, one to three mails, QUIT. Turns are made one mail at a time, so that a session holds no
/// more than the mail that is being sent.
class Session {
 public:
  Session(MailGenerator& mail, const Shares& shares)
      : mail_(&mail),
        pipelines_(mail.chance(shares.pipelining)),
        bdat_(mail.chance(shares.bdat)),
        mails_(1 + mail.below(3)) {
    server("220 mx.example.org ESMTP ready\r\n");
    client("EHLO client.example.com\r\n");
    server(
        "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-CHUNKING\r\n250 "
        "ENHANCEDSTATUSCODES\r\n");
  }

  /// False: the session is over.
  bool next(Turn& turn) {
    if (turns_.empty()) {
      if (mails_ == 0 && !std::exchange(quit_, true)) {
        client("QUIT\r\n");
        server("221 2.0.0 Bye\r\n");
      } else if (mails_ > 0) {
        --mails_;
        send_mail();
      }
    }
    if (turns_.empty()) return false;
    turn = std::move(turns_.front());
    turns_.pop_front();
    return true;
  }

 private:
  void client(std::string octets) { turns_.push_back({true, std::move(octets)}); }
  void server(std::string octets) { turns_.push_back({false, std::move(octets)}); }

  void send_mail() {
    const std::string message = mail_->message();
    std::vector<std::pair<std::string, std::string>> envelope;
    envelope.emplace_back("MAIL FROM:<" + mail_->address() + "> SIZE=" + std::to_string(message.size()) + "\r\n",
                          "250 2.1.0 Ok\r\n");
    for (std::uint64_t n = 1 + mail_->below(3); n > 0; --n) {
      const bool refused = mail_->chance(5) && n > 1;
      envelope.emplace_back("RCPT TO:<" + mail_->address() + ">\r\n",
                            refused ? "550 5.1.1 No such user here\r\n" : "250 2.1.5 Ok\r\n");
    }
    if (!bdat_) envelope.emplace_back("DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n");
    std::string commands;
    std::string replies;
    for (auto& [command, reply] : envelope) {
      if (pipelines_) {
        commands += command;
        replies += reply;
      } else {
        client(std::move(command));
        server(std::move(reply));
      }
    }
    if (pipelines_) {
      client(std::move(commands));
      server(std::move(replies));
    }
    bdat_ ? send_chunks(message) : client(stuffed(message));
    server("250 2.0.0 Ok: queued as " + std::to_string(mail_->below(1U << 30)) + "\r\n");
  }

  void send_chunks(std::string_view message) {
    constexpr std::size_t chunk_octets = 64 * 1024;
    while (message.size() > chunk_octets) {
      client("BDAT " + std::to_string(chunk_octets) + "\r\n" + std::string(message.substr(0, chunk_octets)));
      server("250 2.0.0 " + std::to_string(chunk_octets) + " octets received\r\n");
      message.remove_prefix(chunk_octets);
    }
    client("BDAT " + std::to_string(message.size()) + " LAST\r\n" + std::string(message));
  }

  static std::string stuffed(std::string_view message) {
    std::string text;
    text.reserve(message.size() + 64);
    std::size_t from = 0;
    if (message.starts_with('.')) text += '.';
    for (std::size_t at; (at = message.find("\r\n.", from)) != message.npos; from = at + 2) {
      text += message.substr(from, at + 2 - from);
      text += '.';
    }
    text += message.substr(from);
    text += ".\r\n";
    return text;
  }

  MailGenerator* mail_;
  bool pipelines_;
  bool bdat_;
  std::uint64_t mails_;
  bool quit_ = false;
  std::deque<Turn> turns_;
};

/// A session as TCP segments.
class Connection {
 public:
  Connection(std::uint32_t flow, MailGenerator& mail, const Shares& shares)
      : flow_(flow),
        session_(mail, shares),
        sequence_{static_cast<std::uint32_t>(mail.below(1ULL << 32)),
                  static_cast<std::uint32_t>(mail.below(1ULL << 32))} {}

  /// Calls `emit(segment)` for the next segments; false when the last was emitted.
  template <class Emit>
  bool advance(Emit emit) {
    if (!std::exchange(open_, true)) {
      emit(make(true, tcp_syn, {}));
      ++sequence_[0];
      emit(make(false, tcp_syn | tcp_ack, {}));
      ++sequence_[1];
      emit(make(true, tcp_ack, {}));
      return true;
    }
    if (sent_ == turn_.octets.size()) {
      sent_ = 0;
      if (!session_.next(turn_)) {
        emit(make(true, tcp_fin | tcp_ack, {}));
        ++sequence_[0];
        emit(make(false, tcp_fin | tcp_ack, {}));
        ++sequence_[1];
        emit(make(true, tcp_ack, {}));
        return false;
      }
    }
    // A few segments, and the other side's acknowledgment of them.
    for (int i = 0; i < 2 && sent_ < turn_.octets.size(); ++i) {
      constexpr std::size_t segment_octets = 1460;
      const std::string_view payload = std::string_view(turn_.octets).substr(sent_, segment_octets);
      sent_ += payload.size();
      emit(make(turn_.client, sent_ == turn_.octets.size() ? tcp_ack | tcp_psh : tcp_ack, payload));
      sequence_[turn_.client ? 0 : 1] += static_cast<std::uint32_t>(payload.size());
    }
    emit(make(!turn_.client, tcp_ack, {}));
    return true;
  }

 private:
  Segment make(bool client, int flags, std::string_view payload) const {
    const std::uint32_t acknowledged = flags == tcp_syn ? 0 : sequence_[client ? 1 : 0];
    return {flow_, client, sequence_[client ? 0 : 1], acknowledged, static_cast<std::uint8_t>(flags), payload};
  }

  std::uint32_t flow_;
  Session session_;
  Turn turn_{true, {}};
  std::size_t sent_ = 0;
  bool open_ = false;
  std::uint32_t sequence_[2];
};

/// The capture's view of the wire: some segments are lost, doubled or late.
class Wire {
 public:
  Wire(PacketWriter& packets, MailGenerator& mail, const Shares& shares)
      : packets_(packets), mail_(mail), shares_(shares) {}

  void send(const Segment& segment) {
    if (segment.payload.empty()) {
      write(segment);
    } else if (!met(shares_.loss)) {
      if (met(shares_.retransmit)) write(segment);
      met(shares_.reorder) ? delay(segment) : write(segment);
    }
    release(false);
  }
  void release(bool all) {
    while (!late_.empty() && (all || late_.front().due <= sent_)) {
      Late late = std::move(late_.front());
      late_.pop_front();
      late.segment.payload = late.payload;
      write(late.segment);
    }
  }

 private:
  struct Late {
    Segment segment;
    std::string payload;
    std::uint64_t due;
  };

  bool met(std::uint64_t share) { return share > 0 && mail_.below(10'000) < share; }
  void write(const Segment& segment) {
    packets_.write(segment, microseconds_ += 1 + mail_.below(40));
    ++sent_;
  }
  void delay(const Segment& segment) { late_.push_back({segment, std::string(segment.payload), sent_ + 3}); }

  PacketWriter& packets_;
  MailGenerator& mail_;
  const Shares& shares_;
  std::deque<Late> late_;
  std::uint64_t sent_ = 0;
  std::uint64_t microseconds_ = 1'768'212'672'000'000;  // 2026-01-12
};

}  // namespace

int main(int argc, char** argv) {
  Options options(argc, argv);
  Output output(options.text("output", "-"));
  const std::uint64_t size = options.number("megabytes", 100) * 1'000'000;
  MailGenerator mail(options.number("seed", 1), options.mix());
  const std::uint64_t flows = std::max<std::uint64_t>(1, options.number("flows", 8));
  const Shares shares{options.number("pipelining", 50), options.number("bdat", 10), options.number("loss", 0),
                      options.number("retransmit", 0), options.number("reorder", 0)};
  options.done(usage);

  PacketWriter packets(output);
  Wire wire(packets, mail, shares);
  std::uint32_t started = 0;
  std::vector<Connection> open;
  while (open.size() < flows) open.emplace_back(started++, mail, shares);
  while (!open.empty()) {
    const std::size_t i = mail.below(open.size());
    if (open[i].advance([&](const Segment& segment) { wire.send(segment); })) continue;
    // Those that are open when the size is reached are finished, so that the file ends with whole sessions.
    if (output.written() < size) {
      open[i] = Connection(started++, mail, shares);
    } else {
      std::swap(open[i], open.back());
      open.pop_back();
    }
  }
  wire.release(true);
  return 0;
}
