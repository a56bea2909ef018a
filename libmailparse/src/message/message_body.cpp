#include "message/message_body.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/sniff.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

// An encoded message inside an encoded message: each level costs a decoder and a reader. Real mail has one.
constexpr std::uint32_t nesting_limit = 8;

// Text in UTF-16 or UTF-32 that is converted to look for observables.
constexpr std::size_t wide_text_octets = 1024 * 1024;

// Of a line that is compared with delimiters.
constexpr std::size_t watched_octets = 256;

bool is_tnef(std::string_view type) noexcept {
  return type == "application/ms-tnef" || type == "application/vnd.ms-tnef";
}

/// Whether the body is one file in that encoding, rather than text with files in it.
constexpr bool is_whole_file(TransferEncoding encoding) noexcept {
  return encoding == TransferEncoding::uuencode || encoding == TransferEncoding::yenc;
}

/// What kind of text a part holds; nothing when it is none.
std::optional<TextKind> text_kind(const MessagePart& part) {
  if (part.type == "text/html" || part.type == "application/xhtml+xml") return TextKind::html;
  const std::string extension = file_extension(part.filename);
  for (const char* html : {"htm", "html", "shtml", "xhtml", "svg"}) {
    if (extension == html) return TextKind::html;
  }
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
  md5_ = std::make_unique<Digest>(DigestKind::md5);
  sha256_ = std::make_unique<Digest>(DigestKind::sha256);
}

void ContentDigests::update(std::string_view octets) {
  size_ += octets.size();
  if (md5_ == nullptr) return;
  md5_->update(octets);
  sha256_->update(octets);
}

