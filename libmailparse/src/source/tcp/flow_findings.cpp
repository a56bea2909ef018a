#include "source/tcp/flow_findings.hpp"

#include <string>
#include <utility>

namespace mailparse::tcp {

namespace {

bool once_a_side(Code code) noexcept {
  return code == Code::tcp_data_after_fin || code == Code::tcp_syn_data;
}

}  // namespace

void FlowFindings::note(Code code, unsigned direction, Position position, std::uint64_t length, std::uint64_t frame,
                        std::uint64_t octets, std::string detail) {
  for (Item& item : items_) {
    if (item.single || item.code != code || (once_a_side(code) && item.direction != direction)) continue;
    ++item.count;
    item.octets += octets;
    return;
  }
  items_.push_back({code, direction, position, length, frame, 1, octets, std::move(detail), false});
}

void FlowFindings::keep(Item item) {
  item.single = true;
  items_.push_back(std::move(item));
}

Diagnostic FlowFindings::diagnostic(const Item& item, const std::array<Position, 2>& start, unsigned client) {
  const Position base = start[item.direction];
  Diagnostic told = make_diagnostic(item.code, item.position > base ? item.position - base : 0, item.length);
  told.side = item.direction == client ? Side::client : Side::server;
  told.frame = item.frame;
  told.count = item.count;
  told.detail = item.detail;
  if (item.octets != 0) {
    if (!told.detail.empty()) told.detail += "; ";
    told.detail += std::to_string(item.octets) + " octets in all";
  }
  return told;
}

}  // namespace mailparse::tcp
