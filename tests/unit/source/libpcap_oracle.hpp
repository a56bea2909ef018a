// What libpcap reads in a capture file. Used by the tests of the reader and by its differential fuzz driver.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcap/pcap.h>

#include <mailparse/base/time.hpp>

namespace mailparse::test {

struct LibpcapPacket {
  std::optional<Timestamp> time;  ///< absent where nanoseconds since 1970 cannot say it
  std::uint32_t original_length = 0;
  std::string octets;
};

struct LibpcapFile {
  bool opened = false;
  bool to_the_end = false;  ///< without an error
  std::vector<LibpcapPacket> packets;
};

/// The packets of a file in memory, times in nanoseconds.
inline LibpcapFile read_with_libpcap(std::string& file) {
  LibpcapFile read;
  if (file.empty()) return read;
  std::FILE* const stream = fmemopen(file.data(), file.size(), "rb");
  if (stream == nullptr) return read;
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t* const handle = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
  if (handle == nullptr) {
    std::fclose(stream);
    return read;
  }
  read.opened = true;
  pcap_pkthdr* header = nullptr;
  const u_char* octets = nullptr;
  int status = 0;
  while ((status = pcap_next_ex(handle, &header, &octets)) == 1) {
    LibpcapPacket packet;
    constexpr std::int64_t most_seconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
    if (header->ts.tv_sec > -most_seconds && header->ts.tv_sec < most_seconds)
      packet.time = Timestamp(std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec));
    packet.original_length = header->len;
    packet.octets.assign(reinterpret_cast<const char*>(octets), header->caplen);
    read.packets.push_back(std::move(packet));
  }
  read.to_the_end = status == PCAP_ERROR_BREAK;
  pcap_close(handle);
  return read;
}

}  // namespace mailparse::test
