#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/trace/conversations.hpp>
#include <mailparse/trace/protocol_detector.hpp>

#include "trace/decrypted_dialogue.hpp"
#include "trace/held_stream.hpp"
#include "trace/session_reader.hpp"
#include "trace/side_listeners.hpp"
#include "trace/tls_listener.hpp"
#include "trace/tunnel_listener.hpp"

namespace mailparse {
namespace {

/// A side that said so much without any sign of a protocol has none that we know.
constexpr std::uint64_t hopeless_octets = 1024 * 1024;

/// As many pieces may be held undecided: the longest greeting of RFC 5321 4.5.3.1.5, octet by octet, twice.
constexpr std::size_t undecided_calls = 1024;

/// Where an encrypted conversation is mail's, as far as anyone can tell. RFC 8314 3.3, RFC 2033, RFC 6409.
constexpr std::array<std::uint16_t, 9> mail_ports{24, 25, 110, 143, 465, 587, 993, 995, 2525};

bool is_mail_port(std::uint16_t port) noexcept {
  return std::ranges::find(mail_ports, port) != mail_ports.end();
}

bool is_dns(const ConversationStart& start) noexcept {
  constexpr std::uint16_t dns = 53;
  return (start.server && start.server->port == dns) || (start.client && start.client->port == dns);
}

/// What the answers before the conversation began call its ends.
PeerNames peer_names(const ConversationStart& start, const DnsAnswers& dns) {
  PeerNames names;
  if (start.client) names.client = dns.names_of(start.client->ip, start.first.time);
  if (!start.server) return names;
  names.server = dns.names_of(start.server->ip, start.first.time);
  for (const std::string& host : names.server) {
    for (std::string& domain : dns.mail_domains_of(host, start.first.time)) {
      if (std::ranges::find(names.mx_for, domain) == names.mx_for.end()) names.mx_for.push_back(std::move(domain));
    }
  }
  return names;
}

/// Whether either end, or the one that a tunnel leads to, is a mail server by its port.
bool has_mail_port(const ConversationStart& start, const std::optional<Tunnel>& tunnel) noexcept {
  return (start.server && is_mail_port(start.server->port)) || (start.client && is_mail_port(start.client->port)) ||
         (tunnel && is_mail_port(tunnel->port));
}

}  // namespace

struct Conversations::Shared {
  TraceListener& listener;
  ConversationsOptions options;
  std::uint64_t opened = 0;  ///< conversations so far; each source counts its own from the start
  [[nodiscard]] std::string_view file_of(const ConversationStart& start) const {
    const std::vector<std::string>* const files = options.files;
    const bool named = files != nullptr && start.first.file < files->size();
    return named ? std::string_view((*files)[start.first.file]) : std::string_view{};
  }
  [[nodiscard]] HeldTotal held_total() noexcept {
    return {held_octets, options.recorder.limits.undecided_total_octets};
  }
  std::uint64_t held_octets = 0;  ///< of all conversations that are undecided
};

/// One conversation: undecided, then a session being read, or octets being counted.
class Conversations::Conversation final : public ConversationListener {
 public:
  /// `tls` must outlive it; null: it does not begin with TLS that might be taken off.
  Conversation(std::shared_ptr<Shared> shared, const ConversationStart& start, const std::optional<Tunnel>& tunnel,
               TlsAround* tls)
      : shared_(std::move(shared)),
        tls_(tls),
        undecided_(std::make_unique<Undecided>(start, tunnel, shared_->held_total())),
        from_text_(start.format == "text") {}

  void on_chunk(const Chunk& chunk) override {
    if (reader_) return reader_->on_chunk(oriented(chunk));
    if (!undecided_) return;
    undecided_->octets[index(chunk.side)] += chunk.octets.size();
    undecided_->held.hold(chunk);
    undecided_->detector.push(chunk.side, chunk.octets);
    decide_if_settled();
  }

