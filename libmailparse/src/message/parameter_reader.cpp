#include "message/parameter_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "message/lexical.hpp"
#include "message/nested_comments.hpp"
#include "rfc2045.hpp"

namespace mailparse {
namespace {

using lexical::is_white;
using lexical::skip_white;

struct Fit {
  const char* begin = nullptr;
  std::size_t limit = 0;
  bool beyond = false;
  std::vector<RawParameter> found;
};

template <typename Rule>
struct Collect : grammar::no_action<Rule> {};
template <>
struct Collect<rfc2045::attribute> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Fit& fit) {
    fit.beyond = fit.beyond || fit.found.size() >= fit.limit;
    if (fit.beyond) return;
    RawParameter& parameter = fit.found.emplace_back();
    parameter.name = in.string_view();
    parameter.begin = static_cast<std::size_t>(in.begin() - fit.begin);
  }
};
template <>
struct Collect<rfc2045::value> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Fit& fit) {
    if (fit.beyond) return;
    RawParameter& parameter = fit.found.back();
    parameter.value = in.string_view();
    parameter.value_begin = static_cast<std::size_t>(in.begin() - fit.begin);
    parameter.value_length = parameter.value.size();
    parameter.quoted = parameter.value.front() == '"';
  }
};

bool is_token(char c) noexcept {
  return is(OctetClass::token, c);
}

/// Goes on where the grammar does not.
class TolerantReader {
 public:
  TolerantReader(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits)
      : field_(field), text_(field.text), arena_(arena), sink_(sink), limits_(limits) {}

  std::vector<RawParameter> read() {
    bool separated = false;  // by a semicolon
    while (!stop_) {
      skip_cfws();
      if (stop_ || at_ >= text_.size()) break;
      if (text_[at_] == ';') {
        separated = true;
        ++at_;
        continue;
      }
      if (text_[at_] == ',') {
        take_comma();
        continue;
      }
      if (found_.size() >= limits_.mime_parameters) {
        report(Code::limit_mime_params, at_, text_.size() - at_);
        break;
      }
      read_parameter(std::exchange(separated, false));
    }
    report_once(Code::mime_param_missing_semicolon, missing_semicolons_, missing_at_, missing_length_);
    return std::move(found_);
  }

 private:
  void report(Code code, std::size_t at, std::size_t length) {
    sink_.report(make_diagnostic(code, field_.offset + at, length));
  }
  void report_once(Code code, std::uint64_t count, std::size_t at, std::size_t length) {
    if (count == 0) return;
    Diagnostic diagnostic = make_diagnostic(code, field_.offset + at, length);
    diagnostic.count = count;
    sink_.report(std::move(diagnostic));
  }

  void skip_cfws() {
    while (!stop_) {
      at_ = skip_white(text_, at_);
      if (at_ >= text_.size() || text_[at_] != '(') return;
      at_ = end_of_comment(at_);
    }
  }

  /// The end of the comment at `at`; a comment that does not end takes the rest of the field.
  std::size_t end_of_comment(std::size_t at) {
    const lexical::Span comment = lexical::scan_comment(text_, at, limits_.comment_depth);
    if (comment.too_deep) {
      report(Code::limit_comment_depth, comment.end, 1);
      stop_ = true;
    } else if (!comment.closed) {
      report(Code::mime_comment_unterminated, at, text_.size() - at);
      stop_ = true;
    }
    return comment.end;
  }

