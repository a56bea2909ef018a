#include <algorithm>
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

#include "message/address_shape.hpp"
#include "message/idn.hpp"
#include "message/lexical.hpp"
#include "message/plain_mailbox.hpp"

namespace mailparse {
namespace {

using lexical::is_white;

/// Gives shapes their text.
class AddressReader {
 public:
  AddressReader(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits, AddressRoad road)
      : field_(field), text_(field.text), arena_(arena), sink_(sink), limits_(limits), road_(road) {}

  AddressList read() {
    AddressList list;
    if (road_ == AddressRoad::plain_first && read_plain(list.mailboxes)) return list;
    list.mailboxes.clear();
    const AddressShapes shapes = find_addresses(field_, sink_, limits_, road_);
    list.mailboxes.reserve(shapes.mailboxes.size());
    for (const MailboxShape& shape : shapes.mailboxes) fill(list.mailboxes.emplace_back(), shape);
    for (const GroupShape& shape : shapes.groups) {
      list.groups.push_back({.name = phrase(shape.name), .place = place(shape.all), .name_place = place(shape.name)});
    }
    for (const CommentShape& shape : shapes.comments) {
      const std::size_t mailbox = std::min(shape.mailbox, list.mailboxes.size());
      list.comments.push_back({.text = comment(shape.range), .place = place(shape.range), .mailbox = mailbox});
    }
    name_by_comments(list);
    if (shapes.misfit) list.misfit = place(*shapes.misfit);
    if (shapes.null_angle) list.null_angle = place(*shapes.null_angle);
    list.two_angles = shapes.two_angles;
    return list;
  }

 private:
  [[nodiscard]] Place place(Range range) const noexcept { return {field_.offset + range.begin, range.size()}; }
  [[nodiscard]] std::string_view text(Range range) const noexcept { return text_.substr(range.begin, range.size()); }

  /// Reads a list of which every mailbox is plain and says what it means; false at the first other one.
  bool read_plain(std::vector<Mailbox>& mailboxes) {
    // Nearly every at sign is that of a mailbox. Of a list that is not made of mailboxes little room is lost.
    constexpr std::size_t most_expected = 64;
    const auto at_signs = static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '@'));
    mailboxes.reserve(std::min(at_signs, most_expected));
    for (std::size_t at = 0;;) {
      while (at < text_.size() && (is_white(text_[at]) || text_[at] == ',')) ++at;
      if (at == text_.size()) return true;
      const std::optional<PlainMailbox> plain = read_plain_mailbox(text_, at);
      if (!plain || plain->a_label || plain->name == PlainName::to_decode) return false;
      take_plain(mailboxes.emplace_back(), at, *plain);
      at = plain->end();
    }
  }

  void take_plain(Mailbox& mailbox, std::size_t begin, const PlainMailbox& plain) const noexcept {
    const Range name{begin, plain.name_end};
    const Range address{plain.local_begin, plain.domain_end};
    const Range domain{plain.local_end + 1, plain.domain_end};
    mailbox.name = text(name);
    if (plain.name == PlainName::quoted) mailbox.name = mailbox.name.substr(1, mailbox.name.size() - 2);
    mailbox.address = text(address);
    mailbox.local_part = text({plain.local_begin, plain.local_end});
    mailbox.domain = mailbox.domain_ascii = mailbox.domain_unicode = text(domain);
    mailbox.angle = plain.angle;
    mailbox.place = place({begin, plain.end()});
    mailbox.name_place = place(name.empty() ? Range{} : name);
    mailbox.address_place = place(address);
    mailbox.domain_place = place(domain);
    mailbox.route_place = place({});
  }

  void fill(Mailbox& mailbox, const MailboxShape& shape) {
    mailbox.angle = shape.angle;
    mailbox.group = shape.group;
    mailbox.place = place(shape.all);
    mailbox.name_place = place(shape.name);
    mailbox.address_place = place(shape.address);
    mailbox.domain_place = place(shape.domain);
    mailbox.route_place = place(shape.route);
    mailbox.name = phrase(shape.name);
    mailbox.local_part = without_cfws(shape.local);
    mailbox.domain = without_cfws(shape.domain);
    mailbox.address = join(shape, mailbox);
    mailbox.route = route(shape.route);
    look_at_domain(mailbox);
  }

  std::string_view join(const MailboxShape& shape, const Mailbox& mailbox) {
    if (shape.domain.empty()) return mailbox.local_part;
    const std::string_view whole = text(shape.address);
    if (whole.size() == mailbox.local_part.size() + 1 + mailbox.domain.size() && is_utf8(whole)) return whole;
    std::string joined(mailbox.local_part);
    joined += '@';
    joined += mailbox.domain;
    return arena_.copy(joined);
  }

  std::string_view route(Range range) {
    std::string_view route = without_cfws(range);
    if (route.ends_with(':')) route.remove_suffix(1);
    return route;
  }

