// Reassembly case by case, in the language of tcp_script.hpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/source/tcp_script.hpp"

namespace mailparse {
namespace {

using test::Heard;
using test::played;
using test::Wire;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view handshake = "C SYN\nS SYN\nC ACK\n";

std::string after_handshake(std::string_view script) {
  return std::string(handshake) + std::string(script);
}

/// Every octet that went in has a fate.
void expect_accounted(const ReassemblyTotals& t) {
  EXPECT_EQ(t.payload_octets, t.delivered + t.repeated + t.conflicting + t.keep_alive + t.before_start + t.after_fin +
                                  t.out_of_window + t.refused + t.late + t.stray);
}

/// The one conversation of a script, checked for the listener's contract.
struct Outcome {
  explicit Outcome(std::string_view script, const Limits& limits = {}, const ReassemblyGrace& grace = {})
      : wire(played(script, limits, grace)) {
    expect_accounted(wire->reassembly.totals());
    EXPECT_EQ(wire->reassembly.held_octets(), 0U);
    EXPECT_EQ(wire->recorder.heard.size(), 1U);
    if (wire->recorder.heard.empty()) return;
    EXPECT_THAT(heard().faults, IsEmpty());
  }
  [[nodiscard]] const Heard& heard() const { return wire->recorder.only(); }
  [[nodiscard]] std::vector<std::string> events() const { return heard().events; }
  [[nodiscard]] const Diagnostic* find(Code code) const { return heard().find(code); }
  [[nodiscard]] std::size_t findings() const { return heard().findings.size(); }

