#include "msg-inspect/one_part.hpp"

#include <algorithm>

namespace mailparse::tools {
namespace {

bool lies_in(std::string_view path, std::string_view around) noexcept {
  return path.size() > around.size() && path.starts_with(around) && path[around.size()] == '.';
}

}  // namespace

void OnePart::begin_message() {
  message_.clear();
  around_.clear();
  held_.clear();
  given_.clear();
  met_before_ = met_;
}

void OnePart::on_octets(std::string_view octets) {
  if (raw_ && !met_) message_ += octets;
}

void OnePart::give(std::string_view octets) {
  if (held_back_) {
    given_ += octets;
    return;
  }
  output_->buffer() += octets;
  output_->flush_if_full();
}

void OnePart::on_part(const MessagePart& part) {
  if (raw_ && part.kind == EntityKind::encoded && lies_in(path_, part.path)) around_.push_back({part.path, {}});
}

void OnePart::on_part_octets(const MessagePart& part, std::string_view octets) {
  if (met_) return;
  if (raw_) {
    const auto around = std::ranges::find(around_, part.path, &Around::path);
    if (around != around_.end()) around->octets += octets;
  } else if (part.path == path_) {
    if (part.origin == PartOrigin::content) {
      held_ += octets;
    } else {
      give(octets);
    }
  }
}

void OnePart::on_part_end(const MessagePart& part) {
  if (raw_ || met_ || part.path != path_) return;
  give(held_);
  met_ = true;
}

void OnePart::on_part_dropped(const MessagePart& part) {
  if (part.path == path_) held_.clear();
}

void OnePart::end_message(const Message& message, bool wanted) {
  if (held_back_ && !wanted) {
    met_ = met_before_;
    return;
  }
  const MessagePart* const part = met_ ? nullptr : message.part(path_);
  if (part != nullptr && raw_) give_raw(message, *part);
  if (part != nullptr && !raw_) reason_ = "it has no octets of its own; --raw prints it as it stands";
  output_->buffer() += given_;
  given_.clear();
}

void OnePart::give_raw(const Message& message, const MessagePart& part) {
  const MessagePart* place = &part;
  if (part.origin == PartOrigin::content) {
    place = &message.parts[part.parent];
    if (!is_identity(place->encoding) || part.encoding_name == "tnef") {
      reason_ = "it lies in encoded content; only its decoded octets can be had";
      return;
    }
  }
  std::string_view octets = message_;
  if (place->origin == PartOrigin::decoded) {
    if (around_.empty()) return;
    octets = around_.back().octets;
  }
  const std::uint64_t end = part.body_offset + part.body_length;
  if (part.offset > end || end > octets.size()) return;
  give(octets.substr(part.offset, end - part.offset));
  met_ = true;
}

}  // namespace mailparse::tools
