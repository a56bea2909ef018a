// The octets of one part, decoded or as they stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/message.hpp>

#include "common/output.hpp"

namespace mailparse::tools {

/// Writes the part of one path of the first message that has it. Decoded octets are written while they pass; those of a
/// file found in content, which may turn out to be none, and raw ones, whose place is known last, are kept until then;
/// so is everything where only one message is wanted, because which one it is is known last.
class OnePart final : public PartSink {
 public:
  OnePart(std::string path, bool raw, bool held, Output& output)
      : path_(std::move(path)), raw_(raw), held_back_(held), output_(&output) {}

  void begin_message();
  /// Of the message as it stands.
  void on_octets(std::string_view octets);
  void end_message(const Message& message, bool wanted);

  void on_part(const MessagePart& part) override;
  void on_part_octets(const MessagePart& part, std::string_view octets) override;
  void on_part_end(const MessagePart& part) override;
  void on_part_dropped(const MessagePart& part) override;

  [[nodiscard]] bool met() const noexcept { return met_; }
  /// Why there is nothing, once all messages were read and the part was not met.
  [[nodiscard]] std::string_view reason() const noexcept { return reason_; }

 private:
  /// Content of an encoded message that the wanted part may lie in.
  struct Around {
    std::string path;
    std::string octets;
  };
  void give(std::string_view octets);
  void give_raw(const Message& message, const MessagePart& part);

  std::string path_;
  bool raw_;
  bool held_back_;
  Output* output_;
  std::string message_;
  std::vector<Around> around_;
  std::string held_;   ///< of a file found in content
  std::string given_;  ///< that is held back
  bool met_ = false;
  bool met_before_ = false;  ///< in an earlier message
  std::string_view reason_ = "no such part";
};

}  // namespace mailparse::tools