  void on_gap(const Gap& gap) override {
    if (reader_) return reader_->on_gap(oriented(gap));
    if (!undecided_) return;
    undecided_->detector.gap(gap.side);
    undecided_->held.hold(gap);
    decide_if_settled();
  }

  void on_elided(const Elided& elided) override {
    if (reader_) {
      recorder_->mark_elided(oriented(elided));
      return reader_->on_elided(oriented(elided));
    }
    if (!undecided_) return;
    undecided_->detector.elided(elided.side);
    undecided_->held.hold(elided);
  }

  void on_end(Side side, StreamEnd end, const Stamp& stamp) override {
    if (reader_) return reader_->on_end(oriented(side), end, stamp);
    if (undecided_) undecided_->held.hold(side, end, stamp);
  }

  void report(Diagnostic diagnostic) override {
    if (reader_) {
      if (diagnostic.side) diagnostic.side = oriented(*diagnostic.side);
      return reader_->report(std::move(diagnostic));
    }
    if (!undecided_) return;
    undecided_->held.hold(std::move(diagnostic));
    decide_if_settled();
  }

  void finish(const ConversationEnd& end) override {
    if (undecided_) decide(undecided_->detector.finish());
    ConversationEnd ours = end;
    if (swapped_) std::swap(ours.client_octets, ours.server_octets);
    if (!recorder_) {
      return shared_->listener.on_other_traffic(
          {kind_, ours.client_octets, ours.server_octets, ours.missing_octets, from_text_});
    }
    if (tls_ != nullptr) recorder_->mark_tls(tls_->known());
    if (decrypted_) decrypted_->finish();
    recorder_->finish(ours);
  }

 private:
  /// What is needed until the protocol is known, and not behind it.
  struct Undecided {
    Undecided(const ConversationStart& known, const std::optional<Tunnel>& before, HeldTotal total)
        : start(known), tunnel(before), detector(known), share(total) {}
    ConversationStart start;
    std::optional<Tunnel> tunnel;
    ProtocolDetector detector;
    HeldStream held;
    HeldShare share;  ///< of Shared::held_octets
    std::array<std::uint64_t, 2> octets{};
  };

  static std::size_t index(Side side) noexcept { return static_cast<std::size_t>(side); }
  [[nodiscard]] Side oriented(Side side) const noexcept { return swapped_ ? other(side) : side; }
  template <typename Call>
  [[nodiscard]] Call oriented(Call call) const noexcept {
    call.side = oriented(call.side);
    return call;
  }

  void decide_if_settled() {
    const Limits& limits = shared_->options.recorder.limits;
    Undecided& now = *undecided_;
    now.share.set(now.held.octets());
    if (now.detector.guess().settled) return decide(now.detector.guess());
    const bool little = now.held.text_octets() <= limits.undecided_octets && now.held.calls() <= undecided_calls;
    if (little && !now.share.exhausts()) return;
    if (now.detector.mail_transfer()) return decide(now.detector.finish());
    if (now.octets[0] > hopeless_octets || now.octets[1] > hopeless_octets) return decide(now.detector.finish());
    // What was said so far shows nothing: the session, if it is one, is read from its middle.
    now.held.drop_octets();
    now.start.begun = false;
    now.share.set(now.held.octets());
  }

  void decide(const ProtocolGuess& guess) {
    const std::unique_ptr<Undecided> past = std::move(undecided_);
    kind_ = guess.kind;
    swapped_ = guess.swapped;
    if (swapped_) std::swap(past->start.client, past->start.server);
    const std::optional<Protocol> forced = shared_->options.protocol;
    const bool open_text = kind_ != TrafficKind::tls && kind_ != TrafficKind::empty;
    const Protocol protocol = forced && open_text ? *forced : to_protocol(kind_);
    if (protocol != Protocol::unknown) {
      record(*past, protocol, forced ? std::nullopt : std::optional(guess.confidence));
      read(protocol);
    } else if (kind_ == TrafficKind::unknown ||
               (kind_ == TrafficKind::tls && has_mail_port(past->start, past->tunnel))) {
      record(*past, Protocol::unknown, std::nullopt);
      reader_ = make_opaque_reader(kind_ == TrafficKind::tls, *recorder_);
    }
    // The reader is known now: what was held goes the way of what is to come.
    if (reader_) past->held.release_to(*this);
  }

