// Transcripts of any dialect.
#include <vector>

#include "transcript_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const auto& dialect : mailparse::list_dialects()) all.push_back(dialect.name);
    return all;
  }();
  return mailparse::fuzz::run_transcript(data, size, names);
}
