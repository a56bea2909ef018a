// Message octets on their way back to the wire. RFC 5321 4.5.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailparse::tools {

/// `message` as DATA sends it: dots doubled, the last line ended, and CRLF.CRLF behind it.
[[nodiscard]] std::string to_data(std::string_view message);

/// Whether a lax server could take the end of data for earlier than to_data() means it, and what follows for commands:
/// a line that is a lone dot, ended by a bare CR or LF on either side. RFC 5321 4.1.1.4.
[[nodiscard]] bool hides_end_of_data(std::string_view data);

/// A message of `size` octets in lines, made up; at least 2.
[[nodiscard]] std::string made_up_message(std::uint64_t size);

/// `text` with every line end as CRLF.
[[nodiscard]] std::string with_crlf(std::string_view text);

}  // namespace mailparse::tools