  /// Whether "token =" begins at `at`: the next parameter, whatever stands before it.
  [[nodiscard]] bool is_parameter(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && is_token(text_[end])) ++end;
    if (end == at) return false;
    end = skip_white(text_, end);
    return end < text_.size() && text_[end] == '=';
  }

  void read_parameter(bool separated) {
    RawParameter parameter;
    parameter.begin = at_;
    if (!separated && !found_.empty() && pending_comma_ != at_) note_missing_semicolon();
    if (!separated && found_.empty() && pending_comma_ != at_ && is_parameter(at_)) note_missing_semicolon();
    while (at_ < text_.size() && !is_white(text_[at_]) &&
           std::string_view("=;(,\"").find(text_[at_]) == std::string_view::npos)
      ++at_;
    parameter.name = text_.substr(parameter.begin, at_ - parameter.begin);
    const std::size_t name_end = at_;
    at_ = skip_white(text_, at_);
    const std::size_t white = at_ - name_end;
    const std::size_t comment = at_;
    skip_cfws();
    const bool has_comment = at_ > comment;
    if (at_ >= text_.size() || text_[at_] != '=') return skip_nameless(parameter.begin);
    const bool good_name =
        !parameter.name.empty() && std::all_of(parameter.name.begin(), parameter.name.end(), is_token);
    if (!good_name) report(Code::mime_param_syntax, parameter.begin, std::max<std::size_t>(parameter.name.size(), 1));
    if (has_comment) report(Code::mime_param_comment_in_name, comment, at_ - comment);
    if (white != 0 && readers_search_for(parameter.name)) report(Code::mime_param_space_around_equals, name_end, white);
    ++at_;
    skip_cfws();
    read_value(parameter);
    if (good_name) found_.push_back(parameter);
  }

  static bool readers_search_for(std::string_view name) noexcept {
    return istarts_with(name, "boundary") || istarts_with(name, "name") || istarts_with(name, "filename");
  }

  void note_missing_semicolon() {
    if (missing_semicolons_++ != 0) return;
    missing_at_ = at_;
    const std::size_t end = text_.find(';', at_);
    missing_length_ = std::min(end, text_.size()) - at_;
  }

  /// Text without '=': goes to the next semicolon, or behind a comma that stands for one.
  void skip_nameless(std::size_t begin) {
    while (at_ < text_.size() && text_[at_] != ';' && text_[at_] != ',') {
      if (text_[at_] == '"') {
        at_ = lexical::scan_quoted(text_, at_).end;
      } else {
        ++at_;
      }
    }
    report(Code::mime_param_syntax, begin, std::max<std::size_t>(at_ - begin, 1));
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      pending_comma_ = skip_white(text_, at_);
    }
  }

  void read_value(RawParameter& parameter) {
    parameter.value_begin = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      const lexical::Span quoted = lexical::scan_quoted(text_, at_);
      parameter.quoted = true;
      parameter.closed = quoted.closed;
      if (!quoted.closed) report(Code::mime_quoted_unterminated, at_, text_.size() - at_);
      at_ = quoted.end;
      parameter.value = text_.substr(quoted.begin, quoted.size());
      parameter.value_length = quoted.size();
      return behind_value();
    }
    read_bare_value(parameter);
  }

  /// Behind a quoted value: a separator, the next parameter, or text that belongs to nothing.
  void behind_value() {
    const std::size_t end = at_;
    skip_cfws();
    if (stop_ || at_ >= text_.size() || text_[at_] == ';') return;
    if (text_[at_] == ',') return take_comma();
    if (at_ > end && is_parameter(at_)) return;
    while (at_ < text_.size() && text_[at_] != ';') {
      if (is_white(text_[at_]) && is_parameter(skip_white(text_, at_))) return;
      ++at_;
    }
  }

  void take_comma() {
    report(Code::mime_param_syntax, at_, 1);
    ++at_;
    pending_comma_ = skip_white(text_, at_);
  }

  /// A value without quotes: to the semicolon, with the blanks and specials that mailers forget to quote, but not into
  /// a parameter that follows without one.
  void read_bare_value(RawParameter& parameter) {
    std::size_t end = at_;  // behind the last octet that is not white
    std::string joined;
    bool commented = false;
    while (at_ < text_.size() && text_[at_] != ';') {
      const char c = text_[at_];
      if (is_white(c)) {
        const std::size_t next = skip_white(text_, at_);
        if (next < text_.size() && text_[next] == '(') {
          at_ = next;
          skip_cfws();
          if (stop_ || at_ >= text_.size() || text_[at_] == ';' || is_parameter(at_)) break;
          continue;
        }
        if (is_parameter(next)) {
          at_ = next;
          break;
        }
        if (commented) joined.append(text_.substr(at_, next - at_));
        at_ = next;
        continue;
      }
      if (c == ',' && is_parameter(skip_white(text_, at_ + 1))) {
        take_comma();
        break;
      }
      if (c == '(' && at_ > parameter.value_begin) {
        const std::size_t begin = at_;
        if (!commented) joined.assign(text_.substr(parameter.value_begin, at_ - parameter.value_begin));
        at_ = end_of_comment(at_);
        const bool text_follows = at_ < text_.size() && !is_white(text_[at_]) && text_[at_] != ';' && text_[at_] != '(';
        if (text_follows && end == begin) {
          commented = true;
          parameter.other = text_.substr(parameter.value_begin, begin - parameter.value_begin);
          report(Code::mime_param_comment_in_value, begin, at_ - begin);
        }
        if (stop_ || !text_follows) {
          skip_cfws();
          if (stop_ || at_ >= text_.size() || text_[at_] == ';' || is_parameter(at_)) break;
        }
        continue;
      }
      if (commented) joined.push_back(c);
      end = ++at_;
    }
    const std::size_t size = end > parameter.value_begin ? end - parameter.value_begin : 0;
    parameter.value_length = size;
    parameter.value = commented ? arena_.copy(joined) : text_.substr(parameter.value_begin, size);
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  std::size_t at_ = 0;
  bool stop_ = false;
  std::size_t pending_comma_ = std::string_view::npos;  ///< a comma stood for the semicolon before this place
  std::uint64_t missing_semicolons_ = 0;
  std::size_t missing_at_ = 0;
  std::size_t missing_length_ = 0;
  std::vector<RawParameter> found_;
};

}  // namespace

std::vector<RawParameter> read_raw_parameters(FieldText field, Arena& arena, DiagnosticSink& sink,
                                              const Limits& limits) {
  if (lexical::trim(field.text).empty()) return {};
  Fit fit;
  fit.begin = field.text.data();
  fit.limit = static_cast<std::size_t>(limits.mime_parameters);
  const grammar::RunOptions options{.depth = limits.comment_depth};
  if (grammar::run<grammar::whole<rfc5322::opt_CFWS, rfc2045::parameters>, Collect>(field.text, options, fit) &&
      !fit.beyond) {
    return std::move(fit.found);
  }
  return TolerantReader(field, arena, sink, limits).read();
}

}  // namespace mailparse
