#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/message/header.hpp>

namespace mailparse {
namespace {

/// Everything a reader says about a header, in a form that can be compared.
std::string describe(const Header& header, const std::vector<Diagnostic>& diagnostics) {
  std::ostringstream out;
  for (const HeaderField& f : header.fields()) {
    out << '[' << f.name << '|' << f.raw << '|' << f.value << '|' << f.offset << '+' << f.length << '@'
        << f.value_offset << (f.folded ? "F" : "") << (f.encodable ? "E" : "") << (f.odd_name ? "O" : "") << ']';
  }
  for (const HeaderGap& g : header.gaps())
    out << '{' << static_cast<int>(g.kind) << ':' << g.offset << '+' << g.length << '}';
  const LineEnds& e = header.line_ends();
  for (const LineEnds::Tally& t : {e.crlf, e.lf, e.cr_cr_lf, e.cr, e.bare_cr}) out << ' ' << t.count << '@' << t.offset;
  out << " end " << static_cast<int>(header.end()) << ' ' << header.length() << '/' << header.separator_length()
      << (header.unterminated() ? "U" : "");
  for (const Diagnostic& d : diagnostics) {
    out << '\n' << info(d.code).name << ' ' << d.offset << '+' << d.length << " x" << d.count;
  }
  return out.str();
}

/// Reads `octets` cut at the places where `cut` says so, and checks that header and body give back what was put in.
std::string read_in_pieces(const std::string& octets, const std::vector<std::size_t>& cuts, HeaderOptions options) {
  DiagnosticList list;
  HeaderReader reader(list, 0, options);
  std::size_t from = 0;
  std::string body;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t to = i < cuts.size() ? cuts[i] : octets.size();
    const std::string piece = octets.substr(from, to - from);  // its own memory, gone after this turn
    from = to;
    const std::size_t n = reader.push(piece);
    if (reader.done()) {
      body = std::string(reader.body_start()) + piece.substr(n) + octets.substr(to);
      const std::string all = describe(reader.header(), list.items());
      EXPECT_EQ(octets.substr(static_cast<std::size_t>(reader.header().length())), body);
      return all;
    }
  }
  reader.finish();
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(octets.substr(static_cast<std::size_t>(reader.header().length())), reader.body_start());
  return describe(reader.header(), list.items());
}

struct Reading {
  std::shared_ptr<std::string> octets = std::make_shared<std::string>();  ///< what the views point into
  Header header;
  std::vector<Diagnostic> diagnostics;
  [[nodiscard]] bool has(Code code) const {
    for (const Diagnostic& d : diagnostics) {
      if (d.code == code) return true;
    }
    return false;
  }
  [[nodiscard]] const Diagnostic& at(Code code) const {
    for (const Diagnostic& d : diagnostics) {
      if (d.code == code) return d;
    }
    ADD_FAILURE() << "no " << info(code).name;
    static const Diagnostic none;
    return none;
  }
};

/// Reads a header whole; octet by octet and cut at every offset it must read the same.
Reading read(const std::string& octets, HeaderOptions options = {}) {
  DiagnosticList list;
  Reading reading;
  *reading.octets = octets;
  reading.header = read_header(*reading.octets, list, 0, options);
  reading.diagnostics = list.take();
  const std::string whole = describe(reading.header, reading.diagnostics);
  std::vector<std::size_t> each;
  for (std::size_t i = 1; i < octets.size(); ++i) {
    EXPECT_EQ(whole, read_in_pieces(octets, {i}, options)) << "cut at " << i;
    each.push_back(i);
  }
  EXPECT_EQ(whole, read_in_pieces(octets, each, options)) << "octet by octet";
  EXPECT_EQ(whole, read_in_pieces(octets, {}, options)) << "in one push";
  return reading;
}

TEST(Header, CutsPlainFields) {
  const auto r = read("From: a@b.example\r\nSubject:  Hello \r\n\r\nBody\r\n");
  ASSERT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.header.fields()[0].name, "From");
  EXPECT_EQ(r.header.fields()[0].value, "a@b.example");
  EXPECT_EQ(r.header.fields()[0].id, FieldName::from);
  EXPECT_EQ(r.header.fields()[1].raw, "Subject:  Hello \r\n");
  EXPECT_EQ(r.header.fields()[1].value, "Hello");
  EXPECT_EQ(r.header.fields()[1].offset, 19U);
  EXPECT_EQ(r.header.fields()[1].value_offset, 29U);
  EXPECT_EQ(r.header.length(), 39U);
  EXPECT_EQ(r.header.separator_length(), 2U);
  EXPECT_EQ(r.header.end(), HeaderEnd::empty_line);
  EXPECT_EQ(r.header.line_ends().crlf.count, 3U);
  EXPECT_TRUE(r.diagnostics.empty());
}

