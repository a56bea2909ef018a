#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/encoded_word.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

/// RFC 2046 5.1.1.
constexpr std::size_t longest_boundary = 70;

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is(OctetClass::token, c); });
}

/// Where white space and comments before `at` end; comments not closed or too deep are reported and end the field.
std::size_t skip_cfws(FieldText field, std::size_t at, DiagnosticSink& sink, const Limits& limits) {
  while (true) {
    at = lexical::skip_white(field.text, at);
    if (at >= field.text.size() || field.text[at] != '(') return at;
    const lexical::Span comment = lexical::scan_comment(field.text, at, limits.comment_depth);
    if (comment.too_deep) sink.report(make_diagnostic(Code::limit_comment_depth, field.offset + comment.end, 1));
    if (!comment.closed) {
      if (!comment.too_deep) {
        sink.report(make_diagnostic(Code::mime_comment_unterminated, field.offset + at, field.text.size() - at));
      }
      return field.text.size();
    }
    at = comment.end;
  }
}

std::size_t token_end(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is(OctetClass::token, text[at])) ++at;
  return at;
}

FieldText behind(FieldText field, std::size_t at) noexcept {
  return {field.text.substr(at), field.offset + at};
}

/// What a boundary parameter is reported for.
class BoundaryCheck {
 public:
  BoundaryCheck(const ContentType& content, DiagnosticSink& sink) : content_(content), sink_(sink) {}

  void run() {
    const Parameter* plain = content_.parameters.find_plain("boundary");
    const Parameter* marked = content_.parameters.find("boundary");
    if (marked == nullptr) return report(Code::mime_boundary_missing, content_.offset, content_.length);
    const Parameter& used = plain != nullptr ? *plain : *marked;
    if (plain != marked && plain != nullptr && plain->octets != marked->octets) report_conflict(*marked);
    if (marked->form != ParameterForm::plain && !marked->other.empty() && marked->other != marked->octets)
      report_conflict(*marked);
    if (plain == nullptr) check_other_form(*marked);
    check(used);
  }

 private:
  void report(Code code, std::uint64_t offset, std::uint64_t length) {
    sink_.report(make_diagnostic(code, offset, length));
  }
  void report_conflict(const Parameter& parameter) {
    report(Code::mime_boundary_rfc2231_conflict, parameter.offset, parameter.length);
  }

  /// `boundary*` and `boundary*0` side by side.
  void check_other_form(const Parameter& used) {
    for (const Parameter& other : content_.parameters.items) {
      if (other.name == "boundary" && other.form != used.form && other.octets != used.octets)
        return report_conflict(other);
    }
  }

  void check(const Parameter& boundary) {
    const std::string_view value = boundary.octets;
    if (value.empty()) return report(Code::mime_boundary_empty, boundary.offset, boundary.length);
    const std::uint64_t at = boundary.value_offset + (boundary.quoted ? 1 : 0);
    if (has_encoded_word(value)) report(Code::mime_boundary_encoded_word, boundary.value_offset, boundary.value_length);
    if (value.size() > longest_boundary)
      report(Code::mime_boundary_too_long, boundary.value_offset, boundary.value_length);
    if (value.back() == ' ' || value.back() == '\t') {
      const std::size_t text = value.find_last_not_of(" \t") + 1;  // npos + 1 is 0: nothing but blanks
      report(Code::mime_boundary_trailing_space, at + text, value.size() - text);
    }
    check_octets(boundary, at);
  }

  void check_octets(const Parameter& boundary, std::uint64_t at) {
    const std::string_view value = boundary.octets;
    const auto illegal = std::find_if(value.begin(), value.end(), [](char c) { return !is(OctetClass::bchar, c); });
    if (illegal == value.end()) return;
    const bool grave = std::any_of(value.begin(), value.end(), [](char c) {
      return is(OctetClass::high, c) || is(OctetClass::control, c) || c == '"' || c == '\\';
    });
    Diagnostic diagnostic =
        make_diagnostic(Code::mime_boundary_illegal_char, at + static_cast<std::uint64_t>(illegal - value.begin()), 1);
    diagnostic.severity = grave ? Severity::error : Severity::warning;
    sink_.report(std::move(diagnostic));
  }

  const ContentType& content_;
  DiagnosticSink& sink_;
};

/// A backslash inside a quoted boundary as it stands.
void check_quoted_pair(FieldText field, const ParameterList& parameters, DiagnosticSink& sink) {
  const Parameter* boundary = parameters.find("boundary");
  if (boundary == nullptr || !boundary->quoted) return;
  const auto at = static_cast<std::size_t>(boundary->value_offset - field.offset);
  const std::string_view value = field.text.substr(at, static_cast<std::size_t>(boundary->value_length));
  const std::size_t backslash = value.find('\\');
  if (backslash != value.npos) {
    sink.report(make_diagnostic(Code::mime_boundary_quoted_pair, boundary->value_offset + backslash, 1));
  }
}

constexpr std::array<std::string_view, 9> mechanisms{"7bit",     "8bit",  "base64",     "binary", "quoted-printable",
                                                     "uuencode", "x-uue", "x-uuencode", "x-yenc"};
static_assert(std::is_sorted(mechanisms.begin(), mechanisms.end()));

}  // namespace

