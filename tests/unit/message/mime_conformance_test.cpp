// Runs the readable cases of tests/conformance/mime/*.md. Each is a heading, a message and what is read of it:
//
//   ```message lf                 a line a line of the message, which ends with CRLF, or with LF where "lf" stands;
//   ...                           \r \n \t \0 \\ \xHH are octets, a backslash at the end of a line means no line end
//   ```
//   ```parts
//   PATH TYPE HEADER+LENGTH BODY+LENGTH [encoding E] [file NAME] "CONTENT"     a part; multiparts have no content
//   RANGE of PATH OFFSET+LENGTH                                               the ranges that tile the message
//   finding CODE OFFSET+LENGTH [in PATH]
//   ```
//
// Every case runs whole, octet by octet and cut at every offset, and must read the same.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/message/mime_tree.hpp>

namespace mailparse {
namespace {

struct Case {
  std::string name;
  std::string message;
  std::string parts;
};

int hex_value(char c) {
  return c <= '9' ? c - '0' : to_lower(c) - 'a' + 10;
}

std::string unescape(std::string_view line, std::string_view line_end) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      out += line[i];
      continue;
    }
    if (++i == line.size()) return out;
    switch (line[i]) {
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case '0':
        out += '\0';
        break;
      case 'x':
        out += static_cast<char>(hex_value(line[i + 1]) * 16 + hex_value(line[i + 2]));
        i += 2;
        break;
      default:
        out += line[i];
    }
  }
  return out.append(line_end);
}

std::string escape(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (octet < 0x20 || octet > 0x7E) {
      char text[5];
      std::snprintf(text, sizeof text, "\\x%02X", octet);
      out += text;
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<Case> load(const std::filesystem::path& file) {
  std::vector<Case> cases;
  std::ifstream in(file);
  std::string line, heading, line_end;
  enum class Block { none, message, parts, other } block = Block::none;
  while (std::getline(in, line)) {
    if (line.starts_with("```")) {
      if (block != Block::none) {
        block = Block::none;
      } else if (line.starts_with("```message")) {
        block = Block::message;
        line_end = line.contains("lf") ? "\n" : "\r\n";
        cases.push_back({file.stem().string() + ": " + heading, {}, {}});
      } else {
        block = line.starts_with("```parts") ? Block::parts : Block::other;
      }
    } else if (block == Block::message) {
      cases.back().message += unescape(line, line_end);
    } else if (block == Block::parts) {
      cases.back().parts += line + '\n';
    } else if (block == Block::none && line.starts_with('#')) {
      heading = line.substr(line.find_first_not_of("# "));
    }
  }
  return cases;
}

class Contents final : public PartSink {
 public:
  void on_part(const MessagePart&) override {}
  void on_part_octets(const MessagePart& part, std::string_view octets) override { by_path[part.path] += octets; }
  void on_part_end(const MessagePart&) override {}
  void on_part_dropped(const MessagePart& part) override { by_path.erase(part.path); }
  std::map<std::string, std::string> by_path;
};

void write_part(std::ostream& out, const MessagePart& part, const Contents& contents) {
  out << part.path << ' ' << part.type << ' ' << part.offset << '+' << part.header_length << ' ' << part.body_offset
      << '+' << part.body_length;
  if (!part.encoding_name.empty()) out << " encoding " << part.encoding_name;
  if (!part.filename.empty()) out << " file " << escape(part.filename);
  if (const auto found = contents.by_path.find(part.path); found != contents.by_path.end())
    out << " \"" << escape(found->second) << '"';
  out << '\n';
}

/// Reads a message cut at `cuts`, ascending.
std::string read(const std::string& octets, const std::vector<std::size_t>& cuts) {
  Contents contents;
  MessageOptions options;
  options.parts = &contents;
  MessageReader reader(options);
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    reader.feed(std::string(octets.substr(from, cut - from)));
    from = cut;
  }
  reader.feed(octets.substr(from));
  const Message message = reader.finish();
  std::ostringstream out;
  for (const MessagePart& part : message.parts) write_part(out, part, contents);
  for (const MessagePart& part : message.embedded) write_part(out, part, contents);
  DiagnosticList ignored;
  const MimeTree tree = read_mime_tree(octets, ignored, true);
  std::uint64_t at = 0;
  for (const MimeSpan& span : tree.spans) {
    EXPECT_EQ(span.offset, at);
    at = span.offset + span.length;
    out << to_string(span.range) << " of " << tree.nodes[span.entity].path << ' ' << span.offset << '+' << span.length
        << '\n';
  }
  EXPECT_EQ(at, octets.size());
  for (const Diagnostic& finding : message.findings) {
    out << "finding " << info(finding.code).name << ' ' << finding.offset << '+' << finding.length;
    if (!finding.part.empty()) out << " in " << finding.part;
    out << '\n';
  }
  return out.str();
}

class MimeConformance : public testing::TestWithParam<Case> {};

TEST_P(MimeConformance, PartsAreAsWritten) {
  const Case& c = GetParam();
  const std::string actual = read(c.message, {});
  if (std::getenv("MAILPARSE_PRINT_EVENTS") != nullptr) std::printf("<<< %s\n%s>>>\n", c.name.c_str(), actual.c_str());
  EXPECT_EQ(actual, c.parts);
}

TEST_P(MimeConformance, PartsDoNotDependOnTheCut) {
  const Case& c = GetParam();
  const std::string whole = read(c.message, {});
  std::vector<std::size_t> each;
  for (std::size_t at = 1; at < c.message.size(); ++at) {
    each.push_back(at);
    ASSERT_EQ(read(c.message, {at}), whole) << "cut at " << at;
  }
  EXPECT_EQ(read(c.message, each), whole);
}

std::vector<Case> all_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MAILPARSE_SOURCE_DIR "/tests/conformance/mime")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Case> cases;
  for (const auto& file : files) {
    for (Case& c : load(file)) cases.push_back(std::move(c));
  }
  return cases;
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + '_';
  for (const char octet : info.param.name) name += std::isalnum(static_cast<unsigned char>(octet)) != 0 ? octet : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Mime, MimeConformance, testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace mailparse
