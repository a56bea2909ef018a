// Faults that a served session is told to have.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::tools {

struct Fault {
  enum class Kind : std::uint8_t {
    delay,  ///< the reply waits
    drop,   ///< the connection is closed in place of the reply
    close,  ///< the connection is closed while the message comes; for DATA and BDAT
    reply,  ///< another reply
    drip,   ///< the reply comes octet by octet
  } kind = Kind::delay;
  std::string verb;       ///< upper case; "*" any
  std::uint64_t nth = 0;  ///< only the nth of that verb in a session; 0: every one
  std::chrono::milliseconds delay{};
  std::string line;  ///< "451 4.3.0 Later", "-ERR no"
  double octets_per_second = 0;
};

class Faults {
 public:
  /// "VERB[#N]:delay:SECONDS", "VERB[#N]:drop", "DATA:close", "VERB[#N]:reply:TEXT", "VERB[#N]:drip:OCTETS_PER_SECOND".
  /// "connect" is the greeting, "." the end of data, "*" everything. The error is for people.
  [[nodiscard]] std::expected<void, std::string> add(std::string_view definition);

  /// A session begins: counting starts anew.
  void begin() { seen_.clear(); }
  /// Those for the command with this verb that is to be answered now; each call counts.
  [[nodiscard]] std::vector<Fault> of(std::string_view verb);

 private:
  std::vector<Fault> faults_;
  std::map<std::string, std::uint64_t, std::less<>> seen_;
};

}  // namespace mailparse::tools
