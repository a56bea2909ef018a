#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/source/input.hpp>

#include "source/decompressor.hpp"
#include "source/pcap_parser.hpp"
#include "source/pcapng_parser.hpp"
#include "source/read_ahead.hpp"

namespace mailparse {
namespace {

/// Stays in the second-level cache until it is read.
constexpr std::size_t block_octets = 256 * 1024;
/// Begins with a page, as what the kernel copies from does. Large allocations begin 16 octets behind one, and then each
/// load of the copy waits for the store that is 16 octets behind it in its page: a fourth of the speed.
struct alignas(4096) Block {
  char octets[block_octets];
};
constexpr std::size_t head_octets = 12;
/// A capture of repeated packets shrinks to a twentieth; beyond this it was made to.
constexpr std::uint64_t suspicious_ratio = 200;
constexpr std::uint64_t unsuspicious_octets = 16 * 1024 * 1024;
/// A shorter file is over before a thread has started.
constexpr std::uint64_t shortest_for_a_thread = 1024 * 1024;

InputError error_of(int number, const char* what, const std::string& name) {
  return {number, std::string(what) + " " + name + ": " + std::generic_category().message(number)};
}

/// A file descriptor with a name and a buffer of one block.
class BlockFile {
 public:
  BlockFile(int descriptor, std::string name, bool digest)
      : descriptor_(descriptor), name_(std::move(name)), block_(std::make_unique_for_overwrite<Block>()) {
    if (digest) digest_.emplace(DigestKind::sha256);
  }
  BlockFile(const BlockFile&) = delete;
  BlockFile& operator=(const BlockFile&) = delete;
  ~BlockFile() {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }

  /// Reads until there are `least` octets or the file ends.
  std::expected<std::string_view, InputError> read(std::size_t least = 1) {
    std::size_t have = 0;
    while (have < least) {
      const ssize_t size = ::read(descriptor_, block_->octets + have, block_octets - have);
      if (size < 0) return std::unexpected(error_of(errno, "read", name_));
      if (size == 0) break;
      have += static_cast<std::size_t>(size);
    }
    const std::string_view octets(block_->octets, have);
    position_ += have;
    if (digest_) digest_->update(octets);
    return octets;
  }

  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept {
    pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(patience.count())) != 0;
  }
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::string sha256() { return digest_ ? digest_->finish_hex() : std::string{}; }

 private:
  int descriptor_;
  std::string name_;
  std::unique_ptr<Block> block_;
  std::uint64_t position_ = 0;
  std::optional<Digest> digest_;
};

bool begins_with(std::string_view head, std::string_view magic) {
  return head.starts_with(magic);
}

}  // namespace

InputKind sniff(std::string_view head) noexcept {
  using namespace std::string_view_literals;
  if (head.empty()) return InputKind::empty;
  if (is_pcap_magic(head)) return InputKind::pcap;
  if (head.size() >= head_octets ? PcapngParser::begins_section(head) : is_pcapng_magic(head)) return InputKind::pcapng;
  if (begins_with(head, "\x1F\x8B"sv)) return InputKind::gzip;
  // A frame, or a skippable one before it.
  if (begins_with(head, "\x28\xB5\x2F\xFD"sv)) return InputKind::zstd;
  if (head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xF0U) == 0x50 &&
      begins_with(head.substr(1), "\x2A\x4D\x18"sv))
    return InputKind::zstd;
  return InputKind::other;
}

class Input::State final : private BlockSource {
 public:
  State(int descriptor, const std::string& name, DiagnosticSink& findings, InputOptions options)
      : file_(descriptor, name, options.digest), findings_(&findings), options_(options) {
    struct stat status{};
    if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
      size_ = static_cast<std::uint64_t>(status.st_size);
  }

  /// Reads the head, and behind a compression layer the first block.
  std::expected<void, InputError> begin() {
    auto begun = read_head();
    // To hand over octets that were only read takes as long as to read them.
    const bool much_to_do = (decompressor_ || options_.digest) && size_ >= shortest_for_a_thread;
    if (begun && options_.ahead && much_to_do) ahead_ = ReadAhead::start(*this);
    return begun;
  }

  std::expected<std::string_view, InputError> read() { return ahead_ ? ahead_->take(*findings_) : next(*findings_); }

  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept {
    return ahead_ || first_ || (decompressor_ && !compressed_.empty()) || file_.wait(patience);
  }

