// Transcripts of mail libraries: string literals, HTML, objects in front.
#include <array>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr auto dialects =
      std::to_array<std::string_view>({"smtplib", "poplib", "imaplib", "net-cmd", "ruby", "javamail", "phpmailer",
                                       "nodemailer", "swiftmailer", "aiosmtpd", "rawlog", "recordio", "imapclient"});
  return mailparse::fuzz::run_transcript(data, size, dialects);
}
