// Packets as text: dumps, headings, escapes.
#include <array>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr auto dialects =
      std::to_array<std::string_view>({"tcpdump", "ngrep", "tshark-follow", "socat", "strace"});
  return mailparse::fuzz::run_transcript(data, size, dialects);
}
