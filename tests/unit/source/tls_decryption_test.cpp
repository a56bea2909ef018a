#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <mailparse/source/capture.hpp>
#include <mailparse/source/tls_decryption.hpp>

namespace mailparse {
namespace {

/// What is inside, one text a side.
class InnerTexts final : public StreamSink {
 public:
  void on_chunk(const Chunk& chunk) override {
    std::string& text = texts[static_cast<std::size_t>(chunk.side)];
    std::uint64_t& begin = first[static_cast<std::size_t>(chunk.side)];
    if (text.empty()) begin = chunk.offset;
    EXPECT_EQ(chunk.offset, begin + text.size());
    text += chunk.octets;
    dialogue.append(chunk.side == Side::client ? "C: " : "S: ").append(chunk.octets);
    frames.push_back(chunk.stamp.frame);
  }
  void on_gap(const Gap&) override {}
  void on_elided(const Elided&) override {}
  void on_end(Side, StreamEnd, const Stamp&) override {}
  void report(Diagnostic) override {}

  std::array<std::uint64_t, 2> first{};
  std::array<std::string, 2> texts;
  std::string dialogue;
  std::vector<std::uint64_t> frames;
};

struct Release {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

/// A connection of OpenSSL's with itself through memory, each flight kept.
class Connection {
 public:
  Connection(int version, const char* suite) {
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      contexts_[side].reset(SSL_CTX_new(TLS_method()));
      SSL_CTX* const context = contexts_[side].get();
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
      version == TLS1_3_VERSION ? SSL_CTX_set_ciphersuites(context, suite) : SSL_CTX_set_cipher_list(context, suite);
    }
    SSL_CTX_use_certificate(contexts_[1].get(), certificate_.get());
    SSL_CTX_use_PrivateKey(contexts_[1].get(), key_.get());
    SSL_CTX_set_keylog_callback(contexts_[0].get(), [](const SSL* ssl, const char* line) {
      static_cast<Connection*>(SSL_get_app_data(ssl))->key_log.append(line).append("\n");
    });
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      ssl_[side].reset(SSL_new(contexts_[side].get()));
      SSL_set_bio(ssl_[side].get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_app_data(ssl_[side].get(), this);
    }
    SSL_set_connect_state(ssl_[0].get());
    SSL_set_accept_state(ssl_[1].get());
    for (int round = 0; round < 6; ++round) {
      for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        SSL_do_handshake(ssl_[side].get());
        carry(side);
      }
    }
  }

  void say(Side side, std::string_view text) {
    const auto index = static_cast<std::size_t>(side);
    ASSERT_EQ(SSL_write(ssl_[index].get(), text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
    carry(index);
  }
  void update_keys(Side side) {
    SSL_key_update(ssl_[static_cast<std::size_t>(side)].get(), SSL_KEY_UPDATE_NOT_REQUESTED);
  }

  struct Flight {
    Side side;
    std::string octets;
  };
  std::vector<Flight> flights;
  std::string key_log;

 private:
  void carry(std::size_t from) {
    char* octets = nullptr;
    BIO* const out = SSL_get_wbio(ssl_[from].get());
    const long length = BIO_get_mem_data(out, &octets);
    if (length <= 0) return;
    const std::string flight(octets, static_cast<std::size_t>(length));
    BIO_reset(out);
    flights.push_back({static_cast<Side>(from), flight});
    BIO_write(SSL_get_rbio(ssl_[1 - from].get()), flight.data(), static_cast<int>(flight.size()));
    char sink[256];
    while (SSL_read(ssl_[1 - from].get(), sink, sizeof sink) > 0) {
    }
  }

  std::unique_ptr<EVP_PKEY, Release> key_;
  std::unique_ptr<X509, Release> certificate_;
  std::array<std::unique_ptr<SSL_CTX, Release>, 2> contexts_;
  std::array<std::unique_ptr<SSL, Release>, 2> ssl_;
};

void play(const Connection& connection, TlsDecryptor& decryptor, std::size_t step,
          std::array<std::uint64_t, 2> offsets = {}) {
  std::uint64_t frame = 0;
  for (const Connection::Flight& flight : connection.flights) {
    ++frame;
    std::string_view rest = flight.octets;
    std::uint64_t& offset = offsets[static_cast<std::size_t>(flight.side)];
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, step);
      decryptor.on_chunk({flight.side, offset, piece, {std::nullopt, frame, 0}});
      offset += piece.size();
      rest.remove_prefix(piece.size());
    }
  }
}

struct Suite {
  int version;
  const char* name;
};
const Suite suites[] = {
    {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"}, {TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305"}, {TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"},
    {TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384"},        {TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256"}};

TEST(TlsDecryption, ReadsEverySuiteWhateverTheCut) {
  for (const Suite& suite : suites) {
    SCOPED_TRACE(suite.name);
    Connection connection(suite.version, suite.name);
    connection.say(Side::client, "EHLO client.example\r\n");
    connection.say(Side::server, "250 mx.example\r\n");
    if (suite.version == TLS1_3_VERSION) connection.update_keys(Side::client);
    connection.say(Side::client, "QUIT\r\n");
    TlsKeyLog keys;
    keys.add(connection.key_log);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
      InnerTexts inner;
      const std::array<std::uint64_t, 2> begins{30, 40};
      TlsDecryptor decryptor(keys, inner);
      play(connection, decryptor, step, begins);
      EXPECT_EQ(inner.first, begins);
      EXPECT_EQ(inner.texts[0], "EHLO client.example\r\nQUIT\r\n");
      EXPECT_EQ(inner.texts[1], "250 mx.example\r\n");
      EXPECT_TRUE(decryptor.decrypted());
      EXPECT_EQ(to_string(decryptor.trouble()), "none");
      EXPECT_EQ(inner.frames.back(), connection.flights.size());
    }
  }
}

TEST(TlsDecryption, SaysWhyNot) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Connection connection(version, version == TLS1_3_VERSION ? suites[3].name : suites[0].name);
    connection.say(Side::client, "QUIT\r\n");
    InnerTexts inner;
    const TlsKeyLog no_keys;
    TlsDecryptor unknown(no_keys, inner);
    play(connection, unknown, 1000);
    EXPECT_EQ(to_string(unknown.trouble()), "no-secrets");
    TlsKeyLog keys;
    keys.add(connection.key_log);
    TlsDecryptor lossy(keys, inner);
    lossy.lose(Side::client);
    play(connection, lossy, 1000);
    EXPECT_EQ(to_string(lossy.trouble()), "octets-missing");
    connection.flights.back().octets.back() ^= 1;
    TlsDecryptor forged(keys, inner);
    play(connection, forged, 1000);
    EXPECT_EQ(to_string(forged.trouble()), "wrong-secret");
    EXPECT_EQ(inner.texts[0], "");
  }
  Connection cbc(TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA");
  InnerTexts inner;
  TlsKeyLog keys;
  keys.add(cbc.key_log);
  TlsDecryptor decryptor(keys, inner);
  play(cbc, decryptor, 1000);
  EXPECT_EQ(to_string(decryptor.trouble()), "cipher");
}

