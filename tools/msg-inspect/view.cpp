#include "msg-inspect/view.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/partial.hpp>

#include "common/text_width.hpp"
#include "msg-inspect/flowed_text.hpp"
#include "msg-inspect/html_text.hpp"
#include "msg-inspect/page.hpp"
#include "msg-inspect/part_view.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t text_limit = 1024 * 1024;
// Hosts, addresses and findings that a summary lists; all are in their own views.
constexpr std::size_t summary_lines = 12;

constexpr Ink ink_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::info:
      return Ink::notice;
    case Severity::warning:
      return Ink::warning;
    case Severity::error:
    case Severity::critical:
      return Ink::alarm;
  }
  return Ink::plain;
}

std::string person(const Mailbox& mailbox) {
  return mailbox.name.empty() ? std::string(mailbox.address) : fmt::format("{} <{}>", mailbox.name, mailbox.address);
}

void show_people(Page& page, std::string_view name, const std::vector<AddressField>& fields) {
  std::string all;
  std::size_t count = 0;
  for (const AddressField& field : fields) {
    for (const Mailbox& mailbox : field.list.mailboxes) {
      if (++count <= summary_lines) all += (all.empty() ? "" : ", ") + person(mailbox);
    }
  }
  if (count > summary_lines) all += fmt::format(" and {} more", count - summary_lines);
  if (!all.empty()) page.row(name, all);
}

// --- findings

std::string finding_text(const Diagnostic& finding) {
  std::string text = fmt::format("{} at {}", info(finding.code).name, finding.offset);
  if (!finding.part.empty()) text += fmt::format(", part {}", finding.part);
  if (finding.count > 1) text += fmt::format(", {} times", finding.count);
  text += fmt::format(": {}", info(finding.code).text);
  if (!finding.detail.empty()) text += fmt::format(" ({})", finding.detail);
  return text;
}

void show_findings(Page& page, const Message& message, Severity least, std::size_t most) {
  std::size_t count = 0;
  for (const Diagnostic& finding : message.findings) {
    if (finding.severity < least || ++count > most) continue;
    page.item(2, pad_text(to_string(finding.severity), 10), finding_text(finding), ink_of(finding.severity));
  }
  if (count > most) page.item(2, "", fmt::format("and {} more: --view findings", count - most));
  if (message.findings_left_out > 0)
    page.item(2, "", fmt::format("{} findings more were not kept", message.findings_left_out));
}

// --- header and hops

void show_headers(Page& page, const Message& message) {
  for (const MessageField& field : message.headers) {
    page.row(fmt::format("{}:", field.name), field.value);
    std::string_view raw = field.raw.substr(std::min(field.raw.size(), field.name.size() + 1));
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    raw = trim_blanks(raw);
    if (raw != field.value) page.row("  raw", raw, Ink::faint);
  }
}

std::string delay_text(std::chrono::seconds delay) {
  const auto total = delay.count() < 0 ? -delay.count() : delay.count();
  const char sign = delay.count() < 0 ? '-' : '+';
  if (total < 60) return fmt::format("{}{} s", sign, total);
  if (total < 3600) return fmt::format("{}{} min {} s", sign, total / 60, total % 60);
  if (total < 86400) return fmt::format("{}{} h {} min", sign, total / 3600, total / 60 % 60);
  return fmt::format("{}{} d {} h", sign, total / 86400, total / 3600 % 24);
}

const std::optional<MailDate>& date_of(const Received& hop) noexcept {
  return hop.date ? hop.date : hop.loose_date;
}

std::string hop_text(const Received& hop) {
  std::string text;
  const auto add = [&](std::string_view word, std::string_view value) {
    if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : " ", word, value);
  };
  add("from", hop.from.helo);
  if (!hop.from.rdns.empty() && hop.from.rdns != hop.from.helo) add("is", hop.from.rdns);
  if (!hop.from.ip.empty()) text += fmt::format(" [{}]", hop.from.ip);
  add("by", hop.by);
  add("with", hop.with);
  add("tls", hop.tls.version);
  add("id", hop.id);
  add("for", hop.recipient);
  return text;
}

