#include <algorithm>
#include <array>
#include <optional>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/authentication_results.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

using lexical::is_white;

/// Properties whose value is an address or a domain.
constexpr std::array<std::string_view, 5> named_hosts{"header.d", "header.from", "header.i", "smtp.helo",
                                                      "smtp.mailfrom"};

bool is_host_or_address(std::string_view value) noexcept {
  const std::size_t sign = value.rfind('@');
  const std::string_view domain = sign == value.npos ? value : value.substr(sign + 1);
  if (sign != value.npos && value.substr(0, sign).contains('@')) return false;
  if (domain.starts_with('[')) return domain.ends_with(']');
  if (domain.empty()) return value.empty();
  return std::all_of(domain.begin(), domain.end(), [](char c) {
    return is(OctetClass::alpha, c) || is(OctetClass::digit, c) || is(OctetClass::high, c) || c == '.' || c == '-' ||
           c == '_' || c == ':';
  });
}

/// The path of MAIL as servers copy it: "<>".
std::string_view without_brackets(std::string_view value) noexcept {
  const bool bracketed = value.size() >= 2 && value.starts_with('<') && value.ends_with('>');
  return bracketed ? value.substr(1, value.size() - 2) : value;
}

class ResultsReader {
 public:
  ResultsReader(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits)
      : field_(field), text_(field.text), arena_(arena), sink_(sink), limits_(limits) {}

  AuthenticationResults read() {
    bool first = true;
    while (at_ < text_.size() && !stop_) {
      read_clause(first);
      first = false;
    }
    if (bad_) sink_.report(make_diagnostic(Code::authres_syntax, field_.offset + bad_->offset, bad_->length));
    return std::move(results_);
  }

 private:
  struct Token {
    std::string_view text;  ///< quotes undone
    bool is_equals = false;
  };

  /// The next token before the semicolon; nullopt at the end of the clause.
  std::optional<Token> next() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_white(c)) {
        ++at_;
      } else if (c == '(') {
        const lexical::Span comment = lexical::scan_comment(text_, at_, limits_.comment_depth);
        if (comment.too_deep) sink_.report(make_diagnostic(Code::limit_comment_depth, field_.offset + comment.end, 1));
        if (!comment.closed) return fail();
        at_ = comment.end;
      } else if (c == ';') {
        return std::nullopt;
      } else if (c == '=') {
        ++at_;
        return Token{.text = "=", .is_equals = true};
      } else if (c == '"') {
        const lexical::Span quoted = lexical::scan_quoted(text_, at_);
        if (!quoted.closed) return fail();
        at_ = quoted.end;
        const std::string_view local_part = lexical::unquote(text_, quoted, arena_);
        if (at_ == text_.size() || text_[at_] != '@') return Token{.text = local_part};
        return Token{.text = arena_.copy(std::string(local_part).append(bare_word()))};
      } else {
        return Token{.text = bare_word()};
      }
    }
    return std::nullopt;
  }

  std::string_view bare_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_white(text_[at_]) && !std::string_view("=;(\"").contains(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::optional<Token> fail() {
    note_bad();
    stop_ = true;
    return std::nullopt;
  }

  void note_bad() {
    if (bad_) return;
    const std::size_t end = std::min(text_.find(';', clause_begin_), text_.size());
    bad_ = Place{clause_begin_, end - clause_begin_};
  }

  void read_clause(bool first) {
    clause_begin_ = lexical::skip_white(text_, at_);
    AuthResult result;
    std::string_view name;
    bool behind_equals = false;
    std::size_t pairs = 0;
    while (const std::optional<Token> token = next()) {
      if (token->is_equals) {
        behind_equals = !name.empty();
        continue;
      }
      if (!behind_equals) {
        if (first && pairs == 0 && name.empty()) authserv_candidate_ = token->text;
        if (iequals(token->text, "none")) results_.none = true;
        name = token->text;
        continue;
      }
      take_pair(result, name, value_with_rest(token->text), pairs++);
      name = {};
      behind_equals = false;
    }
    const std::size_t end = std::min(at_, text_.size());
    if (at_ < text_.size() && text_[at_] == ';') ++at_;
    if (first && pairs == 0) {
      results_.authserv_id = authserv_candidate_;
      return;
    }
    if (!result.method.empty()) {
      result.place = {field_.offset + clause_begin_, end - clause_begin_};
      results_.results.push_back(std::move(result));
    }
  }

  /// A bare value may hold "=" itself, as b64 and VERP addresses do.
  std::string_view value_with_rest(std::string_view value) {
    if (at_ >= text_.size() || text_[at_] != '=' || value.data() + value.size() != text_.data() + at_) return value;
    const std::size_t begin = static_cast<std::size_t>(value.data() - text_.data());
    while (at_ < text_.size() && !is_white(text_[at_]) && text_[at_] != ';' && text_[at_] != '(') ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void take_pair(AuthResult& result, std::string_view name, std::string_view value, std::size_t number) {
    if (iequals(name, "i") && result.method.empty() && results_.results.empty()) {
      results_.instance = value;
    } else if (result.method.empty() && name.find('.') == name.npos) {
      result.method = name.substr(0, name.find('/'));
      result.result = value;
    } else if (iequals(name, "reason")) {
      result.reason = value;
    } else {
      const bool named =
          std::any_of(named_hosts.begin(), named_hosts.end(), [&](std::string_view n) { return iequals(n, name); });
      if (named && !is_host_or_address(iequals(name, "smtp.mailfrom") ? without_brackets(value) : value)) note_bad();
      if (number < limits_.mime_parameters) result.properties.push_back({.name = name, .value = value});
    }
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::size_t clause_begin_ = 0;
  bool stop_ = false;
  std::string_view authserv_candidate_;
  std::optional<Place> bad_;
  AuthenticationResults results_;
};

}  // namespace

AuthenticationResults read_authentication_results(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                  const Limits& limits) {
  return ResultsReader(field, arena, sink, limits).read();
}

}  // namespace mailparse
