#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "session/pop3_machine.hpp"

namespace mailparse {

void Pop3Session::Machine::read_client(Chunk& chunk) {
  const auto line = next_line(client_, chunk, client_extent_);
  if (!line || line->flags.has(LineFlag::continued)) return;
  if (std::exchange(rest_of_secret_, false)) return hidden_line(line->text, client_extent_);
  if (!sasl_response(line->text, client_extent_)) command(line->text, client_extent_);
}

/// The rest of a line whose middle is missing and whose begin held a secret.
void Pop3Session::Machine::hidden_line(std::string_view line, const Extent& extent) {
  const SecretRange all{0, line.size()};
  Pending pending{.n = next_n_++};
  tell_command(pending.n, {}, line, extent, {&all, 1});
  queue(std::move(pending));
}

bool Pop3Session::Machine::sasl_response(std::string_view line, const Extent& extent) {
  const bool due = std::exchange(response_due_, false);
  if (!sasl_ && !due) return false;
  if (!sasl_) sasl_.emplace("");  // the AUTH that began it was not seen
  // A refused client may send its password all the same, and where the server's side is missing nobody asks for it:
  // what is no command is a response.
  if (!due && find_pop3_follow(pop3_verb(line))) {
    sasl_.reset();
    return false;
  }
  const bool revealed = sasl_->reveals_password();
  sasl_->client_response(line);
  const SecretRange all{0, line.size()};
  Pending pending{.n = next_n_++, .verb = "+", .login_n = sasl_n_};
  if (!refused_) pending.sasl = sasl_;
  pending.echoes.keep(line);
  pending.echoes.keep(sasl_->password());
  tell_command(pending.n, "+", line, extent, {&all, line == "*" ? std::size_t{0} : std::size_t{1}});
  if (!revealed && sasl_->reveals_password()) gate_.watch().credentials_in_clear(extent.offset, extent.length);
  queue(std::move(pending));
  return true;
}

void Pop3Session::Machine::command(std::string_view line, const Extent& extent) {
  Pending pending{.n = next_n_++, .verb = pop3_verb(line)};
  pending.login_n = pending.n;
  const std::size_t argument = std::min(pending.verb.size() + 1, line.size());
  const std::string_view arguments = trim_blanks(line.substr(argument));
  pending.argument = std::string(arguments.substr(0, std::min<std::size_t>(arguments.find(' '), 64)));
  pending.follow = find_pop3_follow(pending.verb).value_or(Pop3Follow::nothing);
  if (pending.follow == Pop3Follow::lines_alone)
    pending.follow = arguments.empty() ? Pop3Follow::lines : Pop3Follow::nothing;
  std::vector<SecretRange> secrets;
  // What is no command may be a password where the beginning was not seen.
  if (!options_.begun && pending.n == 1 && !find_pop3_follow(pending.verb) && decode_base64_token(line)) {
    pending.verb = "+";
    secrets.push_back({0, line.size()});
    pending.echoes.keep_response(line);
  }
  log_in(pending, line, argument, extent, secrets);
  tell_command(pending.n, pending.verb, line, extent, secrets);
  if (reading_ == Reading::message && gap_in_message_ && probe_.empty()) probing_ = true;
  const bool starttls = pending.verb == "STLS";
  queue(std::move(pending));
  if (starttls) gate_.asked();
}

void Pop3Session::Machine::log_in(Pending& pending, std::string_view line, std::size_t argument, const Extent& extent,
                                  std::vector<SecretRange>& secrets) {
  if (pending.verb == "USER") {
    user_ = std::string(trim_blanks(line.substr(argument)));
  } else if (pending.verb == "PASS") {
    pending.mechanism = "USER";
    pending.identity = user_;
    if (argument < line.size()) {
      secrets.push_back({argument, line.size() - argument});
      pending.echoes.keep(line.substr(argument));
      gate_.watch().credentials_in_clear(extent.offset, extent.length);
    }
  } else if (pending.verb == "APOP") {
    pending.mechanism = "APOP";
    const std::size_t blank = std::min(line.find(' ', argument), line.size());
    pending.identity = std::string(line.substr(argument, blank - argument));
    if (blank < line.size()) secrets.push_back({blank + 1, line.size() - blank - 1});
    if (blank < line.size()) pending.echoes.keep(line.substr(blank + 1));
  } else if (pending.verb == "AUTH" && argument < line.size()) {
    const std::size_t blank = std::min(line.find(' ', argument), line.size());
    sasl_.emplace(line.substr(argument, blank - argument));
    if (blank < line.size()) {
      sasl_->client_response(line.substr(blank + 1));
      secrets.push_back({blank + 1, line.size() - blank - 1});
      pending.echoes.keep(line.substr(blank + 1));
      pending.echoes.keep(sasl_->password());
      if (sasl_->reveals_password()) gate_.watch().credentials_in_clear(extent.offset, extent.length);
    }
    pending.sasl = sasl_;
    sasl_n_ = pending.n;
    refused_ = false;
  }
}

void Pop3Session::Machine::queue(Pending pending) {
  if (pending_.size() < options_.limits.pending_commands) return pending_.push_back(std::move(pending));
  if (unpaired_++ == 0) unpaired_offset_ = client_extent_.offset;
}

void Pop3Session::Machine::tell_command(std::uint64_t n, std::string_view verb, std::string_view line,
                                        const Extent& extent, std::span<const SecretRange> secrets) {
  CommandEvent event;
  event.n = n;
  event.verb = verb;
  event.text = line;
  event.secrets = secrets;
  event.offset = extent.offset;
  event.length = extent.length;
  event.first = extent.first;
  event.last = extent.last;
  told_secret_ = !secrets.empty();
  sink_.on_command(event);
}

}  // namespace mailparse
