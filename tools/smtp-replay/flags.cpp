#include "smtp-replay/flags.hpp"

namespace mailparse::tools {
namespace {

constexpr auto description =
    "Plays recorded SMTP, LMTP, POP3 and IMAP sessions to a live server and compares what it replies; with --serve "
    "plays the "
    "recorded server to live clients. Without either nothing is sent: the plan is shown.";

constexpr auto example =
    R"(Inputs are what trace-to-json reads (captures, transcripts) and the session records it writes; "-" or none is
standard input. Levels: exact; text (once queue ids, dates, host names and the like are masked); code (code, enhanced
status code, and what EHLO offers) [default]; class (first digit).

Nothing is sent to a host that is not this machine unless --allow-host names it; messages go there with --allow-data
only. Every recipient must be in a reserved domain (example, test, invalid, localhost, example.com, .net, .org) or be
rewritten. Recorded passwords are not sent.

Examples:
  smtp-replay mail.pcap
  smtp-replay --to localhost:2525 --rcpt-to probe@example.test mail.pcap
  trace-to-json mail.pcap | smtp-replay --to localhost:2525 --json -
  smtp-replay --serve localhost:2525 --fault RCPT#2:reply:"451 4.2.1 Later" mail.pcap

Exit status: 0 same, 1 differs, 2 usage, input or output error, 3 cannot connect, 4 record unusable, 5 refused for
safety, 6 timeout or early close.)";

}  // namespace