  std::unique_ptr<Wire> wire;
};

// ---------------------------------------------------------------------------------------------- plain

TEST(Reassembly, TellsAWholeConversation) {
  const Outcome it(after_handshake(R"(
    S "220 mx\r\n"
    C "QUIT\r\n"
    S "221 bye\r\n" FIN
    C FIN
    S ACK)"));
  EXPECT_THAT(it.events(), ElementsAre("S 0 \"220 mx\\r\\n\" #4", "C 0 \"QUIT\\r\\n\" #5", "S 8 \"221 bye\\r\\n\" #6",
                                       "end S closed #6", "end C closed #7"));
  EXPECT_EQ(it.findings(), 0U);
  const ConversationStart& start = it.heard().start;
  EXPECT_EQ(start.id, 1U);
  EXPECT_EQ(start.format, "pcap");
  EXPECT_EQ(start.linktype, "ETHERNET");
  EXPECT_EQ(start.client, (Endpoint{"192.0.2.10", 40000}));
  EXPECT_EQ(start.server, (Endpoint{"198.51.100.25", 25}));
  EXPECT_TRUE(start.begun);
  EXPECT_TRUE(start.sides_known);
  EXPECT_EQ(start.first.frame, 1U);
  const ConversationEnd& end = it.heard().end;
  EXPECT_EQ(end.frames, 8U);
  EXPECT_EQ(end.last.frame, 8U);
  EXPECT_EQ(end.client_octets, 6U);
  EXPECT_EQ(end.server_octets, 17U);
  EXPECT_EQ(end.missing_octets, 0U);
  EXPECT_FALSE(end.evicted);
}

TEST(Reassembly, PassesOctetsInOrderWhereTheyLie) {
  class Looking final : public ConversationFactory, public ConversationListener {
   public:
    std::unique_ptr<ConversationListener> open(const ConversationStart&) override {
      return std::make_unique<Forward>(*this);
    }
    void on_chunk(const Chunk& chunk) override { seen = chunk.octets.data(); }
    void on_gap(const Gap&) override {}
    void on_elided(const Elided&) override {}
    void on_end(Side, StreamEnd, const Stamp&) override {}
    void report(Diagnostic) override {}
    void finish(const ConversationEnd&) override {}
    const char* seen = nullptr;

   private:
    struct Forward final : ConversationListener {
      explicit Forward(Looking& l) : to(l) {}
      void on_chunk(const Chunk& chunk) override { to.on_chunk(chunk); }
      void on_gap(const Gap&) override {}
      void on_elided(const Elided&) override {}
      void on_end(Side, StreamEnd, const Stamp&) override {}
      void report(Diagnostic) override {}
      void finish(const ConversationEnd&) override {}
      Looking& to;
    };
  } looking;
  TcpReassembly reassembly(looking);
  const SegmentOrigin origin{"pcap", "RAW"};
  const std::string octets = "EHLO x\r\n";
  TcpSegment s;
  s.origin = &origin;
  s.source_port = 1;
  s.destination_port = 2;
  s.flags = tcp_syn;
  s.sequence = 7;
  reassembly.on_segment(s);
  s.flags = tcp_ack;
  s.sequence = 8;
  s.payload = octets;
  reassembly.on_segment(s);
  EXPECT_EQ(looking.seen, octets.data());
}

TEST(Reassembly, ReadsAcrossTheWrapOfSequenceNumbers) {
  const Outcome it(R"(
    C SYN isn=4294967280
    S SYN isn=4294967295
    C ACK
    S "220 mx\r\n"
    C "EHLO wrapping.example\r\n"
    C "QUIT\r\n" seq=23
    C "EHLO wrapping.example\r\n" seq=0)");
  EXPECT_EQ(it.heard().streams[0], "EHLO wrapping.example\r\nQUIT\r\n");
  EXPECT_EQ(it.find(Code::tcp_retransmission)->offset, 0U);
}

TEST(Reassembly, OpensNoConversationForAFloodOfSyns) {
  Wire wire;
  for (std::uint16_t port = 1; port <= 5000; ++port) wire.play("C SYN", port);
  wire.finish();
  EXPECT_TRUE(wire.recorder.heard.empty());
  EXPECT_EQ(wire.reassembly.totals().connections, 5000U);
  EXPECT_EQ(wire.reassembly.totals().half_open, 5000U);
}

TEST(Reassembly, CountsConnectionsWithoutOctets) {
  const auto wire = played(after_handshake("C FIN\nS FIN\nC ACK"));
  EXPECT_TRUE(wire->recorder.heard.empty());
  EXPECT_EQ(wire->reassembly.totals().without_octets, 1U);
}

TEST(Reassembly, TellsFindingsOfConnectionsWithoutOctets) {
  Wire wire;
  wire.play("C SYN bad", 40001).play("C SYN bad", 40002).finish();
  ASSERT_EQ(wire.unopened.items().size(), 1U);
  EXPECT_EQ(wire.unopened.items()[0].code, Code::tcp_bad_checksum);
  EXPECT_EQ(wire.unopened.items()[0].frame, 1U);
  EXPECT_EQ(wire.unopened.items()[0].count, 2U);
  EXPECT_FALSE(wire.unopened.items()[0].side);
}

TEST(Reassembly, TellsFindingsOfConversationsToTheirListenerOnly) {
  Wire wire;
  wire.play("C SYN bad\nS SYN\nC ACK\nC \"x\"").finish();
  EXPECT_TRUE(wire.unopened.items().empty());
}

// ---------------------------------------------------------------------------------------------- order

TEST(Reassembly, PutsSegmentsInOrder) {
  const Outcome it(after_handshake(R"(
    C "cc" seq=4
    C "bb" seq=2
    C "aa" seq=0
    C "dd" seq=6)"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"aa\" #6", "C 2 \"bb\" #5", "C 4 \"cc\" #4", "C 6 \"dd\" #7",
                                       "end C cut #7", "end S cut #7"));
  EXPECT_EQ(it.findings(), 0U);
}

TEST(Reassembly, PutsAReplyBehindTheCommandItAcknowledges) {
  const Outcome it(after_handshake(R"(
    S "220\r\n"
    S "250\r\n" ack=6
    C "NOOP\r\n" ack=5)"));
  EXPECT_THAT(it.events(), ElementsAre("S 0 \"220\\r\\n\" #4", "C 0 \"NOOP\\r\\n\" #6", "S 5 \"250\\r\\n\" #5",
                                       "end C cut #6", "end S cut #6"));
}

TEST(Reassembly, KeepsTheOrderOfPacketsWhereNothingWasAcknowledged) {
  const Outcome it(after_handshake(R"(
    C "MAIL" ack=0
    S "220" ack=0
    C "RCPT" ack=0)"));
  EXPECT_THAT(it.events(),
              ElementsAre("C 0 \"MAIL\" #4", "S 0 \"220\" #5", "C 4 \"RCPT\" #6", "end C cut #6", "end S cut #6"));
}

TEST(Reassembly, HoldsAReplyBehindALateCommandInPieces) {
  const Outcome it(after_handshake(R"(
    S "250 ok" ack=6
    C "OP\r\n" seq=2 ack=0
    C "NO" seq=0 ack=0)"));
  EXPECT_THAT(it.events(),
              ElementsAre("C 0 \"NO\" #6", "C 2 \"OP\\r\\n\" #5", "S 0 \"250 ok\" #4", "end C cut #6", "end S cut #6"));
}

TEST(Reassembly, TakesAcknowledgmentsThatNeedEachOtherInTheOrderOfPackets) {
  const Outcome it(after_handshake(R"(
    C "aa" seq=0 ack=2
    S "bb" seq=0 ack=2)"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"aa\" #4", "S 0 \"bb\" #5", "end C cut #5", "end S cut #5"));
}

// ---------------------------------------------------------------------------------------------- gaps

TEST(Reassembly, DeclaresAGapThatWasAcknowledgedOnceTheGraceIsOver) {
  const Outcome it(after_handshake(R"(
    C "DATA\r\n"
    C "lost" lost
    C "seen"
    S "250" ack=14
    +3
    C "QUIT")"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"DATA\\r\\n\" #4", "gap C 6+4 #7", "C 10 \"seen\" #6", "S 0 \"250\" #7",
                                       "C 14 \"QUIT\" #8", "end C cut #8", "end S cut #8"));
  ASSERT_EQ(it.findings(), 1U);
  const Diagnostic& gap = *it.find(Code::tcp_gap);
  EXPECT_EQ(gap.offset, 6U);
  EXPECT_EQ(gap.length, 4U);
  EXPECT_EQ(gap.side, Side::client);
}

TEST(Reassembly, WaitsForALateSegmentWithinTheGrace) {
  const Outcome it(after_handshake(R"(
    C "late" lost
    C "seen"
    S "250" ack=8
    +1
    C "late" seq=0
    +3
    C "more" seq=8)"));
  EXPECT_EQ(it.heard().streams[0], "lateseenmore");
  EXPECT_EQ(it.findings(), 0U);
}

TEST(Reassembly, WaitsForARetransmissionAsLongAsNothingProvesArrival) {
  const Outcome it(after_handshake(R"(
    C "lost" lost
    C "seen"
    S "220" ack=0
    +60
    C "lost" seq=0)"));
  EXPECT_THAT(it.events(),
              ElementsAre("S 0 \"220\" #6", "C 0 \"lost\" #7", "C 4 \"seen\" #5", "end C cut #7", "end S cut #7"));
}

TEST(Reassembly, CountsTheGraceInPacketsWhereThereAreNoTimes) {
  Wire wire;
  wire.timeless = true;
  wire.play(after_handshake("C \"lost\" lost\nC \"seen\"\nS \"250\" ack=8\n"));
  for (int i = 0; i < 998; ++i) wire.play("C ACK");
  EXPECT_TRUE(wire.recorder.heard.empty());
  wire.play("C ACK\nC ACK");
  EXPECT_THAT(wire.recorder.only().events, ElementsAre("gap C 0+4 #6", "C 4 \"seen\" #5", "S 0 \"250\" #6"));
}

TEST(Reassembly, ReportsWhatComesAfterItsGap) {
  const Outcome it(after_handshake(R"(
    C "lost" lost
    C "seen"
    S "250" ack=8
    +3
    C "more"
    C "lost" seq=0)"));
  EXPECT_EQ(it.heard().streams[0], "????seenmore");
  ASSERT_EQ(it.heard().count(Code::tcp_gap), 2U);
  const Diagnostic& late = it.heard().findings.back();
  EXPECT_EQ(late.frame, 8U);
  EXPECT_EQ(late.offset, 0U);
  EXPECT_EQ(late.length, 4U);
  EXPECT_THAT(late.detail, HasSubstr("came after"));
  EXPECT_EQ(it.wire->reassembly.totals().late, 4U);
}

TEST(Reassembly, DeliversWhatItHoldsAtTheEndWithGapsBeforeIt) {
  const Outcome it(after_handshake(R"(
    C "lost" lost
    C "seen"
    C "gone" lost
    C "last")"));
  EXPECT_EQ(it.heard().streams[0], "????seen????last");
  EXPECT_EQ(it.heard().count(Code::tcp_gap), 2U);
  EXPECT_EQ(it.heard().end.missing_octets, 8U);
}

TEST(Reassembly, DeclaresALostTailThatWasAcknowledged) {
  const Outcome it(after_handshake(R"(
    C "EHLO x\r\n"
    C "QUIT\r\n" lost
    S "221 bye\r\n")"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"EHLO x\\r\\n\" #4", "gap C 8+6 #6", "S 0 \"221 bye\\r\\n\" #6",
                                       "end C cut #6", "end S cut #6"));
}

TEST(Reassembly, TakesOneAcknowledgedOctetAtTheTailForAFin) {
  const Outcome it(after_handshake(R"(
    C "QUIT\r\n"
    C FIN lost
    S "221 bye\r\n"
    S FIN)"));
  EXPECT_EQ(it.heard().end.missing_octets, 0U);
  EXPECT_EQ(it.heard().streams[1], "221 bye\r\n");
  EXPECT_EQ(it.heard().count(Code::tcp_gap), 0U);
}

TEST(Reassembly, DeclaresWhatLiesBeforeAFin) {
  const Outcome it(after_handshake("C \"lost\" lost\nC FIN\nS \"x\" ack=0"));
  EXPECT_THAT(it.events(), ElementsAre("S 0 \"x\" #6", "gap C 0+4 #5", "end C closed #5", "end S cut #6"));
}

TEST(Reassembly, TakesOctetsCutOffByTheCaptureForMissing) {
  const Outcome it(after_handshake(R"(
    C "MAIL FROM:<a@b>" cut=10
    C "QUIT")"));
  EXPECT_THAT(it.events(),
              ElementsAre("C 0 \"MAIL \" #4", "gap C 5+10 #4", "C 15 \"QUIT\" #5", "end C cut #5", "end S cut #5"));
}

TEST(Reassembly, FillsCutOctetsFromAnotherCopyWhileTheyWait) {
  const Outcome it(after_handshake(R"(
    C "abcdefgh" seq=2 cut=6
    C "ef" seq=6
    C "xx" seq=0)"));
  EXPECT_EQ(it.heard().streams[0], "xxab??ef??");
}

// ---------------------------------------------------------------------------------------------- copies

TEST(Reassembly, ReportsRetransmissionsOnceWithACount) {
  const Outcome it(after_handshake(R"(
    C "0123456789"
    C "01234" seq=0
    C "3456789abc" seq=3)"));
  EXPECT_EQ(it.heard().streams[0], "0123456789abc");
  ASSERT_EQ(it.findings(), 1U);
  const Diagnostic& found = *it.find(Code::tcp_retransmission);
  EXPECT_EQ(found.count, 2U);
  EXPECT_EQ(found.offset, 0U);
  EXPECT_EQ(found.frame, 5U);
  EXPECT_THAT(found.detail, HasSubstr("12 octets in all"));
}

TEST(Reassembly, LetsTheFirstOfTwoDifferentCopiesCount) {
  const Outcome it(after_handshake(R"(
    C "MAIL FROM:<good@a.example>\r\n"
    C "MAIL FROM:<evil@a.example>\r\n" seq=0 ttl=3)"));
  EXPECT_EQ(it.heard().streams[0], "MAIL FROM:<good@a.example>\r\n");
  ASSERT_EQ(it.findings(), 2U);
  const Diagnostic& conflict = *it.find(Code::tcp_overlap_conflict);
  EXPECT_EQ(conflict.offset, 11U);
  EXPECT_EQ(conflict.length, 4U);
  EXPECT_EQ(conflict.frame, 5U);
  EXPECT_THAT(conflict.detail,
              HasSubstr("frame 4 TTL 64 SHA-256 770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c"));
  EXPECT_THAT(conflict.detail,
              HasSubstr("frame 5 TTL 3 SHA-256 b5c1fb2efc6d6b4674c2fdcc48ce01b43a3b7c03763c0c3355de0099ee0f8c73"));
  EXPECT_EQ(it.find(Code::tcp_ttl_change)->offset, 11U);
}

TEST(Reassembly, ComparesCopiesThatWait) {
  const Outcome it(after_handshake(R"(
    C "11111111" seq=2
    C "22222222" seq=6
    C "333333" seq=4
    C "00" seq=0
    C "\r\n" seq=14)"));
  EXPECT_EQ(it.heard().streams[0], "00111111112222\r\n");
  EXPECT_EQ(it.heard().count(Code::tcp_overlap_conflict), 2U);
}

TEST(Reassembly, KnowsAKeepAlive) {
  const Outcome it(after_handshake(R"(
    C "EHLO x\r\n"
    S "250\r\n"
    +60
    C "?" seq=7
    S ACK
    C ACK seq=7
    S ACK)"));
  EXPECT_EQ(it.findings(), 0U);
  EXPECT_EQ(it.wire->reassembly.totals().keep_alive, 1U);
}

TEST(Reassembly, SaysWhatIsTooOldToCompare) {
  Wire wire;
  wire.play(handshake);
  const std::string line = "C \"" + std::string(1000, 'a') + "\"\n";
  for (int i = 0; i < 100; ++i) wire.play(line + "S ACK\n");
  wire.play("C \"zzzz\" seq=0").finish();
  const Diagnostic* found = wire.recorder.only().find(Code::tcp_retransmission);
  ASSERT_NE(found, nullptr);
  EXPECT_THAT(found->detail, HasSubstr("too long ago"));
}

// ---------------------------------------------------------------------------------------------- handshake

TEST(Reassembly, DeliversAcceptedDataOfASyn) {
  const Outcome it("C SYN \"EHLO x\\r\\n\"\nS SYN ack=8\nS \"220\" ack=8");
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"EHLO x\\r\\n\" #1", "S 0 \"220\" #3", "end C cut #3", "end S cut #3"));
  EXPECT_EQ(it.find(Code::tcp_syn_data)->length, 8U);
}

TEST(Reassembly, LeavesOutDataOfASynThatTheAnswerRefused) {
  const Outcome it("C SYN \"evil\"\nS SYN ack=0\nC \"good\" seq=0\nS ACK");
  EXPECT_EQ(it.heard().streams[0], "good");
  EXPECT_EQ(it.heard().count(Code::tcp_overlap_conflict), 0U);
  EXPECT_EQ(it.wire->reassembly.totals().refused, 4U);
}

TEST(Reassembly, FollowsTheSynThatWasAnswered) {
  const Outcome it("C SYN isn=1777\nC SYN isn=1000\nS SYN\nC ACK\nS \"220\"\nC \"EHLO x\\r\\n\"");
  EXPECT_EQ(it.heard().streams[0], "EHLO x\r\n");
  EXPECT_EQ(it.heard().streams[1], "220");
  ASSERT_EQ(it.findings(), 1U);
  EXPECT_EQ(it.findings(), it.heard().count(Code::tcp_syn_isn_change));
}

TEST(Reassembly, FollowsTheEarlierSynWhereThatWasAnswered) {
  const Outcome it("C SYN isn=1000\nC SYN isn=1777\nS SYN ack=4294966519\nC ACK isn=1000\nC \"EHLO x\\r\\n\"");
  EXPECT_EQ(it.heard().streams[0], "EHLO x\r\n");
  EXPECT_EQ(it.heard().count(Code::tcp_syn_isn_change), 1U);
}

// corpus/crashes/reassembly/syn-after-octets
TEST(Reassembly, KeepsItsPlaceWhenAnotherSynComesAfterOctets) {
  const Outcome it("S SYN \"220\"\nS SYN \"554\" isn=5100\nC SYN");
  EXPECT_EQ(it.heard().streams[1], "220");
}

// corpus/crashes/reassembly/syn-after-fin
TEST(Reassembly, ForgetsTheFinOfASynThatLost) {
  const Outcome it("S SYN FIN\nS SYN \"220\" isn=5100\nC SYN");
  EXPECT_THAT(it.events(), ElementsAre("S 0 \"220\" #2", "end C cut #3", "end S cut #3"));
}

TEST(Reassembly, UnderstandsASimultaneousOpen) {
  const Outcome it("C SYN\nS SYN noack\nC SYN ACK\nS SYN\nC \"hello\"\nS \"world\"");
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"hello\" #5", "S 0 \"world\" #6", "end C cut #6", "end S cut #6"));
  EXPECT_EQ(it.heard().start.client->port, 40000);
  EXPECT_EQ(it.findings(), 0U);
}

TEST(Reassembly, KnowsTheClientByTheAnswerToItsSyn) {
  const Outcome it("C SYN lost\nS SYN\nS \"220\" ack=0");
  EXPECT_EQ(it.heard().start.client->port, 40000);
  EXPECT_TRUE(it.heard().start.begun);
  EXPECT_TRUE(it.heard().start.sides_known);
  EXPECT_EQ(it.heard().streams[1], "220");
}

TEST(Reassembly, CallsTheFirstSpeakerClientWithoutAHandshake) {
  const Outcome it("S \"250 ok\\r\\n\" seq=100 ack=50\nC \"QUIT\\r\\n\" seq=50 ack=108");
  EXPECT_FALSE(it.heard().start.begun);
  EXPECT_FALSE(it.heard().start.sides_known);
  EXPECT_EQ(it.heard().start.client->port, 25);
  EXPECT_THAT(it.events(),
              ElementsAre("C 0 \"250 ok\\r\\n\" #1", "S 0 \"QUIT\\r\\n\" #2", "end C cut #2", "end S cut #2"));
  EXPECT_EQ(it.heard().count(Code::tcp_midstream), 1U);
}

TEST(Reassembly, FindsAnEarlierFirstSegmentOfAConversationBegunInTheMiddle) {
  const Outcome it("C \"cc\" seq=104 ack=9\nC \"aa\" seq=100 ack=9\nC \"bb\" seq=102 ack=9\nS \"ok\" seq=9 ack=106");
  EXPECT_EQ(it.heard().streams[0], "aabbcc");
  EXPECT_EQ(it.heard().end.missing_octets, 0U);
}

TEST(Reassembly, TakesALateSynForTheBeginning) {
  const Outcome it("C \"EHLO\" seq=0 ack=0 isn=1000\nC SYN\nC \" x\" seq=4");
  EXPECT_EQ(it.heard().streams[0], "EHLO x");
  EXPECT_TRUE(it.heard().start.begun);
}

TEST(Reassembly, BeginsAnewOnAReusedPort) {
  const auto wire = played(after_handshake(R"(
    S "220 mx\r\n"
    C "EHLO x\r\n" FIN
    C SYN isn=900000
    S SYN isn=800000
    C "EHLO two\r\n")"));
  ASSERT_EQ(wire->recorder.heard.size(), 2U);
  EXPECT_EQ(wire->recorder.heard[0]->streams[0], "EHLO x\r\n");
  EXPECT_EQ(wire->recorder.heard[1]->streams[0], "EHLO two\r\n");
  EXPECT_TRUE(wire->recorder.heard[1]->start.begun);
  EXPECT_EQ(wire->recorder.heard[1]->start.first.frame, 6U);
  expect_accounted(wire->reassembly.totals());
}

TEST(Reassembly, BeginsAnewAfterAClose) {
  const auto wire = played(after_handshake(R"(
    C "one" FIN
    S FIN
    C ACK
    C SYN isn=77
    S SYN isn=88
    C "two")"));
  ASSERT_EQ(wire->recorder.heard.size(), 2U);
  EXPECT_EQ(wire->recorder.heard[1]->streams[0], "two");
}

TEST(Reassembly, IsNotMisledByASynThatNobodyAnswers) {
  const Outcome it(after_handshake("C \"EHLO\"\nC SYN isn=900000\nC \" x\" seq=4 isn=1000\nS \"250\" ack=6"));
  EXPECT_EQ(it.heard().streams[0], "EHLO x");
  EXPECT_EQ(it.heard().streams[1], "250");
}

// ---------------------------------------------------------------------------------------------- ends

TEST(Reassembly, EndsASideBehindItsLastOctet) {
  const Outcome it(after_handshake("C \"bb\" seq=2 FIN\nC \"aa\" seq=0\nS \"x\""));
  EXPECT_THAT(it.events(),
              ElementsAre("C 0 \"aa\" #5", "C 2 \"bb\" #4", "end C closed #4", "S 0 \"x\" #6", "end S cut #6"));
}

TEST(Reassembly, ReportsDataAfterAFin) {
  const Outcome it(after_handshake("S \"220 mx\\r\\n\"\nC FIN\nC \"EHLO x\\r\\n\" seq=0"));
  EXPECT_EQ(it.heard().streams[0], "");
  const Diagnostic& found = *it.find(Code::tcp_data_after_fin);
  EXPECT_EQ(found.offset, 0U);
  EXPECT_EQ(found.length, 8U);
  EXPECT_EQ(found.side, Side::client);
  EXPECT_EQ(it.wire->reassembly.totals().after_fin, 8U);
}

TEST(Reassembly, IgnoresAFinAmidstOctetsOfItsOwnSide) {
  const Outcome it(after_handshake("C FIN seq=4\nC \"MAIL FROM\" seq=0\nS \"250\" ack=9"));
  EXPECT_EQ(it.heard().streams[0], "MAIL FROM");
  EXPECT_EQ(it.heard().count(Code::tcp_data_after_fin), 1U);
}

TEST(Reassembly, EndsBothSidesOnAReset) {
  const Outcome it(after_handshake("C \"QUIT\"\nS RST"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"QUIT\" #4", "end C reset #5", "end S reset #5"));
}

TEST(Reassembly, IgnoresAResetOutsideTheWindow) {
  const Outcome it(after_handshake(R"(
    S "220 mx\r\n"
    S RST seq=900008 noack
    C "EHLO x\r\n"
    S "250 x\r\n")"));
  EXPECT_EQ(it.heard().streams[1], "220 mx\r\n250 x\r\n");
  EXPECT_THAT(it.events().back(), HasSubstr("end S cut"));
  EXPECT_EQ(it.heard().count(Code::tcp_rst_out_of_window), 1U);
}

TEST(Reassembly, GoesOnAfterAResetThatNobodyHeeded) {
  const Outcome it(after_handshake("C \"MAIL\"\nC RST\nC \" FROM\"\nS \"250\" ack=9"));
  EXPECT_EQ(it.heard().streams[0], "MAIL FROM");
  const Diagnostic& found = *it.find(Code::tcp_data_after_rst);
  EXPECT_EQ(found.offset, 4U);
  EXPECT_THAT(it.events().back(), HasSubstr("end S cut"));
}

TEST(Reassembly, FinishesSoonAfterBothSidesClosed) {
  Wire wire;
  wire.play(after_handshake("C \"QUIT\"\nS \"221\" FIN\nC FIN\nS ACK\n+1\nS ACK"), 40001);
  EXPECT_THAT(wire.recorder.finished, IsEmpty());
  wire.play("+1.5\nC SYN", 40002);
  EXPECT_THAT(wire.recorder.finished, ElementsAre(1U));
  wire.play("C \"QUIT\" seq=0\nS FIN seq=3", 40001).finish();
  EXPECT_EQ(wire.recorder.heard.size(), 1U);  // a stray retransmission is no new conversation
  EXPECT_EQ(wire.reassembly.totals().stray, 4U);
}

TEST(Reassembly, FinishesWhatIsOverWhenTheSourceIsSilent) {
  Wire wire;
  wire.play("C SYN\nS SYN\nC \"EHLO\"", 40002);
  wire.play(after_handshake("C \"QUIT\"\nS \"221\" FIN\nC FIN\nS ACK"), 40001);
  wire.reassembly.on_silence();
  EXPECT_THAT(wire.recorder.finished, ElementsAre(2U));
  wire.play("C \"QUIT\" seq=0\nS FIN seq=3", 40001).finish();
  EXPECT_THAT(wire.recorder.finished, ElementsAre(2U, 1U));
  EXPECT_EQ(wire.reassembly.totals().stray, 4U);
}

TEST(Reassembly, FinishesInTheOrderOfTheEnds) {
  Wire wire;
  for (std::uint16_t port = 1; port <= 3; ++port) wire.play("C SYN\nS SYN\nC \"x\"", port);
  wire.play("C FIN\nS FIN\nC ACK", 2);
  wire.play("C ACK", 1);
  wire.play("C RST", 3);
  wire.finish();
  EXPECT_THAT(wire.recorder.finished, ElementsAre(2U, 1U, 3U));
}

// ---------------------------------------------------------------------------------------------- windows,
// acknowledgments

TEST(Reassembly, ReportsOctetsBeyondTheWindow) {
  const Outcome it(
      "C SYN\nS SYN win=100\nC ACK\nS \"220\" win=100\nC \"evil\" seq=5000\nC \"EHLO\" seq=0\nS ACK ack=4 win=100");
  EXPECT_EQ(it.heard().streams[0], "EHLO");
  const Diagnostic& found = *it.find(Code::tcp_out_of_window);
  EXPECT_EQ(found.length, 4U);
}

TEST(Reassembly, TakesOctetsBeyondTheWindowOnceTheyAreAcknowledged) {
  const Outcome it(R"(
    C SYN
    S SYN win=100
    C ACK
    S "220" win=100
    C "seen" seq=500000
    S ACK win=100
    C "more")");
  EXPECT_EQ(it.heard().end.missing_octets, 500'000U);
  EXPECT_EQ(it.heard().streams[0].substr(500'000), "seenmore");
  EXPECT_EQ(it.heard().count(Code::tcp_out_of_window), 0U);
}

TEST(Reassembly, WhatWaitedBeyondTheWindowComesTooLateBehindTheEnd) {
  const Outcome it(
      "C SYN\nS SYN win=100\nC ACK\nS \"220\" win=100\nC \"far\" seq=5000\nC \"QUIT\" seq=0 FIN\nS ACK ack=5 "
      "win=20000");
  EXPECT_EQ(it.heard().streams[0], "QUIT");
  EXPECT_EQ(it.heard().count(Code::tcp_data_after_fin), 1U);
  EXPECT_EQ(it.wire->reassembly.totals().after_fin, 3U);
}

TEST(Reassembly, ScalesWindows) {
  const Outcome it(
      "C SYN scale=7\nS SYN scale=7\nC ACK\nS \"220\" win=1000\nC \"far\" seq=100000\nC \"near\" seq=0 noack");
  EXPECT_EQ(it.heard().streams[0].substr(0, 4), "near");
  EXPECT_EQ(it.heard().streams[0].substr(100'000), "far");
}

TEST(Reassembly, LeavesOutOctetsBeforeTheStart) {
  const Outcome it(after_handshake("C \"XXXXEHLO\" seq=-4"));
  EXPECT_EQ(it.heard().streams[0], "EHLO");
  const Diagnostic& found = *it.find(Code::tcp_before_isn);
  EXPECT_EQ(found.offset, 0U);
  EXPECT_EQ(found.length, 4U);
}

TEST(Reassembly, DoesNotWaitForWhatWasNeverSent) {
  const Outcome it(after_handshake(R"(
    C "EHLO x\r\n"
    S "250 " ack=900000
    S "x\r\n" ack=8
    C "QUIT\r\n")"));
  EXPECT_THAT(it.events(), ElementsAre("C 0 \"EHLO x\\r\\n\" #4", "S 0 \"250 \" #5", "S 4 \"x\\r\\n\" #6",
                                       "C 8 \"QUIT\\r\\n\" #7", "end C cut #7", "end S cut #7"));
  const Diagnostic& found = *it.find(Code::tcp_ack_unseen);
  EXPECT_EQ(found.side, Side::server);
  EXPECT_EQ(found.frame, 5U);
}

TEST(Reassembly, TakesBackWhatALaterAcknowledgmentDenies) {
  const Outcome it(after_handshake(R"(
    C "EHLO x\r\n"
    S "250 " ack=1000
    S "x\r\n" ack=8
    +5
    C "QUIT\r\n")"));
  EXPECT_EQ(it.heard().end.missing_octets, 0U);
  EXPECT_EQ(it.heard().streams[0], "EHLO x\r\nQUIT\r\n");
}

TEST(Reassembly, KeepsUrgentOctets) {
  const Outcome it(after_handshake("C \"ABCD\" urg=2"));
  EXPECT_EQ(it.heard().streams[0], "ABCD");
  const Diagnostic& found = *it.find(Code::tcp_urgent);
  EXPECT_EQ(found.offset, 1U);
  EXPECT_THAT(found.detail, HasSubstr("0x42"));
}

TEST(Reassembly, UsesOctetsWithABadChecksumAndSaysSo) {
  const Outcome it(after_handshake("C \"first\" bad\nC \"other\" seq=0"));
  EXPECT_EQ(it.heard().streams[0], "first");
  EXPECT_EQ(it.heard().count(Code::tcp_bad_checksum), 1U);
  EXPECT_EQ(it.heard().count(Code::tcp_overlap_conflict), 1U);
}

// ---------------------------------------------------------------------------------------------- one side

TEST(Reassembly, InventsNoGapForASideThatIsNotInTheCapture) {
  const Outcome it("C SYN\nC ACK ack=0\nC \"EHLO x\\r\\n\" ack=8\nC \"MAIL\" ack=30");
  EXPECT_EQ(it.heard().streams[0], "EHLO x\r\nMAIL");
  EXPECT_EQ(it.heard().end.missing_octets, 0U);
  const Diagnostic& found = *it.find(Code::tcp_one_sided);
  EXPECT_EQ(found.side, Side::client);
  EXPECT_EQ(found.length, 12U);
}

TEST(Reassembly, StopsWaitingForASideThatDoesNotAppear) {
  Wire wire;
  wire.play("C SYN\nC \"EHLO x\\r\\n\" ack=0\nC \"MAIL\" ack=30\n+3\nC \"RCPT\" ack=60\nC \"DATA\" ack=90");
  EXPECT_EQ(wire.recorder.only().streams[0], "EHLO x\r\nMAILRCPTDATA");
  EXPECT_EQ(wire.reassembly.held_octets(), 0U);
}

TEST(Reassembly, FollowsASideThatAloneIsSeenPastALargeLoss) {
  Wire wire;
  wire.play("C SYN\nC \"EHLO\" noack");
  const std::string block(1400, 'x');
  for (int i = 0; i < 100; ++i) wire.play("C \"" + block + "\" noack seq=" + std::to_string(50'000'000 + i * 1400));
  wire.finish();
  const Heard& heard = wire.recorder.only();
  EXPECT_EQ(heard.end.client_octets, 4U + 100U * 1400U);
  EXPECT_EQ(heard.end.missing_octets, 50'000'000U - 4U);
}

// ---------------------------------------------------------------------------------------------- limits

TEST(Reassembly, GivesUpAHoleWhenItsSideHoldsTooMuch) {
  Limits limits;
  limits.reorder_octets = 20'000;
  Wire wire(limits);
  wire.play(after_handshake("C \"x\" lost"));
  const std::string block(1000, 'a');
  for (int i = 0; i < 30; ++i) wire.play("C \"" + block + "\" noack");
  EXPECT_LE(wire.reassembly.held_octets(), 20'000U);
  ASSERT_FALSE(wire.recorder.heard.empty());
  wire.finish();
  EXPECT_EQ(wire.recorder.only().end.missing_octets, 1U);
  EXPECT_EQ(wire.recorder.only().end.client_octets, 30'000U);
}

TEST(Reassembly, HoldsNoMoreThanTheTotalAndFlushesTheLongestIdle) {
  Limits limits;
  limits.reorder_total_octets = 10'000;
  Wire wire(limits);
  const std::string block(1000, 'a');
  for (std::uint16_t port = 1; port <= 50; ++port) {
    wire.play("C SYN isn=1000\nS SYN\nC \"x\" seq=0 lost\nC \"" + block + "\" seq=1 ack=0", port);
    EXPECT_LE(wire.reassembly.held_octets(), 10'000U);
  }
  EXPECT_EQ(wire.recorder.heard.front()->start.client->port, 1);
  wire.finish();
  EXPECT_EQ(wire.recorder.heard.size(), 50U);
  EXPECT_EQ(wire.reassembly.held_octets(), 0U);
}

TEST(Reassembly, WritesOutTheLongestIdleConnectionWhenThereAreTooMany) {
  Limits limits;
  limits.open_flows = 10;
  Wire wire(limits);
  for (std::uint16_t port = 1; port <= 15; ++port) wire.play("C SYN isn=1000\nS SYN\nC \"x\" seq=0 ack=0", port);
  EXPECT_THAT(wire.recorder.finished, ElementsAre(1U, 2U, 3U, 4U, 5U));
  EXPECT_TRUE(wire.recorder.heard.front()->end.evicted);
  wire.finish();
  EXPECT_FALSE(wire.recorder.heard.back()->end.evicted);
  EXPECT_EQ(wire.reassembly.totals().evicted, 5U);
}

TEST(Reassembly, LetsNoFloodOfSynsPushOutAConversation) {
  Limits limits;
  limits.open_flows = 100;
  Wire wire(limits);
  wire.play(after_handshake("C \"EHLO\""), 1);
  for (std::uint16_t port = 2; port <= 5000; ++port) wire.play("C SYN", port);
  wire.isn = {1000, 5000};
  wire.play("C \" x\" seq=4 ack=0", 1).finish();
  EXPECT_EQ(wire.recorder.only().streams[0], "EHLO x");
  EXPECT_FALSE(wire.recorder.only().end.evicted);
}

TEST(Reassembly, WritesOutWhatIsSilentForAnHour) {
  Wire wire;
  wire.play(after_handshake("C \"EHLO\""), 1);
  wire.play("+3601\nC SYN", 2);
  EXPECT_THAT(wire.recorder.finished, IsEmpty());  // a leap of an hour waits for a second packet
  wire.play("C SYN", 3);
  EXPECT_THAT(wire.recorder.finished, ElementsAre(1U));
  EXPECT_TRUE(wire.recorder.only().end.evicted);
}

TEST(Reassembly, LetsOnePacketWithAWildTimeEndNothing) {
  Wire wire;
  wire.play(after_handshake("C \"EHLO\""), 1);
  wire.play("+900000000\nC SYN", 2);
  wire.play("+-900000000\nC \" x\" seq=4", 1);
  EXPECT_THAT(wire.recorder.finished, IsEmpty());
  wire.finish();
  EXPECT_EQ(wire.recorder.only().streams[0], "EHLO x");
}

}  // namespace
}  // namespace mailparse
