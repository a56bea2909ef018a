// What happens to a leaf's octets: decoded, digested, looked at, and read on where they hold more parts.
// Layer: message, private.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message/message_assembly.hpp"

namespace mailparse {

class EntityCollector::Body final : private EmbeddedFileSink, private TnefSink, private ObservableSink {
 public:
  Body(MessageAssembly& assembly, std::uint32_t part, const EntityHead& head, std::uint32_t nesting,
       std::uint32_t depth);
  ~Body() override;

  /// Counts lines of the decoded content that equal `delimiter`, with or without "--" behind it.
  void watch_for(std::string delimiter) { delimiters_.push_back(std::move(delimiter)); }
  /// Octets as they stand in the message.
  void raw(std::string_view octets, std::uint64_t offset);
  /// The part is over: writes sizes, digests and types into it and tells what was found.
  void end(const RunTally& tally, bool header_empty, bool returned);

 private:
  void content(std::string_view octets);
  void look_for_observables(std::string_view octets);
  void end_observables();
  void watch_lines(std::string_view octets);
  void keep_eight_bit(std::string_view octets);
  void watch_line_ends(std::string_view octets, std::uint64_t offset);
  void tell(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1);
  void tell_tally(const RunTally& tally);
  void tell_text(bool header_empty);
  void read_kept();
  void note_charset();
  void open_container();
  void start_reader();
  [[nodiscard]] bool is_whole_file() const noexcept;

  void on_file_begin(const EmbeddedFile& file) override;
  void on_file_octets(std::string_view octets) override;
  void on_file_end(const EmbeddedFile& file) override;
  void on_tnef_octets(std::string_view octets) override;
  void on_tnef_item(const TnefItem& item) override;
  void on_observable(Observable observable) override;

  /// A file found in the content, while it is read.
  struct Inner {
    explicit Inner(bool digests) : sums(digests) {}
    MessagePart part;
    ContentDigests sums;
    std::string start;
  };
  void begin_inner(std::string name, std::string_view encoding);
  void feed_inner(std::string_view octets);
  /// The file is whole: its part, for one of the message's lists.
  MessagePart end_inner(std::string name, std::string type);
  void drop_inner();
  MessagePart& part() noexcept;

  MessageAssembly* assembly_;
  std::uint32_t part_;
  std::uint32_t nesting_;
  std::uint32_t depth_;
  TransferEncoding encoding_;
  bool text_ = false;
  bool wide_ = false;
  ContentDecoder decoder_;
  ContentDigests sums_;
  std::string start_;            ///< of the content, for sniffing
  std::string kept_;             ///< of the content, where it is read as a whole
  std::size_t kept_octets_ = 0;  ///< how much of it is kept
  std::string eight_bit_;        ///< of text, from its first octet above 127 or escape on: what a charset is told by
  std::uint64_t content_octets_ = 0;
  std::unique_ptr<Utf8Watch> utf8_;
  std::unique_ptr<ObservableScanner> observables_;
  std::string wide_text_;  ///< text in UTF-16 or UTF-32, as much of it as is looked at
  std::unique_ptr<EmbeddedFileScanner> files_;
  std::unique_ptr<TnefReader> tnef_;
  std::unique_ptr<EntityCollector> collector_;  ///< of an encoded message
  std::unique_ptr<MimeReader> reader_;
  std::unique_ptr<Inner> inner_;
  std::uint32_t inner_parts_ = 0;
  std::vector<std::string> delimiters_;
  std::string line_;  ///< beginning of a line of the content
  std::uint64_t lookalikes_ = 0;
  Occurrences cr_cr_lf_;
  char last_[2]{};  ///< the two octets before the next one
};

}  // namespace mailparse