TEST(Header, KeepsFoldsInTheValue) {
  const auto r = read("Subject: one\n two\n\tthree\nTo: x\n\n");
  ASSERT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.header.fields()[0].value, "one\n two\n\tthree");
  EXPECT_TRUE(r.header.fields()[0].folded);
  EXPECT_FALSE(r.header.fields()[1].folded);
  Arena arena;
  EXPECT_EQ(unfold(r.header.fields()[0].value, arena), "one two\tthree");
  const std::string_view plain = r.header.fields()[1].value;
  EXPECT_EQ(unfold(plain, arena).data(), plain.data());
}

TEST(Header, EmptyHeaderOfAPartEndsAtOnce) {
  const auto r = read("\r\nContent-Type: text/plain\r\n\r\n", {.outermost = false});
  EXPECT_EQ(r.header.length(), 2U);
  EXPECT_TRUE(r.header.fields().empty());
}

TEST(Header, BlankLinesBeforeTheFirstField) {
  const auto r = read("\r\n\r\nFrom: a\r\n\r\n");
  EXPECT_EQ(r.header.fields().size(), 1U);
  EXPECT_EQ(r.at(Code::hdr_leading_blank_lines).count, 2U);
  EXPECT_EQ(r.at(Code::hdr_leading_blank_lines).length, 4U);
}

TEST(Header, BlankLinesBeforeProseEndAnEmptyHeader) {
  const auto r = read("\n\nHello there\nNote: x\n\n");
  EXPECT_EQ(r.header.length(), 1U);
  EXPECT_EQ(r.header.separator_length(), 1U);
  EXPECT_FALSE(r.has(Code::hdr_leading_blank_lines));
  EXPECT_EQ(r.header.line_ends().lf.count, 1U);
}

TEST(Header, ByteOrderMarkHidesNoField) {
  const auto r = read(
      "\xEF\xBB\xBF"
      "From: a\n\n");
  ASSERT_EQ(r.header.fields().size(), 1U);
  EXPECT_EQ(r.header.fields()[0].offset, 3U);
  EXPECT_EQ(r.header.gaps()[0].kind, HeaderGap::Kind::byte_order_mark);
}

TEST(Header, MboxFromLinesAreToldOnceWithACount) {
  const auto r = read("From a@b Sat Nov 21 10:00:00 2026\n>From x y\nFrom: a\nFrom : b\n\n");
  EXPECT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.at(Code::hdr_mbox_from_line).count, 2U);
  EXPECT_EQ(r.at(Code::hdr_space_before_colon).offset, 56U);
  EXPECT_TRUE(r.header.fields()[1].odd_name);
}

TEST(Header, LineWithoutColonAmongFieldsIsPassedOver) {
  const auto r = read("Subject: x\r\nthis is no field\r\n nor this\r\nTo: y\r\n\r\n");
  EXPECT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.at(Code::hdr_no_colon).offset, 12U);
  EXPECT_EQ(r.header.gaps()[0].length, 29U);
}

TEST(Header, ProseWithoutEmptyLineBeginsTheBody) {
  const auto r = read("Subject: x\nHello you,\nhow are you\n\nbye\n");
  EXPECT_EQ(r.header.end(), HeaderEnd::no_field);
  EXPECT_EQ(r.header.length(), 11U);
  EXPECT_EQ(r.header.line_ends().lf.count, 1U);
  EXPECT_TRUE(r.has(Code::hdr_no_colon));
}

TEST(Header, ProseBeforeTheEmptyLineBeginsTheBody) {
  const auto r = read("Subject: x\nHello you,\n\nbye\n");
  EXPECT_EQ(r.header.end(), HeaderEnd::no_field);
  EXPECT_EQ(r.header.length(), 11U);
}

