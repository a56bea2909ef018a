// Writes JSON text, one object a line. RapidJSON writes its fractions.
// Layer: json. RFC 8259.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/base/time.hpp>
#include <mailparse/json/json_name.hpp>

namespace mailparse {

/// Appends JSON to a buffer of the caller's, who hands it on and clears it whenever he likes: all that is kept here is
/// whether a comma is due. The caller's calls must nest as JSON does. Not for concurrent use.
///
/// Any octets may be given as a string. Those that are valid UTF-8 become a JSON string in which, besides what JSON
/// demands, DEL, the C1 controls, U+2028, U+2029, U+FEFF and all bidirectional controls are escaped, so that a record
/// shown on a terminal does nothing but show itself. Any other octets become {"bytes": "<base64>"}.
class JsonWriter {
 public:
  /// `out` must outlive the writer.
  explicit JsonWriter(std::string& out) noexcept : out_(&out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  /// Name of the member whose value follows. In a name of the input, octets that are not valid UTF-8 become U+FFFD.
  void key(const JsonName& name);
  void key(std::string_view name);

  void string(std::string_view octets);
  /// As rfc3339() has it.
  void time(Timestamp value);
  void uint(std::uint64_t value);
  void integer(std::int64_t value);
  /// Shortest decimal that reads back as `value`; JSON has no infinities, they and NaN become 0.
  void number(double value);
  void boolean(bool value);
  /// Only where the shape of another project demands it: our own records leave out what is not there.
  void null();

  // Members: `Name` is JsonName, or std::string_view for a name of the input.
  template <class Name>
  void begin_object(const Name& name) {
    key(name), begin_object();
  }
  template <class Name>
  void begin_array(const Name& name) {
    key(name), begin_array();
  }
  template <class Name>
  void string(const Name& name, std::string_view octets) {
    key(name), string(octets);
  }
  /// Nothing where there are no octets.
  template <class Name>
  void string_if(const Name& name, std::string_view octets) {
    if (!octets.empty()) string(name, octets);
  }
  /// An array of strings, of none too.
  template <class Name, class Texts>
  void strings(const Name& name, const Texts& texts) {
    begin_array(name);
    for (const std::string_view text : texts) string(text);
    end_array();
  }
  template <class Name, class Texts>
  void strings_if(const Name& name, const Texts& texts) {
    if (!texts.empty()) strings(name, texts);
  }
  template <class Name>
  void time(const Name& name, Timestamp value) {
    key(name), time(value);
  }
  template <class Name>
  void uint(const Name& name, std::uint64_t value) {
    key(name), uint(value);
  }
  template <class Name>
  void integer(const Name& name, std::int64_t value) {
    key(name), integer(value);
  }
  template <class Name>
  void number(const Name& name, double value) {
    key(name), number(value);
  }
  template <class Name>
  void boolean(const Name& name, bool value) {
    key(name), boolean(value);
  }

  /// Ends the line of the outermost object, which must be closed, and makes ready for the next.
  void end_line();

 private:
  void open(char bracket);
  void close(char bracket);

  std::string* out_;
  TimeText times_;
  bool comma_ = false;  ///< what follows is not the first of its object or array
};

/// Appends `octets` as JsonWriter::string does, quotes included.
void append_json_string(std::string& out, std::string_view octets);

}  // namespace mailparse
