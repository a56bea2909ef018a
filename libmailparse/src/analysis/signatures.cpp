#include <mailparse/analysis/signatures.hpp>

namespace mailparse {

std::string_view to_string(SignatureKind kind) noexcept {
  switch (kind) {
    case SignatureKind::arc_message:
      return "arc-message-signature";
    case SignatureKind::arc_seal:
      return "arc-seal";
    case SignatureKind::dkim:
      break;
  }
  return "dkim-signature";
}

std::string_view to_string(SignatureResult result) noexcept {
  switch (result) {
    case SignatureResult::pass:
      return "pass";
    case SignatureResult::fail:
      return "fail";
    case SignatureResult::policy:
      return "policy";
    case SignatureResult::temperror:
      return "temperror";
    case SignatureResult::permerror:
      return "permerror";
    case SignatureResult::unchecked:
      break;
  }
  return "unchecked";
}

}  // namespace mailparse
