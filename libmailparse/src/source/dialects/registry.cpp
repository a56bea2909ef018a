// The table of dialects: what a new file dialects/NAME.cpp is added to.
#include <algorithm>
#include <array>
#include <vector>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {

#define MAILPARSE_DIALECTS(X) \
  X(aiosmtpd)                 \
  X(arrows)                   \
  X(checktls)                 \
  X(claws)                    \
  X(curl)                     \
  X(curl_trace)               \
  X(exchange)                 \
  X(exim)                     \
  X(exim_bh)                  \
  X(fetchmail)                \
  X(haraka)                   \
  X(hmailserver)              \
  X(imapclient)               \
  X(imaplib)                  \
  X(javamail)                 \
  X(mailenable)               \
  X(mbsync)                   \
  X(msmtp)                    \
  X(mutt)                     \
  X(mxtoolbox)                \
  X(net_cmd)                  \
  X(ngrep)                    \
  X(nodemailer)               \
  X(opensmtpd)                \
  X(phpmailer)                \
  X(poplib)                   \
  X(postfix)                  \
  X(postfix_notice)           \
  X(rawlog)                   \
  X(recordio)                 \
  X(ruby)                     \
  X(s_client)                 \
  X(s_nail)                   \
  X(sendmail)                 \
  X(sendmail_dsn)             \
  X(sendmail_x)               \
  X(smartermail)              \
  X(smtp_sink)                \
  X(smtplib)                  \
  X(socat)                    \
  X(speaker)                  \
  X(strace)                   \
  X(swaks)                    \
  X(swiftmailer)              \
  X(tcpdump)                  \
  X(telnet)                   \
  X(thunderbird)              \
  X(tshark_follow)            \
  X(unmarked)

#define MAILPARSE_DIALECT(name) extern const DialectRow name##_dialect;
MAILPARSE_DIALECTS(MAILPARSE_DIALECT)
#undef MAILPARSE_DIALECT

namespace {

struct Table {
  std::vector<DialectRow> rows;
  std::vector<DialectInfo> infos;
};

const Table& table() {
  static const Table made = [] {
    Table t;
#define MAILPARSE_DIALECT(name) t.rows.push_back(name##_dialect);
    MAILPARSE_DIALECTS(MAILPARSE_DIALECT)
#undef MAILPARSE_DIALECT
    std::ranges::sort(t.rows, {}, [](const DialectRow& row) { return row.info.name; });
    for (const auto& row : t.rows) t.infos.push_back(row.info);
    return t;
  }();
  return made;
}

}  // namespace

std::span<const DialectRow> dialect_rows() noexcept {
  return table().rows;
}

const DialectRow* find_dialect(std::string_view name) noexcept {
  const auto rows = dialect_rows();
  const auto found = std::ranges::lower_bound(rows, name, {}, [](const DialectRow& row) { return row.info.name; });
  return found != rows.end() && found->info.name == name ? &*found : nullptr;
}

}  // namespace mailparse::transcript

namespace mailparse {

std::span<const DialectInfo> list_dialects() noexcept {
  return transcript::table().infos;
}

}  // namespace mailparse