void add_flags(CLI::App& app, Flags& flags, ReplayOptions& options) {
  app.add_option("--to", options.target, "Play to this server")->type_name("HOST:PORT");
  app.add_option("--serve", flags.serve,
                 "Play the recorded server here to clients that connect, one for each session; port 0: any")
      ->type_name("HOST:PORT");
  app.add_option(
         "--fault", flags.faults,
         "With --serve: VERB[#N]:delay:SECONDS, VERB:drop, DATA:close, VERB:reply:LINE, VERB:drip:OCTETS_PER_SECOND; "
         "repeatable. VERB may be connect, . or *")
      ->type_name("FAULT")
      ->allow_extra_args(false);
  app.add_option("--compare-with", flags.compare_with,
                 "Play to this server too, and compare it with the first in place of the record")
      ->type_name("HOST:PORT");
  app.add_option("--mutate", flags.mutations,
                 "Besides, play each session made worse: a name, smuggle, or all; list shows them; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--connections", options.load.connections, "So many at the same time; reports a summary [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""));
  app.add_option("--rate", options.load.rate, "Begin so many sessions a second [as many as there can be]")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
  app.add_option("--repeat", options.load.repeat, "All sessions so many times [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000).description(""));
  app.add_option("--duration", flags.duration_s, "End after so long")->type_name("SECONDS");
  app.add_flag("--dry-run", flags.dry_run, "Only show what would be sent and what is expected");
  app.add_option("--session", flags.sessions, "Only this session, by id or number; repeatable [all]")
      ->type_name("ID")
      ->allow_extra_args(false);
  app.add_option("--unix", options.play.target.unix_path, "Play to this local socket")->type_name("PATH");
  app.add_flag("--serial", flags.serial, "Wait for each reply, also where the record has commands sent together");
  app.add_flag("--pipeline", flags.pipeline, "Send together whatever PIPELINING allows");
  app.add_flag("--preserve-segments", options.play.preserve_segments,
               "Write where the segments of the recorded client began");
  app.add_option("--pace", flags.pace, "asap, recorded, xN times as fast, or seconds between commands [asap]")
      ->type_name("PACE");
  app.add_option("--max-gap", flags.max_gap_s, "No pause is longer")->type_name("SECONDS");
  app.add_option("--helo", options.plan.rewrites.helo, "Name for HELO, EHLO and LHLO")->type_name("NAME");
  app.add_option("--mail-from", flags.mail_from, "Sender for every mail but those from the null path")
      ->type_name("ADDR");
  app.add_option("--rcpt-to", flags.rcpt_to, "Recipient in place of all that --rcpt-map does not name")
      ->type_name("ADDR");
  app.add_option("--rcpt-map", flags.rcpt_map, "Lines of two addresses: recorded, and sent instead")->type_name("FILE");
  app.add_option("--domain", flags.domains, "Another domain in HELO, MAIL and RCPT, below OLD too; repeatable")
      ->type_name("OLD=NEW")
      ->allow_extra_args(false);
  app.add_option("--set-header", flags.header_fields, "Set this field in every message; repeatable")
      ->type_name("NAME:VALUE")
      ->allow_extra_args(false);
  app.add_flag("--fresh-ids", options.plan.rewrites.fresh_ids, "A Message-ID and Date of its own for every message");
  app.add_option("--messages", options.plan.message_folder,
                 "Messages that the record has digests of, as trace-to-json --extract leaves them")
      ->type_name("FOLDER");
  app.add_option("--body-from", flags.body_from, "Message for those whose octets the record lacks [made up]")
      ->type_name("FILE");
  app.add_option("--compare", flags.compare, "exact, text, code or class, or VERB=LEVEL; repeatable [code]")
      ->type_name("LEVEL")
      ->allow_extra_args(false);
  app.add_option("--mask", flags.masks, "What does not count at level text: NAME=REGEX; repeatable")
      ->type_name("NAME=REGEX")
      ->allow_extra_args(false);
  app.add_option("--max-latency-ratio", flags.max_latency_ratio,
                 "A reply that takes so many times as long as the recorded one is a difference")
      ->type_name("N");
  app.add_option("--on-mismatch", flags.on_mismatch,
                 "At a difference stop, continue, or rset and go on with the next mail [continue]")
      ->check(CLI::IsMember({"stop", "continue", "rset"}).description(""))
      ->type_name("WHAT");
  app.add_option("--timeout", flags.timeout_s, "For every wait [10]")->type_name("SECONDS");
  app.add_flag("--tls", options.play.implicit_tls, "TLS from the first octet");
  app.add_option("--starttls", flags.starttls, "STARTTLS as recorded, always or never [recorded]")
      ->check(CLI::IsMember({"recorded", "always", "never"}).description(""))
      ->type_name("WHEN");
  app.add_option("--ca-file", options.play.tls.ca_file, "Trust these certificates [those of the system]")
      ->type_name("FILE");
  app.add_option("--tls-name", options.play.tls.name, "Name that the certificate must bear [the host's]")
      ->type_name("NAME");
  app.add_option("--cert", flags.certificate,
                 "PEM file with one's own certificate: the client's, or with --serve the server's [made up]")
      ->type_name("FILE");
  app.add_option("--key", flags.key, "PEM file with its key [in the same file]")->type_name("FILE");
  app.add_flag("--insecure", options.play.tls.insecure, "Accept any certificate");
  app.add_option(
         "--auth-user", flags.auth_user,
         "Log in as this user where the record does (PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, XOAUTH2; POP3's USER "
         "and APOP, IMAP's LOGIN)")
      ->type_name("USER");
  app.add_option("--auth-password-file", flags.password_file, "First line: the password [--auth-password-env]")
      ->type_name("FILE");
  app.add_option("--auth-password-env", flags.password_env,
                 "Environment variable with the password [SMTP_REPLAY_PASSWORD]")
      ->type_name("NAME");
  app.add_flag("--auth-password-prompt", flags.ask_password, "Ask for the password on the terminal");
  app.add_option("--auth-token-file", flags.token_file, "First line: the bearer token for XOAUTH2")->type_name("FILE");
  app.add_flag("--no-auth", options.plan.without_auth, "Leave AUTH out");
  app.add_flag("--send-recorded-secrets", options.plan.recorded_secrets, "Send passwords and their proofs as recorded");
  app.add_option("--allow-host", flags.allowed_hosts, "A host that may be another machine; repeatable")
      ->type_name("HOST")
      ->allow_extra_args(false);
  app.add_flag("--allow-data", options.allow_data, "Messages may go to such a host");
  app.add_flag("--allow-destructive", options.plan.allow_destructive,
               "DELE, ETRN and IMAP commands that write may be sent");
  app.add_flag("--json", flags.json, "A record \"comparison\" and the live \"session\", a line each");
  app.add_flag("--tap", flags.tap, "Test Anything Protocol");
  app.add_flag("--transcript", flags.transcript,
               "The live conversations as C: and S: lines with their messages, for trace-to-json and smtp-replay");
  app.add_option("--update", options.update,
                 "Write the live sessions there as the new record; as a transcript where the name ends in .txt")
      ->type_name("FILE");
  app.add_option("--junit", options.junit, "Write a JUnit file besides")->type_name("FILE");
  app.add_option("--color", flags.color, "Colour: auto, always or never [auto]")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
      ->type_name("WHEN");
  options.resources.add_to(app, "replay-message-octets=64M");
  app.add_option("INPUT", options.inputs, "Captures, transcripts and session records; \"-\" is standard input");
}

const char* replay_description() noexcept {
  return description;
}
const char* replay_footer() noexcept {
  return example;
}

}  // namespace mailparse::tools
