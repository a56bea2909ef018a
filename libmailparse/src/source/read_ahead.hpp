// Blocks of octets made by a thread of its own, some blocks ahead of whoever takes them.
// Layer: source, private.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse {

/// What the blocks are made of.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  /// The next octets, valid until the next call; empty at the end.
  virtual std::expected<std::string_view, InputError> next(DiagnosticSink& findings) = 0;
  /// Where the octets given last end.
  [[nodiscard]] virtual std::uint64_t position() const noexcept = 0;
};

class ReadAhead {
 public:
  /// `source` is another thread's from now on, until stop(). Null where the system gives no thread.
  [[nodiscard]] static std::unique_ptr<ReadAhead> start(BlockSource& source);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead() { stop(); }

  /// As BlockSource::next(); findings are reported before the octets are given that they were met in.
  std::expected<std::string_view, InputError> take(DiagnosticSink& findings);
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// Gives the source back.
  void stop();

 private:
  /// What one call of next() gave, in memory of its own.
  struct Block {
    std::string octets;
    std::expected<void, InputError> made;
    std::exception_ptr failure;
    DiagnosticList findings;
    std::uint64_t position = 0;

    [[nodiscard]] bool last() const noexcept { return octets.empty(); }
  };

  explicit ReadAhead(BlockSource& source);
  void make_all();
  void make(Block& block) noexcept;
  [[nodiscard]] Block& at(std::size_t number) noexcept { return blocks_[number % blocks_.size()]; }

  BlockSource& source_;
  std::uint64_t position_ = 0;
  std::size_t taken_ = 0;  ///< blocks that take() has given
  bool over_ = false;      ///< the last one among them

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0;        ///< blocks that may be taken
  std::size_t given_back_ = 0;  ///< of those, the ones that may be made anew
  bool stopping_ = false;
  std::array<Block, 4> blocks_;
  std::thread thread_;
};

}  // namespace mailparse
