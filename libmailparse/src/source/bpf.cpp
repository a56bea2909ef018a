#include <algorithm>
#include <map>
#include <utility>

#include <mailparse/source/bpf.hpp>

#include "source/libpcap.hpp"

namespace mailparse {
namespace {

constexpr int whole_packets = 262'144;

/// The number libpcap uses in memory for a link type: the same as in files except for raw IP and a few of old.
int data_link_type(std::uint32_t linktype) noexcept {
  switch (linktype) {
    case 101:
      return DLT_RAW;
    case 50:
      return DLT_PPP_SERIAL;
    case 51:
      return DLT_PPP_ETHER;
    default:
      return static_cast<int>(linktype);
  }
}

class Program {
 public:
  static std::expected<std::unique_ptr<Program>, std::string> compile(const Libpcap& pcap,
                                                                      const std::string& expression, int link) {
    const PcapHandle handle(pcap.open_dead(link, whole_packets), PcapClose{&pcap});
    if (!handle) return std::unexpected("libpcap cannot make a filter");
    auto program = std::make_unique<Program>(pcap);
    constexpr int optimise = 1;
    if (pcap.compile(handle.get(), &program->code_, expression.c_str(), optimise, PCAP_NETMASK_UNKNOWN) != 0) {
      return std::unexpected(std::string(pcap.geterr(handle.get())));
    }
    return program;
  }
  explicit Program(const Libpcap& pcap) : pcap_(pcap) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { pcap_.freecode(&code_); }

  [[nodiscard]] bool matches(const CapturedPacket& packet) const noexcept {
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(packet.octets.size());
    header.len = std::max(packet.original_length, header.caplen);
    return pcap_.offline_filter(&code_, &header, reinterpret_cast<const u_char*>(packet.octets.data())) != 0;
  }

 private:
  const Libpcap& pcap_;
  bpf_program code_{};
};

class BpfFilter final : public PacketFilter {
 public:
  BpfFilter(const Libpcap& pcap, std::string expression) : pcap_(pcap), expression_(std::move(expression)) {}

  bool keep(const CapturedPacket& packet) override {
    const auto [at, fresh] = programs_.try_emplace(packet.linktype);
    if (fresh) {
      if (auto program = Program::compile(pcap_, expression_, data_link_type(packet.linktype)))
        at->second = std::move(*program);
    }
    return at->second && at->second->matches(packet);
  }

 private:
  const Libpcap& pcap_;
  std::string expression_;
  std::map<std::uint32_t, std::unique_ptr<Program>> programs_;  ///< null: no such filter for that link type
};

}  // namespace

std::expected<std::shared_ptr<PacketFilter>, std::string> compile_bpf(const std::string& expression) {
  const auto pcap = Libpcap::load();
  if (!pcap) return std::unexpected(pcap.error());
  // "vlan" has no meaning on raw IP, so that an expression is judged by Ethernet first.
  if (auto ethernet = Program::compile(**pcap, expression, DLT_EN10MB);
      !ethernet && !Program::compile(**pcap, expression, DLT_RAW)) {
    return std::unexpected(ethernet.error());
  }
  return std::make_shared<BpfFilter>(**pcap, expression);
}

}  // namespace mailparse