/// The first hop first: time, delay since the hop before, and the clauses.
void show_hops(Page& page, const Message& message) {
  const std::vector<ReceivedField>& hops = message.fields.received;
  std::optional<std::chrono::sys_seconds> before;
  for (std::size_t i = hops.size(); i-- > 0;) {
    const Received& hop = hops[i].received;
    const auto& date = date_of(hop);
    std::string time = date ? rfc3339(date->utc).substr(0, 19) + "Z" : std::string("no time");
    std::replace(time.begin(), time.end(), 'T', ' ');
    const std::string delay = date && before ? delay_text(date->utc - *before) : std::string();
    const bool backwards = date && before && date->utc < *before;
    const std::string head = fmt::format("{:>2}  {}  {:>12}  ", hops.size() - i, pad_text(time, 20), delay);
    page.item(2, head, hop_text(hop), backwards ? Ink::warning : Ink::plain);
    before = date ? std::optional(date->utc) : std::nullopt;
  }
}

// --- what the text points to

/// Whether a link shows a host and leads to another one.
bool leads_elsewhere(const Observable& link) {
  if (link.text.empty() || link.text.contains(' ') || !link.text.contains('.') || link.text.contains('@')) return false;
  const bool whole = link.text.contains("://") || istarts_with(link.text, "www.");
  const std::string seen = host_of(whole ? link.text : "http://" + link.text);
  return !seen.empty() && seen != host_of(link.value);
}

void show_urls(Page& page, const Message& message) {
  for (const Observable& observable : message.observables) {
    const std::string place =
        observable.offset ? fmt::format("{} at {}", observable.part, *observable.offset) : std::string(observable.part);
    std::string text = observable.value;
    if (!observable.text.empty()) text += fmt::format("  shown as \"{}\"", observable.text);
    const bool elsewhere = observable.kind == Observable::Kind::url && leads_elsewhere(observable);
    if (elsewhere) text += "  leads elsewhere";
    page.item(0, pad_text(fmt::format("part {}", place), 18) + "  ", text, elsewhere ? Ink::alarm : Ink::plain);
  }
  if (message.observables_left_out > 0)
    page.item(0, "", fmt::format("{} more were not kept", message.observables_left_out));
}

/// Hosts of links, with how many URLs lead there; deceptive links one by one.
void show_links(Page& page, const Message& message) {
  std::vector<std::pair<std::string, std::size_t>> hosts;
  std::map<std::string, std::size_t> places;
  std::size_t deceptive = 0;
  for (const Observable& observable : message.observables) {
    if (observable.kind != Observable::Kind::url) continue;
    const std::string host = host_of(observable.value);
    const auto [place, added] = places.emplace(host, hosts.size());
    if (added) hosts.emplace_back(host.empty() ? observable.value : host, 0);
    ++hosts[place->second].second;
  }
  if (hosts.empty()) return;
  page.title(fmt::format("links to {} host{}", hosts.size(), hosts.size() == 1 ? "" : "s"));
  for (const Observable& observable : message.observables) {
    if (observable.kind != Observable::Kind::url || !leads_elsewhere(observable) || ++deceptive > summary_lines)
      continue;
    page.item(2, "! ", fmt::format("\"{}\" leads to {}", observable.text, observable.value), Ink::alarm);
  }
  for (std::size_t i = 0; i < std::min(hosts.size(), summary_lines); ++i) {
    const std::string count = hosts[i].second > 1 ? fmt::format("  {} URLs", hosts[i].second) : std::string();
    page.item(2, "", hosts[i].first + count);
  }
  if (hosts.size() > summary_lines)
    page.item(2, "", fmt::format("and {} more: --view urls", hosts.size() - summary_lines));
}

// --- the rest

void show_second_opinion(Page& page, const SecondOpinion& opinion) {
  page.title(fmt::format("second opinion: {}, {}", opinion.reader, opinion.outcome));
  if (!opinion.detail.empty()) page.item(2, "", opinion.detail);
  for (const SecondOpinion::Difference& difference : opinion.differences) {
    const auto side = [](const std::string& value) { return value.empty() ? std::string("nothing") : value; };
    page.item(2, pad_text(fmt::format("part {}", difference.part), 12),
              fmt::format("{}: {} here, {} there", difference.what, side(difference.ours), side(difference.theirs)),
              Ink::warning);
  }
}

