// Reassembly of random conversations against the plain reference: cut, shuffled, repeated, contradicted, lost.

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/base/digest.hpp>

#include "unit/source/stream_reference.hpp"
#include "unit/source/tcp_script.hpp"

namespace mailparse {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return random() % bound;
}

std::size_t index(Side side) {
  return side == Side::client ? 0 : 1;
}

/// What one side says before the other answers.
struct Turn {
  Side side = Side::client;
  std::string octets;
};

/// A segment of a turn: place in its stream, what it carries, what it acknowledges.
struct Cut {
  Side side = Side::client;
  std::uint64_t offset = 0;
  std::string octets;
  std::uint64_t ack = 0;
};

struct Mutation {
  bool contradict = false;  ///< some repeated segments differ
  bool lose = false;        ///< some segments are not in the capture
};

std::vector<Turn> random_turns(Random& random) {
  std::vector<Turn> turns;
  Side side = below(random, 2) == 0 ? Side::client : Side::server;
  for (std::size_t n = 1 + below(random, 8); n-- > 0; side = other(side)) {
    std::string octets(2 + below(random, below(random, 4) == 0 ? 2000 : 60), '\0');
    for (char& octet : octets) octet = static_cast<char>('a' + below(random, 26));
    turns.push_back({side, std::move(octets)});
  }
  return turns;
}

void shuffle_within(std::vector<Cut>& cuts, std::size_t window, Random& random) {
  for (std::size_t i = 0; i < cuts.size(); i += window) {
    std::shuffle(cuts.begin() + static_cast<std::ptrdiff_t>(i),
                 cuts.begin() + static_cast<std::ptrdiff_t>(std::min(cuts.size(), i + window)), random);
  }
}

/// The turns in packets: every turn cut anew, parts of it sent again, all of it shuffled.
std::vector<Cut> packets_of(const std::vector<Turn>& turns, const Mutation& mutation, Random& random) {
  std::vector<Cut> packets;
  std::array<std::uint64_t, 2> sent{};
  for (const Turn& turn : turns) {
    const std::uint64_t base = sent[index(turn.side)];
    const std::uint64_t ack = sent[1 - index(turn.side)];
    const std::size_t longest = 1 + below(random, 3) * 700 + below(random, 20);
    std::vector<Cut> cuts;
    for (std::size_t at = 0; at < turn.octets.size();) {
      const std::size_t length = std::min(turn.octets.size() - at, 1 + below(random, longest));
      if (!mutation.lose || below(random, 12) != 0)
        cuts.push_back({turn.side, base + at, turn.octets.substr(at, length), ack});
      at += length;
    }
    for (std::size_t again = below(random, 4); again-- > 0;) {
      const std::size_t at = below(random, turn.octets.size());
      Cut copy{turn.side, base + at, turn.octets.substr(at, 1 + below(random, longest)), ack};
      if (mutation.contradict) copy.octets[below(random, copy.octets.size())] = '#';
      cuts.push_back(std::move(copy));
    }
    if (below(random, 2) == 0) shuffle_within(cuts, 1 + below(random, 20), random);
    packets.insert(packets.end(), cuts.begin(), cuts.end());
    sent[index(turn.side)] += turn.octets.size();
  }
  // Across the sides too, as two taps or two queues would do.
  if (below(random, 2) == 0) shuffle_within(packets, 1 + below(random, 12), random);
  return packets;
}

struct Played {
  test::Recorder recorder;
  ReassemblyTotals totals;
};

