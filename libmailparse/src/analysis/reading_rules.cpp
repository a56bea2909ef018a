#include "analysis/reading_rules.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// A range of the octets.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::size_t line_begin(std::string_view text, std::size_t at) noexcept {
  const std::size_t lf = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return lf == std::string_view::npos ? 0 : lf + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) noexcept {
  const std::size_t lf = text.find('\n', at);
  return lf == std::string_view::npos ? text.size() : lf + 1;
}

/// The header that the line at `at` stands in: up to an empty line or a delimiter, down to an empty line.
Range header_around(std::string_view text, std::size_t at) noexcept {
  Range range{line_begin(text, at), line_end(text, at)};
  while (range.begin > 0) {
    const std::size_t before = line_begin(text, range.begin - 1);
    const std::string_view line = without_line_ends(text.substr(before, range.begin - before));
    if (line.empty() || line.starts_with("--")) break;
    range.begin = before;
  }
  while (range.end < text.size()) {
    const std::size_t next = line_end(text, range.end);
    if (without_line_ends(text.substr(range.end, next - range.end)).empty()) break;
    range.end = next;
  }
  return range;
}

/// The field that the octet at `at` belongs to, with its folded lines.
Range field_around(std::string_view text, std::size_t at) noexcept {
  Range range{line_begin(text, at), line_end(text, at)};
  while (range.begin > 0 && is(OctetClass::blank, text[range.begin])) range.begin = line_begin(text, range.begin - 1);
  while (range.end < text.size() && is(OctetClass::blank, text[range.end])) range.end = line_end(text, range.end);
  return range;
}

/// Leaves only the last field of `name` in the header around `at`; the others get a name that means nothing.
bool keep_last_field(std::string& text, std::size_t at, std::string_view name) {
  const Range header = header_around(text, at);
  std::vector<std::size_t> begins;
  for (std::size_t line = header.begin; line < header.end; line = line_end(text, line)) {
    if (istarts_with(std::string_view(text).substr(line), name)) begins.push_back(line);
  }
  if (begins.size() < 2) return false;
  begins.pop_back();
  for (const std::size_t begin : begins) text.replace(begin, 2, "X-");
  return true;
}

/// Renames every parameter `boundary` of the field around `at` for which `hides(rest behind the name)` holds, but not
/// the last one where `keep_last`.
template <class Hides>
bool hide_boundaries(std::string& text, std::size_t at, bool keep_last, Hides hides) {
  constexpr std::string_view name = "boundary";
  const Range field = field_around(text, at);
  std::vector<std::size_t> found;
  for (std::size_t place = field.begin; place + name.size() < field.end; ++place) {
    const std::string_view rest = std::string_view(text).substr(place, field.end - place);
    if (istarts_with(rest, name) && hides(rest.substr(name.size()))) found.push_back(place);
  }
  if (keep_last && !found.empty()) found.pop_back();
  for (const std::size_t place : found) text[place] = 'x';
  return !found.empty();
}

/// Comments of the field around `at` are text like the rest of it.
bool open_comments(std::string& text, std::size_t at) {
  const Range field = field_around(text, at);
  bool changed = false;
  for (std::size_t place = field.begin; place < field.end; ++place) {
    if (text[place] != '(' && text[place] != ')') continue;
    text[place] = ' ';
    changed = true;
  }
  return changed;
}

bool is_plain_value(std::string_view rest) noexcept {
  return trim_blanks(rest).starts_with('=');
}

/// Content-Type fields of the message's own header mean nothing.
bool hide_mime(std::string& text) {
  const Range header = header_around(text, 0);
  bool hidden = false;
  for (std::size_t line = header.begin; line < header.end; line = line_end(text, line)) {
    if (!istarts_with(std::string_view(text).substr(line), "content-")) continue;
    text.replace(line, 2, "X-");
    hidden = true;
  }
  return hidden;
}

/// The boundary of the multipart `path`, or of the multipart whose delimiter the line at `at` begins like.
std::string boundary_of(const Message& message, std::string_view path, std::string_view line) {
  std::string longest;
  for (const MessagePart& part : message.parts) {
    if (part.kind != EntityKind::multipart) continue;
    for (const MimeParameter& parameter : part.params) {
      if (parameter.name != "boundary" || parameter.value.size() <= longest.size()) continue;
      const bool begins = line.starts_with("--") && line.substr(2).starts_with(parameter.value);
      if (part.path == path || begins) longest = parameter.value;
    }
  }
  return longest;
}

