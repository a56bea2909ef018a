#include <utility>

#include <poll.h>

#include <mailparse/source/live_capture.hpp>

#include "source/libpcap.hpp"

namespace mailparse {

class LiveCapture::State {
 public:
  explicit State(const Libpcap& pcap) : pcap_(pcap), handle_(nullptr, PcapClose{&pcap}) {}

  std::expected<void, std::string> open(const std::string& interface, const LiveOptions& options) {
    char error[PCAP_ERRBUF_SIZE] = "";
    handle_.reset(pcap_.create(interface.c_str(), error));
    if (!handle_) return std::unexpected(interface + ": " + error);
    pcap_.set_snaplen(handle_.get(), static_cast<int>(options.snaplen));
    pcap_.set_promisc(handle_.get(), options.promiscuous ? 1 : 0);
    pcap_.set_timeout(handle_.get(), static_cast<int>(options.timeout_milliseconds));
    nanoseconds_ = pcap_.set_tstamp_precision(handle_.get(), PCAP_TSTAMP_PRECISION_NANO) == 0;
    const int status = pcap_.activate(handle_.get());
    if (status < 0) return std::unexpected(interface + ": " + message(status));
    if (pcap_.setnonblock(handle_.get(), 1, error) != 0) return std::unexpected(interface + ": " + error);
    patience_ = static_cast<int>(options.timeout_milliseconds);
    snaplen_ = options.snaplen;
    linktype_ = file_linktype(pcap_.datalink(handle_.get()));
    return set_filter(interface, options.filter);
  }

  std::expected<std::uint64_t, std::string> poll(PacketSink& packets) {
    sink_ = &packets;
    // libpcap's own timeout begins with the first packet, and on a quiet interface never.
    pollfd waiting{.fd = pcap_.get_selectable_fd(handle_.get()), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, patience_) < 0) return 0;
    constexpr int all_that_wait = -1;
    const int status = pcap_.dispatch(handle_.get(), all_that_wait, take, reinterpret_cast<u_char*>(this));
    if (status == PCAP_ERROR) return std::unexpected(std::string(pcap_.geterr(handle_.get())));
    return status < 0 ? 0 : static_cast<std::uint64_t>(status);
  }

  void stop() noexcept { pcap_.breakloop(handle_.get()); }

  [[nodiscard]] LiveCounters counters() const {
    pcap_stat statistics{};
    if (pcap_.stats(handle_.get(), &statistics) != 0) return {};
    return {statistics.ps_recv, statistics.ps_drop, statistics.ps_ifdrop};
  }

 private:
  std::expected<void, std::string> set_filter(const std::string& interface, const std::string& expression) {
    if (expression.empty()) return {};
    bpf_program program{};
    constexpr int optimise = 1;
    if (pcap_.compile(handle_.get(), &program, expression.c_str(), optimise, PCAP_NETMASK_UNKNOWN) != 0) {
      return std::unexpected(std::string(pcap_.geterr(handle_.get())));
    }
    const int status = pcap_.setfilter(handle_.get(), &program);
    pcap_.freecode(&program);
    if (status != 0) return std::unexpected(interface + ": " + pcap_.geterr(handle_.get()));
    return {};
  }

  [[nodiscard]] std::string message(int status) const {
    const std::string detail = pcap_.geterr(handle_.get());
    return detail.empty() ? pcap_.statustostr(status) : std::string(pcap_.statustostr(status)) + " (" + detail + ")";
  }

  /// LINKTYPE_ numbers are those of files; raw IP is the only one whose number in memory differs on Linux.
  [[nodiscard]] static std::uint32_t file_linktype(int data_link) noexcept {
    constexpr std::uint32_t linktype_raw = 101;
    return data_link == DLT_RAW ? linktype_raw : static_cast<std::uint32_t>(data_link);
  }

  static void take(u_char* self, const pcap_pkthdr* header, const u_char* octets) {
    reinterpret_cast<State*>(self)->hand_on(*header, reinterpret_cast<const char*>(octets));
  }

  void hand_on(const pcap_pkthdr& header, const char* octets) {
    CapturedPacket packet;
    const std::chrono::nanoseconds fraction(std::int64_t{header.ts.tv_usec} * (nanoseconds_ ? 1 : 1'000));
    packet.stamp = {Timestamp(std::chrono::seconds(header.ts.tv_sec) + fraction), ++frames_, 0};
    packet.original_length = header.len;
    packet.linktype = linktype_;
    packet.snaplen = snaplen_;
    packet.octets = {octets, header.caplen};
    sink_->on_packet(packet);
  }

  const Libpcap& pcap_;
  PcapHandle handle_;
  PacketSink* sink_ = nullptr;
  std::uint32_t linktype_ = 0;
  std::uint32_t snaplen_ = 0;
  std::uint64_t frames_ = 0;
  int patience_ = 0;  ///< milliseconds
  bool nanoseconds_ = false;
};

std::expected<LiveCapture, std::string> LiveCapture::open(const std::string& interface, const LiveOptions& options) {
  const auto pcap = Libpcap::load();
  if (!pcap) return std::unexpected(pcap.error());
  auto state = std::make_unique<State>(**pcap);
  if (auto opened = state->open(interface, options); !opened) return std::unexpected(opened.error());
  return LiveCapture(std::move(state));
}

LiveCapture::LiveCapture(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveCapture::LiveCapture(LiveCapture&&) noexcept = default;
LiveCapture& LiveCapture::operator=(LiveCapture&&) noexcept = default;
LiveCapture::~LiveCapture() = default;

std::expected<std::uint64_t, std::string> LiveCapture::poll(PacketSink& packets) {
  return state_->poll(packets);
}
void LiveCapture::stop() noexcept {
  state_->stop();
}
LiveCounters LiveCapture::counters() const {
  return state_->counters();
}

}  // namespace mailparse
