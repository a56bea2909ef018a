#include <algorithm>

#include <mailparse/source/tcp_segment.hpp>

#include "source/network_order.hpp"

namespace mailparse {
namespace {

enum Kind : unsigned char {
  end_of_list = 0,
  no_operation = 1,
  mss = 2,
  scale = 3,
  sack_ok = 4,
  sack = 5,
  timestamp = 8
};

void read_sack(std::string_view body, TcpOptions& options) {
  for (; body.size() >= 8 && options.sack_blocks < options.sack.size(); body.remove_prefix(8)) {
    options.sack[options.sack_blocks++] = {be32(body.data()), be32(body.data() + 4)};
  }
}

void read_option(unsigned char kind, std::string_view body, TcpOptions& options) {
  switch (kind) {
    case mss:
      if (body.size() == 2) options.maximum_segment_size = be16(body.data());
      break;
    case scale:
      if (body.size() == 1) options.window_scale = std::min<std::uint8_t>(be8(body.data()), 14);
      break;
    case sack_ok:
      options.sack_permitted = true;
      break;
    case sack:
      read_sack(body, options);
      break;
    case timestamp:
      options.timestamps = true;
      break;
    default:
      break;
  }
}

}  // namespace

TcpOptions parse_tcp_options(std::string_view options, bool whole) noexcept {
  TcpOptions result;
  while (!options.empty()) {
    const unsigned char kind = be8(options.data());
    if (kind == end_of_list) break;
    if (kind == no_operation) {
      options.remove_prefix(1);
      continue;
    }
    const std::size_t length = options.size() > 1 ? be8(options.data() + 1) : 0;
    const bool cut = options.size() < 2 || length > options.size();
    if (cut || length < 2) {
      result.malformed = whole || !cut;
      break;
    }
    read_option(kind, options.substr(2, length - 2), result);
    options.remove_prefix(length);
  }
  return result;
}

}  // namespace mailparse
