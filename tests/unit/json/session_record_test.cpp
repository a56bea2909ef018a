#include <array>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <mailparse/json/session_record.hpp>

namespace mailparse {
namespace {

/// A record whose views point into its own arena.
SessionRecord sample() {
  SessionRecord session;
  session.id = "s-1";
  session.protocol = Protocol::smtp;
  session.protocol_confidence = 0.91;
  session.start.format = "pcap";
  session.start.linktype = "ETHERNET";
  session.start.client = Endpoint{"192.0.2.1", 40000};
  session.start.server = Endpoint{"2001:db8::1", 25};
  session.start.first = {Timestamp(std::chrono::seconds(1)), 1, 0};
  session.end.last = {Timestamp(std::chrono::milliseconds(2500)), 9, 0};
  session.end.client_octets = 10;
  Exchange& exchange = session.exchanges.emplace_back();
  exchange.n = 1;
  exchange.latency = std::chrono::microseconds(250);
  CommandRecord& command = exchange.command.emplace();
  command.verb = session.arena.copy("MAIL");
  command.text = session.arena.copy("MAIL FROM:<caf\xE9@x> SIZE=1 SIZE=2 SMTPUTF8");
  command.path = session.arena.copy("caf\xE9@x");
  static constexpr std::array<ParameterRecord, 3> parameters{{{"SIZE", "1"}, {"SIZE", "2"}, {"SMTPUTF8", {}}}};
  command.parameters = parameters;
  ReplyRecord& reply = exchange.reply.emplace();
  reply.code = 250;
  reply.enhanced = EnhancedCode{2, 1, 0};
  static constexpr std::array<std::string_view, 2> lines{"2.1.0 Ok", "more"};
  reply.text = lines;
  TransactionRecord& transaction = session.transactions.emplace_back();
  transaction.n = 1;
  transaction.mail_from = "";
  return session;
}

class SessionJson : public ::testing::Test {
 protected:
  SessionJson() {
    write_session(writer_, sample(), "in.pcap");
    read_ = parser_.parse(text_);
  }
  std::string_view text_at(const char* pointer) { return read_.at_pointer(pointer).get_string(); }

