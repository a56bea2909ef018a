#include "msg-inspect/part_view.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/text_width.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t deepest_indent = 20;

bool is_composite(const MessagePart& part) {
  return part.type.starts_with("multipart/") || part.type.starts_with("message/");
}

/// The sniffed type where it contradicts the declared one.
std::string_view contradiction(const MessagePart& part) {
  const bool vague = part.type == "application/octet-stream" || part.type.starts_with("text/") || is_composite(part);
  const bool text = part.sniffed_type == "text/plain";
  return part.sniffed_type.empty() || part.sniffed_type == part.type || vague || text
             ? std::string_view()
             : std::string_view(part.sniffed_type);
}

/// Whom a certificate names: by address, by name, or by who issued it.
std::string signer_text(const CertificateName& certificate) {
  if (!certificate.addresses.empty()) return certificate.addresses.front();
  if (!certificate.subject.empty()) return certificate.subject;
  return fmt::format("{} of {}", certificate.serial, certificate.issuer);
}

/// "signed by ann@a.example, not verified", "encrypted".
std::string protection_text(const Protection& protection) {
  std::string text(to_string(protection.kind));
  if (protection.kind == ProtectionKind::detached_signature) text = "signature";
  for (std::size_t i = 0; i < protection.signers.size(); ++i)
    text += fmt::format("{} {}", i == 0 ? " by" : ",", signer_text(protection.signers[i].certificate));
  if (protection.signature) return text + fmt::format(", {}", to_string(*protection.signature));
  return protection.signers.empty() ? text : text + ", not verified";
}

struct Row {
  std::string head;  ///< path and type, indented
  std::string rest;
};

Row row_of(const MessagePart& part, std::size_t depth) {
  Row row;
  row.head = fmt::format("{}{}  {}", std::string(2 * std::min(depth, deepest_indent), ' '), part.path, part.type);
  row.rest = octets_text(part.decoded_size);
  if (part.charset) row.rest += "  " + *part.charset;
  if (!part.charset_used.empty()) row.rest += fmt::format(" (read as {})", part.charset_used);
  if (!is_identity(part.encoding) || part.origin == PartOrigin::content) row.rest += "  " + part.encoding_name;
  if (!part.filename.empty()) row.rest += fmt::format("  \"{}\"", part.filename);
  if (part.attachment && part.filename.empty()) row.rest += "  attachment";
  if (const std::string_view other = contradiction(part); !other.empty())
    row.rest += fmt::format("  looks like {}", other);
  if (part.protection != nullptr) row.rest += "  " + protection_text(*part.protection);
  return row;
}

}  // namespace

std::string octets_text(std::uint64_t count) {
  if (count == 1) return "1 octet";
  if (count < 1'000) return fmt::format("{} octets", count);
  const double kilo = static_cast<double>(count) / 1e3;
  if (kilo < 1e3) return fmt::format("{:.1f} kB", kilo);
  return kilo < 1e6 ? fmt::format("{:.1f} MB", kilo / 1e3) : fmt::format("{:.1f} GB", kilo / 1e6);
}

void show_tree(Page& page, const Message& message) {
  std::vector<Row> rows;
  std::vector<std::size_t> depths;
  auto inside = message.embedded.begin();
  for (std::uint32_t i = 0; i < message.parts.size(); ++i) {
    const MessagePart& part = message.parts[i];
    depths.push_back(part.parent == i ? 0 : depths[part.parent] + 1);
    rows.push_back(row_of(part, depths.back()));
    // Files in text stand in the order of the parts that hold them.
    for (; inside != message.embedded.end() && inside->parent == i; ++inside)
      rows.push_back(row_of(*inside, depths.back() + 1));
  }
  for (; inside != message.embedded.end(); ++inside) rows.push_back(row_of(*inside, 1));
  std::size_t widest = 0;
  for (const Row& row : rows) widest = std::max(widest, text_width(page.clean(row.head)));
  widest = std::min(widest, page.width() / 2);
  for (const Row& row : rows) page.item(2, pad_text(page.clean(row.head), widest) + "  ", row.rest);
}

void show_parts(Page& page, const Message& message) {
  for (const auto* list : {&message.parts, &message.embedded}) {
    for (const MessagePart& part : *list) {
      page.title(fmt::format("part {}", part.path));
      page.row("type", part.type);
      for (const MimeParameter& parameter : part.params)
        page.row("", fmt::format("{}={}", parameter.name, parameter.value), Ink::faint);
      if (!part.charset_used.empty())
        page.row("read as", fmt::format("{}, {} % sure", part.charset_used, part.charset_confidence));
      if (!part.encoding_name.empty()) page.row("encoding", part.encoding_name);
      if (!part.disposition.empty()) page.row("disposition", part.disposition);
      for (const PartName& name : part.names) page.row("name", name.name);
      if (!part.content_id.empty()) page.row("content-id", part.content_id);
      page.row("header", fmt::format("{} + {}", part.offset, part.header_length));
      page.row("body", fmt::format("{} + {}", part.body_offset, part.body_length));
      if (part.origin == PartOrigin::decoded) page.row("", "places count in the decoded message around it", Ink::faint);
      page.row("decoded", octets_text(part.decoded_size));
      if (!part.sniffed_type.empty()) page.row("looks like", part.sniffed_type);
      if (part.protection != nullptr) page.row("protection", protection_text(*part.protection));
      if (!part.md5.empty()) page.row("md5", part.md5);
      if (!part.sha256.empty()) page.row("sha256", part.sha256);
    }
  }
}

}  // namespace mailparse::tools
