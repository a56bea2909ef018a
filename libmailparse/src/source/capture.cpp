#include <optional>
#include <utility>

#include <mailparse/source/capture.hpp>
#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/decapsulation.hpp>

namespace mailparse {
namespace {

/// The type of secrets that TlsKeyLog reads.
constexpr std::uint32_t key_log_secrets = 0x544c534b;

/// A key log of a busy server; what comes beyond is of no use to sessions seen so far.
constexpr std::size_t most_secret_octets = 64 * 1024 * 1024;

FrameFate fate_of(SkippedRecord why) noexcept {
  switch (why) {
    case SkippedRecord::no_interface:
      return FrameFate::no_interface;
    case SkippedRecord::too_many:
      return FrameFate::too_many_interfaces;
    case SkippedRecord::inconsistent:
      break;
  }
  return FrameFate::inconsistent;
}

}  // namespace

/// Stands between the file reader and reassembly.
class Capture::Reading final : public PacketSink {
 public:
  Reading(ConversationFactory& factory, CaptureOptions options, DiagnosticSink& sink)
      : options_(std::move(options)),
        sink_(&sink),
        decapsulator_(options_.limits, options_.verify_checksums, options_.dns),
        reassembly_(factory, options_.limits, {}, &sink) {}

  void begin_file(std::uint32_t index) {
    end_file();
    file_.emplace(*this, *sink_, index);
    account_ = {};
    live_octets_ = 0;
    format_ = {};
    first_packet_of_file_ = true;
  }

  void feed(std::string_view octets) {
    if (!file_) begin_file(0);
    file_->feed(octets);
  }

  CaptureAccount end_file() {
    if (!file_) return {};
    if (format_.empty()) file_->finish();
    decapsulator_.end_file(*sink_);
    const CaptureAccount ended = file_account();
    file_.reset();
    past_files_ += ended;
    return ended;
  }

  PacketSink& live() {
    begin_file(0);
    format_ = "live";
    return live_;
  }

  void on_silence() { reassembly_.on_silence(); }

  void finish() {
    end_file();
    if (!std::exchange(finished_, true)) reassembly_.finish();
  }

  [[nodiscard]] CaptureAccount account() const {
    CaptureAccount total = past_files_;
    if (file_) total += file_account();
    return total;
  }
  [[nodiscard]] std::string_view format() const noexcept {
    return file_ && format_.empty() ? file_->format() : format_;
  }
  [[nodiscard]] const std::vector<CaptureSecrets>& secrets() const noexcept { return secrets_; }
  [[nodiscard]] const ReassemblyTotals& conversations() const noexcept { return reassembly_.totals(); }

  void on_packet(const CapturedPacket& packet) override {
    ++account_.frames;
    if (options_.filter && !options_.filter->keep(packet)) return count(FrameFate::filtered, packet.octets.size());
    if (packet.stamp.time) on_time(*packet.stamp.time);
    if (linktype_ != packet.linktype) {
      linktype_ = packet.linktype;
      linktype_name_ = linktype_name(packet.linktype);
    }
    const SegmentOrigin origin{format(), linktype_name_};
    const Decapsulation result = decapsulator_.unwrap(packet, origin, reassembly_, *sink_);
    count(result.fate, packet.octets.size());
    if (!result.segment && packet.stamp.time) reassembly_.on_time(*packet.stamp.time);
    if (result.datagram) ++account_.reassembled_datagrams;
    if (result.segment) count_segment(result, packet.octets.size());
  }

  void on_skipped(SkippedRecord why, const Stamp&, std::uint64_t, std::uint64_t octets) override {
    ++account_.frames;
    count(fate_of(why), octets);
  }

  void on_secrets(std::uint32_t type, std::string_view octets) override {
    if (type == key_log_secrets && options_.keys != nullptr) options_.keys->add(octets);
    if (octets.size() > most_secret_octets - secret_octets_) return;
    secret_octets_ += octets.size();
    secrets_.push_back({type, std::string(octets)});
  }

