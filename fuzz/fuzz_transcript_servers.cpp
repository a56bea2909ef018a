// Logs of mail servers: prefixes, columns, sessions that interleave.
#include <array>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr auto dialects =
      std::to_array<std::string_view>({"postfix", "postfix-notice", "exim", "exim-bh", "opensmtpd", "exchange",
                                       "hmailserver", "mailenable", "smartermail", "haraka", "sendmail-dsn"});
  return mailparse::fuzz::run_transcript(data, size, dialects);
}
