// Attachments into files: names cleaned, nothing overwritten, nothing outside the folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mailparse/json/message_record.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse::tools {

/// Writes the attachments of messages into one folder, which it makes if need be, and a line for each into
/// `manifest.jsonl` there. Files are created anew (O_EXCL, O_NOFOLLOW) below the folder's own descriptor.
class PartFiles final : public PartSink {
 public:
  /// Null when the folder cannot be opened or made; `error` is errno then.
  [[nodiscard]] static std::unique_ptr<PartFiles> open(const std::string& folder, int& error);
  ~PartFiles() override;

  void on_part(const MessagePart& part) override;
  void on_part_octets(const MessagePart& part, std::string_view octets) override;
  void on_part_end(const MessagePart& part) override;
  /// The message is known: its lines of the manifest.
  void end_message(const Message& message, const MessageSource& source);

  /// errno of the first write that failed, 0 = none.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  /// A file of the message that is being read.
  struct File {
    std::string path;  ///< of the part
    std::string name;  ///< in the folder
    int descriptor = -1;
  };

  explicit PartFiles(int folder) noexcept : folder_(folder) {}
  [[nodiscard]] int create(std::string_view wanted, std::string& name);
  void fail(int error) noexcept;

  int folder_;
  int manifest_ = -1;
  int error_ = 0;
  std::vector<File> files_;
};

}  // namespace mailparse::tools
