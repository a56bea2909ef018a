// Lines of a terminal: names and values, wrapped to its width, with everything from the input made harmless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "msg-inspect/view.hpp"

namespace mailparse::tools {

enum class Ink : std::uint8_t { plain, strong, faint, notice, warning, alarm };

class Page {
 public:
  Page(std::string& out, const ViewStyle& style) : out_(out), style_(style) {}

  void title(std::string_view text);
  /// A name and its value, which goes on under itself where it is longer than the line.
  void row(std::string_view name, std::string_view value, Ink ink = Ink::plain);
  /// `text` behind `indent` columns and `head`, which is not from the input; goes on under itself.
  void item(std::size_t indent, std::string_view head, std::string_view text, Ink ink = Ink::plain);
  /// Text in lines of its own, not wrapped.
  void text(std::string_view text);

  /// `text` as the style wants it shown: visible, and defanged where that was asked for.
  [[nodiscard]] std::string clean(std::string_view text) const;
  [[nodiscard]] std::string paint(Ink ink, std::string_view text) const;
  [[nodiscard]] std::size_t width() const noexcept { return style_.width; }

 private:
  std::string& out_;
  const ViewStyle& style_;
};

}  // namespace mailparse::tools
