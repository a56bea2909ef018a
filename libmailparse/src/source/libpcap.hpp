// libpcap, loaded when a filter or an interface is first asked for. Linked, it would bring eight more libraries (D-Bus,
// systemd, what they need) to each start of a program that only reads files: a fifth of the time a small capture takes.
// Layer: source. libpcap 1.5 and later (nanoseconds of live captures).
#pragma once

#include <expected>
#include <memory>
#include <string>

#include <pcap/pcap.h>

namespace mailparse {

/// The functions of libpcap that this project calls, by their names without "pcap_".
class Libpcap {
 public:
  /// The library; the first call loads it. Fails with the loader's message where it is not installed.
  [[nodiscard]] static std::expected<const Libpcap*, std::string> load();

  decltype(&pcap_activate) activate = nullptr;
  decltype(&pcap_breakloop) breakloop = nullptr;
  decltype(&pcap_close) close = nullptr;
  decltype(&pcap_compile) compile = nullptr;
  decltype(&pcap_create) create = nullptr;
  decltype(&pcap_datalink) datalink = nullptr;
  decltype(&pcap_dispatch) dispatch = nullptr;
  decltype(&pcap_freecode) freecode = nullptr;
  decltype(&pcap_get_selectable_fd) get_selectable_fd = nullptr;
  decltype(&pcap_geterr) geterr = nullptr;
  decltype(&pcap_offline_filter) offline_filter = nullptr;
  decltype(&pcap_open_dead) open_dead = nullptr;
  decltype(&pcap_set_promisc) set_promisc = nullptr;
  decltype(&pcap_set_snaplen) set_snaplen = nullptr;
  decltype(&pcap_set_timeout) set_timeout = nullptr;
  decltype(&pcap_set_tstamp_precision) set_tstamp_precision = nullptr;
  decltype(&pcap_setfilter) setfilter = nullptr;
  decltype(&pcap_setnonblock) setnonblock = nullptr;
  decltype(&pcap_stats) stats = nullptr;
  decltype(&pcap_statustostr) statustostr = nullptr;

 private:
  [[nodiscard]] std::expected<void, std::string> open();
  [[nodiscard]] std::expected<void, std::string> find_all(void* library);
};

/// A pcap_t that closes itself.
struct PcapClose {
  const Libpcap* library = nullptr;
  void operator()(pcap_t* handle) const noexcept { library->close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapClose>;

}  // namespace mailparse
