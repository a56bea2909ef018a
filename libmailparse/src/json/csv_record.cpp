#include <algorithm>
#include <array>
#include <charconv>

#include <mailparse/json/csv_record.hpp>
#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/names.hpp>

#include "json/session_parts.hpp"
#include "json/view_parts.hpp"

namespace mailparse {
namespace {

/// What makes a spreadsheet compute: OWASP's list, and the full-width forms that some of them take for the same.
bool begins_formula(std::string_view text) noexcept {
  constexpr auto starts = std::to_array<std::string_view>(
      {"=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"});
  return std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); });
}

/// What a JSON string escapes besides its quotes is escaped here too: a table is read on terminals as well.
std::string shown(std::string_view text) {
  std::string json;
  append_json_string(json, view_text(text));
  std::string out;
  for (std::size_t at = 1; at + 1 < json.size(); ++at) {
    if (json[at] == '\\' && (json[at + 1] == '"' || json[at + 1] == '\\')) ++at;
    out.push_back(json[at]);
  }
  return out;
}

/// Builds one row, cell by cell, in the order of names::csv_columns.
class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}
  void text(std::string_view cell) {
    separate();
    append_csv_cell(out_, cell);
  }
  void number(std::uint64_t value) {
    separate();
    out_ += std::to_string(value);
  }
  void real(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 9).ptr;
    separate();
    out_.append(digits.data(), end);
  }
  void boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
  }
  void skip() { separate(); }
  void end() { out_ += "\r\n"; }

 private:
  void separate() {
    if (begun_) out_.push_back(',');
    begun_ = true;
  }
  std::string& out_;
  bool begun_ = false;
};

/// Values of one cell.
class Joined {
 public:
  void add(std::string_view value) {
    if (any_) text_ += "; ";
    text_ += value;
    any_ = true;
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  bool any_ = false;
};

void write_endpoint(Row& row, const std::optional<Endpoint>& endpoint) {
  if (endpoint) {
    row.text(endpoint->ip);
    row.number(endpoint->port);
  } else {
    row.skip();
    row.skip();
  }
}

void write_span(Row& row, const SessionRecord& session) {
  const auto& first = session.start.first.time;
  const auto& last = session.end.last.time;
  row.text(first ? rfc3339(*first) : std::string{});
  row.text(last ? rfc3339(*last) : std::string{});
  if (first && last) {
    row.real(seconds(elapsed(*first, *last)));
  } else {
    row.skip();
  }
}

void write_tls(Row& row, const Seldom<TlsRecord>& tls) {
  row.text(tls && tls->server_hello ? tls_version_name(tls->server_hello->version) : std::string{});
  row.text(tls && tls->client_hello ? tls->client_hello->server_name : std::string{});
}

void write_logins(Row& row, const std::vector<AuthRecord>& logins) {
  Joined mechanisms;
  Joined identities;
  Joined outcomes;
  for (const AuthRecord& login : logins) {
    mechanisms.add(login.mechanism);
    identities.add(login.identity.value_or(std::string_view{}));
    outcomes.add(to_string(login.outcome));
  }
  row.text(mechanisms.text());
  row.text(identities.text());
  row.text(outcomes.text());
}

void write_mails(Row& row, const SessionRecord& session) {
  Joined senders;
  Joined recipients;
  Joined subjects;
  Joined ids;
  Joined digests;
  const auto add_facts = [&](const MessageFacts& facts) {
    if (facts.subject) subjects.add(*facts.subject);
    if (facts.message_id) ids.add(*facts.message_id);
    digests.add(facts.sha256);
  };
  std::uint64_t accepted = 0;
  for (const TransactionRecord& transaction : session.transactions) {
    if (transaction.outcome == Outcome::accepted) ++accepted;
    std::string path;
    if (transaction.mail_from) path.append("<").append(*transaction.mail_from).append(">");
    senders.add(path);
    for (const RecipientRecord& recipient : transaction.recipients) recipients.add(recipient.address);
    if (transaction.message) add_facts(*transaction.message);
  }
  for (const RetrievalRecord& retrieval : session.retrievals) add_facts(retrieval.message);
  row.number(session.transactions.size());
  row.number(accepted);
  row.text(senders.text());
  row.text(recipients.text());
  row.text(subjects.text());
  row.text(ids.text());
  row.text(digests.text());
  row.number(session.retrievals.size());
}

void write_findings(Row& row, const std::vector<Diagnostic>& findings) {
  std::vector<std::string_view> codes;
  for (const Diagnostic& finding : findings) codes.push_back(info(finding.code).name);
  std::ranges::sort(codes);
  const auto [behind, end] = std::ranges::unique(codes);
  codes.erase(behind, end);
  Joined joined;
  for (const std::string_view code : codes) joined.add(code);
  row.text(joined.text());
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text) {
  std::string cell = shown(text);
  if (begins_formula(text) || begins_formula(cell)) cell.insert(cell.begin(), '\'');
  if (cell.find_first_of(",\"") == std::string::npos) {
    out += cell;
    return;
  }
  out.push_back('"');
  for (const char octet : cell) {
    if (octet == '"') out.push_back('"');
    out.push_back(octet);
  }
  out.push_back('"');
}

void write_csv_header(std::string& out) {
  Row row(out);
  for (const std::string_view name : names::csv_columns) row.text(name);
  row.end();
}

void write_csv_session(std::string& out, const SessionRecord& session, std::string_view file) {
  Row row(out);
  row.text(session.id);
  row.text(to_string(session.protocol));
  row.text(file);
  write_span(row, session);
  write_endpoint(row, session.start.client);
  write_endpoint(row, session.start.server);
  row.text(session.community_id);
  row.boolean(session.complete);
  row.text(to_string(session.ending));
  row.text(session.hello ? session.hello->name : std::string_view{});
  write_tls(row, session.tls);
  write_logins(row, session.auth);
  write_mails(row, session);
  row.number(session.end.client_octets);
  row.number(session.end.server_octets);
  row.number(session.end.missing_octets);
  write_findings(row, session.findings);
  row.end();
}

}  // namespace mailparse
