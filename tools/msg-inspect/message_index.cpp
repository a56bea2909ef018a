#include "msg-inspect/message_index.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <simdjson.h>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/names.hpp>

namespace mailparse::tools {
namespace {

/// The message of one line, and its id.
struct Entry {
  FoundMessage found;
  std::string id;
};

bool read_entry(simdjson::dom::parser& parser, const std::string& line, Entry& entry) {
  simdjson::dom::element record;
  if (parser.parse(line).get(record) != simdjson::SUCCESS) return false;
  const auto text = [&](std::string_view name, std::string& value) {
    std::string_view view;
    const bool read = record[name].get(view) == simdjson::SUCCESS;
    value = view;
    return read;
  };
  const auto number = [&](std::string_view name, std::uint64_t& value) {
    return record[name].get(value) == simdjson::SUCCESS;
  };
  return text(names::id, entry.id) && text(names::file, entry.found.file) && text(names::format, entry.found.format) &&
         number(names::index, entry.found.index) && number(names::offset, entry.found.offset) &&
         number(names::length, entry.found.length);
}

}  // namespace

bool is_selected(std::string_view selection, std::uint64_t number, std::string_view id) {
  const bool digits = std::ranges::all_of(selection, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? selection == std::to_string(number) : selection == id;
}

std::string index_line(const FoundMessage& found, std::string_view id) {
  std::string line;
  JsonWriter writer(line);
  writer.begin_object();
  writer.string(names::id, id);
  writer.string(names::file, found.file);
  writer.string(names::format, found.format);
  writer.uint(names::index, found.index);
  writer.uint(names::offset, found.offset);
  writer.uint(names::length, found.length);
  writer.end_object();
  writer.end_line();
  return line;
}

std::expected<std::vector<FoundMessage>, std::string> find_in_index(const std::string& index,
                                                                    std::string_view selection) {
  std::ifstream file(index, std::ios::binary);
  if (!file) return std::unexpected(std::strerror(errno));
  std::vector<FoundMessage> found;
  simdjson::dom::parser parser;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    Entry entry;
    if (!read_entry(parser, line, entry))
      return std::unexpected(fmt::format("line {} is no entry of an index", number));
    if (!is_selected(selection, entry.found.index, entry.id)) continue;
    found.push_back(std::move(entry.found));
    if (selection.starts_with("m-")) break;
  }
  if (found.empty()) return std::unexpected(fmt::format("no message {}", selection));
  return found;
}

}  // namespace mailparse::tools
