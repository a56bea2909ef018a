#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "message/field_checks.hpp"
#include "message/lexical.hpp"

namespace mailparse {
namespace {

/// White space that pushes an address out of a narrow view.
constexpr std::size_t long_padding = 40;

bool is_domain_octet(char c) noexcept {
  return is(OctetClass::alpha, c) || is(OctetClass::digit, c) || is(OctetClass::high, c) || c == '-' || c == '.';
}

/// Characters that a decoded name shows as white space: no-break, em and ideographic spaces and the like, too.
std::size_t longest_white_run(std::string_view text) noexcept {
  std::size_t longest = 0;
  std::size_t run = 0;
  while (!text.empty()) {
    const Utf8Character c = read_utf8(text);
    text.remove_prefix(std::max<std::size_t>(c.length, 1));
    const bool white = c.value == ' ' || c.value == '\t' || c.value == 0xA0 || c.value == 0x3000 ||
                       (c.value >= 0x2000 && c.value <= 0x200A);
    run = white ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Domains of the addresses that a text shows: "x@domain.tld".
std::vector<std::string_view> domains_in(std::string_view text) {
  std::vector<std::string_view> domains;
  for (std::size_t sign = text.find('@'); sign != text.npos && domains.size() < 16; sign = text.find('@', sign + 1)) {
    std::size_t end = sign + 1;
    while (end < text.size() && is_domain_octet(text[end])) ++end;
    std::string_view domain = text.substr(sign + 1, end - sign - 1);
    while (domain.ends_with('.')) domain.remove_suffix(1);
    const bool has_local = sign > 0 && !lexical::is_white(text[sign - 1]);
    if (has_local && domain.find('.') != domain.npos) domains.push_back(domain);
  }
  return domains;
}

/// One is the other, or a parent of it.
bool related(std::string_view a, std::string_view b) noexcept {
  if (a.size() < b.size()) std::swap(a, b);
  if (!iequals(a.substr(a.size() - b.size()), b)) return false;
  return a.size() == b.size() || a[a.size() - b.size() - 1] == '.';
}

class AuthorCheck {
 public:
  AuthorCheck(const Header& header, const MessageFields& fields, Arena& arena, DiagnosticSink& sink)
      : header_(header), fields_(fields), arena_(arena), sink_(sink) {}

  void run() {
    check_several_fields();
    check_sender_alone();
    for (const AddressField& from : fields_.from) check_field(from);
  }

 private:
  void report(Code code, Place place) { sink_.report(make_diagnostic(code, place.offset, place.length)); }
  void report(Code code, Place place, Severity severity) {
    Diagnostic diagnostic = make_diagnostic(code, place.offset, place.length);
    diagnostic.severity = severity;
    sink_.report(std::move(diagnostic));
  }

  void check_several_fields() {
    if (fields_.from.size() < 2) return;
    const HeaderField& second = *fields_.from[1].field;
    Diagnostic diagnostic = make_diagnostic(Code::from_multiple_headers, second.offset, second.length);
    diagnostic.count = fields_.from.size() - 1;
    sink_.report(std::move(diagnostic));
  }

  static bool has_address(const std::vector<AddressField>& fields) {
    return std::any_of(fields.begin(), fields.end(), [](const AddressField& f) {
      return std::any_of(f.list.mailboxes.begin(), f.list.mailboxes.end(),
                         [](const Mailbox& m) { return !m.domain.empty(); });
    });
  }

  void check_sender_alone() {
    if (fields_.sender.empty() || has_address(fields_.from) || !has_address(fields_.sender)) return;
    const HeaderField& sender = *fields_.sender.front().field;
    report(Code::from_sender_mismatch, {sender.offset, sender.length});
  }

  void check_field(const AddressField& from) {
    const AddressList& list = from.list;
    if (list.misfit) report(Code::from_syntax, *list.misfit);
    for (const AddressGroup& group : list.groups) report(Code::from_group_syntax, group.place);
    check_null(list);
    check_number(from);
    for (const Mailbox& mailbox : list.mailboxes) check_mailbox(mailbox);
    check_shown(from);
    check_padding(from);
  }

  void check_null(const AddressList& list) {
    const bool any =
        std::any_of(list.mailboxes.begin(), list.mailboxes.end(), [](const Mailbox& m) { return !m.address.empty(); });
    if (list.null_angle) return report(Code::from_null_address, *list.null_angle, Severity::error);
    if (!list.groups.empty() && !any) report(Code::from_null_address, list.groups.front().place);
  }

  /// Several authors need a Sender; of several domains, they let readers choose whom to show.
  void check_number(const AddressField& from) {
    std::vector<const Mailbox*> named;
    for (const Mailbox& mailbox : from.list.mailboxes) {
      if (!mailbox.address.empty()) named.push_back(&mailbox);
    }
    if (named.size() < 2) return;
    const HeaderField& field = *from.field;
    if (fields_.sender.empty()) report(Code::from_sender_missing, {field.offset, field.length});
    const auto elsewhere = [&](const Mailbox* m) { return !iequals(m->domain, named.front()->domain); };
    const bool several_domains = std::any_of(named.begin(), named.end(), elsewhere);
    if (from.list.two_angles) {
      report(Code::from_multiple_addresses, named[1]->address_place, Severity::error);
    } else if (several_domains && fields_.sender.empty()) {
      report(Code::from_multiple_addresses, named[1]->address_place);
    }
  }

  void check_mailbox(const Mailbox& mailbox) {
    if (!mailbox.route.empty()) report(Code::from_source_route, mailbox.route_place);
    if (mailbox.local_part.starts_with('"') && mailbox.local_part.find('@') != std::string_view::npos)
      report(Code::from_quoted_local_address, mailbox.address_place);
    if (mailbox.address.empty() || !mailbox.domain.empty()) return;
    if (hides_address(mailbox)) {
      report(Code::from_encoded_word_address, mailbox.address_place);
      if (!mailbox.angle) return;
    }
    if (iequals(mailbox.address, "MAILER-DAEMON") || iequals(mailbox.address, "postmaster")) return;
    report(Code::from_no_domain, mailbox.address_place);
  }

  bool hides_address(const Mailbox& mailbox) {
    if (!has_encoded_word(mailbox.address)) return false;
    Silence unheard;
    return decode_header_text({mailbox.address, 0}, TextPlace::phrase, arena_, unheard).find('@') !=
           std::string_view::npos;
  }

  [[nodiscard]] bool is_list_mail() const {
    return header_.first(FieldName::list_id) != nullptr || header_.first(FieldName::list_post) != nullptr;
  }

  [[nodiscard]] bool repeated_elsewhere(std::string_view domain) const {
    const auto holds = [&](const std::vector<AddressField>& fields) {
      return std::any_of(fields.begin(), fields.end(), [&](const AddressField& f) {
        return std::any_of(f.list.mailboxes.begin(), f.list.mailboxes.end(),
                           [&](const Mailbox& m) { return !m.domain.empty() && related(m.domain, domain); });
      });
    };
    return holds(fields_.sender) || holds(fields_.reply_to);
  }

  /// Whether `text` shows an address of a domain that none of the field's real addresses has to do with.
  [[nodiscard]] bool shows_stranger(std::string_view text, const AddressList& list) const {
    for (const std::string_view domain : domains_in(text)) {
      const bool known = std::any_of(list.mailboxes.begin(), list.mailboxes.end(), [&](const Mailbox& m) {
        return !m.domain.empty() &&
               (related(m.domain, domain) || related(m.domain_unicode, domain) || related(m.domain_ascii, domain));
      });
      if (!known && !repeated_elsewhere(domain)) return true;
    }
    return false;
  }

  void check_shown(const AddressField& from) {
    const AddressList& list = from.list;
    for (const AddressComment& comment : list.comments) {
      if (shows_stranger(comment.text, list)) report(Code::from_comment_address, comment.place);
    }
    if (is_list_mail()) return;
    const auto check_name = [&](std::string_view name, Place place) {
      if (name.empty() || names_list(name)) return;
      if (shows_stranger(name, list)) report(Code::from_display_name_address, place);
    };
    for (const Mailbox& mailbox : list.mailboxes) {
      if (!mailbox.name_from_comment) check_name(mailbox.name, mailbox.name_place);
    }
    for (const AddressGroup& group : list.groups) check_name(group.name, group.name_place);
  }

  /// "Somebody via Some List": how lists name an author whose address they replace.
  static bool names_list(std::string_view name) noexcept {
    for (std::size_t at = 0; at + 5 <= name.size(); ++at) {
      if (iequals(name.substr(at, 5), " via ")) return true;
    }
    return false;
  }

  void check_padding(const AddressField& from) {
    for (const Mailbox& mailbox : from.list.mailboxes) {
      if (mailbox.name_from_comment) continue;
      const HeaderField& field = *from.field;
      // Blanks behind the name push the address away as well.
      const std::uint64_t end =
          std::max(mailbox.address_place.offset, mailbox.name_place.offset + mailbox.name_place.length);
      const std::string_view name =
          field.value.substr(static_cast<std::size_t>(mailbox.name_place.offset - field.value_offset),
                             static_cast<std::size_t>(end - mailbox.name_place.offset));
      if (report_padding(name, mailbox.name_place.offset)) continue;
      if (longest_white_run(mailbox.name) >= long_padding)  // of an encoded-word
        report(Code::from_display_name_padding, mailbox.name_place);
    }
  }

  bool report_padding(std::string_view name, std::uint64_t offset) {
    for (std::size_t at = 0; at < name.size(); ++at) {
      if (!lexical::is_white(name[at])) continue;
      const std::size_t end = lexical::skip_white(name, at);
      const std::string_view run = name.substr(at, end - at);
      const auto blanks = static_cast<std::size_t>(
          std::count_if(run.begin(), run.end(), [](char c) { return is(OctetClass::blank, c); }));
      if (blanks >= long_padding) {
        report(Code::from_display_name_padding, {offset + at, run.size()});
        return true;
      }
      at = end;
    }
    return false;
  }

  const Header& header_;
  const MessageFields& fields_;
  Arena& arena_;
  DiagnosticSink& sink_;
};

}  // namespace

void check_authors(const Header& header, const MessageFields& fields, Arena& arena, DiagnosticSink& sink) {
  AuthorCheck(header, fields, arena, sink).run();
}

}  // namespace mailparse
