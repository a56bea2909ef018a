#include "source/read_ahead.hpp"

#include <system_error>
#include <utility>

namespace mailparse {

std::unique_ptr<ReadAhead> ReadAhead::start(BlockSource& source) {
  try {
    return std::unique_ptr<ReadAhead>(new ReadAhead(source));
  } catch (const std::system_error&) {
    return nullptr;
  }
}

ReadAhead::ReadAhead(BlockSource& source)
    : source_(source), position_(source.position()), thread_([this] { make_all(); }) {}

void ReadAhead::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// The thread's work: one block after the other, never one that is being looked at.
void ReadAhead::make_all() {
  for (std::size_t number = 0;; ++number) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || number < given_back_ + blocks_.size(); });
      if (stopping_) return;
    }
    make(at(number));
    const bool last = at(number).last();
    {
      const std::lock_guard lock(mutex_);
      made_ = number + 1;
    }
    changed_.notify_all();
    if (last) return;
  }
}

void ReadAhead::make(Block& block) noexcept {
  block.octets.clear();
  try {
    const auto octets = source_.next(block.findings);
    if (octets)
      block.octets = *octets;
    else
      block.made = std::unexpected(octets.error());
  } catch (...) {
    block.failure = std::current_exception();
  }
  block.position = source_.position();
}

std::expected<std::string_view, InputError> ReadAhead::take(DiagnosticSink& findings) {
  if (over_) return std::string_view();
  {
    std::unique_lock lock(mutex_);
    given_back_ = taken_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return made_ > taken_; });
  }
  Block& block = at(taken_++);
  over_ = block.last();
  position_ = block.position;
  for (Diagnostic& finding : block.findings.take()) findings.report(std::move(finding));
  if (block.failure) std::rethrow_exception(block.failure);
  if (!block.made) return std::unexpected(block.made.error());
  return block.octets;
}

}  // namespace mailparse
