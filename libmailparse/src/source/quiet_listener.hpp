// A listener that hears nothing: what it is made for overrides the call that matters.
// Layer: source, private.
#pragma once

#include <mailparse/source/conversation.hpp>

namespace mailparse {

class QuietListener : public ConversationListener {
 public:
  void on_chunk(const Chunk&) override {}
  void on_gap(const Gap&) override {}
  void on_elided(const Elided&) override {}
  void on_end(Side, StreamEnd, const Stamp&) override {}
  void report(Diagnostic) override {}
  void finish(const ConversationEnd&) override {}
};

}  // namespace mailparse
