#include "message/address_shape.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

#include "message/lexical.hpp"
#include "message/nested_comments.hpp"
#include "message/plain_mailbox.hpp"

namespace mailparse {
namespace {

using lexical::is_white;
using lexical::skip_white;

/// What the grammar finds in one element of the list. Alternatives that were given up leave their traces in `open`,
/// which the alternative that fits writes over.
struct Draft {
  const char* begin = nullptr;
  MailboxShape open;
  std::vector<MailboxShape> mailboxes;
  std::optional<GroupShape> group;
};

template <typename In>
Range range_of(const In& in, const Draft& draft) {
  return {static_cast<std::size_t>(in.begin() - draft.begin), static_cast<std::size_t>(in.end() - draft.begin)};
}

template <typename Rule>
struct Collect : grammar::no_action<Rule> {};
template <>
struct Collect<rfc5322::display_name> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    draft.open.name = range_of(in, draft);
  }
};
template <>
struct Collect<rfc5322::route> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    draft.open.route = range_of(in, draft);
  }
};
template <>
struct Collect<rfc5322::local_part> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    draft.open.local = range_of(in, draft);
  }
};
template <>
struct Collect<rfc5322::addr_spec> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    draft.open.address = range_of(in, draft);
  }
};
template <>
struct Collect<rfc5322::angle_addr> {
  template <typename In>
  static void apply(const In&, grammar::Watch&, Draft& draft) {
    draft.open.angle = true;
  }
};
template <>
struct Collect<rfc5322::mailbox> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    MailboxShape& open = draft.open;
    open.all = range_of(in, draft);
    if (!open.angle) open.name = open.route = {};
    if (draft.group) open.group = 0;
    draft.mailboxes.push_back(std::exchange(open, {}));
  }
};
template <>
struct Collect<rfc5322::group_name> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Draft& draft) {
    draft.group = GroupShape{.all = {}, .name = range_of(in, draft)};
    draft.open = {};
  }
};

class AddressFinder {
 public:
  AddressFinder(FieldText field, DiagnosticSink& sink, const Limits& limits, AddressRoad road)
      : field_(field), text_(field.text), sink_(sink), limits_(limits), road_(road) {}

  AddressShapes find() {
    while (!stop_) {
      while (at_ < text_.size() && (is_white(text_[at_]) || text_[at_] == ',')) ++at_;
      if (at_ >= text_.size()) break;
      if (text_[at_] == ';') {
        end_group(at_ + 1);
        ++at_;
        continue;
      }
      if (!open_group_ && (is_plain() || fits_grammar())) continue;
      read_element();
    }
    end_group(text_.size());
    return std::move(shapes_);
  }

 private:
  bool is_plain() {
    if (road_ == AddressRoad::grammar_only) return false;
    const std::optional<PlainMailbox> plain = read_plain_mailbox(text_, at_);
    if (!plain) return false;
    MailboxShape& mailbox = shapes_.mailboxes.emplace_back();
    mailbox.all = {at_, plain->end()};
    if (plain->name_end > at_) mailbox.name = {at_, plain->name_end};
    mailbox.address = {plain->local_begin, plain->domain_end};
    mailbox.local = {plain->local_begin, plain->local_end};
    mailbox.domain = {plain->local_end + 1, plain->domain_end};
    mailbox.angle = plain->angle;
    at_ = plain->end();
    return true;
  }

  // --- the grammar's way ---

  bool fits_grammar() {
    Draft draft;
    draft.begin = text_.data();
    const grammar::RunOptions options{.depth = limits_.comment_depth};
    const auto fit = grammar::run<rfc5322::list_item, Collect>(text_.substr(at_), options, draft);
    if (!fit) {
      furthest_ = at_ + fit.error().offset;
      return false;
    }
    const std::size_t end = at_ + *fit;
    if (draft.group) {
      draft.group->all = {draft.group->name.begin, end};
      shapes_.groups.push_back(*draft.group);
    }
    const std::size_t first = shapes_.mailboxes.size();
    for (MailboxShape& mailbox : draft.mailboxes) {
      if (mailbox.group) mailbox.group = shapes_.groups.size() - 1;
      mailbox.name = trimmed(mailbox.name);
      mailbox.all = trimmed(mailbox.all);
      set_domain(mailbox);
      shapes_.mailboxes.push_back(mailbox);
    }
    find_comments({at_, end}, first);
    at_ = end;
    return true;
  }

