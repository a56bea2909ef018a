// Runs the readable cases of tests/conformance/{smtp,pop3,imap}/*.md. Each is a heading, a session and the events
// expected:
//
//   ```session lmtp       options: lmtp, midstream (the beginning was not seen), log (not octet-exact), unstuffed,
//                         secured (inside TLS), greeted (the greeting came before)
//   S: 220 mx\r\n         octets of one side with C escapes
//   C: LHLO x\r\n
//   gap C 100             octets of the client are missing
//   elided C body 20      left out by a transcript: body, secret, reply; how many, where known
//   end C closed          closed, reset, cut; a side without this line is cut at the end
//   ```
//   ```events
//   ...                          as EventLog writes them
//   ```
//
// Every case runs whole, octet by octet, and with each of its segments cut at every offset; events with all their
// offsets must be the same.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>

#include <mailparse/session/imap_session.hpp>
#include <mailparse/session/pop3_session.hpp>
#include <mailparse/session/smtp_session.hpp>

#include "unit/session/event_log.hpp"

namespace {

using namespace mailparse;
using mailparse::testing::EventLog;
using mailparse::testing::unescape;

struct Step {
  enum class Kind { octets, gap, elided, end } kind = Kind::octets;
  Side side = Side::client;
  std::string octets;
  std::uint64_t length = 0;
  Elision what = Elision::body;
  StreamEnd end = StreamEnd::cut;
};

struct Case {
  std::string name;
  Protocol protocol = Protocol::smtp;
  bool begun = true;
  bool wire_exact = true;
  bool unstuffed = false;
  bool secured = false;
  bool greeted = false;
  std::vector<Step> steps;
  std::string events;
};

Side side_of(char letter) {
  return letter == 'C' ? Side::client : Side::server;
}

Step parse_step(const std::string& line) {
  Step step;
  if (line.starts_with("C: ") || line.starts_with("S: ")) {
    step.side = side_of(line[0]);
    step.octets = unescape(std::string_view(line).substr(3));
    return step;
  }
  std::istringstream words(line);
  std::string kind;
  std::string side;
  std::string word;
  words >> kind >> side;
  step.side = side_of(side.at(0));
  if (kind == "gap") {
    step.kind = Step::Kind::gap;
    words >> step.length;
  } else if (kind == "elided") {
    step.kind = Step::Kind::elided;
    words >> word >> step.length;
    step.what = word == "secret" ? Elision::secret : word == "reply" ? Elision::reply : Elision::body;
  } else if (kind == "end") {
    step.kind = Step::Kind::end;
    words >> word;
    step.end = word == "closed" ? StreamEnd::closed : word == "reset" ? StreamEnd::reset : StreamEnd::cut;
  } else {
    ADD_FAILURE() << "what is this: " << line;
  }
  return step;
}

template <typename Options>
Options options_of(const Case& c) {
  Options options;
  options.begun = c.begun;
  options.wire_exact = c.wire_exact;
  options.secured = c.secured;
  options.greeted = c.greeted;
  return options;
}

std::unique_ptr<StreamSink> make_session(const Case& c, DialogueSink& sink) {
  if (c.protocol == Protocol::imap) return std::make_unique<ImapSession>(sink, options_of<ImapSessionOptions>(c));
  if (c.protocol == Protocol::pop3) {
    auto options = options_of<Pop3SessionOptions>(c);
    options.unstuffed = c.unstuffed;
    return std::make_unique<Pop3Session>(sink, options);
  }
  auto options = options_of<SmtpSessionOptions>(c);
  options.unstuffed = c.unstuffed;
  options.lmtp = c.protocol == Protocol::lmtp;
  return std::make_unique<SmtpSession>(sink, options);
}

std::vector<Case> load(const std::filesystem::path& file, Protocol protocol) {
  std::vector<Case> cases;
  std::ifstream in(file);
  std::string line;
  std::string heading;
  enum class Block { none, session, events, other } block = Block::none;
  while (std::getline(in, line)) {
    if (line.starts_with("```")) {
      if (block != Block::none) {
        block = Block::none;
      } else if (line.starts_with("```session")) {
        block = Block::session;
        Case next;
        next.name = file.stem().string() + ": " + heading;
        next.protocol = line.contains("lmtp") ? Protocol::lmtp : protocol;
        next.begun = !line.contains("midstream");
        next.wire_exact = !line.contains("log");
        next.unstuffed = line.contains("unstuffed");
        next.secured = line.contains("secured");
        next.greeted = line.contains("greeted");
        cases.push_back(std::move(next));
      } else {
        block = line.starts_with("```events") ? Block::events : Block::other;
      }
    } else if (block == Block::session && !line.empty()) {
      cases.back().steps.push_back(parse_step(line));
    } else if (block == Block::events) {
      cases.back().events += line + '\n';
    } else if (block == Block::none && line.starts_with('#')) {
      heading = line.substr(line.find_first_not_of("# "));
    }
  }
  return cases;
}

/// How the segments of a case are cut.
struct Cut {
  std::size_t step = SIZE_MAX;  ///< the one to be cut; SIZE_MAX: none
  std::size_t at = 0;
  bool every_octet = false;
};

std::string run(const Case& c, const Cut& cut, bool places) {
  EventLog log(places);
  const std::unique_ptr<StreamSink> session = make_session(c, log);
  std::uint64_t offsets[2] = {0, 0};
  bool ended[2] = {false, false};
  const Stamp stamp;
  for (std::size_t i = 0; i < c.steps.size(); ++i) {
    const Step& step = c.steps[i];
    const auto index = static_cast<std::size_t>(step.side);
    std::uint64_t& offset = offsets[index];
    const auto send = [&](std::string_view octets) {
      // A copy that ends with its octets: reading beyond them is seen by the sanitizer.
      const std::vector<char> copy(octets.begin(), octets.end());
      session->on_chunk({step.side, offset, {copy.data(), copy.size()}, stamp});
      offset += octets.size();
    };
    switch (step.kind) {
      case Step::Kind::octets:
        if (cut.every_octet) {
          for (const char octet : step.octets) send({&octet, 1});
        } else if (cut.step == i) {
          send(std::string_view(step.octets).substr(0, cut.at));
          send(std::string_view(step.octets).substr(cut.at));
        } else {
          send(step.octets);
        }
        break;
      case Step::Kind::gap:
        session->on_gap({step.side, offset, step.length, stamp});
        offset += step.length;
        break;
      case Step::Kind::elided: {
        Elided elided{.side = step.side, .what = step.what, .offset = offset, .octets = std::nullopt, .stamp = stamp};
        if (step.length > 0) elided.octets = step.length;
        session->on_elided(elided);
        break;
      }
      case Step::Kind::end:
        ended[index] = true;
        session->on_end(step.side, step.end, stamp);
        break;
    }
  }
  for (const Side side : {Side::client, Side::server}) {
    if (!ended[static_cast<std::size_t>(side)]) session->on_end(side, StreamEnd::cut, stamp);
  }
  return log.text();
}

class Conformance : public ::testing::TestWithParam<Case> {};

TEST_P(Conformance, EventsAreAsWritten) {
  const Case& c = GetParam();
  const std::string actual = run(c, {}, false);
  if (std::getenv("MAILPARSE_PRINT_EVENTS") != nullptr) std::printf("<<< %s\n%s>>>\n", c.name.c_str(), actual.c_str());
  EXPECT_EQ(actual, c.events);
}

TEST_P(Conformance, EventsDoNotDependOnTheCut) {
  const Case& c = GetParam();
  const std::string whole = run(c, {}, true);
  EXPECT_FALSE(whole.contains("BROKEN")) << whole;
  EXPECT_EQ(run(c, {.every_octet = true}, true), whole);
  for (std::size_t i = 0; i < c.steps.size(); ++i) {
    for (std::size_t at = 1; at < c.steps[i].octets.size(); ++at) {
      ASSERT_EQ(run(c, {.step = i, .at = at}, true), whole) << "step " << i << " cut at " << at;
    }
  }
}

std::vector<Case> cases_of(Protocol protocol) {
  const std::filesystem::path folder =
      std::filesystem::path(MAILPARSE_SOURCE_DIR "/tests/conformance") / std::string(to_string(protocol));
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".md" && entry.path().filename() != "README.md") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Case> cases;
  for (const auto& file : files) {
    for (Case& c : load(file, protocol)) cases.push_back(std::move(c));
  }
  return cases;
}

std::string test_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + '_';
  for (const char octet : info.param.name) {
    name += std::isalnum(static_cast<unsigned char>(octet)) != 0 ? octet : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Smtp, Conformance, ::testing::ValuesIn(cases_of(Protocol::smtp)), test_name);
INSTANTIATE_TEST_SUITE_P(Pop3, Conformance, ::testing::ValuesIn(cases_of(Protocol::pop3)), test_name);
INSTANTIATE_TEST_SUITE_P(Imap, Conformance, ::testing::ValuesIn(cases_of(Protocol::imap)), test_name);

}  // namespace