/// Packets between a handshake and the end of the input.
void play(const std::vector<Cut>& packets, Random& random, Played& played) {
  TcpReassembly reassembly(played.recorder);
  const std::array<std::uint32_t, 2> isn{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
  std::uint64_t frame = 0;
  const auto send = [&](TcpSegment segment) {
    segment.stamp.frame = ++frame;
    segment.stamp.time = Timestamp(std::chrono::microseconds(frame));
    reassembly.on_segment(segment);
  };
  TcpSegment syn = test::bare_segment(Side::client);
  syn.flags = tcp_syn;
  syn.sequence = isn[0];
  send(syn);
  TcpSegment answer = test::bare_segment(Side::server);
  answer.flags = tcp_syn | tcp_ack;
  answer.sequence = isn[1];
  answer.acknowledgment = isn[0] + 1;
  send(answer);
  for (const Cut& cut : packets) {
    const std::size_t me = index(cut.side);
    TcpSegment segment = test::bare_segment(cut.side);
    segment.flags = tcp_ack;
    segment.sequence = isn[me] + 1 + static_cast<std::uint32_t>(cut.offset);
    segment.acknowledgment = isn[1 - me] + 1 + static_cast<std::uint32_t>(cut.ack);
    segment.payload = cut.octets;
    send(segment);
  }
  reassembly.finish();
  played.totals = reassembly.totals();
}

/// The order in which the sides spoke, from the events.
std::vector<std::pair<char, std::uint64_t>> turns_heard(const test::Heard& heard) {
  std::vector<std::pair<char, std::uint64_t>> turns;
  for (const std::string& event : heard.events) {
    if (event.starts_with("end")) continue;
    const bool gap = event.starts_with("gap ");
    const char side = gap ? event[4] : event[0];
    const std::size_t quote = event.find('"');
    const std::uint64_t length = gap ? std::stoull(event.substr(event.find('+') + 1)) : event.rfind('"') - quote - 1;
    if (turns.empty() || turns.back().first != side) turns.emplace_back(side, 0);
    turns.back().second += length;
  }
  return turns;
}

void check(std::uint64_t seed, const Mutation& mutation) {
  Random random(seed);
  const std::vector<Turn> turns = random_turns(random);
  const std::vector<Cut> packets = packets_of(turns, mutation, random);
  Played played;
  play(packets, random, played);
  if (packets.empty()) return;
  ASSERT_EQ(played.recorder.heard.size(), 1U) << "seed " << seed;
  const test::Heard& heard = played.recorder.only();
  EXPECT_TRUE(heard.faults.empty()) << "seed " << seed << ": " << heard.faults.front();
  std::array<test::StreamReference, 2> reference;
  for (const Cut& cut : packets) reference[index(cut.side)].add(cut.offset, cut.octets);
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string& stream = heard.streams[side];
    EXPECT_GE(stream.size(), reference[side].end()) << "seed " << seed;
    EXPECT_EQ(stream, reference[side].stream(stream.size())) << "seed " << seed << "\n" << heard.text();
  }
  const ReassemblyTotals& t = played.totals;
  EXPECT_EQ(t.payload_octets, t.delivered + t.repeated + t.conflicting + t.keep_alive) << "seed " << seed;
  if (mutation.lose) return;
  EXPECT_EQ(t.missing, 0U) << "seed " << seed;
  std::vector<std::pair<char, std::uint64_t>> wanted;
  for (const Turn& turn : turns) wanted.emplace_back(turn.side == Side::client ? 'C' : 'S', turn.octets.size());
  EXPECT_EQ(turns_heard(heard), wanted) << "seed " << seed << "\n" << heard.text();
}

TEST(ReassemblyProperty, OrderCutsAndRepetitionsChangeNothing) {
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) check(seed, {});
}

TEST(ReassemblyProperty, FirstCopiesCount) {
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) check(seed, {.contradict = true});
}

TEST(ReassemblyProperty, LostOctetsAndNoOthersAreMissing) {
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) check(seed, {.contradict = true, .lose = true});
}