/// Every line that begins like a delimiter is one.
bool match_prefixes(std::string& text, const Message& message, std::size_t at) {
  const std::string boundary = boundary_of(message, "?", std::string_view(text).substr(at));
  if (boundary.empty()) return false;
  const std::string delimiter = "--" + boundary;
  std::string rewritten = text.substr(0, at);
  for (std::size_t line = at; line < text.size();) {
    const std::size_t next = line_end(text, line);
    const std::string_view whole = std::string_view(text).substr(line, next - line);
    const std::string_view shown = without_line_ends(whole);
    const bool longer = shown.starts_with(delimiter) && shown.size() > delimiter.size() &&
                        !shown.substr(delimiter.size()).starts_with("--");
    rewritten += longer ? delimiter : shown;
    rewritten += whole.substr(shown.size());
    line = next;
  }
  const bool changed = rewritten.size() != text.size();
  text = std::move(rewritten);
  return changed;
}

/// The close delimiter before `at` is a delimiter like any other.
bool reopen(std::string& text, std::size_t at) {
  const std::size_t here = line_begin(text, at);
  const std::string delimiter(without_line_ends(std::string_view(text).substr(here, line_end(text, here) - here)));
  for (std::size_t line = here; line > 0;) {
    line = line_begin(text, line - 1);
    if (!std::string_view(text).substr(line).starts_with(delimiter + "--")) continue;
    text.erase(line + delimiter.size(), 2);
    return true;
  }
  return false;
}

/// What stands from `at` to the end of the body of `part` is gone.
bool cut_body(std::string& text, const Message& message, std::string_view path, std::size_t at) {
  const MessagePart* const part = message.part(path.empty() ? "1" : path);
  if (part == nullptr || part->origin != PartOrigin::message) return false;
  const std::size_t end = part->body_offset + part->body_length;
  if (at >= end || end > text.size()) return false;
  text.erase(at, end - at);
  return true;
}

/// The value of the field around `at` is `value`.
bool set_value(std::string& text, std::size_t at, std::string_view value) {
  const Range field = field_around(text, at);
  const std::size_t colon = text.find(':', field.begin);
  if (colon >= field.end) return false;
  const std::size_t size = without_line_ends(std::string_view(text).substr(colon + 1, field.end - colon - 1)).size();
  text.replace(colon + 1, size, " " + std::string(value));
  return true;
}

/// The parameter value around the comment at [begin, begin + length), quoted as it stands.
bool quote_value(std::string& text, std::size_t begin, std::size_t length) {
  constexpr std::string_view ends = "=; \t\r\n";
  const std::size_t before = text.find_last_of(ends, begin);
  if (before == std::string::npos) return false;
  const std::size_t end = std::min(text.find_first_of(ends, begin + length), text.size());
  text.insert(end, 1, '"');
  text.insert(before + 1, 1, '"');
  return true;
}

/// The value ends where the comment begins.
bool cut_value(std::string& text, std::size_t begin, std::size_t length) {
  const std::size_t end = std::min(text.find_first_of("; \t\r\n", begin + length), text.size());
  text.erase(begin, end - begin);
  return true;
}

/// Every CR that no LF follows ends a line.
bool end_lines_at_cr(std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\r' && (i + 1 == text.size() || (text[i + 1] != '\n' && text[i + 1] != '\r'))) out += '\n';
  }
  const bool changed = out.size() != text.size();
  text = std::move(out);
  return changed;
}

/// An entity begins at `at`, in the preamble or epilogue of the multipart `path`.
bool begin_part(std::string& text, const Message& message, std::string_view path, std::size_t at, bool epilogue) {
  const std::string boundary = boundary_of(message, path, {});
  if (boundary.empty()) return false;
  text.insert(line_begin(text, at), "--" + boundary + "\r\n");
  return !epilogue || reopen(text, at);
}

constexpr std::string_view measured = "measured: docs/readings.md";

