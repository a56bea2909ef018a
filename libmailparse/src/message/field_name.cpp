#include <algorithm>
#include <array>
#include <cstddef>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/field_name.hpp>

namespace mailparse {
namespace {

struct Row {
  std::string_view name;
  FieldKind kind;
};

constexpr std::size_t field_count = static_cast<std::size_t>(FieldName::unknown);

/// In the order of FieldName.
constexpr std::array<Row, field_count> rows{{
    {"ARC-Authentication-Results", FieldKind::authentication_results},
    {"ARC-Message-Signature", FieldKind::tags},
    {"ARC-Seal", FieldKind::tags},
    {"Authentication-Results", FieldKind::authentication_results},
    {"Bcc", FieldKind::addresses},
    {"Cc", FieldKind::addresses},
    {"Comments", FieldKind::unstructured},
    {"Content-Description", FieldKind::unstructured},
    {"Content-Disposition", FieldKind::content_disposition},
    {"Content-ID", FieldKind::message_ids},
    {"Content-Language", FieldKind::unstructured},
    {"Content-Location", FieldKind::unstructured},
    {"Content-MD5", FieldKind::unstructured},
    {"Content-Transfer-Encoding", FieldKind::token},
    {"Content-Type", FieldKind::content_type},
    {"Date", FieldKind::date},
    {"Delivered-To", FieldKind::addresses},
    {"Disposition-Notification-To", FieldKind::addresses},
    {"DKIM-Signature", FieldKind::tags},
    {"Errors-To", FieldKind::addresses},
    {"From", FieldKind::addresses},
    {"In-Reply-To", FieldKind::message_ids},
    {"Keywords", FieldKind::phrases},
    {"List-Archive", FieldKind::list},
    {"List-Help", FieldKind::list},
    {"List-Id", FieldKind::list},
    {"List-Owner", FieldKind::list},
    {"List-Post", FieldKind::list},
    {"List-Subscribe", FieldKind::list},
    {"List-Unsubscribe", FieldKind::list},
    {"List-Unsubscribe-Post", FieldKind::unstructured},
    {"Message-ID", FieldKind::message_ids},
    {"MIME-Version", FieldKind::token},
    {"Received", FieldKind::received},
    {"Received-SPF", FieldKind::unstructured},
    {"References", FieldKind::message_ids},
    {"Reply-To", FieldKind::addresses},
    {"Resent-Bcc", FieldKind::addresses},
    {"Resent-Cc", FieldKind::addresses},
    {"Resent-Date", FieldKind::date},
    {"Resent-From", FieldKind::addresses},
    {"Resent-Message-ID", FieldKind::message_ids},
    {"Resent-Reply-To", FieldKind::addresses},
    {"Resent-Sender", FieldKind::addresses},
    {"Resent-To", FieldKind::addresses},
    {"Return-Path", FieldKind::path},
    {"Sender", FieldKind::addresses},
    {"Subject", FieldKind::unstructured},
    {"Thread-Index", FieldKind::unstructured},
    {"To", FieldKind::addresses},
    {"User-Agent", FieldKind::unstructured},
    {"X-Mailer", FieldKind::unstructured},
    {"X-Original-To", FieldKind::addresses},
    {"X-Originating-IP", FieldKind::unstructured},
}};

/// Negative, zero or positive as `a` sorts before, with or behind `b`, letter case put aside.
constexpr int compare(std::string_view a, std::string_view b) noexcept {
  const std::size_t common = a.size() < b.size() ? a.size() : b.size();
  for (std::size_t i = 0; i < common; ++i) {
    const int difference = static_cast<int>(static_cast<unsigned char>(to_lower(a[i]))) -
                           static_cast<int>(static_cast<unsigned char>(to_lower(b[i])));
    if (difference != 0) return difference;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

constexpr bool sorted() noexcept {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (compare(rows[i - 1].name, rows[i].name) >= 0) return false;
  }
  return true;
}
static_assert(sorted(), "rows follow FieldName, and both the alphabet");

/// Length and first letter tell most names apart, so that an unknown name costs one look into this table.
constexpr std::size_t slot(std::string_view name) noexcept {
  return (name.size() * 33 + static_cast<unsigned char>(to_lower(name[0])) * 5 +
          static_cast<unsigned char>(to_lower(name[name.size() - 1]))) %
         256;
}

constexpr std::uint8_t no_row = 0xFF;

/// Open addressing: a name stands in its slot or in one of those behind it before the first empty one.
constexpr std::array<std::uint8_t, 256> make_slots() noexcept {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t at = slot(rows[i].name);
    while (table[at] != no_row) at = (at + 1) % table.size();
    table[at] = static_cast<std::uint8_t>(i);
  }
  return table;
}
constexpr auto slots = make_slots();

}  // namespace

FieldName find_field_name(std::string_view name) noexcept {
  if (name.empty()) return FieldName::unknown;
  for (std::size_t at = slot(name); slots[at] != no_row; at = (at + 1) % slots.size()) {
    const std::string_view usual = rows[slots[at]].name;
    if (usual == name || iequals(usual, name)) return static_cast<FieldName>(slots[at]);
  }
  return FieldName::unknown;
}

std::string_view to_string(FieldName name) noexcept {
  return name == FieldName::unknown ? std::string_view() : rows[static_cast<std::size_t>(name)].name;
}

bool occurs_once(FieldName name) noexcept {
  static constexpr std::array<FieldName, 11> once{FieldName::bcc,        FieldName::cc,          FieldName::date,
                                                  FieldName::from,       FieldName::in_reply_to, FieldName::message_id,
                                                  FieldName::references, FieldName::reply_to,    FieldName::sender,
                                                  FieldName::subject,    FieldName::to};
  return std::binary_search(once.begin(), once.end(), name);
}

FieldKind kind_of(FieldName name) noexcept {
  return name == FieldName::unknown ? FieldKind::unstructured : rows[static_cast<std::size_t>(name)].kind;
}

}  // namespace mailparse