 private:
  /// Packets that no file reader counts.
  class Live final : public PacketSink {
   public:
    explicit Live(Reading& reading) : reading_(reading) {}
    void on_packet(const CapturedPacket& packet) override {
      reading_.live_octets_ += packet.octets.size();
      reading_.on_packet(packet);
    }
    void on_skipped(SkippedRecord why, const Stamp& stamp, std::uint64_t file_offset, std::uint64_t octets) override {
      reading_.live_octets_ += octets;
      reading_.on_skipped(why, stamp, file_offset, octets);
    }
    void on_secrets(std::uint32_t type, std::string_view octets) override { reading_.on_secrets(type, octets); }

   private:
    Reading& reading_;
  };

  void count(FrameFate fate, std::uint64_t octets) {
    ++account_[fate].frames;
    account_[fate].octets += octets;
  }

  void count_segment(const Decapsulation& result, std::uint64_t octets) {
    if (result.fate == FrameFate::tcp) {
      account_.tcp_payload_octets += result.payload_octets;
      account_.tcp_header_octets += octets - result.payload_octets;
    } else {
      ++account_.reassembled_tcp_segments;
      account_.reassembled_tcp_payload_octets += result.payload_octets;
    }
  }

  /// A file that begins before the one before it ended is no next piece of it: its conversations are its own.
  void on_time(Timestamp time) {
    if (std::exchange(first_packet_of_file_, false) && last_time_ && time < *last_time_) {
      reassembly_.finish();
      last_time_.reset();
    }
    if (!last_time_ || time > *last_time_) last_time_ = time;
  }

  [[nodiscard]] CaptureAccount file_account() const {
    CaptureAccount account = account_;
    const CaptureFileAccount& octets = file_->account();
    account.file_octets = octets.file_octets + live_octets_;
    account.framing_octets = octets.framing_octets;
    account.packet_octets = octets.packet_octets + live_octets_;
    account.damaged_octets = octets.damaged_octets;
    account.pending_octets = octets.file_octets - octets.framing_octets - octets.packet_octets - octets.damaged_octets;
    return account;
  }

  CaptureOptions options_;
  DiagnosticSink* sink_;
  Decapsulator decapsulator_;
  TcpReassembly reassembly_;
  std::optional<CaptureFileReader> file_;
  CaptureAccount past_files_;
  CaptureAccount account_;  ///< of this file, what the reader does not know
  std::uint64_t live_octets_ = 0;
  Live live_{*this};
  std::string_view format_;  ///< set for live packets; the file reader knows that of a file
  std::uint32_t linktype_ = UINT32_MAX;
  std::string linktype_name_;
  bool first_packet_of_file_ = true;
  std::optional<Timestamp> last_time_;  ///< the latest of all packets that belong together
  bool finished_ = false;
  std::vector<CaptureSecrets> secrets_;
  std::size_t secret_octets_ = 0;
};

Capture::Capture(ConversationFactory& factory, CaptureOptions options, DiagnosticSink& sink)
    : reading_(std::make_unique<Reading>(factory, std::move(options), sink)) {}
Capture::~Capture() = default;

void Capture::begin_file(std::uint32_t index) {
  reading_->begin_file(index);
}
void Capture::feed(std::string_view octets) {
  reading_->feed(octets);
}
CaptureAccount Capture::end_file() {
  return reading_->end_file();
}
PacketSink& Capture::live() {
  return reading_->live();
}
void Capture::on_silence() {
  reading_->on_silence();
}
void Capture::finish() {
  reading_->finish();
}
CaptureAccount Capture::account() const {
  return reading_->account();
}
std::string_view Capture::format() const noexcept {
  return reading_->format();
}
const std::vector<CaptureSecrets>& Capture::secrets() const noexcept {
  return reading_->secrets();
}
const ReassemblyTotals& Capture::conversations() const noexcept {
  return reading_->conversations();
}

}  // namespace mailparse
