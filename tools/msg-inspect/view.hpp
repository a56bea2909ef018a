// Messages shown to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mailparse/json/message_record.hpp>
#include <mailparse/message/message.hpp>

#include "msg-inspect/options.hpp"

namespace mailparse::tools {

/// The text of one part, in UTF-8.
struct PartText {
  std::string path;
  std::string type;
  std::string text;
};

struct ViewStyle {
  bool color = false;
  std::size_t width = 80;  ///< columns
};

/// Keeps the first mebibyte of each text part.
class TextCollector final : public PartSink {
 public:
  void on_part(const MessagePart&) override {}
  void on_part_octets(const MessagePart& part, std::string_view octets) override;
  void on_part_end(const MessagePart& part) override;
  [[nodiscard]] std::vector<PartText> take() noexcept { return std::exchange(texts_, {}); }

 private:
  std::string octets_;
  std::vector<PartText> texts_;
};

/// Appends the view to `out`. Everything from the message is made harmless for a terminal.
void show_message(std::string& out, View view, const Message& message, const MessageSource& source,
                  const std::vector<PartText>& texts, const ViewStyle& style);

/// Readable text of HTML: tags gone, entities resolved, blocks on lines of their own, hidden text marked "[hidden:
/// ...]".
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace mailparse::tools
