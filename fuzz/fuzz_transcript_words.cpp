// Dialogues told by their words: labels, arrows, terminals, nothing at all.
#include <array>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr auto dialects =
      std::to_array<std::string_view>({"speaker", "arrows", "unmarked", "telnet", "s_client"});
  return mailparse::fuzz::run_transcript(data, size, dialects);
}