TEST(TlsDecryption, StopsAtWhatIsNoTls) {
  const TlsKeyLog keys;
  InnerTexts inner;
  TlsDecryptor decryptor(keys, inner);
  decryptor.on_chunk({Side::client, 0, "EHLO plain\r\n", {}});
  EXPECT_EQ(to_string(decryptor.trouble()), "malformed");
  EXPECT_FALSE(decryptor.decrypted());
}

/// Finds the first TLS record of the client, and gives everything from there to a decryptor.
class StartTlsFactory final : public ConversationFactory {
 public:
  StartTlsFactory(const TlsKeyLog& keys, StreamSink& inner) : decryptor_(keys, inner) {}
  std::unique_ptr<ConversationListener> open(const ConversationStart&) override {
    return std::make_unique<Listener>(decryptor_);
  }
  [[nodiscard]] const TlsDecryptor& decryptor() const { return decryptor_; }

 private:
  class Listener final : public ConversationListener {
   public:
    explicit Listener(TlsDecryptor& decryptor) : decryptor_(decryptor) {}
    void on_chunk(const Chunk& chunk) override {
      begun_ = begun_ || chunk.octets.starts_with("\x16\x03\x01");
      if (begun_) decryptor_.on_chunk(chunk);
    }
    void on_gap(const Gap& gap) override { decryptor_.lose(gap.side); }
    void on_elided(const Elided&) override {}
    void on_end(Side, StreamEnd, const Stamp&) override {}
    void report(Diagnostic) override {}
    void finish(const ConversationEnd&) override {}

   private:
    TlsDecryptor& decryptor_;
    bool begun_ = false;
  };
  TlsDecryptor decryptor_;
};

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(TlsDecryption, ReadsTheDialogueOfARealClientAndServer) {
  const std::string name = std::string(MAILPARSE_SAMPLES_DIR) + "/captures-loopback/smtp-starttls-curl-keylog";
  const std::string octets = read_file(name + ".pcap");
  if (octets.empty()) GTEST_SKIP() << "no samples";
  TlsKeyLog keys;
  keys.add(read_file(name + ".keys"));
  InnerTexts inner;
  StartTlsFactory factory(keys, inner);
  DiagnosticList findings;
  Capture capture(factory, {}, findings);
  capture.begin_file(0);
  capture.feed(octets);
  (void)capture.end_file();
  capture.finish();
  EXPECT_EQ(to_string(factory.decryptor().trouble()), "none");
  EXPECT_TRUE(inner.texts[0].starts_with("EHLO client.example.test\r\nAUTH CRAM-MD5\r\n"));
  EXPECT_TRUE(inner.texts[0].ends_with("250 neither is this\r\n.\r\nQUIT\r\n"));
  EXPECT_TRUE(inner.texts[1].starts_with("250-mx.example.com\r\n"));
  EXPECT_TRUE(inner.texts[1].ends_with("221 2.0.0 Bye\r\n"));
}

TEST(TlsKeyLog, PassesOverLinesOfNoKnownForm) {
  const std::string random(64, 'a');
  TlsKeyLog keys;
  keys.add("# comment\r\n\nCLIENT_RANDOM zz 00\nCLIENT_RANDOM " + random + " 0g\nCLIENT_RANDOM " + random + "\n");
  EXPECT_TRUE(keys.empty());
  keys.add("CLIENT_RANDOM " + random + " 00FF\r\n");
  EXPECT_EQ(keys.find("CLIENT_RANDOM", std::string(32, '\xAA')), std::string_view("\0\xFF", 2));
  EXPECT_EQ(keys.find("CLIENT_TRAFFIC_SECRET_0", std::string(32, '\xAA')), "");
}

}  // namespace
}  // namespace mailparse