  /// The domain is what follows the at sign behind the local part.
  void set_domain(MailboxShape& mailbox) const {
    std::size_t at = mailbox.local.end;
    while (at < mailbox.address.end && text_[at] != '@') {
      at = text_[at] == '(' ? lexical::scan_comment(text_, at, limits_.comment_depth).end : at + 1;
    }
    mailbox.domain = {std::min(skip_white(text_, at + 1), mailbox.address.end), mailbox.address.end};
  }

  /// Comments of a range that fits the grammar, each with the mailbox it stands in or behind.
  void find_comments(Range range, std::size_t first) {
    if (text_.substr(range.begin, range.size()).find('(') == std::string_view::npos) return;
    for (std::size_t at = range.begin; at < range.end;) {
      if (text_[at] == '"') {
        at = lexical::scan_quoted(text_, at).end;
      } else if (text_[at] == '(') {
        const std::size_t end = lexical::scan_comment(text_, at, limits_.comment_depth).end;
        std::size_t mailbox = first;
        while (mailbox < shapes_.mailboxes.size() && shapes_.mailboxes[mailbox].all.end < end) ++mailbox;
        const bool inside = mailbox < shapes_.mailboxes.size() && shapes_.mailboxes[mailbox].all.begin <= at;
        shapes_.comments.push_back({{at, end}, inside ? mailbox : no_mailbox});
        at = end;
      } else {
        ++at;
      }
    }
  }

  // --- the tolerant way ---

  void report(Code code, std::size_t at, std::size_t length) {
    sink_.report(make_diagnostic(code, field_.offset + at, length));
  }

  void misfit(std::size_t at, std::size_t length = 1) {
    if (!shapes_.misfit) shapes_.misfit = Range{at, std::min(at + length, text_.size())};
  }

  void end_group(std::size_t end) {
    if (!open_group_) return;
    shapes_.groups[*open_group_].all.end = end;
    open_group_.reset();
  }

  /// Behind the comment at `at`. One that does not end, or nests too deeply, ends the reading.
  std::size_t end_of_comment(std::size_t at, std::size_t mailbox) {
    const lexical::Span comment = lexical::scan_comment(text_, at, limits_.comment_depth);
    if (comment.too_deep) {
      report(Code::limit_comment_depth, comment.end, 1);
      stop_ = true;
      misfit(at);
      return text_.size();
    }
    if (!comment.closed) {
      report(Code::mime_comment_unterminated, at, text_.size() - at);
      stop_ = true;
      misfit(at);
      return text_.size();
    }
    shapes_.comments.push_back({{at, comment.end}, mailbox});
    return comment.end;
  }

  /// Behind the quoted-string at `at`; a quote that is never closed is text.
  std::size_t end_of_quoted(std::size_t at) {
    if (unclosed_quote_) return at + 1;
    const lexical::Span quoted = lexical::scan_quoted(text_, at);
    if (quoted.closed) return quoted.end;
    unclosed_quote_ = true;
    report(Code::mime_quoted_unterminated, at, text_.size() - at);
    return at + 1;
  }

  /// One element: to the comma or semicolon at its top level.
  void read_element() {
    const std::size_t begin = at_;
    const std::size_t misfit_at = furthest_.value_or(at_);
    furthest_.reset();
    Element element{.begin = begin, .mailbox = shapes_.mailboxes.size()};
    while (!stop_ && at_ < text_.size() && text_[at_] != ',' && text_[at_] != ';') {
      switch (text_[at_]) {
        case '(':
          at_ = end_of_comment(at_, shapes_.mailboxes.size());
          break;
        case '"':
          at_ = end_of_quoted(at_);
          element.end = at_;
          break;
        case '[':
          at_ = end_of_literal(at_);
          element.end = at_;
          break;
        case '<':
          read_angle(element);
          break;
        case ':':
          if (!open_group_ && !element.angle && opens_group(at_)) return open_group(element);
          element.end = ++at_;
          break;
        default:
          if (!is_white(text_[at_])) element.end = at_ + 1;
          ++at_;
      }
    }
    if (element.angle) return finish_angles(element);
    if (element.end > begin) read_bare(element, misfit_at);
  }

  struct Element {
    std::size_t begin = 0;
    std::size_t end = 0;      ///< behind the last octet that is no white space and no comment
    std::size_t mailbox = 0;  ///< index of the first mailbox of this element
    bool angle = false;
    std::size_t text_begin = 0;  ///< of text behind the last angle-addr
  };

