#include <algorithm>
#include <utility>

#include <mailparse/json/message_contents.hpp>

namespace mailparse {

void ContentsCollector::on_part(const MessagePart& part) {
  if (part.kind != EntityKind::multipart) open_.emplace_back().index = parts_.size();
  parts_.emplace_back().path = part.path;
}

void ContentsCollector::on_part_header(const MessagePart&, const Header& header) {
  Arena arena;
  for (const HeaderField& field : header.fields()) {
    parts_.back().headers.push_back({std::string(field.name), std::string(display_value(field, arena))});
  }
}

ContentsCollector::Open* ContentsCollector::find(const MessagePart& part) {
  for (std::size_t i = open_.size(); i-- > 0;) {
    if (parts_[open_[i].index].path == part.path) return &open_[i];
  }
  return nullptr;
}

void ContentsCollector::on_part_octets(const MessagePart& part, std::string_view octets) {
  Open* const open = find(part);
  if (open == nullptr) return;
  PartContents& contents = parts_[open->index];
  const std::string_view fits = octets.substr(0, std::min<std::uint64_t>(octets.size(), limit_ - kept_));
  contents.octets += fits;
  contents.left_out += octets.size() - fits.size();
  kept_ += fits.size();
  open->sha1.update(octets);
  open->sha512.update(octets);
}

void ContentsCollector::on_part_end(const MessagePart& part) {
  Open* const open = find(part);
  if (open == nullptr) return;
  PartContents& contents = parts_[open->index];
  contents.sha1 = open->sha1.finish_hex();
  contents.sha512 = open->sha512.finish_hex();
  open_.erase(open_.begin() + (open - open_.data()));
}

void ContentsCollector::on_part_dropped(const MessagePart& part) {
  Open* const open = find(part);
  if (open == nullptr) return;
  // Files in content do not hold parts: nothing was added behind it.
  kept_ -= parts_[open->index].octets.size();
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(open->index));
  open_.erase(open_.begin() + (open - open_.data()));
}

std::vector<PartContents> ContentsCollector::take() {
  kept_ = 0;
  open_.clear();
  return std::exchange(parts_, {});
}

}  // namespace mailparse
