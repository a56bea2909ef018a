#include "analysis/body_hash.hpp"

#include <algorithm>
#include <utility>

namespace mailparse {

BodyHash::BodyHash(const Options& options, std::uint64_t offset)
    : options_(options), digest_(options.digest), offset_(offset) {}

void BodyHash::feed(std::string_view octets) {
  const bool relaxed = options_.form == Canonical::relaxed;
  const std::string_view specials = relaxed ? std::string_view("\r\n \t") : std::string_view("\r\n");
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
        taken = std::min(octets.size(), octets.find_first_of(specials, 1));
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
  digest_.update(canonical.substr(0, counted));
  if (counted < canonical.size() && !uncounted_) uncounted_ = offset + counted;
}

std::string BodyHash::finish() {
  if (std::exchange(cr_, false)) text("\r", offset_ - 1);
  // An empty body is one empty line to the simple form, and nothing to the relaxed one.
  if (any_ || options_.form == Canonical::simple) put("\r\n", line_ends_ > 0 ? line_end_offset_ : offset_);
  return digest_.finish_hex();
}

}  // namespace mailparse