  std::string text_;
  JsonWriter writer_{text_};
  simdjson::dom::parser parser_;
  simdjson::dom::element read_;
};

TEST_F(SessionJson, IsOneLine) {
  EXPECT_EQ(text_.find('\n'), text_.size() - 1);
  EXPECT_EQ(text_at("/record"), "session");
  EXPECT_EQ(text_at("/source/file"), "in.pcap");
}

TEST_F(SessionJson, TellsTimesInUtcWithNanoseconds) {
  EXPECT_EQ(text_at("/started"), "1970-01-01T00:00:01.000000000Z");
  EXPECT_EQ(text_at("/ended"), "1970-01-01T00:00:02.500000000Z");
  EXPECT_EQ(read_.at_pointer("/duration_s").get_double().value(), 1.5);
  EXPECT_EQ(read_.at_pointer("/exchanges/0/latency_s").get_double().value(), 0.00025);
}

TEST_F(SessionJson, KeepsOctetsThatAreNoText) {
  EXPECT_EQ(text_at("/exchanges/0/command/path/bytes"), "Y2Fm6UB4");
}

TEST_F(SessionJson, HidesNoRepeatedParameter) {
  EXPECT_EQ(text_at("/exchanges/0/command/params/SIZE/0"), "1");
  EXPECT_EQ(text_at("/exchanges/0/command/params/SIZE/1"), "2");
  EXPECT_TRUE(read_.at_pointer("/exchanges/0/command/params/SMTPUTF8").get_bool().value());
}

TEST_F(SessionJson, ShowsReplies) {
  EXPECT_EQ(read_.at_pointer("/exchanges/0/reply/code").get_uint64().value(), 250U);
  EXPECT_EQ(text_at("/exchanges/0/reply/enhanced"), "2.1.0");
  EXPECT_EQ(text_at("/exchanges/0/reply/text/1"), "more");
}

TEST_F(SessionJson, TellsTheNullSenderFromNoSender) {
  EXPECT_EQ(text_at("/transactions/0/mail_from"), "");
  std::string without;
  JsonWriter writer(without);
  SessionRecord session = sample();
  session.transactions[0].mail_from.reset();
  write_session(writer, session, "x");
  EXPECT_EQ(without.find("mail_from"), std::string::npos);
}

TEST_F(SessionJson, AlwaysHasWhatTheContractPromises) {
  std::string text;
  JsonWriter writer(text);
  write_session(writer, SessionRecord(), "");
  simdjson::dom::parser parser;
  const simdjson::dom::object read = parser.parse(text).get_object();
  for (const char* name :
       {"record", "schema", "id", "protocol", "source", "complete", "ending", "exchanges", "octets", "findings"}) {
    EXPECT_EQ(read.at_key(name).error(), simdjson::SUCCESS) << name;
  }
  for (const char* name :
       {"client", "started", "greeting", "hello", "tls", "auth", "transactions", "retrievals", "community_id"}) {
    EXPECT_EQ(read.at_key(name).error(), simdjson::NO_SUCH_FIELD) << name;
  }
}

TEST(EventJson, NamesTheSessionAndTheStep) {
  std::string text;
  JsonWriter writer(text);
  const SessionRecord session = sample();
  TraceEvent event;
  event.kind = TraceEvent::Kind::command;
  event.exchange = &session.exchanges[0];
  event.place.offset = 5;
  write_event(writer, session, event);
  simdjson::dom::parser parser;
  const simdjson::dom::element read = parser.parse(text);
  EXPECT_EQ(std::string_view(read["record"]), "event");
  EXPECT_EQ(std::string_view(read["session"]), "s-1");
  EXPECT_EQ(std::string_view(read["event"]), "command");
  EXPECT_EQ(std::string_view(read["side"]), "client");
  EXPECT_EQ(read["offset"].get_uint64().value(), 5U);
  EXPECT_EQ(std::string_view(read.at_pointer("/command/verb")), "MAIL");
}

TEST(SessionTls, TellsWhatBothSidesSaidInClear) {
  SessionRecord session = sample();
  TlsRecord& tls = session.tls.emplace();
  tls.accepted = true;
  tls.client_hello.emplace();
  tls.client_hello->version = 0x0304;
  tls.client_hello->server_name = "mx.example";
  tls.client_hello->alpn = {"smtp"};
  tls.client_hello->ciphers = {0x1301, 0x7777};
  tls.client_hello->ja3 = "00112233445566778899aabbccddeeff";
  tls.server_hello = TlsServerHello{.version = 0x0303, .cipher = 0xC02F, .alpn = "smtp"};
  tls.certificate.emplace();
  tls.certificate->subject = "CN=mx.example";
  tls.certificate->names = {"mx.example", "192.0.2.1"};
  tls.certificate->not_after = Timestamp(std::chrono::seconds(1));
  tls.certificate->sha256 = std::string(64, 'a');
  std::string text;
  JsonWriter writer{text};
  write_session(writer, session, "in.pcap");
  simdjson::dom::parser parser;
  const simdjson::dom::element told = parser.parse(text).at_pointer("/tls");
  EXPECT_EQ(told["accepted"].get_bool().value(), true);
  EXPECT_EQ(told["version"].get_string().value(), "TLSv1.2");
  EXPECT_EQ(told["version_offered"].get_string().value(), "TLSv1.3");
  EXPECT_EQ(told["cipher"].get_string().value(), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(told["sni"].get_string().value(), "mx.example");
  EXPECT_EQ(told["alpn"].get_string().value(), "smtp");
  EXPECT_EQ(told.at_pointer("/ciphers_offered/1").get_string().value(), "0x7777");
  EXPECT_EQ(told.at_pointer("/certificate/subject").get_string().value(), "CN=mx.example");
  EXPECT_EQ(told.at_pointer("/certificate/sans/1").get_string().value(), "192.0.2.1");
  EXPECT_EQ(told.at_pointer("/certificate/not_after").get_string().value(), "1970-01-01T00:00:01.000000000Z");
  EXPECT_TRUE(told["certificate"]["issuer"].error());
}

}  // namespace
}  // namespace mailparse
