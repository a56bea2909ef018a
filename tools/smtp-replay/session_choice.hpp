// Which sessions of the input are meant.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::tools {

/// Sessions by id ("s-3") or by the number in it ("3"); none named means all.
class SessionChoice {
 public:
  SessionChoice() = default;
  explicit SessionChoice(const std::vector<std::string>& named) {
    for (const std::string& name : named) ids_.push_back(name.starts_with("s-") ? name : "s-" + name);
  }
  [[nodiscard]] bool takes(std::string_view id) const {
    return ids_.empty() || std::ranges::find(ids_, id) != ids_.end();
  }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }

 private:
  std::vector<std::string> ids_;
};

}  // namespace mailparse::tools
