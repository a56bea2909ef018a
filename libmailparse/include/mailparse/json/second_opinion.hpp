// What another MIME parser reads in the same message.
// Layer: json. docs/schema/message.json
#pragma once

#include <string>
#include <vector>

#include <mailparse/json/json_writer.hpp>

namespace mailparse {

struct SecondOpinion {
  struct Difference {
    std::string part;    ///< path, as we read the structure, or as they do where we see no part
    std::string what;    ///< "parts", "type", "body_length", "absent"
    std::string ours;    ///< empty: we see nothing there
    std::string theirs;  ///< empty: they see nothing there
  };
  std::string reader;   ///< "mimetic 0.9.8"
  std::string outcome;  ///< "same", "different", "crashed", "timed-out", "refused", "too-large"
  std::string detail;   ///< how it crashed
  std::vector<Difference> differences;
};

/// An object.
void write_second_opinion(JsonWriter& writer, const SecondOpinion& opinion);

}  // namespace mailparse
