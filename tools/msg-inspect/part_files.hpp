// Attachments into files: names cleaned, nothing overwritten, nothing outside the folder.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <mailparse/json/message_record.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse::tools {

/// Writes the attachments of messages into one folder, which it makes if need be, and a line for each into
/// `manifest.jsonl` there. Files are created anew below the folder's own descriptor, under a name of ours until the
/// message is over; then they get their own one, or it with a number where a file of that name, letter case put aside,
/// is there already. No link is followed.
class PartFiles final : public PartSink {
 public:
  /// Null when the folder cannot be opened or made; `error` is errno then.
  [[nodiscard]] static std::unique_ptr<PartFiles> open(const std::string& folder, int& error);
  ~PartFiles() override;

  void on_part(const MessagePart& part) override;
  void on_part_octets(const MessagePart& part, std::string_view octets) override;
  void on_part_end(const MessagePart& part) override;
  void on_part_dropped(const MessagePart& part) override;
  /// The message is known: its files get their names and lines of the manifest, or go where it was not wanted.
  void end_message(const Message& message, const MessageSource& source, bool wanted);

  /// errno of the first write that failed, 0 = none.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  /// A file of the message that is being read.
  struct File {
    std::string path;       ///< of the part
    std::string temporary;  ///< its name in the folder
    int descriptor = -1;    ///< negative: closed
    bool complete = false;
  };

  explicit PartFiles(int folder) noexcept : folder_(folder) {}
  void note_names();
  [[nodiscard]] File* find(const MessagePart& part) noexcept;
  /// Gives the file a name like `wanted`, and returns it; empty where that fails.
  [[nodiscard]] std::string publish(const File& file, const std::string& wanted);
  void discard(File& file) noexcept;
  void fail(int error) noexcept;

  int folder_;
  int manifest_ = -1;
  int error_ = 0;
  std::uint64_t temporaries_ = 0;
  std::vector<File> files_;
  std::set<std::string, std::less<>> names_;  ///< in the folder, in lower case
};

}  // namespace mailparse::tools
