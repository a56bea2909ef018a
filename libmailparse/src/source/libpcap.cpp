#include "source/libpcap.hpp"

#include <dlfcn.h>

namespace mailparse {
namespace {

/// The name in Debian and its like, then libpcap's own.
constexpr const char* sonames[] = {"libpcap.so.0.8", "libpcap.so.1"};

std::string loader_message() {
  const char* message = dlerror();
  return message ? message : "the loader gives no reason";
}

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

std::expected<void, std::string> Libpcap::open() {
  std::string reason;
  for (const char* soname : sonames) {
    if (void* library = dlopen(soname, RTLD_NOW | RTLD_LOCAL)) return find_all(library);
    if (reason.empty()) reason = loader_message();
  }
  return std::unexpected("libpcap cannot be loaded: " + reason);
}

std::expected<void, std::string> Libpcap::find_all(void* library) {
  const bool found = find(library, "pcap_activate", activate) && find(library, "pcap_breakloop", breakloop) &&
                     find(library, "pcap_close", close) && find(library, "pcap_compile", compile) &&
                     find(library, "pcap_create", create) && find(library, "pcap_datalink", datalink) &&
                     find(library, "pcap_dispatch", dispatch) && find(library, "pcap_freecode", freecode) &&
                     find(library, "pcap_get_selectable_fd", get_selectable_fd) &&
                     find(library, "pcap_geterr", geterr) && find(library, "pcap_offline_filter", offline_filter) &&
                     find(library, "pcap_open_dead", open_dead) && find(library, "pcap_set_promisc", set_promisc) &&
                     find(library, "pcap_set_snaplen", set_snaplen) && find(library, "pcap_set_timeout", set_timeout) &&
                     find(library, "pcap_set_tstamp_precision", set_tstamp_precision) &&
                     find(library, "pcap_setfilter", setfilter) && find(library, "pcap_setnonblock", setnonblock) &&
                     find(library, "pcap_stats", stats) && find(library, "pcap_statustostr", statustostr);
  if (!found) return std::unexpected("libpcap is too old: " + loader_message());
  return {};
}

std::expected<const Libpcap*, std::string> Libpcap::load() {
  static Libpcap functions;
  static const std::expected<void, std::string> loaded = functions.open();
  if (!loaded) return std::unexpected(loaded.error());
  return &functions;
}

}  // namespace mailparse