  void read(Protocol protocol) {
    const Limits& limits = shared_->options.recorder.limits;
    const ConversationStart& start = recorder_->record().start;
    const bool inside_tls = tls_ != nullptr && tls_->taken_off();
    if (shared_->options.keys != nullptr && !inside_tls) {
      decrypted_ = std::make_unique<DecryptedDialogue>(*shared_->options.keys, protocol, start, limits, *recorder_);
      reader_ = make_session_reader(protocol, start, limits, Secured::no, *decrypted_);
    } else {
      reader_ = make_session_reader(protocol, start, limits, inside_tls ? Secured::whole : Secured::no, *recorder_);
    }
  }

  void record(Undecided& past, Protocol protocol, std::optional<double> confidence) {
    const DnsAnswers* const dns = shared_->options.dns;
    PeerNames names;
    if (dns != nullptr) names = peer_names(past.start, *dns);
    recorder_ = std::make_unique<SessionRecorder>(std::move(past.start), protocol, confidence,
                                                  shared_->options.recorder, shared_->listener);
    if (past.tunnel) recorder_->mark_tunnel(*past.tunnel);
    if (dns != nullptr) recorder_->mark_names(std::move(names));
  }

  std::shared_ptr<Shared> shared_;
  TlsAround* tls_;
  std::unique_ptr<Undecided> undecided_;
  std::unique_ptr<SessionRecorder> recorder_;
  std::unique_ptr<DecryptedDialogue> decrypted_;  ///< tells recorder_
  std::unique_ptr<StreamSink> reader_;            ///< tells decrypted_, or recorder_
  TrafficKind kind_ = TrafficKind::unknown;
  bool from_text_;
  bool swapped_ = false;
};

Conversations::Conversations(TraceListener& listener, const ConversationsOptions& options)
    : shared_(std::make_shared<Shared>(Shared{listener, options})) {}

Conversations::~Conversations() = default;

std::unique_ptr<ConversationListener> Conversations::open(const ConversationStart& start) {
  const ConversationsOptions& options = shared_->options;
  ConversationStart numbered = start;
  // Counted whether it is ours or not: a conversation has the same number in every shard.
  numbered.id = ++shared_->opened;
  std::unique_ptr<ConversationListener> listener = options.shard.has(start, shared_->file_of(start))
                                                       ? open_ours(numbered)
                                                       : make_other_shard(start.format == "text", shared_->listener);
  // Answers are of use to all shards.
  if (options.dns != nullptr && is_dns(start)) return make_dns_listener(std::move(listener), *options.dns);
  return listener;
}

std::unique_ptr<ConversationListener> Conversations::open_ours(const ConversationStart& start) {
  const HeldTotal total = shared_->held_total();
  const auto conversation = [shared = shared_, total](
                                const ConversationStart& inner,
                                const std::optional<Tunnel>& tunnel) -> std::unique_ptr<ConversationListener> {
    const auto open_in = [shared, inner, tunnel](TlsAround* tls) {
      return std::make_unique<Conversation>(shared, inner, tunnel, tls);
    };
    const TlsKeyLog* const keys = shared->options.keys;
    if (keys == nullptr || keys->empty() || !inner.begun || inner.format == "text") return open_in(nullptr);
    return behind_tls(*keys, open_in, total);
  };
  // A log shows no tunnel, and without its beginning none can be known.
  if (!start.begun || start.format == "text") return conversation(start, std::nullopt);
  return behind_tunnel(start, conversation, total);
}

}  // namespace mailparse