/// Which piece of a message this is, or of what pieces it was made.
void show_partial(Page& page, const Shown& shown) {
  if (!shown.source.fragments.empty()) {
    page.row("joined", fmt::format("from {} fragments of {}", shown.source.fragments.size(), shown.source.partial_id));
  } else if (const auto place = partial_place(shown.message)) {
    const std::string total = place->total ? fmt::format(" of {}", *place->total) : std::string();
    page.row("fragment", fmt::format("{}{} of {}", place->number, total, place->id));
  }
}

void show_summary(Page& page, const Shown& shown) {
  const Message& message = shown.message;
  const MessageFields& fields = message.fields;
  if (!shown.source.file.empty() && shown.source.file != "-") {
    const bool mailbox = shown.source.format.starts_with("mbox");
    page.row("file",
             fmt::format("{}{}", shown.source.file, mailbox ? fmt::format(", message {}", shown.source.index) : ""));
  }
  show_partial(page, shown);
  page.row("message", fmt::format("{}  {}", message.id, octets_text(message.size)), Ink::faint);
  show_people(page, "from", fields.from);
  show_people(page, "sender", fields.sender);
  show_people(page, "reply-to", fields.reply_to);
  show_people(page, "to", fields.to);
  show_people(page, "cc", fields.cc);
  show_people(page, "bcc", fields.bcc);
  page.row("subject", fields.subject ? *fields.subject : "(none)", fields.subject ? Ink::strong : Ink::faint);
  if (fields.date) page.row("date", fields.date->text);
  if (fields.message_id) page.row("message-id", fields.message_id->text);
  page.title("parts");
  show_tree(page, message);
  if (!fields.received.empty()) {
    page.title("way, the first hop first");
    show_hops(page, message);
  }
  show_links(page, message);
  if (std::ranges::any_of(message.findings, [](const Diagnostic& f) { return f.severity >= Severity::warning; })) {
    page.title("findings");
    show_findings(page, message, Severity::warning, summary_lines);
  }
}

void show_texts(Page& page, const std::vector<PartText>& texts) {
  for (const PartText& part : texts) {
    page.title(fmt::format("part {}, {}", part.path, page.clean(part.type)));
    page.text(part.text);
    if (part.left_out > 0) page.item(0, "", fmt::format("[{} more]", octets_text(part.left_out)), Ink::faint);
  }
}

/// Of the text of a part what people read.
std::string readable(const MessagePart& part, std::string text) {
  const auto has = [&](std::string_view name, std::string_view value) {
    const auto found = std::ranges::find(part.params, name, &MimeParameter::name);
    return found != part.params.end() && iequals(found->value, value);
  };
  if (part.type == "text/html") return html_to_text(text);
  return part.type == "text/plain" && has("format", "flowed") ? unflowed(text, has("delsp", "yes")) : text;
}

}  // namespace

void TextCollector::on_part_octets(const MessagePart& part, std::string_view more) {
  if (!part.type.starts_with("text/") || part.origin == PartOrigin::content) return;
  const std::string_view fits = more.substr(0, text_limit - octets_.size());
  octets_ += fits;
  left_out_ += more.size() - fits.size();
}

void TextCollector::on_part_end(const MessagePart& part) {
  if (part.origin == PartOrigin::content || !part.type.starts_with("text/")) return;
  const std::string content = std::exchange(octets_, {});
  const std::uint64_t left_out = std::exchange(left_out_, 0);
  if (part.disposition == "attachment") return;
  std::string text = decode_text(content, part.charset ? *part.charset : std::string()).text;
  texts_.push_back({part.path, part.type, readable(part, std::move(text)), left_out});
}

void show_message(std::string& out, View view, const Shown& shown, const ViewStyle& style) {
  Page page(out, style);
  const Message& message = shown.message;
  switch (view) {
    case View::summary:
      show_summary(page, shown);
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
      show_findings(page, message, Severity::info, message.findings.size());
      break;
    case View::text:
      show_texts(page, shown.texts);
      break;
    case View::urls:
      show_urls(page, message);
      break;
    case View::json:
    case View::eml_parser:
    case View::mailparser:
      break;
  }
  if (shown.second_opinion != nullptr) show_second_opinion(page, *shown.second_opinion);
}

}  // namespace mailparse::tools
