#include "msg-inspect/view.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>

#include "common/terminal.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t text_limit = 1024 * 1024;

constexpr std::string_view severity_color(Severity severity) noexcept {
  switch (severity) {
    case Severity::info:
      return "36";
    case Severity::warning:
      return "33";
    case Severity::error:
    case Severity::critical:
      return "31";
  }
  return {};
}

/// Writes lines; text from the message goes through visible().
class Page {
 public:
  Page(std::string& out, const ViewStyle& style) : out_(out), style_(style) {}

  void title(std::string_view text) { out_ += paint("1", text) + "\n"; }
  void row(std::string_view name, std::string_view value) {
    out_ += paint("1", fmt::format("{:<12}", name)) + " " + visible(value) + "\n";
  }
  void line(std::string_view text) { out_ += fmt::format("{}\n", text); }
  void text(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view one = text.substr(0, end);
      if (one.ends_with('\r')) one.remove_suffix(1);
      out_ += visible(one) + "\n";
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    return style_.color ? fmt::format("\x1B[{}m{}\x1B[0m", code, text) : std::string(text);
  }

 private:
  std::string& out_;
  const ViewStyle& style_;
};

std::string octets(std::uint64_t count) {
  if (count < 10'000) return fmt::format("{} octets", count);
  if (count < 10'000'000) return fmt::format("{} kB", count / 1000);
  return fmt::format("{} MB", count / 1'000'000);
}

std::string person(const Mailbox& mailbox) {
  return mailbox.name.empty() ? std::string(mailbox.address) : fmt::format("{} <{}>", mailbox.name, mailbox.address);
}

void show_people(Page& page, std::string_view name, const std::vector<AddressField>& fields) {
  std::string all;
  for (const AddressField& field : fields) {
    for (const Mailbox& mailbox : field.list.mailboxes) all += (all.empty() ? "" : ", ") + person(mailbox);
  }
  if (!all.empty()) page.row(name, all);
}

std::size_t depth_of(const Message& message, const MessagePart& part) {
  std::size_t depth = 0;
  const MessagePart* p = &part;
  while (&message.parts[p->parent] != p && depth < 200) {
    p = &message.parts[p->parent];
    ++depth;
  }
  return depth;
}

void show_tree(Page& page, const Message& message) {
  const auto show = [&](const MessagePart& part, std::size_t depth) {
    std::string text = fmt::format("{}{:<6} {}", std::string(2 * std::min<std::size_t>(depth, 20), ' '), part.path,
                                   visible(part.type));
    text += fmt::format("  {}", octets(part.decoded_size));
    if (!part.filename.empty()) text += fmt::format("  \"{}\"", visible(part.filename));
    const bool composite = part.type.starts_with("multipart/") || part.type.starts_with("message/");
    if (!part.sniffed_type.empty() && part.sniffed_type != part.type && !composite && !part.type.starts_with("text/")) {
      text += fmt::format("  (looks like {})", part.sniffed_type);
    }
    page.line(text);
  };
  for (const MessagePart& part : message.parts) show(part, depth_of(message, part));
  for (const MessagePart& part : message.embedded) show(part, depth_of(message, message.parts[part.parent]) + 1);
}

void show_findings(Page& page, const Message& message, Severity least) {
  for (const Diagnostic& finding : message.findings) {
    if (finding.severity < least) continue;
    const CodeInfo& about = info(finding.code);
    std::string text = page.paint(severity_color(finding.severity), fmt::format("{:<8}", to_string(finding.severity)));
    text += fmt::format(" {} at {}", about.name, finding.offset);
    if (!finding.part.empty()) text += fmt::format(", part {}", finding.part);
    if (finding.count > 1) text += fmt::format(", {} times", finding.count);
    if (!finding.detail.empty()) text += fmt::format(": {}", visible(finding.detail));
    page.line(text);
  }
}

void show_headers(Page& page, const Message& message) {
  for (const MessageField& field : message.headers) {
    page.row(visible(field.name), field.value);
    std::string_view raw = field.raw.substr(std::min(field.raw.size(), field.name.size() + 1));
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    raw = trim_blanks(raw);
    if (raw != field.value) page.line(page.paint("2", "             raw " + visible(raw)));
  }
}

void show_parts(Page& page, const Message& message) {
  for (const auto* list : {&message.parts, &message.embedded}) {
    for (const MessagePart& part : *list) {
      page.title(fmt::format("part {}", part.path));
      page.row("type", part.type);
      if (part.charset) page.row("charset", *part.charset);
      if (!part.encoding_name.empty()) page.row("encoding", part.encoding_name);
      if (!part.disposition.empty()) page.row("disposition", part.disposition);
      for (const PartName& name : part.names) page.row("name", name.name);
      page.row("header", fmt::format("{} + {}", part.offset, part.header_length));
      page.row("body", fmt::format("{} + {}", part.body_offset, part.body_length));
      page.row("decoded", octets(part.decoded_size));
      if (!part.sniffed_type.empty()) page.row("looks like", part.sniffed_type);
      if (!part.md5.empty()) page.row("md5", part.md5);
      if (!part.sha256.empty()) page.row("sha256", part.sha256);
    }
  }
}

void show_hops(Page& page, const Message& message) {
  const std::vector<ReceivedField>& hops = message.fields.received;
  for (std::size_t i = hops.size(); i-- > 0;) {
    const Received& hop = hops[i].received;
    std::string text;
    const auto add = [&](std::string_view word, std::string_view value) {
      if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : " ", word, value);
    };
    add("from", hop.from.helo);
    if (!hop.from.ip.empty()) text += fmt::format(" [{}]", hop.from.ip);
    add("by", hop.by);
    add("with", hop.with);
    add("at", hop.date ? rfc3339(hop.date->utc).substr(0, 19) + "Z" : std::string(hop.date_text));
    if (i + 1 < hops.size() && hop.date && hops[i + 1].received.date) {
      text += fmt::format("  {:+} s", (hop.date->utc - hops[i + 1].received.date->utc).count());
    }
    page.row(fmt::format("hop {}", hops.size() - i), text);
  }
}

