// The command line as given, before anything in it was checked.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "smtp-replay/options.hpp"

namespace mailparse::tools {

/// What the flags hold before they are checked.
struct Flags {
  std::vector<std::string> sessions;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> compare;
  std::vector<std::string> masks;
  std::vector<std::string> faults;
  std::vector<std::string> mutations;
  std::string compare_with;
  std::string serve;
  std::string certificate;
  std::string key;
  std::vector<std::string> domains;
  std::vector<std::string> header_fields;
  std::string rcpt_to;
  std::string rcpt_map;
  std::string mail_from;
  std::string body_from;
  std::string auth_user;
  std::string password_file;
  std::string password_env = "SMTP_REPLAY_PASSWORD";
  std::string token_file;
  std::string on_mismatch = "continue";
  std::string starttls = "recorded";
  std::string pace = "asap";
  std::string color = "auto";
  double timeout_s = 10;
  double duration_s = 0;
  double max_gap_s = 0;
  double max_latency_ratio = 0;
  bool serial = false;
  bool pipeline = false;
  bool ask_password = false;
  bool dry_run = false;
  bool json = false;
  bool tap = false;
  bool transcript = false;
};

/// Describes the command line to `app`. What needs no check goes into `options` at once; both must outlive `app`.
void add_flags(CLI::App& app, Flags& flags, ReplayOptions& options);

[[nodiscard]] const char* replay_description() noexcept;
/// What stands below the list of flags.
[[nodiscard]] const char* replay_footer() noexcept;

}  // namespace mailparse::tools
