// openssl s_client, gnutls-cli: the session's description, then what the server sends; what is typed shows on a
// terminal only. The dialogue before TLS is not shown but for its last line.
#include <array>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

constexpr std::array<std::string_view, 15> own_lines{"CONNECTED(",
                                                     "- Handshake was completed",
                                                     "- Simple Client Mode:",
                                                     "*** Starting TLS handshake",
                                                     "depth=",
                                                     "verify return:",
                                                     "verify error:",
                                                     "Can't use SSL_get_servername",
                                                     "Server certificate",
                                                     "Certificate chain",
                                                     "SSL-Session:",
                                                     "read R BLOCK",
                                                     "RENEGOTIATING",
                                                     "Post-Handshake New Session Ticket",
                                                     "SSL handshake has read"};

class SClient final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto text = line.text;
    if (certificate_) {
      certificate_ = !text.starts_with("-----END");
      return true;
    }
    for (const auto own : own_lines) {
      if (!text.starts_with(own)) continue;
      seen_ = true;
      return true;
    }
    if (!seen_) return shell_command(text);
    if (text.starts_with("-----BEGIN")) return certificate_ = true;
    if (text.starts_with("- ") || text.starts_with("*** ")) return true;  // gnutls-cli
    if (text == "---" || text.starts_with("    ") || text == "closed" || text == "DONE") return true;
    return dialogue_.read(line, book);
  }

  void finish(Book& book) override { dialogue_.finish(book); }
  [[nodiscard]] bool convinced() const override { return seen_; }

 private:
  UnmarkedDialogue dialogue_;
  bool seen_ = false;
  bool certificate_ = false;
};

}  // namespace

extern const DialectRow s_client_dialect;
const DialectRow s_client_dialect{
    {"s_client", "openssl s_client -starttls, with -quiet or not, gnutls-cli",
     "CONNECTED(00000003)\n---\nServer certificate\n---\n250 CHUNKING\n250-mx.example.com\n250 DSN\n"},
    Marks::own,
    make_dialect<SClient>};

}  // namespace mailparse::transcript