void show_summary(Page& page, const Message& message, const MessageSource& source) {
  const MessageFields& fields = message.fields;
  page.row("message", fmt::format("{}  {}  {}", message.id, octets(message.size), source.file));
  if (fields.subject) page.row("subject", *fields.subject);
  if (fields.date) page.row("date", fields.date->text);
  show_people(page, "from", fields.from);
  show_people(page, "sender", fields.sender);
  show_people(page, "reply-to", fields.reply_to);
  show_people(page, "to", fields.to);
  show_people(page, "cc", fields.cc);
  if (fields.message_id) page.row("message-id", fields.message_id->text);
  page.title("parts");
  show_tree(page, message);
  if (message.field(FieldName::received) != nullptr) {
    page.title("hops, the first one first");
    show_hops(page, message);
  }
  if (std::ranges::any_of(message.findings, [](const Diagnostic& f) { return f.severity >= Severity::warning; })) {
    page.title("findings");
    show_findings(page, message, Severity::warning);
  }
}

}  // namespace

void TextCollector::on_part_octets(const MessagePart& part, std::string_view more) {
  if (part.type.starts_with("text/") && octets_.size() < text_limit)
    octets_.append(more.substr(0, text_limit - octets_.size()));
}

void TextCollector::on_part_end(const MessagePart& part) {
  const std::string content = std::exchange(octets_, {});
  if (!part.type.starts_with("text/") || part.attachment) return;
  std::string text = decode_text(content, part.charset ? *part.charset : std::string()).text;
  texts_.push_back({part.path, part.type, part.type == "text/html" ? html_to_text(text) : std::move(text)});
}

void show_message(std::string& out, View view, const Message& message, const MessageSource& source,
                  const std::vector<PartText>& texts, const ViewStyle& style) {
  Page page(out, style);
  switch (view) {
    case View::summary:
      show_summary(page, message, source);
      break;
    case View::tree:
      show_tree(page, message);
      break;
    case View::headers:
      show_headers(page, message);
      break;
    case View::hops:
      show_hops(page, message);
      break;
    case View::parts:
      show_parts(page, message);
      break;
    case View::findings:
      show_findings(page, message, Severity::info);
      break;
    case View::text:
      for (const PartText& part : texts) {
        page.title(fmt::format("part {}, {}", part.path, visible(part.type)));
        page.text(part.text);
      }
      break;
    case View::json:
      break;
  }
}

}  // namespace mailparse::tools
