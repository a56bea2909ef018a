// curl -v: `>` sent, `<` received, `*` its own words, `{ [5 bytes data]` octets that it does not show.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

/// `} [231 bytes data]`: 231.
std::optional<std::uint64_t> data_note(std::string_view text, char brace) {
  const char opening[] = {brace, ' ', '['};
  if (!take(text, std::string_view(opening, 3))) return std::nullopt;
  const auto end = text.find(" bytes data]");
  return end == std::string_view::npos ? std::nullopt : number(text.substr(0, end));
}

/// `* Connected to mx.example.com (192.0.2.5) port 25 (#0)`.
std::optional<Endpoint> peer(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(close + 1);
  if (!take(rest, " port ")) return std::nullopt;
  const auto port = number(rest.substr(0, rest.find(' ')));
  if (!port || *port > 65535) return std::nullopt;
  return Endpoint{std::string(text.substr(open + 1, close - open - 1)), static_cast<std::uint16_t>(*port)};
}

class Curl final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (take(text, "* ")) return inform(text, book);
    if (const auto size = data_note(text, '}')) {
      // Under TLS these are records, not the message.
      if (book.in_body({}) && !told_) book.elide({}, Side::client, Elision::body, tls_ ? std::nullopt : size);
      told_ = book.in_body({});
      return true;
    }
    if (const auto size = data_note(text, '{')) {
      if (book.in_listing({}) && !tls_) book.elide({}, Side::server, Elision::body, size);
      return true;
    }
    const bool out = take_mark(text, ">");
    if (!out && !take_mark(text, "<")) return false;
    told_ = false;
    book.say({}, out ? sent : received, text);
    return true;
  }

 private:
  bool inform(std::string_view text, Book& book) {
    if (text.starts_with("Connected to ") || text.starts_with("Established connection to ")) {
      if (book.known({})) book.begin({});
      tls_ = false;
      if (const auto server = peer(text)) book.endpoints({}, std::nullopt, server);
    } else if (text.starts_with("Found ") && text.ends_with(" bytes to download")) {
      // The literal goes to where the message is written.
      if (book.octets_due({}, Side::server) > 0)
        book.elide({}, Side::server, Elision::body, book.octets_due({}, Side::server));
    } else if (text.starts_with("Connection #")) {
      // What follows on the standard output is the message or listing, without a mark.
      if (book.in_listing({})) book.elide({}, Side::server, Elision::body);
    } else if (text.starts_with("Closing connection") || text.starts_with("shutting down connection")) {
      book.end({}, StreamEnd::closed);
    } else if (text.starts_with("TLS") || text.starts_with("SSL") || text.starts_with("Re-using existing connection")) {
      tls_ = tls_ || !text.starts_with("Re");
    } else if (!text.starts_with("  ") && !text.starts_with("Server certificate") && !text.starts_with("Trying")) {
      // Words of many kinds: no proof of curl, but nothing said either.
      return book.known({});
    }
    return true;
  }

  bool tls_ = false;
  bool told_ = false;
};

}  // namespace

extern const DialectRow curl_dialect;
const DialectRow curl_dialect{{"curl", "curl -v",
                               "* Connected to mx.example.com (192.0.2.5) port 25 (#0)\n< 220 mx.example.com ESMTP\n> "
                               "EHLO client.example.test\n"},
                              Marks::common,
                              make_dialect<Curl>};

}  // namespace mailparse::transcript
