#include "analysis/body_hash.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/scan/find.hpp>

namespace mailparse {

BodyHash::BodyHash(const Options& options, std::uint64_t offset)
    : options_(options), digest_(options.digest), offset_(offset) {}

void BodyHash::feed(std::string_view octets) {
  const bool relaxed = options_.form == Canonical::relaxed;
  while (!octets.empty()) {
    const char octet = octets.front();
    std::size_t taken = 1;
    if (octet == '\r' && options_.line_end == LoneLineEnd::cr) {
      line_end(offset_);
    } else if (octet == '\n' && (cr_ || options_.line_end == LoneLineEnd::lf)) {
      line_end(cr_ ? offset_ - 1 : offset_);
      cr_ = false;
    } else {
      // A CR that no LF follows is text.
      if (std::exchange(cr_, false)) text("\r", offset_ - 1);
      if (octet == '\r') {
        cr_ = true;
      } else if (relaxed && (octet == ' ' || octet == '\t')) {
        taken = std::min(octets.size(), octets.find_first_not_of(" \t"));
        if (!blank_offset_) blank_offset_ = offset_;
      } else {
        // Lone blanks between words stand in the relaxed form as they are.
        const std::string_view rest = octets.substr(1);
        taken = 1 + (relaxed ? find_irregular_white(rest) : find_eol(rest));
        text(octets.substr(0, taken), offset_);
      }
    }
    offset_ += taken;
    octets.remove_prefix(taken);
  }
}

void BodyHash::line_end(std::uint64_t offset) {
  if (line_ends_++ == 0) line_end_offset_ = offset;
  blank_offset_.reset();
}

void BodyHash::text(std::string_view run, std::uint64_t offset) {
  for (; line_ends_ > 0; --line_ends_) put("\r\n", line_end_offset_);
  if (blank_offset_) put(" ", *blank_offset_);
  blank_offset_.reset();
  any_ = true;
  put(run, offset);
}

void BodyHash::put(std::string_view canonical, std::uint64_t offset) {
  const std::uint64_t room = options_.limit ? *options_.limit - std::min(*options_.limit, octets_) : canonical.size();
  const std::size_t counted = std::min<std::uint64_t>(room, canonical.size());
  octets_ += canonical.size();
  add(canonical.substr(0, counted));
  if (counted < canonical.size() && !uncounted_) uncounted_ = offset + counted;
}

/// Lines are short, and each call of a digest costs as much as a few of them.
void BodyHash::add(std::string_view counted) {
  if (counted.size() > gathered_.size() - gathered_size_) {
    digest_.update({gathered_.data(), std::exchange(gathered_size_, 0)});
    if (counted.size() > gathered_.size()) return digest_.update(counted);
  }
  std::ranges::copy(counted, gathered_.begin() + static_cast<std::ptrdiff_t>(gathered_size_));
  gathered_size_ += counted.size();
}

std::string BodyHash::finish() {
  if (std::exchange(cr_, false)) text("\r", offset_ - 1);
  // An empty body is one empty line to the simple form, and nothing to the relaxed one.
  if (any_ || options_.form == Canonical::simple) put("\r\n", line_ends_ > 0 ? line_end_offset_ : offset_);
  digest_.update({gathered_.data(), gathered_size_});
  return digest_.finish_hex();
}

}  // namespace mailparse
