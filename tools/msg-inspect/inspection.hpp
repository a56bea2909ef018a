// One message through the reader, and what is shown of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/analysis/message_analyzer.hpp>

#include "msg-inspect/content_magic.hpp"
#include "msg-inspect/message_source.hpp"
#include "msg-inspect/one_part.hpp"
#include "msg-inspect/options.hpp"
#include "msg-inspect/part_files.hpp"
#include "msg-inspect/view.hpp"

namespace mailparse::tools {

/// What all inspections of a run share. Pointers may be null and outlive the inspections.
struct InspectionTools {
  const InspectOptions* options = nullptr;
  ViewStyle style;
  PartFiles* files = nullptr;
  ContentMagic* magic = nullptr;
  OnePart* part = nullptr;
  DnsSources dns;
  const TrustAnchors* anchors = nullptr;  ///< of --ca-file
};

/// A message of type message/partial, to be joined with others.
struct FoundFragment {
  Message message;
  std::string octets;
  std::string file;
};

/// The outcome for one message.
struct Inspected {
  std::string text;        ///< for standard output
  std::string index_line;  ///< for the index
  bool grave = false;      ///< a finding of the severity that was asked about
  bool wanted = true;      ///< not left out by --message
  std::unique_ptr<FoundFragment> fragment;
};

/// Reads one message from octets in any cut.
class Inspection {
 public:
  explicit Inspection(const InspectionTools& tools);
  ~Inspection();
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  void feed(std::string_view octets);
  /// The message is over. To be called once.
  [[nodiscard]] Inspected finish(const FoundMessage& found);

 private:
  class Parts;
  void keep_fragment(Inspected& inspected, Message&& message, const FoundMessage& found);
  void show(Inspected& inspected, const AnalyzedMessage& analyzed, const MessageSource& source);

  const InspectionTools* tools_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<MessageAnalyzer> analyzer_;
  std::string octets_;  ///< of the message, for a second opinion or for joining
};

}  // namespace mailparse::tools