/// Two sides that mostly send what is next and acknowledge what they have, and now and then anything else at all.
std::vector<TcpSegment> random_segments(Random& random, std::string& octets) {
  octets.resize(400);
  for (char& octet : octets) octet = static_cast<char>('a' + below(random, 26));
  const auto seldom = [&](std::size_t often) { return below(random, often) == 0; };
  const auto near = [&](std::uint32_t place) { return place + static_cast<std::uint32_t>(below(random, 400)) - 200; };
  constexpr std::array<std::uint8_t, 6> odd_flags{tcp_syn,           tcp_fin | tcp_ack, tcp_rst,
                                                  tcp_syn | tcp_ack, tcp_urg | tcp_ack, 0};
  std::array<std::uint32_t, 2> next{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
  std::vector<TcpSegment> segments;
  Timestamp time{};
  for (std::size_t n = 4 + below(random, 60); n-- > 0;) {
    const std::size_t me = below(random, 2);
    TcpSegment segment = test::bare_segment(me == 0 ? Side::client : Side::server);
    const bool opens = segments.size() < 2 && !seldom(8);
    segment.flags = opens ? (segments.empty() ? tcp_syn : tcp_syn | tcp_ack) : tcp_ack | (seldom(2) ? tcp_psh : 0);
    if (seldom(25)) segment.flags = odd_flags[below(random, odd_flags.size())];
    segment.sequence = seldom(20) ? near(next[me]) : next[me];
    segment.acknowledgment = seldom(10) ? near(next[1 - me]) : next[1 - me];
    if (seldom(30)) segment.acknowledgment += 200'000;  // beyond every window
    if (segment.flags == tcp_syn && seldom(2)) segment.sequence = next[me] = static_cast<std::uint32_t>(random());
    const std::size_t length = opens || seldom(3) ? 0 : 1 + below(random, 150);
    segment.payload = std::string_view(octets).substr(below(random, octets.size() - length), length);
    if (seldom(40)) segment.payload_missing = 30;
    if (seldom(40)) segment.checksum = TcpChecksum::bad;
    segment.window = static_cast<std::uint16_t>(seldom(4) ? below(random, 300) : 60'000);
    time += std::chrono::milliseconds(seldom(15) ? below(random, 60'000) : 1);
    segment.stamp = {time, segments.size() + 1, 0};
    if (segment.sequence == next[me])
      next[me] += static_cast<std::uint32_t>(length) + ((segment.flags & (tcp_syn | tcp_fin)) != 0 ? 1 : 0);
    segments.push_back(segment);
  }
  return segments;
}

/// Segments with marks of congestion (RFC 3168), which reassembly has no use for, take no shortcut.
TEST(ReassemblyProperty, TheShortcutTellsWhatTheLongRoadTells) {
  for (std::uint64_t seed = 1; seed <= 20'000 && !HasFailure(); ++seed) {
    Random random(seed);
    std::string octets;
    const std::vector<TcpSegment> segments = random_segments(random, octets);
    std::array<Played, 2> roads;
    for (Played& road : roads) {
      TcpReassembly reassembly(road.recorder);
      for (TcpSegment segment : segments) {
        if (&road != roads.data()) segment.flags |= tcp_ece;
        reassembly.on_segment(segment);
      }
      reassembly.finish();
      road.totals = reassembly.totals();
    }
    EXPECT_EQ(roads[0].totals, roads[1].totals) << "seed " << seed;
    ASSERT_EQ(roads[0].recorder.heard.size(), roads[1].recorder.heard.size()) << "seed " << seed;
    for (std::size_t i = 0; i < roads[0].recorder.heard.size(); ++i)
      EXPECT_EQ(roads[0].recorder.heard[i]->everything(), roads[1].recorder.heard[i]->everything()) << "seed " << seed;
  }
}

/// A delivery with a message of some 14 KB, as a real client and server speak.
std::vector<Turn> smtp_delivery() {
  std::string body = "From: a@a.example\r\nTo: b@b.example\r\nSubject: long\r\n\r\n";
  for (int line = 0; line < 200; ++line) {
    body += "Line ";
    body += std::to_string(line);
    body += " of a message that fills many segments, dots stuffed.\r\n";
  }
  return {{Side::server, "220 mx.b.example ESMTP\r\n"},
          {Side::client, "EHLO a.example\r\n"},
          {Side::server, "250-mx.b.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"},
          {Side::client, "MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n"},
          {Side::server, "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go ahead\r\n"},
          {Side::client, body + ".\r\n"},
          {Side::server, "250 2.0.0 queued\r\n"},
          {Side::client, "QUIT\r\n"},
          {Side::server, "221 2.0.0 bye\r\n"}};
}

TEST(ReassemblyProperty, AThousandCapturesOfOneDeliveryHaveTheSameDigests) {
  const std::vector<Turn> turns = smtp_delivery();
  std::array<std::string, 2> said;
  for (const Turn& turn : turns) said[index(turn.side)] += turn.octets;
  const std::array<std::string, 2> wanted{digest_hex(DigestKind::sha256, said[0]),
                                          digest_hex(DigestKind::sha256, said[1])};
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Random random(seed);
    Played played;
    play(packets_of(turns, {}, random), random, played);
    for (std::size_t side = 0; side < 2; ++side) {
      ASSERT_EQ(digest_hex(DigestKind::sha256, played.recorder.only().streams[side]), wanted[side]) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace mailparse
