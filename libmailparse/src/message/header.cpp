#include <algorithm>
#include <cstring>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/find.hpp>

#include "message/header_scanner.hpp"

namespace mailparse {

const HeaderField* Header::first(FieldName name) const noexcept {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const HeaderField& f) { return f.id == name; });
  return found == fields_.end() ? nullptr : &*found;
}

const HeaderField* Header::last(FieldName name) const noexcept {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(), [&](const HeaderField& f) { return f.id == name; });
  return found == fields_.rend() ? nullptr : &*found;
}

std::size_t Header::count(FieldName name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const HeaderField& f) { return f.id == name; }));
}

Header Header::over(std::string_view octets) const {
  Header copy = *this;
  std::erase_if(copy.fields_, [&](const HeaderField& field) { return field.offset - offset_ >= octets.size(); });
  for (HeaderField& field : copy.fields_) {
    const char* const begin = field.raw.data();
    const std::string_view raw = octets.substr(static_cast<std::size_t>(field.offset - offset_), field.raw.size());
    const auto moved = [&](std::string_view part) {
      const auto at = std::min(static_cast<std::size_t>(part.data() - begin), raw.size());
      return raw.substr(at, part.size());
    };
    field.name = moved(field.name);
    field.value = moved(field.value);
    field.raw = raw;
  }
  return copy;
}

bool cr_ends_lines(std::string_view octets) noexcept {
  return octets.find('\n') == octets.npos && octets.find('\r') != octets.npos;
}

HeaderReader::HeaderReader(DiagnosticSink& sink, std::uint64_t offset, HeaderOptions options)
    : scanner_(std::make_unique<Scanner>(sink, offset, options)) {}
HeaderReader::~HeaderReader() = default;
HeaderReader::HeaderReader(HeaderReader&&) noexcept = default;
HeaderReader& HeaderReader::operator=(HeaderReader&&) noexcept = default;

std::size_t HeaderReader::push(std::string_view octets) {
  return scanner_->push(octets);
}
void HeaderReader::finish() {
  scanner_->finish();
}
bool HeaderReader::done() const noexcept {
  return scanner_->done();
}
const Header& HeaderReader::header() const noexcept {
  return scanner_->header();
}
std::string_view HeaderReader::body_start() const noexcept {
  return scanner_->body_start();
}
void HeaderReader::reset(std::uint64_t offset, bool outermost) {
  scanner_->reset(offset, outermost);
}

Header read_header(std::string_view octets, DiagnosticSink& sink, std::uint64_t offset, HeaderOptions options) {
  HeaderReader::Scanner scanner(sink, offset, options);
  scanner.read(octets);
  return std::move(scanner.header());
}

std::string_view unfold(std::string_view value, Arena& arena) {
  std::size_t run = find_eol(value);
  if (run == value.size()) return value;
  char* const begin = arena.allocate(value.size());
  char* out = begin;
  while (!value.empty()) {
    out = std::copy_n(value.data(), run, out);
    value.remove_prefix(std::min(value.size(), run + 1));
    run = find_eol(value);
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace mailparse
