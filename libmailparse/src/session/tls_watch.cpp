#include "session/tls_watch.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// Middleboxes overwrite the eight letters of STARTTLS in place, so that no length changes; some leave a letter or two.
bool is_overwritten(std::string_view keyword) noexcept {
  return keyword.size() == 8 && std::ranges::count_if(keyword, [](char c) { return c == 'X' || c == 'x'; }) >= 6;
}

}  // namespace

void TlsWatch::keyword(std::string_view keyword, std::uint64_t offset) {
  if (iequals(keyword, "STARTTLS") || iequals(keyword, "STLS")) offered_ = true;
  if (is_overwritten(keyword) && !stripped_) stripped_ = Place{offset, keyword.size()};
}

void TlsWatch::keywords_end() {
  if (!stripped_ || offered_ || std::exchange(stripped_told_, true)) return;
  report(Code::starttls_stripped, Side::server, stripped_->offset, stripped_->length);
}

void TlsWatch::refused(std::uint64_t offset, std::uint64_t length) noexcept {
  refused_ = Place{offset, length};
}

void TlsWatch::credentials_in_clear(std::uint64_t offset, std::uint64_t length) {
  if (secured_) return;
  Diagnostic cleartext = make_diagnostic(Code::auth_cleartext, offset, length);
  cleartext.side = Side::client;
  if (offered_ || asked_) cleartext.severity = Severity::error;
  sink_.report(std::move(cleartext));
  if (refused_) {
    report(Code::starttls_downgrade, Side::server, refused_->offset, refused_->length);
    refused_.reset();
  }
}

void TlsWatch::tls_begins(std::string_view held, std::uint64_t offset) {
  secured_ = true;
  refused_.reset();
  if (!wire_exact_ || held.empty() || looks_like_tls(held)) return;
  injected_ = true;
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(held, '\n'));
  report(Code::starttls_command_injection, Side::client, offset, held.size(), std::max<std::uint64_t>(lines, 1));
}

void TlsWatch::first_client_octets(std::string_view octets, std::uint64_t offset) {
  if (octets.empty() || std::exchange(client_begun_, true) || !wire_exact_) return;
  handshake_ = looks_like_tls(octets);
  if (handshake_) {
    if (server_plain_)
      report(Code::starttls_response_injection, Side::server, server_plain_->offset, server_plain_->length);
    server_plain_.reset();
  } else if (!injected_) {
    report(Code::starttls_no_handshake, Side::client, offset, 1);
  }
}

void TlsWatch::first_server_octets(std::string_view octets, std::uint64_t offset) {
  if (octets.empty() || std::exchange(server_begun_, true) || !wire_exact_ || looks_like_tls(octets)) return;
  if (handshake_) {
    report(Code::starttls_response_injection, Side::server, offset, 1);
  } else if (!client_begun_) {
    server_plain_ = Place{offset, 1};
  }
}

void TlsWatch::report(Code code, Side side, std::uint64_t offset, std::uint64_t length, std::uint64_t count) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.side = side;
  diagnostic.count = count;
  sink_.report(std::move(diagnostic));
}

}  // namespace mailparse
