#include "common/small_file.hpp"

#include <mailparse/source/input.hpp>

namespace mailparse::tools {

std::expected<std::string, std::string> read_beginning(const std::string& name, std::size_t most) {
  Silence ignored;
  auto input = Input::open(name, ignored);
  if (!input) return std::unexpected(input.error().text);
  std::string text;
  while (text.size() < most) {
    const auto octets = input->read();
    if (!octets) return std::unexpected(octets.error().text);
    if (octets->empty()) break;
    text.append(*octets, 0, most - text.size());
  }
  return text;
}

}  // namespace mailparse::tools
