// pcapng files: the same in any cut, frames and offsets ascend, every octet is accounted for. Whatever the input, it
// begins as a section does, so that no effort goes into finding that out.
#include <string>

#include "capture_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  const std::string_view begin("\x0A\x0D\x0D\x0A", 4);
  if (file.size() >= begin.size()) file.replace(0, begin.size(), begin);
  mailparse::fuzzing::check_capture_file(file);
  return 0;
}
