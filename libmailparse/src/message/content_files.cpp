// Files that stand in the content of a leaf: uuencode, yEnc, TNEF.
#include <utility>

#include <mailparse/message/charset.hpp>
#include <mailparse/message/sniff.hpp>

#include "message/message_body.hpp"

namespace mailparse {

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
  if (is_whole_file()) return;
  begin_inner(decode_text(file.name, {}).text, file.kind == EmbeddedKind::uuencode ? "uuencode" : "yenc");
}

void EntityCollector::Body::on_file_octets(std::string_view octets) {
  if (!is_whole_file()) return feed_inner(octets);
  sums_.update(octets);
  if (start_.size() < sniffed_octets) start_.append(octets.substr(0, sniffed_octets - start_.size()));
  if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_octets(part(), octets);
}

void EntityCollector::Body::on_file_end(const EmbeddedFile& file) {
  const std::string name = decode_text(file.name, {}).text;
  if (is_whole_file()) {
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
  found.content_id = item.content_id;
  const std::uint32_t index = assembly_->add_part(part_);
  assembly_->message().parts[index] = std::move(found);
}

}  // namespace mailparse