  /// A local part or domain without white space and comments outside quotes, as UTF-8.
  std::string_view without_cfws(Range range) {
    const std::string_view raw = text(range);
    const bool plain =
        std::none_of(raw.begin(), raw.end(), [](char c) { return is_white(c) || c == '(' || is(OctetClass::high, c); });
    if (plain) return raw;
    std::string kept;
    for (std::size_t at = 0; at < raw.size();) {
      if (raw[at] == '"') {
        const std::size_t end = lexical::scan_quoted(raw, at).end;
        kept += raw.substr(at, end - at);
        at = end;
      } else if (raw[at] == '(') {
        at = std::max(at + 1, lexical::scan_comment(raw, at, limits_.comment_depth).end);
      } else {
        if (!is_white(raw[at])) kept += raw[at];
        ++at;
      }
    }
    if (!is_utf8(kept)) kept = decode_text(kept, {}).text;
    return kept == raw ? raw : arena_.copy(kept);
  }

  /// Words of a phrase as people read them: quotes and comments gone, encoded-words decoded.
  std::string_view phrase(Range range) {
    const std::string_view raw = text(range);
    if (find_any_of(raw, '"', '(', '\\') == raw.size()) {
      return lexical::collapse_white(
          decode_header_text({raw, field_.offset + range.begin}, TextPlace::phrase, arena_, sink_), arena_);
    }
    if (raw.front() == '"' && lexical::scan_quoted(raw, 0).end == raw.size()) {
      const std::string_view inside = lexical::unquote(raw, lexical::scan_quoted(raw, 0), arena_);
      return decode_header_text({inside, field_.offset + range.begin + 1}, TextPlace::quoted, arena_, sink_);
    }
    std::string words;
    bool unclosed = false;  // the quotes behind one that is never closed are not closed either
    for (std::size_t at = 0; at < raw.size();) {
      if (raw[at] == '"' && !unclosed) {
        const lexical::Span quoted = lexical::scan_quoted(raw, at);
        if (quoted.closed) words += lexical::unquote(raw, quoted, arena_);
        unclosed = !quoted.closed;
        at = quoted.closed ? quoted.end : at + 1;
      } else if (raw[at] == '"') {
        ++at;
      } else if (raw[at] == '(') {
        at = std::max(at + 1, lexical::scan_comment(raw, at, limits_.comment_depth).end);
      } else {
        words += raw[at++];
      }
    }
    const std::string_view joined = arena_.copy(words);
    return lexical::collapse_white(
        decode_header_text({joined, field_.offset + range.begin}, TextPlace::phrase, arena_, sink_), arena_);
  }

  std::string_view comment(Range range) {
    const std::string_view inside = lexical::unquote(text_, {.begin = range.begin, .end = range.end}, arena_);
    return decode_header_text({inside, field_.offset + range.begin + 1}, TextPlace::phrase, arena_, sink_);
  }

  /// RFC 822 mail has the name behind the address, as a comment.
  static void name_by_comments(AddressList& list) {
    for (const AddressComment& comment : list.comments) {
      if (comment.mailbox >= list.mailboxes.size()) continue;
      Mailbox& mailbox = list.mailboxes[comment.mailbox];
      if (!mailbox.name.empty() && !mailbox.name_from_comment) continue;
      if (comment.place.offset < mailbox.address_place.offset + mailbox.address_place.length) continue;
      if (mailbox.name_from_comment) continue;
      mailbox.name = lexical::trim(comment.text);
      mailbox.name_from_comment = !mailbox.name.empty();
      mailbox.name_place = comment.place;
    }
  }

  void report(Code code, std::uint64_t offset, std::uint64_t length, std::string detail = {}) {
    Diagnostic diagnostic = make_diagnostic(code, offset, length);
    diagnostic.detail = std::move(detail);
    sink_.report(std::move(diagnostic));
  }

  void look_at_domain(Mailbox& mailbox) {
    mailbox.domain_ascii = mailbox.domain_unicode = mailbox.domain;
    const Place& place = mailbox.domain_place;
    if (mailbox.domain.starts_with('[')) return report(Code::addr_domain_literal, place.offset, place.length);
    if (!is_internationalised(mailbox.domain)) return;
    const IdnForms forms = idn_forms(mailbox.domain);
    mailbox.domain_ascii = arena_.copy(forms.ascii);
    mailbox.domain_unicode = arena_.copy(forms.unicode);
    if (!forms.labels.empty())
      report(Code::addr_idn, place.offset, place.length, forms.unicode + " (" + forms.scripts + ")");
    if (forms.unicode_dot != std::string_view::npos)
      report(Code::addr_unicode_dot, place.offset + std::min<std::uint64_t>(forms.unicode_dot, place.length),
             std::min<std::uint64_t>(3, place.length - std::min<std::uint64_t>(forms.unicode_dot, place.length)));
    // A domain in another charset or with white space in it has its labels elsewhere: then the whole of it is named.
    const bool as_written = mailbox.domain.size() == place.length;
    for (const IdnLabel& label : forms.labels) {
      const Place at = as_written ? Place{place.offset + label.begin, label.length} : place;
      if (label.invalid) report(Code::addr_idn_invalid, at.offset, at.length);
      if (label.mixed_script) report(Code::addr_mixed_script, at.offset, at.length);
      if (label.confusable) report(Code::addr_confusable, at.offset, at.length);
    }
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  AddressRoad road_;
};

}  // namespace

AddressList read_addresses(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  return read_addresses(field, arena, sink, limits, AddressRoad::plain_first);
}

AddressList read_addresses(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits,
                           AddressRoad road) {
  return AddressReader(field, arena, sink, limits, road).read();
}

}  // namespace mailparse
