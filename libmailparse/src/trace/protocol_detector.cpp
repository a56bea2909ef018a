#include <algorithm>
#include <cmath>
#include <utility>

#include <mailparse/trace/protocol_detector.hpp>

#include "trace/signature.hpp"
#include "trace/speech_evidence.hpp"

namespace mailparse {
namespace {

using Speech = ProtocolDetector::Speech;

/// Enough of a line to know what it is.
constexpr std::size_t kept_line_octets = 256;
/// A guess is settled at this weight, and when it is ahead of every other by that much.
constexpr int settled_weight = 4;
constexpr int settled_lead = 3;
/// SMTP and LMTP differ in one command only.
constexpr int sibling_lead = 2;
/// A line that shows at least the family of the protocol.
constexpr int spoken_weight = 2;
/// Without the beginning of a conversation a single weak line proves nothing.
constexpr int midstream_weight = 3;

constexpr std::array<TrafficKind, ProtocolDetector::speeches> speech_kinds{
    TrafficKind::smtp, TrafficKind::lmtp, TrafficKind::pop3,        TrafficKind::imap, TrafficKind::ftp,
    TrafficKind::nntp, TrafficKind::irc,  TrafficKind::managesieve, TrafficKind::redis};

bool is_mail_transfer(std::size_t speech) noexcept {
  return speech <= static_cast<std::size_t>(Speech::lmtp);
}

bool siblings(std::size_t a, std::size_t b) noexcept {
  return is_mail_transfer(a) && is_mail_transfer(b);
}

/// Each two points of weight halve the doubt.
double confidence_of(int weight) noexcept {
  return std::floor((1.0 - std::exp2(-weight / 2.0)) * 100.0) / 100.0;
}

/// The source says which protocol it is; words that contradict it outweigh that soon.
constexpr int named_weight = 2;
/// What only LMTP servers say puts LMTP ahead of SMTP by so much.
constexpr int lmtp_lead = 4;

constexpr double by_signature = 0.99;
constexpr double by_port = 0.3;

/// The protocol that a log calls its service by.
std::optional<Speech> speech_of(std::string_view service) noexcept {
  if (service == "smtp") return Speech::smtp;
  if (service == "lmtp") return Speech::lmtp;
  if (service == "pop3") return Speech::pop3;
  if (service == "imap") return Speech::imap;
  return std::nullopt;
}

ProtocolGuess signed_as(TrafficKind kind) noexcept {
  return {.kind = kind, .confidence = by_signature, .swapped = false, .settled = true};
}

/// Whether a server that greets with this line may be a mail server.
bool greets_as_mail(std::string_view line) {
  const ProtocolDetector::Weights weights = reply_evidence(line, true);
  for (std::size_t speech = 0; speech < ProtocolDetector::speeches; ++speech) {
    if (weights[speech] > 0 && to_protocol(speech_kinds[speech]) != Protocol::unknown) return true;
  }
  return false;
}

struct Leader {
  std::size_t orientation = 0;
  std::size_t speech = 0;
  int weight = 0;
  int lead = 0;  ///< ahead of any other protocol or orientation
  int lead_of_sibling = 0;
};

Leader find_leader(const std::array<ProtocolDetector::Weights, 2>& scores) noexcept {
  Leader leader;
  for (std::size_t orientation = 0; orientation < 2; ++orientation) {
    for (std::size_t speech = 0; speech < ProtocolDetector::speeches; ++speech) {
      if (scores[orientation][speech] > leader.weight)
        leader = {orientation, speech, scores[orientation][speech], 0, 0};
    }
  }
  leader.lead = leader.lead_of_sibling = leader.weight;
  for (std::size_t orientation = 0; orientation < 2; ++orientation) {
    for (std::size_t speech = 0; speech < ProtocolDetector::speeches; ++speech) {
      if (orientation == leader.orientation && speech == leader.speech) continue;
      const bool sibling = orientation == leader.orientation && siblings(speech, leader.speech);
      int& lead = sibling ? leader.lead_of_sibling : leader.lead;
      lead = std::min(lead, leader.weight - scores[orientation][speech]);
    }
  }
  return leader;
}

}  // namespace

ProtocolDetector::ProtocolDetector(const ConversationStart& start)
    : begun_(start.begun), sides_known_(start.sides_known) {
  if (start.client) client_port_ = start.client->port;
  if (start.server) server_port_ = start.server->port;
  if (const auto speech = speech_of(start.service)) scores_[0][static_cast<std::size_t>(*speech)] += named_weight;
}

void ProtocolDetector::push(Side side, std::string_view octets) {
  Stream& stream = streams_[static_cast<std::size_t>(side)];
  while (!octets.empty() && !guess_.settled) {
    const std::size_t end = octets.find('\n');
    const std::size_t size = end == octets.npos ? octets.size() : end + 1;
    const std::string_view piece = octets.substr(0, size);
    octets.remove_prefix(size);
    stream.octets += size;

    if (!stream.skipping)
      stream.line += piece.substr(0, kept_line_octets - std::min(kept_line_octets, stream.line.size()));
    const bool whole = end != octets.npos && piece.ends_with('\n');
    if (stream.fresh && (whole || stream.line.size() >= signature_octets)) {
      stream.fresh = false;
      take_signature(side, std::string_view(stream.line).substr(0, signature_octets));
      if (guess_.settled) return;
    }
    if (whole) {
      if (!stream.skipping) take_line(side, stream.line);
      stream.line.clear();
      stream.skipping = false;
    }
  }
}

void ProtocolDetector::gap(Side side) {
  Stream& stream = streams_[static_cast<std::size_t>(side)];
  stream.line.clear();
  stream.skipping = true;
  stream.fresh = false;
}

void ProtocolDetector::elided(Side side) {
  Stream& stream = streams_[static_cast<std::size_t>(side)];
  if (!stream.line.empty()) stream.line += '*';
}

bool ProtocolDetector::mail_transfer() const noexcept {
  const Leader leader = find_leader(scores_);
  return leader.weight >= settled_weight && leader.lead >= settled_lead && is_mail_transfer(leader.speech);
}

void ProtocolDetector::take_signature(Side side, std::string_view head) {
  // A web browser that was sent to a mail server is a client of that server nevertheless.
  const int weight = find_leader(scores_).weight;
  if (weight >= spoken_weight) return;
  const TrafficKind kind = find_signature(head);
  if (kind == TrafficKind::unknown) return;
  const bool mail_port = begun_ && sides_known_ && to_protocol(kind_of_port(server_port_)) != Protocol::unknown;
  if (side == Side::server || kind == TrafficKind::tls || !mail_port) {
    guess_ = signed_as(kind);
  } else if (weight == 0) {
    unanswered_ = kind;
  }
}

/// The server's first line behind a client that speaks no mail.
void ProtocolDetector::take_answer(Side side, std::string_view line) {
  if (side == Side::client) return;
  const TrafficKind kind = std::exchange(unanswered_, TrafficKind::unknown);
  if (!greets_as_mail(line)) {
    guess_ = signed_as(kind);
    return;
  }
  weigh(0, reply_evidence(line, true));
  client_spoke_ = true;
  settle_if_clear();
}

void ProtocolDetector::take_line(Side side, std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (unanswered_ != TrafficKind::unknown) return take_answer(side, line);
  const bool from_client = side == Side::client;
  const Weights as_command = command_evidence(line);
  const Weights as_reply = reply_evidence(line, begun_ && !client_spoke_);
  weigh(0, from_client ? as_command : as_reply);
  if (!sides_known_) weigh(1, from_client ? as_reply : as_command);
  if (from_client) {
    client_spoke_ = true;
  } else if (!client_spoke_ && server_alone_.speaks_lmtp(line)) {
    // What replies weighed for SMTP so far, they weighed by habit.
    auto& weights = scores_[0];
    weights[static_cast<std::size_t>(Speech::lmtp)] = weights[static_cast<std::size_t>(Speech::smtp)] + lmtp_lead;
  }
  settle_if_clear();
}

void ProtocolDetector::weigh(std::size_t orientation, const Weights& weights) {
  for (std::size_t speech = 0; speech < speeches; ++speech) scores_[orientation][speech] += weights[speech];
}

void ProtocolDetector::settle_if_clear() {
  const Leader leader = find_leader(scores_);
  // A server heard alone tells SMTP from LMTP by its last replies, if at all.
  if (!client_spoke_ && is_mail_transfer(leader.speech) && !server_alone_.decided()) return;
  if (leader.weight < settled_weight || leader.lead < settled_lead || leader.lead_of_sibling < sibling_lead) return;
  guess_ = {.kind = speech_kinds[leader.speech],
            .confidence = confidence_of(leader.weight),
            .swapped = leader.orientation == 1,
            .settled = true};
}

ProtocolGuess ProtocolDetector::finish() const {
  if (guess_.settled) return guess_;
  if (streams_[0].octets + streams_[1].octets == 0)
    return {.kind = TrafficKind::empty, .confidence = 1, .swapped = false, .settled = true};
  for (const Stream& stream : streams_) {
    if (!stream.fresh) continue;
    const TrafficKind kind = find_signature(stream.line);
    if (kind != TrafficKind::unknown) return signed_as(kind);
  }
  const bool answered = greets_as_mail(streams_[static_cast<std::size_t>(Side::server)].line);
  if (unanswered_ != TrafficKind::unknown && !answered) return signed_as(unanswered_);
  std::array<Weights, 2> scores = scores_;
  // A last line without its end still speaks.
  for (const Side side : {Side::client, Side::server}) {
    const Stream& stream = streams_[static_cast<std::size_t>(side)];
    if (stream.line.empty() || stream.skipping) continue;
    const Weights as_command = command_evidence(stream.line);
    const Weights as_reply = reply_evidence(stream.line, begun_ && !client_spoke_);
    for (std::size_t speech = 0; speech < speeches; ++speech) {
      scores[0][speech] += (side == Side::client ? as_command : as_reply)[speech];
      if (!sides_known_) scores[1][speech] += (side == Side::client ? as_reply : as_command)[speech];
    }
  }
  // Between equals the port decides.
  const std::array<TrafficKind, 2> port_kinds{kind_of_port(server_port_), kind_of_port(client_port_)};
  for (std::size_t orientation = 0; orientation < 2; ++orientation) {
    for (std::size_t speech = 0; speech < speeches; ++speech) {
      if (scores[orientation][speech] > 0 && speech_kinds[speech] == port_kinds[orientation])
        ++scores[orientation][speech];
    }
  }
  const Leader leader = find_leader(scores);
  if (leader.weight >= (begun_ ? 1 : midstream_weight) && leader.lead > 0) {
    return {.kind = speech_kinds[leader.speech],
            .confidence = confidence_of(leader.weight),
            .swapped = leader.orientation == 1,
            .settled = true};
  }
  const TrafficKind kind = port_kinds[0] != TrafficKind::unknown || sides_known_ ? port_kinds[0] : port_kinds[1];
  if (kind == TrafficKind::unknown || to_protocol(kind) != Protocol::unknown) return {};
  return {.kind = kind, .confidence = by_port, .swapped = false, .settled = true};
}

Protocol to_protocol(TrafficKind kind) noexcept {
  switch (kind) {
    case TrafficKind::smtp:
      return Protocol::smtp;
    case TrafficKind::lmtp:
      return Protocol::lmtp;
    case TrafficKind::pop3:
      return Protocol::pop3;
    case TrafficKind::imap:
      return Protocol::imap;
    default:
      return Protocol::unknown;
  }
}

}  // namespace mailparse
