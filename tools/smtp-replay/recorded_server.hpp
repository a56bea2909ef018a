// What the server of a record would say to a client that lives: the recorded answers, found by what the client says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/live_session.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/step_result.hpp"

namespace mailparse::tools {

/// What the server says next.
struct ServerTurn {
  std::vector<RecordedReply> replies;
  std::string octets;      ///< behind them: a message or the end of a list, as on the wire
  bool start_tls = false;  ///< the client begins a handshake now
  bool quit = false;       ///< the server closes
};

/// A command is answered by the next exchange of the record that has its verb, for RCPT preferably with its address;
/// exchanges that are passed over are commands the client left out. A command that the record has no answer for is
/// answered as a plain server would. What the client said is judged at the level of its verb: class, the verb; code,
/// the address and the mechanism too; text, the masked line; exact, the line. Messages count from level text of ".".
class RecordedServer {
 public:
  RecordedServer(const RecordedSession& session, const CompareLevels& levels, const Masks& masks);

  [[nodiscard]] ServerTurn greet();
  /// `message`: the octets that ended with this command, for "." only.
  [[nodiscard]] ServerTurn answer(const LiveCommand& command, const std::string* message);
  /// The conversation is over: what the client never said is told. `why_not` for a client that left early or was
  /// silent.
  void finish(DifferenceKind why_not, const std::string& text);

  /// What happened, in order; each with the replies given in `live`.
  [[nodiscard]] std::vector<PlanStep>& steps() noexcept { return steps_; }
  [[nodiscard]] std::vector<StepResult>& results() noexcept { return results_; }
  /// A difference that the last command shows, whatever it said.
  void blame(DifferenceKind kind, std::string why);

 private:
  struct Dialogue {  ///< AUTH in progress
    std::string mechanism;
    std::size_t challenges = 0;  ///< still to be put
    std::size_t put = 0;
    std::vector<RecordedReply> outcome;
  };

  [[nodiscard]] std::optional<std::size_t> find(const LiveCommand& command) const;
  [[nodiscard]] std::size_t end_of_transaction() const;
  void pass_over(std::size_t end);
  StepResult& tell(const std::string& verb, std::string shown, std::vector<RecordedReply> expected,
                   const LiveCommand& command);
  void judge(const RecordedExchange& exchange, const LiveCommand& command, const std::string* message,
             StepResult& result);
  void judge_message(const std::string& message, StepResult& result);
  [[nodiscard]] std::vector<RecordedReply> usual_reply(const LiveCommand& command) const;
  ServerTurn turn_of(const LiveCommand& command, std::vector<RecordedReply> replies);
  ServerTurn authenticate(const LiveCommand& command, std::vector<RecordedReply> replies);
  ServerTurn challenge();
  ServerTurn end_authentication(std::vector<RecordedReply> replies);
  void follow(const LiveCommand& command, ServerTurn& turn);
  [[nodiscard]] std::string list_or_message(const LiveCommand& command, const RecordedReply& reply);
  [[nodiscard]] bool pop3() const noexcept { return session_.protocol == Protocol::pop3; }

  const RecordedSession& session_;
  const CompareLevels& levels_;
  const Masks& masks_;
  std::size_t next_ = 0;      ///< exchange of the record that should come next
  std::size_t messages_ = 0;  ///< of the record that have passed
  std::size_t accepted_ = 0;  ///< recipients of the transaction that is open
  std::optional<Dialogue> auth_;
  std::vector<PlanStep> steps_;
  std::vector<StepResult> results_;
};

}  // namespace mailparse::tools
