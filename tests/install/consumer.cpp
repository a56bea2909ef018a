// The smallest user of an installed libmailparse.
#include <cstdio>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/digest.hpp>

int main() {
  const auto code = mailparse::find_code("smtp.eod.nonstandard");
  if (!code || mailparse::digest_hex(mailparse::DigestKind::md5, "").empty()) return 1;
  std::puts("mailparse consumer runs");
  return 0;
}
