#include "common/input_reader.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mailparse::tools {
namespace {

/// A shorter file is over before a thread has started.
constexpr std::uint64_t shortest_for_a_thread = 1024 * 1024;

/// Reading alone is not: to hand the octets over takes as long.
bool worth_a_thread(const Input& input, bool digest) noexcept {
  const bool compressed = input.wrapping() != input.kind();
  return (compressed || digest) && input.size() >= shortest_for_a_thread;
}

/// What one call of Input::read() gave, in memory of its own.
struct Block {
  std::string octets;
  std::uint64_t position = 0;
  std::vector<Diagnostic> findings;
  std::optional<InputError> error;

  [[nodiscard]] bool last() const noexcept { return octets.empty() || error; }
};

}  // namespace

class InputReader::State {
 public:
  explicit State(DiagnosticSink& findings) : findings_(findings) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { stop(); }

  std::expected<void, InputError> open(const std::string& name, InputReaderOptions options) {
    auto input = Input::open(name, told_, {.digest = options.digest});
    if (!input) return std::unexpected(input.error());
    input_.emplace(std::move(*input));
    tell(told_.take());
    position_ = input_->position();
    if (options.ahead && worth_a_thread(*input_, options.digest)) start_thread();
    return {};
  }

  std::expected<std::string_view, InputError> read() { return ahead_ ? take() : read_now(); }

  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept {
    return ahead_ || input_->wait(patience);
  }
  [[nodiscard]] const Input& input() const noexcept { return *input_; }
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::string sha256() {
    stop();
    return input_->sha256();
  }

 private:
  /// Where the system gives no thread, it is done without.
  void start_thread() {
    try {
      thread_ = std::thread([this] { read_ahead(); });
      ahead_ = true;
    } catch (const std::system_error&) {
    }
  }

  std::expected<std::string_view, InputError> read_now() {
    auto octets = input_->read();
    tell(told_.take());
    position_ = input_->position();
    return octets;
  }

  /// The thread's work: fills one block after the other, never one that is being looked at.
  void read_ahead() {
    for (std::size_t number = 0;; ++number) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || number < given_back_ + blocks_.size(); });
        if (stopping_) return;
      }
      Block& block = blocks_[number % blocks_.size()];
      auto octets = input_->read();
      block.octets = octets ? *octets : std::string_view();
      block.error = octets ? std::nullopt : std::optional(octets.error());
      block.findings = told_.take();
      block.position = input_->position();
      const bool last = block.last();
      const std::lock_guard lock(mutex_);
      filled_ = number + 1;
      changed_.notify_all();
      if (last) return;
    }
  }

  std::expected<std::string_view, InputError> take() {
    if (over_) return std::string_view();
    {
      std::unique_lock lock(mutex_);
      given_back_ = taken_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return filled_ > taken_; });
    }
    Block& block = blocks_[taken_++ % blocks_.size()];
    tell(std::exchange(block.findings, {}));
    position_ = block.position;
    over_ = block.last();
    if (block.error) return std::unexpected(*block.error);
    return block.octets;
  }

  void stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void tell(std::vector<Diagnostic> told) {
    for (Diagnostic& finding : told) findings_.report(std::move(finding));
  }

  DiagnosticSink& findings_;
  DiagnosticList told_;  ///< by input_, on whatever thread reads it
  std::optional<Input> input_;
  std::uint64_t position_ = 0;
  bool ahead_ = false;
  bool over_ = false;      ///< the last block was taken
  std::size_t taken_ = 0;  ///< blocks that read() has given, of the one thread

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;      ///< blocks read
  std::size_t given_back_ = 0;  ///< blocks that may be filled again
  bool stopping_ = false;
  std::array<Block, 4> blocks_;
  std::thread thread_;
};

std::expected<InputReader, InputError> InputReader::open(const std::string& name, DiagnosticSink& findings,
                                                         InputReaderOptions options) {
  auto state = std::make_unique<State>(findings);
  if (auto opened = state->open(name, options); !opened) return std::unexpected(opened.error());
  return InputReader(std::move(state));
}

InputReader::InputReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
InputReader::InputReader(InputReader&&) noexcept = default;
InputReader& InputReader::operator=(InputReader&&) noexcept = default;
InputReader::~InputReader() = default;

std::expected<std::string_view, InputError> InputReader::read() {
  return state_->read();
}
bool InputReader::wait(std::chrono::milliseconds patience) const noexcept {
  return state_->wait(patience);
}
InputKind InputReader::kind() const noexcept {
  return state_->input().kind();
}
InputKind InputReader::wrapping() const noexcept {
  return state_->input().wrapping();
}
std::uint64_t InputReader::size() const noexcept {
  return state_->input().size();
}
std::uint64_t InputReader::position() const noexcept {
  return state_->position();
}
std::string InputReader::sha256() {
  return state_->sha256();
}

}  // namespace mailparse::tools