  /// A domain literal, which may hold colons.
  [[nodiscard]] std::size_t end_of_literal(std::size_t at) noexcept {
    if (literal_end_ <= at) literal_end_ = std::min(text_.find_first_of("]<>,", at), text_.size());
    return literal_end_ < text_.size() && text_[literal_end_] == ']' ? literal_end_ + 1 : at + 1;
  }

  /// A colon begins a group when a semicolon ends it, or when nothing follows it at all.
  bool opens_group(std::size_t colon) {
    if (!last_semicolon_) {
      const std::size_t last = text_.rfind(';');
      last_semicolon_ = last == text_.npos ? 0 : last;
    }
    return *last_semicolon_ > colon || skip_white(text_, colon + 1) >= text_.size();
  }

  void open_group(const Element& element) {
    open_group_ = shapes_.groups.size();
    shapes_.groups.push_back(
        {.all = {element.begin, text_.size()}, .name = {element.begin, std::max(element.end, element.begin)}});
    ++at_;
  }

  /// `<...>` behind a name, or behind another one.
  void read_angle(Element& element) {
    const std::size_t open = at_;
    const std::size_t inner = at_ + 1;
    std::size_t at = inner;
    bool closed = false;
    while (!stop_ && at < text_.size()) {
      const char c = text_[at];
      if (c == '>') {
        closed = true;
        break;
      }
      if (c == '<' || (c == ';' && !closes_behind(at))) break;
      if (c == ',' && !in_route(inner, at)) break;
      at = c == '(' ? end_of_comment(at, shapes_.mailboxes.size()) : c == '"' ? end_of_quoted(at) : at + 1;
    }
    MailboxShape mailbox;
    mailbox.angle = true;
    mailbox.group = open_group_;
    const std::size_t name_begin = element.angle ? element.text_begin : element.begin;
    mailbox.name = trimmed({name_begin, open});
    mailbox.all = {mailbox.name.empty() ? open : mailbox.name.begin, closed ? at + 1 : at};
    if (element.angle) {
      shapes_.two_angles = true;
      misfit(mailbox.all.begin, mailbox.all.size());
    }
    if (!closed && !stop_) misfit(at >= text_.size() ? open : at);
    set_angle_address(mailbox, trimmed({inner, at}));
    at_ = closed ? at + 1 : at;
    element.angle = true;
    element.text_begin = at_;
    element.end = at_;
  }

  /// A semicolon inside brackets that close before anything else begins.
  [[nodiscard]] bool closes_behind(std::size_t at) noexcept {
    if (angle_end_ <= at) angle_end_ = std::min(at + find_any_of(text_.substr(at), '<', '>', ','), text_.size());
    return angle_end_ < text_.size() && text_[angle_end_] == '>';
  }

  [[nodiscard]] bool in_route(std::size_t inner, std::size_t at) const noexcept {
    const std::size_t first = skip_white(text_, inner);
    return first < text_.size() && text_[first] == '@' &&
           text_.substr(first, at - first).find(':') == std::string_view::npos;
  }

  [[nodiscard]] Range trimmed(Range range) const noexcept {
    while (!range.empty() && is_white(text_[range.begin])) ++range.begin;
    while (!range.empty() && is_white(text_[range.end - 1])) --range.end;
    return range;
  }

  void set_angle_address(MailboxShape& mailbox, Range inside) {
    if (inside.empty()) {
      if (!shapes_.null_angle) shapes_.null_angle = mailbox.all;
    } else if (text_[inside.begin] == '@') {
      const std::size_t colon = text_.substr(0, inside.end).find(':', inside.begin);
      if (colon < inside.end) {
        mailbox.route = {inside.begin, colon + 1};
        inside = trimmed({colon + 1, inside.end});
      }
    }
    set_address(mailbox, inside);
    shapes_.mailboxes.push_back(mailbox);
  }

  /// Cuts an addr-spec at its last at sign outside quotes; reports what cannot stand in one.
  void set_address(MailboxShape& mailbox, Range address) {
    mailbox.address = address;
    std::size_t sign = address.end;
    const std::string_view text = text_.substr(0, address.end);
    bool unclosed = false;  // the quotes behind one that is never closed are not closed either
    for (std::size_t at = address.begin; at < address.end;) {
      const char c = text[at];
      if (c == '@') sign = at;
      if (c == '"' && !unclosed) {
        const lexical::Span quoted = lexical::scan_quoted(text, at);
        unclosed = !quoted.closed;
        at = quoted.closed ? quoted.end : at + 1;
      } else if (c == '(') {
        at = std::max(at + 1, lexical::scan_comment(text_, at, limits_.comment_depth).end);
      } else {
        ++at;
      }
    }
    mailbox.local = trimmed({address.begin, sign});
    if (sign < address.end) mailbox.domain = trimmed({sign + 1, address.end});
    check_address(mailbox);
  }