TEST(Header, BlanksInANameAreIllegalWhenFieldsFollow) {
  const auto r = read("To: x\nquite Delivered-To: y\nDate: z\n\n");
  ASSERT_EQ(r.header.fields().size(), 3U);
  EXPECT_EQ(r.header.fields()[1].name, "quite Delivered-To");
  EXPECT_EQ(r.at(Code::hdr_name_illegal_char).offset, 11U);
}

TEST(Header, WhitespaceLineBetweenFields) {
  const auto r = read("To: x\n \t\nDate: z\n\n");
  EXPECT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.at(Code::hdr_whitespace_only_line).offset, 6U);
  EXPECT_EQ(r.at(Code::hdr_whitespace_only_line).length, 3U);
}

TEST(Header, WhitespaceLineBeforeTheEmptyLineIsHarmless) {
  const auto r = read("To: x\n \n\nbody\n");
  EXPECT_EQ(r.header.length(), 9U);
  EXPECT_TRUE(r.diagnostics.empty());
}

TEST(Header, WhitespaceLineBeforeProseIsTheSeparator) {
  const auto r = read("To: x\r\n \r\nHello: you are here\r\nsecond line\r\n", {});
  EXPECT_EQ(r.header.fields().size(), 2U);  // "Hello:" has the shape of a field
  const auto s = read("To: x\r\n \r\nHello you\r\nsecond line\r\n");
  EXPECT_EQ(s.header.end(), HeaderEnd::whitespace_line);
  EXPECT_EQ(s.header.length(), 10U);
  EXPECT_EQ(s.header.separator_length(), 3U);
}

TEST(Header, FoldInsideAName) {
  const auto r = read("From\r\n : evil@x\r\nFr\r\n om: b\r\nTo: c\r\n\r\n");
  ASSERT_EQ(r.header.fields().size(), 3U);
  EXPECT_EQ(r.header.fields()[0].id, FieldName::from);
  EXPECT_EQ(r.header.fields()[0].name, "From");
  EXPECT_EQ(r.header.fields()[0].value, "evil@x");
  EXPECT_EQ(r.header.fields()[1].id, FieldName::from);
  EXPECT_EQ(r.header.fields()[1].value, "b");
  EXPECT_TRUE(r.has(Code::hdr_fold_in_name));
}

TEST(Header, FirstLineIndented) {
  const auto r = read(" From: a\r\nFrom: b\r\n\r\n");
  ASSERT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.header.fields()[0].offset, 1U);
  EXPECT_TRUE(r.header.fields()[0].odd_name);
  EXPECT_EQ(r.at(Code::hdr_leading_continuation).offset, 0U);
}

TEST(Header, OctetsThatDoNotBelong) {
  const auto r = read("X\x80: a\nA: \x00\x00 b\x0B\nS: \xD0\x9F\nT: caf\xE9\n:empty\n\n");
  EXPECT_FALSE(r.has(Code::hdr_nul));  // the literal ends at its first NUL
  constexpr char octets[] = "A: \0\0 b\x0B\nX\x80: a\nS: \xD0\x9F\nT: caf\xE9\n:empty\n\n";
  const auto s = read(std::string(octets, sizeof octets - 1));
  EXPECT_EQ(s.at(Code::hdr_nul).count, 2U);
  EXPECT_EQ(s.at(Code::hdr_control_char).offset, 7U);
  EXPECT_EQ(s.at(Code::hdr_raw_8bit).count, 2U);
  EXPECT_EQ(s.at(Code::hdr_raw_utf8).count, 1U);
  EXPECT_TRUE(s.has(Code::hdr_name_illegal_char));
  EXPECT_TRUE(s.has(Code::hdr_empty_name));
}

TEST(Header, ShiftsOfIso2022AreNoControls) {
  EXPECT_FALSE(read("Subject: \x1B$B4A;z\x1B(B\n\n").has(Code::hdr_control_char));
  EXPECT_TRUE(read("Subject: \x1B[31m\n\n").has(Code::hdr_control_char));
}

TEST(Header, LineEndsAreCounted) {
  const auto r = read("A: 1\r\nB: 2\nC: 3\r\r\nD: 4\r5\r\n\r\n");
  const LineEnds& e = r.header.line_ends();
  EXPECT_EQ(e.crlf.count, 3U);
  EXPECT_EQ(e.lf.count, 1U);
  EXPECT_EQ(e.lf.offset, 10U);
  EXPECT_EQ(e.cr_cr_lf.count, 1U);
  EXPECT_EQ(e.bare_cr.count, 1U);
  EXPECT_EQ(e.bare_cr.offset, 22U);
  EXPECT_EQ(r.header.fields().size(), 4U);
}

