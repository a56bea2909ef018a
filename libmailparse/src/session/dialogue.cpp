#include <mailparse/session/dialogue.hpp>

namespace mailparse {

std::string_view to_string(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::smtp:
      return "smtp";
    case Protocol::lmtp:
      return "lmtp";
    case Protocol::pop3:
      return "pop3";
    case Protocol::imap:
      return "imap";
    case Protocol::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(MessageEnd end) noexcept {
  switch (end) {
    case MessageEnd::crlf_dot_crlf:
      return "crlf-dot-crlf";
    case MessageEnd::bdat_last:
      return "bdat-last";
    case MessageEnd::literal:
      return "literal";
    case MessageEnd::quoted:
      return "quoted";
    case MessageEnd::elided:
      return "elided";
    case MessageEnd::cut:
      return "cut";
    case MessageEnd::lf_dot_lf:
      return "lf-dot-lf";
    case MessageEnd::lf_dot_crlf:
      return "lf-dot-crlf";
    case MessageEnd::lf_dot_cr:
      return "lf-dot-cr";
    case MessageEnd::crlf_dot_lf:
      return "crlf-dot-lf";
    case MessageEnd::crlf_dot_cr:
      return "crlf-dot-cr";
    case MessageEnd::cr_dot_lf:
      return "cr-dot-lf";
    case MessageEnd::cr_dot_crlf:
      return "cr-dot-crlf";
    case MessageEnd::cr_dot_cr:
      return "cr-dot-cr";
    case MessageEnd::decorated_dot:
      return "decorated-dot";
  }
  return "cut";
}

}  // namespace mailparse
