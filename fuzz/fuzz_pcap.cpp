// pcap files: the same in any cut, frames and offsets ascend, every octet is accounted for.
#include "capture_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mailparse::fuzzing::check_capture_file({reinterpret_cast<const char*>(data), size});
  return 0;
}