TEST(Header, CrEndsLinesWhereThereIsNoLf) {
  const std::string octets = "A: 1\rB: 2\r x\r\rbody\r";
  ASSERT_TRUE(cr_ends_lines(octets));
  const auto r = read(octets, {.cr_line_ends = true});
  ASSERT_EQ(r.header.fields().size(), 2U);
  EXPECT_EQ(r.header.fields()[1].value, "2\r x");
  EXPECT_TRUE(r.header.fields()[1].folded);
  EXPECT_EQ(r.header.length(), 14U);
  EXPECT_EQ(r.header.line_ends().cr.count, 4U);
  EXPECT_EQ(r.header.line_ends().bare_cr.count, 0U);
}

TEST(Header, EndsWithTheInput) {
  const auto r = read("A: 1\r\nB: 2");
  EXPECT_EQ(r.header.end(), HeaderEnd::input_end);
  EXPECT_TRUE(r.header.unterminated());
  EXPECT_EQ(r.header.fields()[1].value, "2");
  EXPECT_EQ(r.header.length(), 10U);
}

TEST(Header, NothingAtAll) {
  const auto r = read("");
  EXPECT_EQ(r.header.length(), 0U);
  EXPECT_TRUE(r.diagnostics.empty());
}

TEST(Header, LongLinesAreToldOnce) {
  const std::string line(1000, 'x');
  DiagnosticList list;
  const Header header = read_header("A: " + line + "\nB: " + line + "\n\n", list);
  ASSERT_EQ(list.items().size(), 1U);
  EXPECT_EQ(list.items()[0].code, Code::hdr_line_too_long);
  EXPECT_EQ(list.items()[0].count, 2U);
  EXPECT_EQ(list.items()[0].length, 1003U);
}

TEST(Header, FieldsBeyondTheirLimitAreCutAlikeInAnyCut) {
  HeaderOptions options;
  options.limits.header_field_octets = 12;
  const auto r = read("A: 0123456789\n abcdefghijklmnopqrstuvwxyz\nB: 1\n 2345678\n 9\nC: x\n\nbody\n", options);
  ASSERT_EQ(r.header.fields().size(), 3U);
  EXPECT_EQ(r.header.fields()[0].raw, "A: 012345678");
  EXPECT_EQ(r.header.fields()[0].length, 42U);
  EXPECT_EQ(r.header.fields()[1].value, "1\n 234567");
  EXPECT_EQ(r.header.fields()[2].value, "x");
  EXPECT_TRUE(r.has(Code::limit_header_bytes));
}

TEST(Header, LongIndentedLineBehindProseIsTheBody) {
  HeaderOptions options;
  options.limits.header_field_octets = 12;
  const auto r = read("A: 1\nstray\n " + std::string(40, 'L') + "\nB: 2\n\n", options);
  EXPECT_EQ(r.header.end(), HeaderEnd::no_field);
  EXPECT_EQ(r.header.length(), 5U);
  const auto s = read(" " + std::string(40, 'L') + "\nB: 2\n\n", options);
  EXPECT_EQ(s.header.length(), 0U);
}

TEST(Header, FoldsWithoutTheirIndentAreAGapWhereTheHeaderGoesOn) {
  const auto r = read(
      "Received: from a.example\n([192.0.2.1]) by b.example\nwith ESMTP; Sat, 4\nAug 2018 05:32:25 +0000\n"
      "Subject: x\nContent-Type: text/html;\ncharset=utf-8\nX-Other: 1\n\nbody\n");
  ASSERT_EQ(r.header.fields().size(), 4U);
  EXPECT_EQ(r.header.fields()[3].name, "X-Other");
  ASSERT_EQ(r.header.gaps().size(), 2U);
  EXPECT_EQ(r.header.gaps()[0].kind, HeaderGap::Kind::no_colon);
  EXPECT_EQ(r.header.gaps()[0].offset, 25U);
  EXPECT_EQ(r.header.gaps()[0].length, 70U);
  EXPECT_EQ(r.at(Code::hdr_no_colon).count, 4U);
  EXPECT_EQ(r.header.end(), HeaderEnd::empty_line);
}

