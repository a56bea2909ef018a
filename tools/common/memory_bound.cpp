#include "common/memory_bound.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace mailparse::tools {
namespace {

/// A share of the memory for what one limit bounds. A flow with a young conversation takes about twenty kilobytes, an
/// exchange and a recipient about one each (tests/trust/memory.py).
struct Share {
  std::uint64_t Limits::* limit;
  std::uint64_t divisor;
};

constexpr Share shares[] = {
    {&Limits::reorder_total_octets, 4},
    {&Limits::session_octets, 4},
    {&Limits::undecided_total_octets, 8},
    {&Limits::fragment_octets, 16},
    {&Limits::header_octets, 16},
    {&Limits::open_flows, 40 * 1024},
    {&Limits::session_exchanges, 4 * 1024},
    {&Limits::transcript_line_octets, 16},
    {&Limits::transcript_conversations, 40 * 1024},
    {&Limits::replay_record_octets, 8},
    {&Limits::replay_message_octets, 4},
};

}  // namespace

void bound_memory(std::uint64_t octets, Limits& limits) noexcept {
  if (octets == 0) return;
  for (const Share& share : shares)
    limits.*share.limit = std::clamp<std::uint64_t>(octets / share.divisor, 1, limits.*share.limit);
  // Mapped files are not counted, and threads' stacks only as far as they are used.
  const rlimit bound{octets, octets};
  (void)::setrlimit(RLIMIT_DATA, &bound);
}

}  // namespace mailparse::tools
