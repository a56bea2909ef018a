#include "json/foreign_text.hpp"

#include <cstdlib>
#include <unordered_map>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/date.hpp>

namespace mailparse {

std::string iso_time(std::chrono::sys_seconds utc, std::chrono::minutes zone) {
  constexpr std::string_view fraction = ".000000000Z";
  std::string text = rfc3339(utc + zone);
  text.resize(text.size() - fraction.size());
  const auto minutes = std::abs(zone.count());
  const auto append = [&](auto number) {
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
  };
  text += zone.count() < 0 ? '-' : '+';
  append(minutes / 60);
  text += ':';
  append(minutes % 60);
  return text;
}

std::vector<ShownPart> shown_parts(const Message& message, std::span<const PartContents> contents) {
  std::unordered_map<std::string_view, const PartContents*> by_path;
  for (const PartContents& one : contents) by_path.emplace(one.path, &one);
  std::vector<ShownPart> shown;
  for (const auto* list : {&message.parts, &message.embedded}) {
    for (const MessagePart& part : *list) {
      const auto found = by_path.find(part.path);
      if (found != by_path.end()) shown.push_back({&part, found->second});
    }
  }
  return shown;
}

std::string text_of(const MessagePart& part, const PartContents& contents) {
  return decode_text(contents.octets, part.charset ? *part.charset : std::string_view()).text;
}

}  // namespace mailparse
