#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/scan/utf8.hpp>

#include "message/message_assembly.hpp"
#include "message/message_body.hpp"

namespace mailparse {
namespace {

// What UTF-16 is recognised by.
constexpr std::size_t encoding_look_octets = 8;
constexpr std::size_t findings_limit = 10'000;
// Octets of the message's own header that are kept; what follows is still told of, by the reader that needs no copy.
constexpr std::size_t header_limit = 16 * 1024 * 1024;

/// The octet order of a message in UTF-16: by a byte order mark, or by NULs at every other octet of its first line.
std::optional<Utf16Order> utf16_order(std::string_view start) noexcept {
  if (const auto marked = utf16_mark(start)) return marked;
  if (start.size() < encoding_look_octets) return std::nullopt;
  bool even = true, odd = true;  // which octets of the pairs are NUL
  for (std::size_t i = 0; i < encoding_look_octets; i += 2) {
    even = even && start[i] == '\0' && start[i + 1] != '\0';
    odd = odd && start[i] != '\0' && start[i + 1] == '\0';
  }
  if (even) return Utf16Order::big;
  if (odd) return Utf16Order::little;
  return std::nullopt;
}

}  // namespace

const MessagePart* Message::part(std::string_view path) const noexcept {
  for (const auto* list : {&parts, &embedded}) {
    const auto found = std::ranges::find(*list, path, &MessagePart::path);
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

const MessageField* Message::field(FieldName name) const noexcept {
  const auto found = std::ranges::find(headers, name, &MessageField::id);
  return found != headers.end() ? &*found : nullptr;
}

MessageAssembly::MessageAssembly(const MessageOptions& options) : options_(options) {
  MimeOptions mime;
  mime.limits = options.limits;
  collector_ = std::make_unique<EntityCollector>(*this, nullptr, 0);
  reader_ = std::make_unique<MimeReader>(*collector_, mime);
}

MessageAssembly::~MessageAssembly() = default;

void MessageAssembly::feed(std::string_view octets) {
  if (octets.empty()) return;
  sha256_.update(octets);
  message_.size += octets.size();
  if (encoding_decided_) return read(octets);
  start_.append(octets);
  if (start_.size() >= encoding_look_octets) decide_encoding();
}

void MessageAssembly::decide_encoding() {
  encoding_decided_ = true;
  if (const auto order = utf16_order(start_)) {
    utf16_.emplace(*order);
    report(make_diagnostic(Code::msg_encoding_utf16, 0, 2));
  }
  read(std::exchange(start_, {}));
}

/// Reads octets of the message; of one in UTF-16, what they mean: places are then those of the text in UTF-8.
void MessageAssembly::read(std::string_view octets) {
  if (!utf16_) return read_text(octets);
  std::string text;
  utf16_->decode(octets, text);
  const bool first = !text.empty() && !std::exchange(utf16_begun_, true);
  read_text(first ? without_byte_order_mark(text) : text);
}

void MessageAssembly::read_text(std::string_view octets) {
  if (octets.empty()) return;
  watch_last_line(octets);
  reader_->feed(octets);
}

void MessageAssembly::watch_last_line(std::string_view octets) {
  const std::size_t at = octets.rfind('\n');
  if (at != std::string_view::npos) last_line_ = reader_->octets() + at + 1;
  last_octet_ = octets.back();
}

Message MessageAssembly::finish() {
  if (!encoding_decided_) decide_encoding();
  if (utf16_) {
    std::string text;
    utf16_->finish(text);
    read_text(text);
  }
  reader_->finish();
  message_.sha256 = sha256_.finish_hex();
  message_.id = "m-" + message_.sha256.substr(0, 16);
  link_reports();
  finish_findings();
  return std::move(message_);
}

std::uint32_t MessageAssembly::add_part(std::uint32_t parent) {
  message_.parts.emplace_back().parent = parent;
  return static_cast<std::uint32_t>(message_.parts.size() - 1);
}

bool MessageAssembly::has_room_for_parts() const noexcept {
  return message_.parts.size() + message_.embedded.size() < options_.limits.mime_parts;
}

void MessageAssembly::report(Diagnostic diagnostic) {
  if (message_.findings.size() < findings_limit) {
    message_.findings.push_back(std::move(diagnostic));
  } else {
    ++message_.findings_left_out;
  }
}

void MessageAssembly::add_observable(Observable observable) {
  std::string key = std::to_string(static_cast<unsigned>(observable.kind));
  key.append(observable.part).append(1, ' ').append(observable.value);
  std::vector<Observable>& kept = message_.observables;
  if (const auto known = observables_.find(key); known != observables_.end()) {
    // Of a link's texts the one that looks like an address itself tells most.
    Observable& first = kept[known->second];
    if (observable.text.contains('.') && !first.text.contains('.')) first.text = std::move(observable.text);
    return;
  }
  if (kept.size() >= options_.observables) {
    ++message_.observables_left_out;
    return;
  }
  observables_.emplace(std::move(key), kept.size());
  kept.push_back(std::move(observable));
}

void MessageAssembly::add_report(std::uint32_t part, Report report) {
  reports_.emplace_back(part, std::move(report));
}

bool MessageAssembly::is_returned(std::uint32_t part) const noexcept {
  const std::uint32_t parent = message_.parts[part].parent;
  return std::ranges::any_of(reports_, [&](const auto& r) { return message_.parts[r.first].parent == parent; });
}

void MessageAssembly::add_returned(std::uint32_t part, ReturnedMessage returned) {
  returned.part = message_.parts[part].path;
  returned_.emplace_back(part, std::move(returned));
}

void MessageAssembly::keep_signature(std::uint32_t part, std::string octets) {
  signature_.emplace(message_.parts[part].parent, std::move(octets));
}

std::string MessageAssembly::take_signature(std::uint32_t multipart) {
  if (!signature_ || signature_->first != multipart) return {};
  std::string octets = std::move(signature_->second);
  signature_.reset();
  return octets;
}

/// RFC 6522 3: the mail that a report is about stands behind it in the same multipart.
void MessageAssembly::link_reports() {
  for (auto& [part, report] : reports_) {
    const std::uint32_t parent = message_.parts[part].parent;
    const auto found = std::ranges::find_if(returned_, [&](const auto& returned) {
      return returned.first > part && message_.parts[returned.first].parent == parent;
    });
    if (found != returned_.end()) report.returned = found->second;
    message_.parts[part].report = std::make_shared<const Report>(std::move(report));
  }
}

void MessageAssembly::check_name(std::string_view name, std::uint64_t offset, std::uint64_t length,
                                 std::string_view path) {
  DiagnosticList found;
  check_file_name(name, offset, length, found);
  std::string folded = folded_file_name(name);
  if (!trim_blanks(folded).empty() && !names_.insert(std::move(folded)).second) {
    found.report(make_diagnostic(Code::attach_name_collision, offset, length));
  }
  for (Diagnostic& diagnostic : found.take()) {
    diagnostic.part = path;
    report(std::move(diagnostic));
  }
}

void MessageAssembly::on_header_octets(std::string_view octets) {
  const std::size_t room = header_limit - std::min(header_limit, header_octets_.size());
  header_octets_.append(octets.substr(0, room));
}

void MessageAssembly::on_message_header(const Header& header, const EntityHead& head) {
  // The header that was read lives in the reader; the record needs one of its own.
  message_.header = header.over(message_.arena.copy(std::exchange(header_octets_, {})));
  header_read_ = true;
  FieldsOptions fields;
  fields.limits = options_.limits;
  message_.fields = read_message_fields(message_.header, message_.arena, *collector_, fields);
  message_.headers.reserve(message_.header.fields().size());
  for (const HeaderField& field : message_.header.fields()) {
    message_.headers.push_back(
        {field.name, display_value(field, message_.arena), field.raw, field.offset, field.length, field.id});
  }
  header_end_ = header.offset() + header.length();
  no_empty_line_ = header.end() == HeaderEnd::input_end;
  for (const HeaderGap& gap : header.gaps()) {
    if (gap.kind == HeaderGap::Kind::byte_order_mark) report(make_diagnostic(Code::msg_bom, gap.offset, gap.length));
  }
  if (const HeaderField* version = header.first(FieldName::mime_version)) {
    mime_version_ = true;
    check_mime_version(version->body(), *collector_, options_.limits);
    return;
  }
  const bool encoded = head.encoding == TransferEncoding::base64 || head.encoding == TransferEncoding::quoted_printable;
  const HeaderField* field = nullptr;
  if (encoded) field = header.first(FieldName::content_transfer_encoding);
  if (head.is_multipart() && head.type_declared) field = header.first(FieldName::content_type);
  if (field != nullptr) report(make_diagnostic(Code::mime_version_missing, field->offset, field->length));
}

void MessageAssembly::note_line_ends(const LineEnds& ends, const std::string& path) {
  const auto merge = [](Occurrences& into, const LineEnds::Tally& from) {
    if (from.count == 0) return;
    if (into.count == 0) into.first = from.offset;
    into.count += from.count;
  };
  merge(bare_lf_, ends.lf);
  merge(cr_cr_lf_, ends.cr_cr_lf);
  merge(bare_cr_, ends.cr);
  if (ends.bare_cr.count == 0) return;
  Diagnostic diagnostic = make_diagnostic(Code::msg_bare_cr, ends.bare_cr.offset, 1);
  diagnostic.severity = Severity::error;
  diagnostic.count = ends.bare_cr.count;
  diagnostic.part = path;
  report(std::move(diagnostic));
}

void MessageAssembly::note_line_ends(std::uint32_t part, const RunTally& tally, const Occurrences& cr_cr_lf) {
  if (message_.parts[part].origin != PartOrigin::message) return;
  const auto merge = [](Occurrences& into, const Occurrences& from) {
    if (from.count == 0) return;
    if (into.count == 0 || from.first < into.first) into.first = from.first;
    into.count += from.count;
  };
  merge(bare_lf_, tally.bare_lf);
  merge(cr_cr_lf_, cr_cr_lf);
  if (reader_->cr_line_ends()) return;
  // Each CR CR LF has been counted as a CR that no LF follows.
  const std::uint64_t bare = tally.bare_cr.count - std::min(tally.bare_cr.count, cr_cr_lf.count);
  if (bare == 0) return;
  Diagnostic diagnostic = make_diagnostic(Code::msg_bare_cr, tally.bare_cr.first, 1);
  diagnostic.count = bare;
  diagnostic.part = message_.parts[part].path;
  report(std::move(diagnostic));
}

void MessageAssembly::note_eight_bit(std::uint32_t part, const Occurrences& eight_bit) {
  if (message_.parts[part].origin != PartOrigin::message) return;
  for (std::uint32_t inner = part; message_.parts[inner].parent != inner;) {
    inner = message_.parts[inner].parent;
    if (message_.parts[inner].encoding != TransferEncoding::seven_bit) continue;
    Occurrences& all = eight_bit_[inner];
    if (all.count == 0) all.first = eight_bit.first;
    all.count += eight_bit.count;
  }
}

void MessageAssembly::finish_findings() {
  if (message_.size == 0) {
    message_.findings.clear();
    report(make_diagnostic(Code::msg_empty, 0, 0));
    return;
  }
  const auto tell = [&](Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1) {
    Diagnostic diagnostic = make_diagnostic(code, offset, length);
    diagnostic.count = count;
    report(std::move(diagnostic));
  };
  for (const auto& [part, octets] : eight_bit_) {
    Diagnostic diagnostic = make_diagnostic(Code::mime_cte_7bit_violated, octets.first, 1);
    diagnostic.count = octets.count;
    diagnostic.part = message_.parts[part].path;
    report(std::move(diagnostic));
  }
  const StructureLineEnds& ends = reader_->line_ends();
  if (ends.first == LineEnd::crlf && bare_lf_.count > 0) tell(Code::msg_bare_lf, bare_lf_.first, 1, bare_lf_.count);
  if (ends.crlf > 0 && ends.lf > 0) {
    Diagnostic diagnostic = make_diagnostic(Code::msg_mixed_eol, ends.other_offset, 1);
    diagnostic.count = std::min(ends.crlf, ends.lf);
    diagnostic.detail = std::to_string(ends.crlf) + " CRLF, " + std::to_string(ends.lf) + " LF";
    report(std::move(diagnostic));
  }
  if (cr_cr_lf_.count > 0) tell(Code::msg_cr_cr_lf, cr_cr_lf_.first, 3, cr_cr_lf_.count);
  const bool cr_lines = reader_->cr_line_ends();
  if (cr_lines) tell(Code::msg_bare_cr, bare_cr_.first, 1, bare_cr_.count);
  const std::uint64_t end = reader_->octets();
  if (no_empty_line_ && header_end_ >= end) tell(Code::msg_no_body, end, 0);
  if (last_octet_ != '\n' && !(cr_lines && last_octet_ == '\r')) {
    tell(Code::msg_unterminated_last_line, last_line_, end - last_line_);
  }
  std::ranges::stable_sort(message_.findings, {}, &Diagnostic::offset);
}

MessageReader::MessageReader(MessageOptions options) : assembly_(std::make_unique<MessageAssembly>(options)) {}
MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;
void MessageReader::feed(std::string_view octets) {
  assembly_->feed(octets);
}
const Header* MessageReader::header() const noexcept {
  return assembly_->header();
}
Message MessageReader::finish() {
  return assembly_->finish();
}

Message read_message(std::string_view octets, MessageOptions options) {
  MessageReader reader(options);
  reader.feed(octets);
  return reader.finish();
}

}  // namespace mailparse
