// Keeps what a source tells of its conversations.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mailparse/source/conversation.hpp>

namespace mailparse::testing_capture {

struct KeptConversation {
  ConversationStart start;
  std::string octets[2];  ///< by Side; a gap is "[N missing]"
  std::vector<std::uint64_t> frames[2];
  std::vector<std::string> findings;
  ConversationEnd end;
  bool finished = false;
};

class ConversationList final : public ConversationFactory {
 public:
  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override {
    all.push_back(std::make_unique<KeptConversation>());
    all.back()->start = start;
    return std::make_unique<Listener>(*all.back());
  }

  std::vector<std::unique_ptr<KeptConversation>> all;

 private:
  class Listener final : public ConversationListener {
   public:
    explicit Listener(KeptConversation& kept) : kept_(kept) {}
    void on_chunk(const Chunk& chunk) override {
      kept_.octets[static_cast<int>(chunk.side)] += chunk.octets;
      kept_.frames[static_cast<int>(chunk.side)].push_back(chunk.stamp.frame);
    }
    void on_gap(const Gap& gap) override {
      kept_.octets[static_cast<int>(gap.side)] += "[" + std::to_string(gap.length) + " missing]";
    }
    void on_elided(const Elided&) override {}
    void on_end(Side, StreamEnd, const Stamp&) override {}
    void report(Diagnostic diagnostic) override { kept_.findings.emplace_back(info(diagnostic.code).name); }
    void finish(const ConversationEnd& end) override {
      kept_.end = end;
      kept_.finished = true;
    }

   private:
    KeptConversation& kept_;
  };
};

}  // namespace mailparse::testing_capture