  [[nodiscard]] InputKind kind() const noexcept { return kind_; }
  [[nodiscard]] InputKind wrapping() const noexcept { return wrapping_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint64_t octets_read() const noexcept { return ahead_ ? ahead_->position() : file_.position(); }
  [[nodiscard]] std::string sha256() {
    if (ahead_) ahead_->stop();
    return file_.sha256();
  }

 private:
  std::expected<void, InputError> read_head() {
    auto head = file_.read(head_octets);
    if (!head) return std::unexpected(head.error());
    kind_ = wrapping_ = sniff(*head);
    if (wrapping_ == InputKind::gzip) decompressor_ = make_gzip_decompressor();
    if (wrapping_ == InputKind::zstd) decompressor_ = make_zstd_decompressor();
    compressed_ = *head;
    if (!decompressor_) {
      first_ = *head;
      return {};
    }
    output_ = std::make_unique_for_overwrite<char[]>(block_octets);
    auto first = decompress(head_octets, *findings_);
    if (!first) return std::unexpected(first.error());
    first_ = *first;
    kind_ = sniff(*first);
    return {};
  }

  std::expected<std::string_view, InputError> next(DiagnosticSink& findings) override {
    if (first_) return *std::exchange(first_, std::nullopt);
    return decompressor_ ? decompress(1, findings) : file_.read();
  }
  [[nodiscard]] std::uint64_t position() const noexcept override { return file_.position(); }

  std::expected<std::string_view, InputError> decompress(std::size_t least, DiagnosticSink& findings) {
    std::size_t have = 0;
    while (have < least) {
      if (compressed_.empty() && !ended_) {
        auto block = file_.read();
        if (!block) return std::unexpected(block.error());
        compressed_ = *block;
        ended_ = block->empty();
      }
      const std::uint64_t offset = file_.position() - compressed_.size();
      const auto progress =
          decompressor_->run(compressed_, {output_.get() + have, block_octets - have}, offset, findings);
      compressed_.remove_prefix(progress.consumed);
      have += progress.produced;
      produced_ += progress.produced;
      watch_ratio(offset + progress.consumed, findings);
      if (ended_ && progress.produced == 0) break;
    }
    if (ended_ && have == 0) end(findings);
    return std::string_view(output_.get(), have);
  }

  void watch_ratio(std::uint64_t place, DiagnosticSink& findings) {
    if (ratio_told_ || produced_ <= unsuspicious_octets || produced_ / suspicious_ratio <= place) return;
    ratio_told_ = true;
    findings.report(make_diagnostic(Code::limit_decompression_ratio, place, 0));
  }

  void end(DiagnosticSink& findings) {
    if (std::exchange(end_told_, true) || !decompressor_->incomplete()) return;
    findings.report(make_diagnostic(Code::capfile_gzip_truncated, file_.position(), 0));
  }

  BlockFile file_;
  DiagnosticSink* findings_;
  InputOptions options_;
  std::uint64_t size_ = 0;
  InputKind kind_ = InputKind::empty;
  InputKind wrapping_ = InputKind::empty;
  std::optional<std::string_view> first_;  ///< read by begin(), not yet given out
  std::unique_ptr<Decompressor> decompressor_;
  std::unique_ptr<char[]> output_;
  std::string_view compressed_;  ///< of the file's block, not yet decompressed
  std::uint64_t produced_ = 0;
  bool ended_ = false;  ///< the compressed file is over
  bool ratio_told_ = false;
  bool end_told_ = false;
  std::unique_ptr<ReadAhead> ahead_;  ///< last: its thread ends before what it reads
};

std::expected<Input, InputError> Input::open(const std::string& name, DiagnosticSink& findings, InputOptions options) {
  const int descriptor = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(error_of(errno, "open", name));
  auto state = std::make_unique<State>(descriptor, name == "-" ? "standard input" : name, findings, options);
  if (auto begun = state->begin(); !begun) return std::unexpected(begun.error());
  return Input(std::move(state));
}

Input::Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;
Input::~Input() = default;

std::expected<std::string_view, InputError> Input::read() {
  return state_->read();
}
bool Input::wait(std::chrono::milliseconds patience) const noexcept {
  return state_->wait(patience);
}
InputKind Input::kind() const noexcept {
  return state_->kind();
}
InputKind Input::wrapping() const noexcept {
  return state_->wrapping();
}
std::uint64_t Input::size() const noexcept {
  return state_->size();
}
std::uint64_t Input::position() const noexcept {
  return state_->octets_read();
}
std::string Input::sha256() {
  return state_->sha256();
}

}  // namespace mailparse
