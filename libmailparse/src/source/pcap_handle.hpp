// A pcap_t that closes itself.
// Layer: source.
#pragma once

#include <memory>

#include <pcap/pcap.h>

namespace mailparse {

struct PcapClose {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapClose>;

}  // namespace mailparse