void ContentDigests::finish(MessagePart& part) {
  part.decoded_size = size_;
  if (md5_ == nullptr) return;
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
      encoding_(head.encoding),
      text_(head.type.starts_with("text/")),
      decoder_(head.encoding),
      sums_(assembly.options().digests) {
  const MessagePart& self = this->part();
  wide_ = head.charset && is_wide_charset(*head.charset);
  const auto charset = head.charset ? find_charset(*head.charset) : std::nullopt;
  if (text_ && charset && charset->name == "UTF-8") utf8_ = std::make_unique<Utf8Watch>();
  const bool whole = is_whole_file(encoding_);
  if (whole || (text_ && !wide_)) files_ = std::make_unique<EmbeddedFileScanner>(static_cast<EmbeddedFileSink&>(*this));
  if (is_tnef(head.type)) tnef_ = std::make_unique<TnefReader>(static_cast<TnefSink&>(*this));
  const auto kind = assembly.options().observables > 0 ? text_kind(self) : std::nullopt;
  if (kind && !whole) observables_ = std::make_unique<ObservableScanner>(*kind, static_cast<ObservableSink&>(*this));
  if (self.kind == EntityKind::encoded && nesting < nesting_limit && !whole) {
    MimeOptions options;
    options.limits = assembly.options().limits;
    options.depth = depth + 1;
    const std::uint64_t limit = options.limits.mime_parts;
    options.parts = limit - std::min<std::uint64_t>(limit, assembly.message().parts.size());
    collector_ = std::make_unique<EntityCollector>(assembly, &part_, nesting + 1);
    reader_ = std::make_unique<MimeReader>(*collector_, options);
  }
}

EntityCollector::Body::~Body() = default;

MessagePart& EntityCollector::Body::part() noexcept {
  return assembly_->message().parts[part_];
}

void EntityCollector::Body::raw(std::string_view octets, std::uint64_t offset) {
  watch_line_ends(octets, offset);
  content(decoder_.feed(octets));
}

void EntityCollector::Body::watch_line_ends(std::string_view octets, std::uint64_t offset) {
  // CR CR LF across the cut, then inside.
  if (!octets.empty() && last_[0] == '\r' && last_[1] == '\r' && octets[0] == '\n') cr_cr_lf_.add(offset - 2);
  if (octets.size() > 1 && last_[1] == '\r' && octets[0] == '\r' && octets[1] == '\n') cr_cr_lf_.add(offset - 1);
  for (std::size_t at = octets.find("\r\r\n"); at != std::string_view::npos; at = octets.find("\r\r\n", at + 3))
    cr_cr_lf_.add(offset + at);
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
  const bool whole = is_whole_file(encoding_);
  if (files_ != nullptr) files_->feed(octets);
  if (whole) return;  // the content is the file inside
  sums_.update(octets);
  if (start_.size() < sniffed_octets) start_.append(octets.substr(0, sniffed_octets - start_.size()));
  if (utf8_ != nullptr) utf8_->feed(octets, content_octets_);
  if (!delimiters_.empty() && encoding_ == TransferEncoding::quoted_printable) watch_lines(octets);
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

void EntityCollector::Body::end(const RunTally& tally, bool header_empty, bool returned) {
  content(decoder_.finish());
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
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_end(part());
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
  }
  if (encoding_ == TransferEncoding::binary) return;
  if (tally.nul.count > 0) tell(Code::msg_nul, tally.nul.first, 1, tally.nul.count);
  if (tally.long_lines.count > 0) tell(Code::mime_line_too_long, tally.long_lines.first, 0, tally.long_lines.count);
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

// --- files in the content
// ---------------------------------------------------------------------------------------------

void EntityCollector::Body::begin_inner(std::string name, std::string_view encoding) {
  inner_ = std::make_unique<Inner>(assembly_->options().digests);
  MessagePart& found = inner_->part;
  found.parent = part_;
  found.path = part().path + "." + std::to_string(inner_parts_ + 1);
  found.origin = PartOrigin::content;
  found.encoding = TransferEncoding::unknown;
  found.encoding_name = encoding;
  found.offset = found.body_offset = part().body_offset;
  found.attachment = true;
  found.filename = std::move(name);
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part(found);
}

void EntityCollector::Body::feed_inner(std::string_view octets) {
  inner_->sums.update(octets);
  std::string& start = inner_->start;
  if (start.size() < sniffed_octets) start.append(octets.substr(0, sniffed_octets - start.size()));
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_octets(inner_->part, octets);
}

MessagePart EntityCollector::Body::end_inner(std::string name, std::string type) {
  ++inner_parts_;
  MessagePart& found = inner_->part;
  inner_->sums.finish(found);
  found.sniffed_type = sniff_type(inner_->start);
  found.type = std::move(type);
  if (found.type.empty()) found.type = found.sniffed_type.empty() ? "application/octet-stream" : found.sniffed_type;
  found.attachment = !name.empty();
  if (!name.empty()) {
    found.names.push_back({name, FileNameSource::content});
    assembly_->check_name(name, part().body_offset, part().body_length, found.path);
  }
  found.filename = std::move(name);
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_end(found);
  return std::move(std::exchange(inner_, nullptr)->part);
}

void EntityCollector::Body::drop_inner() {
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_dropped(inner_->part);
  inner_.reset();
}

void EntityCollector::Body::on_file_begin(const EmbeddedFile& file) {
  if (is_whole_file(encoding_)) return;
  begin_inner(decode_text(file.name, {}).text, file.kind == EmbeddedKind::uuencode ? "uuencode" : "yenc");
}

void EntityCollector::Body::on_file_octets(std::string_view octets) {
  if (!is_whole_file(encoding_)) return feed_inner(octets);
  sums_.update(octets);
  if (start_.size() < sniffed_octets) start_.append(octets.substr(0, sniffed_octets - start_.size()));
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_octets(part(), octets);
}

void EntityCollector::Body::on_file_end(const EmbeddedFile& file) {
  const std::string name = decode_text(file.name, {}).text;
  if (is_whole_file(encoding_)) {
    part().names.push_back({name, FileNameSource::content});
    if (part().filename.empty()) part().filename = name;
    return;
  }
  if (!file.complete) return drop_inner();
  const bool same = is_identity(encoding_);
  const std::uint64_t offset = part().body_offset + (same ? file.offset : 0);
  const std::uint64_t length = same ? file.end - file.offset : part().body_length;
  if (file.kind == EmbeddedKind::uuencode && assembly_->has_mime_version())
    tell(Code::mime_text_uuencode, offset, length);
  if (!assembly_->has_room_for_parts()) return drop_inner();
  MessagePart found = end_inner(name, {});
  if (same) {
    found.offset = found.body_offset = offset;
    found.body_length = length;
  }
  assembly_->message().embedded.push_back(std::move(found));
}

void EntityCollector::Body::on_tnef_octets(std::string_view octets) {
  if (inner_ == nullptr) begin_inner({}, "tnef");
  feed_inner(octets);
}

void EntityCollector::Body::on_tnef_item(const TnefItem& item) {
  if (inner_ == nullptr) begin_inner({}, "tnef");
  if (!assembly_->has_room_for_parts()) return drop_inner();
  MessagePart found = end_inner(item.name, item.type);
  const std::uint32_t index = assembly_->add_part(part_);
  assembly_->message().parts[index] = std::move(found);
}

}  // namespace mailparse