TEST(Header, LinesOfABodyAreNoHeaderWhateverTheyQuote) {
  // A header has one From: behind prose, the second one is of a header that the body quotes.
  const auto quoted = read("From: a\nTo: b\nHello,\nsee below.\nFrom: c\nSubject: d\n\n");
  EXPECT_EQ(quoted.header.end(), HeaderEnd::no_field);
  EXPECT_EQ(quoted.header.length(), 14U);
  EXPECT_EQ(read("To: b\nHello,\nsee below.\nHint: none\n\n").header.length(), 6U);
  EXPECT_EQ(read("To: b\nHello,\nsee below.\n\nSubject: d\n").header.length(), 6U);
  std::string many = "To: b\n";
  for (int i = 0; i < 9; ++i) many += "line\n";
  EXPECT_EQ(read(many + "Subject: d\n\n").header.length(), 6U);
  EXPECT_EQ(read("To: b\none\n" + std::string(9000, 'x') + "\nSubject: d\n\n").header.length(), 6U);
}

TEST(Header, FieldsBeyondTheirNumberAreOneRange) {
  HeaderOptions options;
  options.limits.header_fields = 2;
  const auto r = read("A: 1\nB: 2\nC: 3\n x\nD: 4\nstray\nE: 5\n\nbody", options);
  EXPECT_EQ(r.header.fields().size(), 2U);
  ASSERT_EQ(r.header.gaps().size(), 1U);
  EXPECT_EQ(r.header.gaps()[0].offset, 10U);
  EXPECT_EQ(r.header.gaps()[0].length, 24U);
  EXPECT_EQ(r.at(Code::limit_header_count).length, 25U);
}

TEST(Header, OffsetsCountFromTheStartOfTheMessage) {
  DiagnosticList list;
  const Header header = read_header("A : 1\n\n", list, 1000);
  EXPECT_EQ(header.fields()[0].offset, 1000U);
  EXPECT_EQ(list.items()[0].offset, 1001U);
}

TEST(FieldName, EveryNameIsFoundInAnyCase) {
  for (int i = 0; i < static_cast<int>(FieldName::unknown); ++i) {
    const auto id = static_cast<FieldName>(i);
    std::string name(to_string(id));
    EXPECT_EQ(find_field_name(name), id);
    for (char& c : name) c = static_cast<char>(c ^ (((c | 32) >= 'a' && (c | 32) <= 'z') ? 32 : 0));
    EXPECT_EQ(find_field_name(name), id) << name;
  }
  EXPECT_EQ(find_field_name("X-Unknown"), FieldName::unknown);
  EXPECT_EQ(find_field_name(""), FieldName::unknown);
}

// corpus/crashes/header/long-field-behind-strays
TEST(HeaderReader, ALongLineOfBlanksThatEndsTheHeaderIsCountedWhole) {
  const std::string octets = "A: 1\n \n" + std::string(200, ' ') + "\nbody\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{50}, octets.size()}) {
    HeaderOptions options;
    options.limits.header_field_octets = 40;
    DiagnosticList findings;
    HeaderReader reader(findings, 0, options);
    std::string body;
    for (std::size_t at = 0; at < octets.size(); at += step) {
      const std::string piece = octets.substr(at, step);
      const std::size_t taken = reader.done() ? 0 : reader.push(piece);
      ASSERT_LE(taken, piece.size());
      if (reader.done() && body.empty()) body = reader.body_start();
      if (reader.done()) body += piece.substr(taken);
    }
    EXPECT_EQ(body, "body\n") << "in pieces of " << step;
  }
}

TEST(HeaderReader, ALongLineBehindLinesThatAreNoFieldsIsKeptForTheBody) {
  HeaderOptions options;
  options.limits.header_field_octets = 40;
  const std::string body = "one\ntwo\n)o : " + std::string(80, 'x') + "\n y";
  const std::string octets = "A: b\n" + body;
  for (std::size_t step = 1; step < 12; ++step) {
    DiagnosticList findings;
    HeaderReader reader(findings, 0, options);
    std::size_t at = 0;
    while (at < octets.size() && !reader.done()) at += reader.push(std::string_view(octets).substr(at, step));
    reader.finish();
    EXPECT_EQ(reader.header().length(), 5u) << step;
    EXPECT_EQ(std::string(reader.body_start()) + octets.substr(at), body) << step;
  }
}

}  // namespace
}  // namespace mailparse
