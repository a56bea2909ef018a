// Transcripts of programs that people run by hand: clients, test programs, web pages.
#include <array>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr auto dialects = std::to_array<std::string_view>(
      {"swaks", "curl", "curl-trace", "checktls", "mxtoolbox", "msmtp", "mutt", "s-nail", "fetchmail", "claws",
       "smtp-sink", "sendmail", "sendmail-x", "thunderbird", "mbsync"});
  return mailparse::fuzz::run_transcript(data, size, dialects);
}
