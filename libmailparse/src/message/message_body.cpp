#include "message/message_body.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/sniff.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

#include "scan/find_pair.hpp"

namespace mailparse {
namespace {

// An encoded message inside an encoded message: each level costs a decoder and a reader. Real mail has one.
constexpr std::uint32_t nesting_limit = 8;

// Text in UTF-16 or UTF-32 that is converted to look for observables.
constexpr std::size_t wide_text_octets = 1024 * 1024;

// Of text whose charset is guessed.
constexpr std::size_t charset_octets_looked_at = 64 * 1024;

// Of a line that is compared with delimiters.
constexpr std::size_t watched_octets = 256;

bool is_tnef(std::string_view type) noexcept {
  return type == "application/ms-tnef" || type == "application/vnd.ms-tnef";
}

constexpr std::array<std::string_view, 5> html_extensions{"htm", "html", "shtml", "xhtml", "svg"};

/// What kind of text a part holds; nothing when it is none.
std::optional<TextKind> text_kind(const MessagePart& part) {
  if (part.type == "text/html" || part.type == "application/xhtml+xml") return TextKind::html;
  const std::string extension = part.filename.empty() ? std::string() : file_extension(part.filename);
  if (std::ranges::find(html_extensions, extension) != html_extensions.end()) return TextKind::html;
  if (part.type.starts_with("text/")) return TextKind::plain;
  return std::nullopt;
}

/// Whether `octets` are the beginning of a character and not the whole of one.
bool begins_character(std::string_view octets) noexcept {
  if (octets.size() > 3) return false;
  std::array<char, 6> whole{};
  std::ranges::copy(octets, whole.begin());
  // The second octet of some leads is restricted to a half of its range; one of both halves fits where any does.
  for (const char second : {'\x80', '\xBF', '\x9F', '\xA0'}) {
    for (std::size_t more = 1; octets.size() + more <= 4; ++more) {
      std::fill_n(whole.begin() + static_cast<std::ptrdiff_t>(octets.size()), more, '\x80');
      if (octets.size() == 1) whole[1] = second;
      const std::size_t size = octets.size() + more;
      if (utf8_sequence_length({whole.data(), size}) == size) return true;
    }
  }
  return false;
}

/// Whether content begins as an entity does: with a Content- field.
bool starts_with_content_field(std::string_view start) noexcept {
  if (!istarts_with(start, "content-")) return false;
  const std::size_t colon = start.find(':');
  if (colon == std::string_view::npos || colon > 40) return false;
  return std::ranges::all_of(start.substr(0, colon), [](char c) { return is(OctetClass::ftext, c); });
}

/// Whether it goes on as one does: a field, an empty line.
bool reads_as_entity(std::string_view start) noexcept {
  if (!starts_with_content_field(start)) return false;
  return start.find("\n\n") != std::string_view::npos || start.find("\n\r\n") != std::string_view::npos;
}

}  // namespace

ContentDigests::ContentDigests(bool wanted) {
  if (!wanted) return;
  md5_.emplace(DigestKind::md5);
  sha256_.emplace(DigestKind::sha256);
}

void ContentDigests::update(std::string_view octets) {
  size_ += octets.size();
  if (!md5_) return;
  md5_->update(octets);
  sha256_->update(octets);
}

void ContentDigests::finish(MessagePart& part) {
  part.decoded_size = size_;
  if (!md5_) return;
  part.md5 = md5_->finish_hex();
  part.sha256 = sha256_->finish_hex();
}

void Utf8Watch::feed(std::string_view octets, std::uint64_t offset) {
  std::string joined;
  if (!held_.empty()) {
    offset -= held_.size();
    joined = std::exchange(held_, {}).append(octets);
    octets = joined;
  }
  std::size_t at = 0;
  while (true) {
    at += valid_utf8_prefix(octets.substr(at));
    if (at == octets.size()) return;
    const std::string_view rest = octets.substr(at);
    // The beginning of a character may be completed by what follows: not a fault yet.
    if (begins_character(rest)) {
      held_ = rest;
      return;
    }
    invalid_.add(offset + at);
    std::size_t bad = std::min<std::size_t>(3, rest.size());
    while (bad > 1 && !begins_character(rest.substr(0, bad))) --bad;
    at += bad;
  }
}

EntityCollector::Body::Body(MessageAssembly& assembly, std::uint32_t part, const EntityHead& head,
                            std::uint32_t nesting, std::uint32_t depth)
    : assembly_(&assembly),
      part_(part),
      nesting_(nesting),
      depth_(depth),
      encoding_(head.encoding),
      text_(head.type.starts_with("text/")),
      decoder_(head.encoding),
      sums_(assembly.options().digests) {
  const MessagePart& self = this->part();
  const bool returned = is_returned_header_type(head.type) || (head.type == "text/plain" && assembly.is_returned(part));
  if (is_report_type(head.type) || returned) kept_octets_ = report_octets_read;
  if (is_cms_type(head.type) || is_cms_signature_type(head.type)) kept_octets_ = protection_octets_read;
  wide_ = head.charset && is_wide_charset(*head.charset);
  const auto charset = head.charset ? find_charset(*head.charset) : std::nullopt;
  if (text_ && charset && charset->name == "UTF-8") utf8_ = std::make_unique<Utf8Watch>();
  if (is_whole_file() || (text_ && !wide_))
    files_ = std::make_unique<EmbeddedFileScanner>(static_cast<EmbeddedFileSink&>(*this));
  if (is_tnef(head.type)) tnef_ = std::make_unique<TnefReader>(static_cast<TnefSink&>(*this));
  const auto kind = assembly.options().observables > 0 ? text_kind(self) : std::nullopt;
  if (kind && !is_whole_file())
    observables_ = std::make_unique<ObservableScanner>(*kind, static_cast<ObservableSink&>(*this));
  if (self.kind == EntityKind::encoded && nesting < nesting_limit && !is_whole_file()) start_reader();
}

EntityCollector::Body::~Body() = default;

MessagePart& EntityCollector::Body::part() noexcept {
  return assembly_->message().parts[part_];
}

/// The content is the file inside.
bool EntityCollector::Body::is_whole_file() const noexcept {
  return encoding_ == TransferEncoding::uuencode || encoding_ == TransferEncoding::yenc;
}

/// Makes ready for a message or entity in the content.
void EntityCollector::Body::start_reader() {
  MimeOptions options;
  options.limits = assembly_->options().limits;
  options.depth = depth_ + 1;
  const std::uint64_t limit = options.limits.mime_parts;
  options.parts = limit - std::min<std::uint64_t>(limit, assembly_->message().parts.size());
  collector_ = std::make_unique<EntityCollector>(*assembly_, &part_, nesting_ + 1);
  reader_ = std::make_unique<MimeReader>(*collector_, options);
}

void EntityCollector::Body::raw(std::string_view octets, std::uint64_t offset) {
  watch_line_ends(octets, offset);
  const bool cr_lines = part().origin == PartOrigin::message && assembly_->cr_line_ends();
  if (!cr_lines || encoding_ != TransferEncoding::quoted_printable) return content(decoder_.feed(octets));
  // Soft line breaks and blanks at the ends of lines want a line end that the decoder knows.
  std::string lines(octets);
  std::ranges::replace(lines, '\r', '\n');
  content(decoder_.feed(lines));
}

void EntityCollector::Body::watch_line_ends(std::string_view octets, std::uint64_t offset) {
  // CR CR LF across the cut, then inside.
  if (!octets.empty() && last_[0] == '\r' && last_[1] == '\r' && octets[0] == '\n') cr_cr_lf_.add(offset - 2);
  if (octets.size() > 1 && last_[1] == '\r' && octets[0] == '\r' && octets[1] == '\n') cr_cr_lf_.add(offset - 1);
  for (std::size_t at = find_pair(octets, '\r', '\r'); at + 2 < octets.size();
       at += 1 + find_pair(octets.substr(at + 1), '\r', '\r')) {
    if (octets[at + 2] == '\n') cr_cr_lf_.add(offset + at);
  }
  if (octets.size() > 1) last_[0] = octets[octets.size() - 2];
  if (octets.size() == 1) last_[0] = last_[1];
  if (!octets.empty()) last_[1] = octets.back();
}

void EntityCollector::Body::watch_lines(std::string_view octets) {
  while (!octets.empty()) {
    const std::size_t end = std::min(octets.find('\n'), octets.size());
    const std::string_view piece = octets.substr(0, end);
    if (line_.size() < watched_octets) line_.append(piece.substr(0, watched_octets - line_.size()));
    if (end == octets.size()) return;
    std::string_view line = line_;
    while (!line.empty() && (is(OctetClass::blank, line.back()) || line.back() == '\r')) line.remove_suffix(1);
    const auto equals = [&](const std::string& delimiter) { return line == delimiter || line == delimiter + "--"; };
    if (line.starts_with("--") && std::ranges::any_of(delimiters_, equals)) ++lookalikes_;
    line_.clear();
    octets.remove_prefix(end + 1);
  }
}

void EntityCollector::Body::content(std::string_view octets) {
  if (octets.empty()) return;
  if (files_ != nullptr) files_->feed(octets);
  if (is_whole_file()) return;
  sums_.update(octets);
  if (start_.size() < sniffed_octets) start_.append(octets.substr(0, sniffed_octets - start_.size()));
  if (kept_.size() < kept_octets_) kept_.append(octets.substr(0, kept_octets_ - kept_.size()));
  if (text_) keep_eight_bit(octets);
  if (utf8_ != nullptr) utf8_->feed(octets, content_octets_);
  if (!delimiters_.empty() && (text_ || encoding_ == TransferEncoding::quoted_printable)) watch_lines(octets);
  look_for_observables(octets);
  content_octets_ += octets.size();
  if (tnef_ != nullptr) tnef_->feed(octets);
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_octets(part(), octets);
  if (reader_ != nullptr) reader_->feed(octets);
}

void EntityCollector::Body::look_for_observables(std::string_view octets) {
  if (observables_ == nullptr) return;
  if (!wide_) return observables_->feed(octets);
  wide_text_.append(octets.substr(0, wide_text_octets - wide_text_.size()));
}

void EntityCollector::Body::end_observables() {
  if (observables_ == nullptr) return;
  if (!wide_text_.empty()) observables_->feed(decode_text(wide_text_, *part().charset).text);
  observables_->finish();
}

/// Values come in the charset of the part.
void EntityCollector::Body::on_observable(Observable observable) {
  const auto read = [&](std::string& text) {
    if (is_ascii(text)) return;
    text = decode_text(text, part().charset && !wide_ ? std::string_view(*part().charset) : std::string_view()).text;
  };
  if (!wide_) {
    read(observable.value);
    read(observable.text);
  } else {
    observable.offset.reset();
  }
  observable.part = part().path;
  assembly_->add_observable(std::move(observable));
}

/// From the first octet that is no plain ASCII, wherever the cuts are.
void EntityCollector::Body::keep_eight_bit(std::string_view octets) {
  if (eight_bit_.size() >= charset_octets_looked_at) return;
  if (eight_bit_.empty()) {
    if (is_ascii(octets) && octets.find('\x1B') == octets.npos) return;
    const auto first = std::ranges::find_if(octets, [](char c) { return is(OctetClass::high, c) || c == '\x1B'; });
    octets.remove_prefix(static_cast<std::size_t>(first - octets.begin()));
  }
  eight_bit_.append(octets.substr(0, charset_octets_looked_at - eight_bit_.size()));
}

void EntityCollector::Body::end(const RunTally& tally, bool header_empty, bool returned) {
  content(decoder_.finish());
  if (is_cms_type(part().type)) open_container();
  if (reader_ != nullptr) reader_->finish();
  if (files_ != nullptr) files_->finish();
  if (tnef_ != nullptr) tnef_->finish();
  if (inner_ != nullptr) drop_inner();
  end_observables();
  DiagnosticList faults;
  decoder_.report(part().body_offset, faults);
  for (Diagnostic& fault : faults.take()) {
    if (fault.code == Code::mime_b64_truncated && returned) continue;
    fault.part = part().path;
    assembly_->report(std::move(fault));
  }
  sums_.finish(part());
  part().sniffed_type = sniff_type(start_);
  tell_tally(tally);
  tell_text(header_empty);
  note_charset();
  read_kept();
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_end(part());
}

/// What text was read as, where its label is absent, unknown or a lie.
void EntityCollector::Body::note_charset() {
  if (!text_ || eight_bit_.empty()) return;
  MessagePart& self = part();
  const std::string_view label = self.charset ? std::string_view(*self.charset) : std::string_view();
  const auto declared = find_charset(label);
  // Most text: told by its label, and as it says.
  if (declared && declared->name == "UTF-8" && utf8_ != nullptr && utf8_->invalid().count == 0) return;
  const DecodedText read = decode_text(eight_bit_, label);
  if (declared && !read.detected && read.used == declared->name) return;
  self.charset_used = read.used;
  self.charset_confidence = read.confidence;
}

/// S/MIME's containers: named, and the entity inside signed data read.
void EntityCollector::Body::open_container() {
  CmsContent read = read_cms(kept_, assembly_->options().anchors);
  part().protection = std::make_shared<const Protection>(std::move(read.protection));
  if (read.content.empty() || nesting_ >= nesting_limit || reader_ != nullptr) return;
  start_reader();
  reader_->feed(read.content);
}

/// A report, or the header of the mail that it is about; a signature, for the multipart around it.
void EntityCollector::Body::read_kept() {
  if (kept_octets_ == 0) return;
  if (is_cms_signature_type(part().type)) return assembly_->keep_signature(part_, std::move(kept_));
  if (is_cms_type(part().type)) return;
  const Limits& limits = assembly_->options().limits;
  if (auto report = read_report(part().type, kept_)) return assembly_->add_report(part_, std::move(*report));
  if (!assembly_->is_returned(part_)) return;
  Silence silence;
  HeaderOptions reading;
  reading.limits = limits;
  const Header header = read_header(kept_, silence, 0, reading);
  const bool known = header.first(FieldName::message_id) != nullptr || header.first(FieldName::received) != nullptr;
  if (!known && text_ && part().type == "text/plain") return;  // a report's remark, not a header
  assembly_->add_returned(part_, read_returned_message(header, limits));
}

void EntityCollector::Body::tell(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.count = count;
  diagnostic.part = part().path;
  assembly_->report(std::move(diagnostic));
}

void EntityCollector::Body::tell_tally(const RunTally& tally) {
  if (tally.eight_bit.count > 0 && encoding_ == TransferEncoding::seven_bit) {
    tell(Code::mime_cte_7bit_violated, tally.eight_bit.first, 1, tally.eight_bit.count);
  } else if (tally.eight_bit.count > 0) {
    assembly_->note_eight_bit(part_, tally.eight_bit);
  }
  if (encoding_ == TransferEncoding::binary) return;
  if (tally.nul.count > 0) tell(Code::msg_nul, tally.nul.first, 1, tally.nul.count);
  // Long lines are counted between LFs, and a message whose lines end in CR has none.
  if (tally.long_lines.count > 0 && !assembly_->cr_line_ends())
    tell(Code::mime_line_too_long, tally.long_lines.first, 0, tally.long_lines.count);
  assembly_->note_line_ends(part_, tally, cr_cr_lf_);
}

void EntityCollector::Body::tell_text(bool header_empty) {
  const MessagePart& self = part();
  if (utf8_ != nullptr && utf8_->invalid().count > 0) {
    const bool same = is_identity(encoding_);
    tell(Code::mime_charset_invalid_utf8, self.body_offset + (same ? utf8_->invalid().first : 0),
         same ? 1 : self.body_length, utf8_->invalid().count);
  }
  if (text_ && wide_ && is_identity(encoding_) && self.body_length > 0) {
    tell(Code::mime_charset_utf16_unencoded, self.body_offset, self.body_length);
  }
  if (lookalikes_ > 0) tell(Code::mime_boundary_lookalike, self.body_offset, self.body_length, lookalikes_);
  const bool composite = self.kind != EntityKind::leaf || self.type.starts_with("message/");
  if (header_empty && self.parent != part_ && starts_with_content_field(start_)) {
    tell(Code::mime_part_header_like_body, self.body_offset, std::min<std::uint64_t>(start_.find('\n'), start_.size()));
  }
  if (!composite && !is_identity(encoding_) && reads_as_entity(start_)) {
    tell(Code::mime_nested_encoded_entity, self.body_offset, self.body_length);
  }
}

}  // namespace mailparse
