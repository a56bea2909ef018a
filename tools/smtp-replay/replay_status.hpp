// How smtp-replay ends. A test that reads the status can tell "the server differs" from "the test is broken".
#pragma once

namespace mailparse::tools {

enum class ReplayStatus : int {
  same = 0,           ///< all that was compared is as recorded; also after a dry run
  differs = 1,        ///< a reply differs
  trouble = 2,        ///< usage, input or output error
  no_connection = 3,  ///< the server could not be reached
  unusable = 4,       ///< the record lacks what a replay needs
  refused = 5,        ///< for safety; nothing was sent
  broken_off = 6,     ///< the server fell silent or closed before the end
};

constexpr int to_int(ReplayStatus status) noexcept {
  return static_cast<int>(status);
}

/// Of several sessions' ends, the one to tell: what kept sessions from being compared goes before a difference.
constexpr ReplayStatus graver(ReplayStatus a, ReplayStatus b) noexcept {
  constexpr auto weight = [](ReplayStatus status) {
    switch (status) {
      case ReplayStatus::same:
        return 0;
      case ReplayStatus::differs:
        return 1;
      case ReplayStatus::broken_off:
        return 2;
      case ReplayStatus::no_connection:
        return 3;
      case ReplayStatus::unusable:
        return 4;
      case ReplayStatus::refused:
        return 5;
      case ReplayStatus::trouble:
        return 6;
    }
    return 6;
  };
  return weight(a) < weight(b) ? b : a;
}

}  // namespace mailparse::tools
