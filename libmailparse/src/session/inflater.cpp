#include "session/inflater.hpp"

#include <new>

#include <zlib.h>

namespace mailparse {
namespace {

constexpr int raw_deflate = -15;
/// Mail hardly shrinks to a tenth. Below this size an expansion hurts nobody.
constexpr std::uint64_t most_expansion = 200;
constexpr std::uint64_t harmless_octets = 16 * 1024 * 1024;

}  // namespace

void Inflater::End::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater() : stream_(new z_stream_s{}) {
  if (inflateInit2(stream_.get(), raw_deflate) != Z_OK) throw std::bad_alloc();
}
Inflater::~Inflater() = default;

std::string_view Inflater::next(std::string_view& octets) {
  if (state_ != State::going) return {};
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  stream_->avail_in = static_cast<uInt>(octets.size());
  stream_->next_out = reinterpret_cast<Bytef*>(block_.data());
  stream_->avail_out = static_cast<uInt>(block_.size());
  const int status = inflate(stream_.get(), Z_SYNC_FLUSH);
  const std::size_t taken = octets.size() - stream_->avail_in;
  const std::size_t given = block_.size() - stream_->avail_out;
  octets.remove_prefix(taken);
  taken_ += taken;
  given_ += given;
  if (status == Z_STREAM_END) {
    state_ = State::ended;
  } else if (status != Z_OK && status != Z_BUF_ERROR) {
    state_ = State::damaged;
  } else if (given_ > harmless_octets && given_ / most_expansion > taken_) {
    state_ = State::too_much;
  }
  return {block_.data(), given};
}

}  // namespace mailparse