ContentType read_content_type(FieldText field, bool mime_version, Arena& arena, DiagnosticSink& sink,
                              const Limits& limits) {
  ContentType content;
  content.offset = field.offset;
  content.length = field.text.size();
  const std::string_view text = field.text;
  const std::size_t begin = skip_cfws(field, 0, sink, limits);
  std::size_t end = token_end(text, begin);
  content.type = lexical::lower(text.substr(begin, end - begin), arena);
  std::size_t at = skip_cfws(field, end, sink, limits);
  bool slash = false;
  if (at < text.size() && text[at] == '/') {
    slash = true;
    const std::size_t sub = skip_cfws(field, at + 1, sink, limits);
    end = token_end(text, sub);
    content.subtype = lexical::lower(text.substr(sub, end - sub), arena);
    at = end;
  }
  const std::size_t next = lexical::skip_white(text, at);
  const bool clean_end =
      next >= text.size() || text[next] == ';' || text[next] == ',' || text[next] == '(' || next > at;
  content.readable = !content.type.empty() && !content.subtype.empty() && clean_end;
  const bool lone_word = !slash && is_token(content.type) && next >= text.size() && !mime_version;
  if (!content.readable && !lone_word) sink.report(make_diagnostic(Code::mime_ct_syntax, field.offset, text.size()));
  if (!clean_end) at = std::min(text.find(';', at), text.size());
  content.parameters = read_parameters(behind(field, at), arena, sink, limits);
  if (content.type == "multipart") {
    check_quoted_pair(field, content.parameters, sink);
    BoundaryCheck(content, sink).run();
  }
  return content;
}

ContentDisposition read_content_disposition(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  ContentDisposition disposition;
  const std::string_view text = field.text;
  const std::size_t begin = skip_cfws(field, 0, sink, limits);
  std::size_t end = token_end(text, begin);
  std::size_t next = lexical::skip_white(text, end);
  if (next < text.size() && text[next] == '=') {  // "filename=x" alone: a parameter where the disposition should be
    sink.report(make_diagnostic(Code::mime_param_syntax, field.offset + begin, end - begin));
    end = begin;
  } else {
    disposition.type = lexical::lower(text.substr(begin, end - begin), arena);
    if (disposition.type.empty() && begin < text.size()) {
      sink.report(make_diagnostic(Code::mime_param_syntax, field.offset + begin, 1));
      end = std::min(text.find(';', begin), text.size());
      const std::string_view quoted = lexical::trim(text.substr(begin, end - begin));
      const std::size_t inner = quoted.find_first_not_of('"');
      if (inner != quoted.npos)
        disposition.type = lexical::lower(quoted.substr(inner, token_end(quoted, inner) - inner), arena);
    }
  }
  disposition.parameters = read_parameters(behind(field, end), arena, sink, limits);
  return disposition;
}

TransferEncodingValue read_transfer_encoding(FieldText field, Arena& arena, DiagnosticSink& sink,
                                             const Limits& limits) {
  TransferEncodingValue encoding;
  const std::string_view text = field.text;
  const auto report = [&](Code code, std::size_t at, std::size_t length, Severity severity) {
    Diagnostic diagnostic = make_diagnostic(code, field.offset + at, length);
    diagnostic.severity = severity;
    sink.report(std::move(diagnostic));
  };
  if (has_encoded_word(text)) {
    report(Code::mime_cte_encoded_word, 0, text.size(), Severity::error);
    return encoding;
  }
  const std::size_t begin = skip_cfws(field, 0, sink, limits);
  const std::size_t end = token_end(text, begin);
  encoding.mechanism = lexical::lower(text.substr(begin, end - begin), arena);
  encoding.offset = field.offset + begin;
  encoding.length = end - begin;
  const std::size_t rest = skip_cfws(field, end, sink, limits);
  const std::size_t comment = text.find('(');
  if (comment < rest && comment < text.size()) {
    const lexical::Span span = lexical::scan_comment(text, comment, limits.comment_depth);
    report(Code::mime_cte_comment, comment, span.size(), Severity::info);
  }
  if (encoding.mechanism.empty()) {
    if (begin < text.size()) {
      report(Code::mime_cte_syntax, begin, 1, Severity::error);
      if (text[begin] == '"' && !lexical::scan_quoted(text, begin).closed)
        report(Code::mime_quoted_unterminated, begin, text.size() - begin, Severity::error);
      // A mechanism in quotes is read all the same, as most readers do.
      const std::size_t inner = text[begin] == '"' ? begin + 1 : begin;
      const std::size_t inner_end = token_end(text, inner);
      encoding.mechanism = lexical::lower(text.substr(inner, inner_end - inner), arena);
      encoding.offset = field.offset + inner;
      encoding.length = inner_end - inner;
    }
    return encoding;
  }
  if (rest < text.size()) {
    report(Code::mime_cte_syntax, rest, 1, text[rest] == ';' ? Severity::warning : Severity::error);
  }
  if (!std::binary_search(mechanisms.begin(), mechanisms.end(), encoding.mechanism)) {
    report(Code::mime_cte_unknown, begin, end - begin, Severity::warning);
  }
  return encoding;
}

void check_mime_version(FieldText field, DiagnosticSink& sink, const Limits& limits) {
  std::array<char, 4> kept{};
  std::size_t size = 0;
  for (std::size_t at = skip_cfws(field, 0, sink, limits); at < field.text.size();
       at = skip_cfws(field, at + 1, sink, limits)) {
    if (size == kept.size()) break;
    kept[size++] = field.text[at];
  }
  if (std::string_view(kept.data(), size) != "1.0") {
    sink.report(make_diagnostic(Code::mime_version_unsupported, field.offset, field.text.size()));
  }
}

}  // namespace mailparse
