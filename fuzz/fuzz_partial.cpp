// Messages in pieces: any fragments at all give nothing larger than they are together; a message that is cut as
// RFC 2046 5.2.2 says is joined again, whatever the order of its pieces.
// Input: one octet for the kind of run. 0: fragments with an octet of 0xFF between each two. Else: the number of pieces
// and what seeds their order; the rest is a message.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/partial.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

constexpr std::string_view fields_of_whole = "From: a@a.example\r\nTo: b@b.example\r\n";

std::optional<std::string> add(PartialJoiner& joiner, std::string_view octets) {
  auto whole = joiner.add(read_message(octets, {.digests = false}), octets);
  return whole ? std::optional(std::move(whole->octets)) : std::nullopt;
}

void run_any(std::string_view input) {
  PartialJoiner joiner(64 * 1024);
  std::size_t octets = 0;
  while (!input.empty()) {
    const std::string_view fragment = input.substr(0, input.find('\xFF'));
    octets += fragment.size();
    if (const auto whole = add(joiner, fragment)) require(whole->size() <= octets);
    input.remove_prefix(std::min(fragment.size() + 1, input.size()));
  }
}

/// The pieces, the first of which holds the whole header.
std::vector<std::string> pieces_of(std::string_view message, std::size_t header, std::size_t count) {
  std::vector<std::string> pieces;
  const std::size_t step = (message.size() - header) / count;
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t begin = n == 0 ? 0 : header + n * step;
    const std::size_t end = n + 1 == count ? message.size() : header + (n + 1) * step;
    std::string& piece = pieces.emplace_back(fields_of_whole);
    piece += "Subject: part\r\nContent-Type: message/partial; id=\"x@a.example\"; number=" + std::to_string(n + 1) +
             "; total=" + std::to_string(count) + "\r\n\r\n";
    piece += message.substr(begin, end - begin);
  }
  return pieces;
}

void run_cut(std::string_view message, std::size_t count, unsigned seed) {
  Silence silence;
  const Header header = read_header(message, silence);
  if (header.end() != HeaderEnd::empty_line) return;  // where its header ends cannot be told from a piece
  std::vector<std::string> pieces = pieces_of(message, header.length(), count);
  for (std::size_t n = pieces.size(); n > 1; --n) {
    seed = seed * 1103515245U + 12345U;
    std::swap(pieces[n - 1], pieces[(seed >> 16) % n]);
  }
  PartialJoiner joiner;
  std::optional<std::string> whole;
  for (const std::string& piece : pieces) {
    require(!whole);
    whole = add(joiner, piece);
  }
  require(whole && whole->starts_with(fields_of_whole));
  require(whole->ends_with(message.substr(header.length() - header.separator_length())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 0) {
    run_any(rest);
  } else {
    run_cut(rest, 1 + data[0] % 7, data[0]);
  }
  return 0;
}