  /// The grammar's word on an address found by hand: only its misfit counts.
  void check_address(const MailboxShape& mailbox) {
    if (mailbox.address.empty()) return;
    const std::string_view address = text_.substr(mailbox.address.begin, mailbox.address.size());
    const grammar::RunOptions options{.depth = limits_.comment_depth};
    const auto fit = mailbox.domain.empty()
                         ? grammar::run<grammar::whole<rfc5322::local_part>>(address, options)
                         : grammar::run<grammar::whole<rfc5322::addr_spec, rfc5322::opt_CFWS>>(address, options);
    if (!fit) misfit(mailbox.address.begin + std::min(fit.error().offset, address.size() - 1));
  }

  /// Text behind the last angle-addr: another address in fact, the name where none stands before, or just text.
  void finish_angles(const Element& element) {
    const Range text = trimmed({element.text_begin, element.end});
    if (text.empty() || stop_) return;
    misfit(text.begin, text.size());
    MailboxShape& last = shapes_.mailboxes.back();
    if (last.name.empty()) {
      last.name = text;
      last.all.end = text.end;
    }
  }

  /// No angle bracket: an address, an address among words, or words.
  void read_bare(const Element& element, std::size_t misfit_at) {
    MailboxShape mailbox;
    mailbox.group = open_group_;
    mailbox.all = {element.begin, element.end};
    Range address = mailbox.all;
    const Range word = word_with_at_sign(mailbox.all);
    if (word.empty() && has_blank(mailbox.all)) {  // words only: a name whose address is missing
      mailbox.name = mailbox.all;
      misfit(std::min(misfit_at, text_.size() - 1));
      shapes_.mailboxes.push_back(mailbox);
      return;
    }
    if (!word.empty() && !fits_address(address)) {
      address = word;
      mailbox.name = trimmed({element.begin, word.begin});
      if (mailbox.name.empty()) mailbox.name = trimmed({word.end, element.end});
      misfit(misfit_at < text_.size() ? misfit_at : word.begin);
    }
    set_address(mailbox, address);
    shapes_.mailboxes.push_back(mailbox);
  }

  [[nodiscard]] bool fits_address(Range range) const {
    const grammar::RunOptions options{.depth = limits_.comment_depth};
    return grammar::run<grammar::whole<rfc5322::addr_spec, rfc5322::opt_CFWS>>(text_.substr(range.begin, range.size()),
                                                                               options)
        .has_value();
  }

  [[nodiscard]] bool has_blank(Range range) const noexcept {
    return std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(range.begin),
                       text_.begin() + static_cast<std::ptrdiff_t>(range.end), is_white);
  }

  /// The last word that holds an at sign.
  [[nodiscard]] Range word_with_at_sign(Range range) const noexcept {
    const std::size_t found = text_.substr(range.begin, range.size()).rfind('@');
    if (found == text_.npos) return {};
    const std::size_t sign = range.begin + found;
    Range word{sign, sign + 1};
    while (word.begin > range.begin && !is_white(text_[word.begin - 1])) --word.begin;
    while (word.end < range.end && !is_white(text_[word.end])) ++word.end;
    return word;
  }

  static constexpr std::size_t no_mailbox = ~std::size_t{0};

  FieldText field_;
  std::string_view text_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  AddressRoad road_;
  AddressShapes shapes_;
  std::size_t at_ = 0;
  bool stop_ = false;
  bool unclosed_quote_ = false;
  std::size_t angle_end_ = 0;    ///< of the octet that ends or breaks a bracket begun before it
  std::size_t literal_end_ = 0;  ///< of the octet that ends a literal begun before it
  std::optional<std::size_t> open_group_;
  std::optional<std::size_t> furthest_;
  std::optional<std::size_t> last_semicolon_;
};

}  // namespace

AddressShapes find_addresses(FieldText field, DiagnosticSink& sink, const Limits& limits, AddressRoad road) {
  return AddressFinder(field, sink, limits, road).find();
}

}  // namespace mailparse
