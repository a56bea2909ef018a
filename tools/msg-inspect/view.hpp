// Messages shown to people.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mailparse/json/message_record.hpp>
#include <mailparse/json/second_opinion.hpp>
#include <mailparse/message/message.hpp>

#include "msg-inspect/options.hpp"

namespace mailparse::tools {

/// The text of one part, in UTF-8.
struct PartText {
  std::string path;
  std::string type;
  std::string text;
  std::uint64_t left_out = 0;  ///< octets of the part beyond what is kept
};

struct ViewStyle {
  bool color = false;
  bool defang = false;
  std::size_t width = 100;  ///< columns
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
  std::uint64_t left_out_ = 0;
  std::vector<PartText> texts_;
};

/// What a view is made of.
struct Shown {
  const Message& message;
  const MessageSource& source;
  std::vector<PartText> texts;  ///< for View::text
  const SecondOpinion* second_opinion = nullptr;
};

/// Appends the view to `out`. Everything from the message is made harmless for a terminal.
void show_message(std::string& out, View view, const Shown& shown, const ViewStyle& style);

}  // namespace mailparse::tools
