#include <utility>

#include <mailparse/message/mime_reader.hpp>

#include "message/mime_scanner.hpp"

namespace mailparse {

std::string_view to_string(MimeRange range) noexcept {
  switch (range) {
    case MimeRange::header:
      return "header";
    case MimeRange::body:
      return "body";
    case MimeRange::preamble:
      return "preamble";
    case MimeRange::delimiter:
      return "delimiter";
    case MimeRange::close_delimiter:
      return "close-delimiter";
    case MimeRange::epilogue:
      return "epilogue";
    case MimeRange::unread:
      return "unread";
  }
  return {};
}

MimeReader::MimeReader(MimeSink& sink, MimeOptions options) : scanner_(std::make_unique<Scanner>(sink, options)) {}
MimeReader::~MimeReader() = default;
MimeReader::MimeReader(MimeReader&&) noexcept = default;
MimeReader& MimeReader::operator=(MimeReader&&) noexcept = default;

void MimeReader::feed(std::string_view octets) {
  scanner_->feed(octets);
}
void MimeReader::finish() {
  scanner_->finish();
}
std::uint64_t MimeReader::octets() const noexcept {
  return scanner_->octets();
}
bool MimeReader::cr_line_ends() const noexcept {
  return scanner_->cr_line_ends();
}
const StructureLineEnds& MimeReader::line_ends() const noexcept {
  return scanner_->line_ends();
}

}  // namespace mailparse