constexpr auto rules = std::to_array<ReadingRule>({
    {"last-from", Code::from_multiple_headers, "nodemailer mailparser; both: GMime, Dovecot, mutt, neomutt", measured},
    {"end-of-header-at-blanks", Code::hdr_whitespace_only_line, "readers that trim lines", "practice: RFC 7103 7.1"},
    {"quoted-comment", Code::mime_param_comment_in_value,
     "Python email (compat32), GMime, mimetic, nodemailer mailparser, postal-mime, mutt, neomutt", measured},
    {"cut-at-comment", Code::mime_param_comment_in_value, "Python email (default), MIME-tools, Dovecot", measured},
    {"last-boundary", Code::mime_boundary_duplicate_param, "MIME-tools, nodemailer mailparser, neomutt, Zeek",
     measured},
    {"boundary-in-comment", Code::mime_boundary_duplicate_param, "Python email (compat32), mimetic, mutt, neomutt",
     measured},
    {"prefix-boundary", Code::mime_boundary_prefix_line, "mimetic, Dovecot, Zeek", measured},
    {"extended-boundary", Code::mime_boundary_rfc2231_conflict, "nodemailer mailparser, postal-mime, neomutt",
     measured},
    {"last-content-type", Code::mime_ct_duplicate_header, "GMime, mutt, neomutt, Zeek", measured},
    {"last-transfer-encoding", Code::mime_cte_duplicate_header, "GMime, mutt, neomutt", measured},
    {"literal-transfer-encoding", Code::mime_cte_syntax,
     "Python email, GMime, mimetic, Email::MIME, MIME-tools, nodemailer mailparser, Dovecot, mutt, neomutt", measured},
    {"unknown-is-base64", Code::mime_cte_unknown, "ClamAV", "practice: ClamAV's message reader"},
    {"stop-at-padding", Code::mime_b64_data_after_padding,
     "Python email, GMime, Email::MIME, MIME-tools, nodemailer mailparser, mutt, neomutt", measured},
    {"reopened-multipart", Code::mime_multipart_content_after_close, "nodemailer mailparser", measured},
    {"entity-in-epilogue", Code::mime_multipart_entity_in_epilogue, "scanners that read the epilogue",
     "RFC 2046 5.1.1"},
    {"entity-in-preamble", Code::mime_multipart_entity_in_preamble, "scanners that read the preamble",
     "RFC 2046 5.1.1"},
    {"text-without-mime-version", Code::mime_version_missing, "readers that go by the letter", "RFC 2045 4"},
    {"lines-end-at-cr", Code::msg_bare_cr, "readers of old Macintosh mail, Zeek", "practice: Zeek's ContentLine"},
});

}  // namespace

std::span<const ReadingRule> list_reading_rules() noexcept {
  return rules;
}

std::optional<std::string> rewrite(const ReadingRule& rule, std::string octets, const Message& message,
                                   const Diagnostic& finding) {
  const std::size_t at = finding.offset;
  if (at >= octets.size()) return std::nullopt;
  const auto changed = [&]() -> bool {
    switch (finding.code) {
      case Code::from_multiple_headers:
        return keep_last_field(octets, at, "from:");
      case Code::hdr_whitespace_only_line:
        octets.erase(at, without_line_ends(std::string_view(octets).substr(at, line_end(octets, at) - at)).size());
        return true;
      case Code::mime_param_comment_in_value:
        return rule.name == "quoted-comment" ? quote_value(octets, at, finding.length)
                                             : cut_value(octets, at, finding.length);
      case Code::mime_boundary_duplicate_param:
        return rule.name == "boundary-in-comment" ? open_comments(octets, at)
                                                  : hide_boundaries(octets, at, true, is_plain_value);
      case Code::mime_boundary_rfc2231_conflict:
        return hide_boundaries(octets, at, false, is_plain_value);
      case Code::mime_boundary_prefix_line:
        return match_prefixes(octets, message, at);
      case Code::mime_ct_duplicate_header:
        return keep_last_field(octets, at, "content-type:");
      case Code::mime_cte_duplicate_header:
        return keep_last_field(octets, at, "content-transfer-encoding:");
      case Code::mime_cte_syntax:
        return set_value(octets, at, "7bit");
      case Code::mime_cte_unknown:
        return set_value(octets, at, "base64");
      case Code::mime_b64_data_after_padding:
        return cut_body(octets, message, finding.part, at);
      case Code::mime_multipart_content_after_close:
        return reopen(octets, at);
      case Code::mime_multipart_entity_in_epilogue:
      case Code::mime_multipart_entity_in_preamble:
        return begin_part(octets, message, finding.part, at, finding.code == Code::mime_multipart_entity_in_epilogue);
      case Code::mime_version_missing:
        return hide_mime(octets);
      case Code::msg_bare_cr:
        return end_lines_at_cr(octets);
      default:
        return false;
    }
  };
  if (!changed()) return std::nullopt;
  return octets;
}

}  // namespace mailparse
