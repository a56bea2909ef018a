#include <string>

#include <gtest/gtest.h>

#include <mailparse/base/time.hpp>
#include <mailparse/message/date.hpp>

namespace mailparse {
namespace {

struct Case {
  std::string_view text;
  std::string_view utc;  ///< empty: no date
  bool reported = false;
};

class Dates : public testing::TestWithParam<Case> {};

TEST_P(Dates, AreReadAsTheirReadersDo) {
  const Case& c = GetParam();
  DiagnosticList list;
  const auto date = read_date({c.text, 0}, list);
  EXPECT_EQ(date ? rfc3339(date->utc).substr(0, 19) : "", c.utc) << c.text;
  EXPECT_EQ(!list.items().empty(), c.reported) << c.text;
  if (date) {
    EXPECT_EQ(date->guessed, c.reported) << c.text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Legal, Dates,
    testing::Values(Case{"Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T08:52:37"},
                    Case{"Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06"},
                    Case{"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 "
                         "(Newfoundland Time)",
                         "1969-02-14T03:02:00"},
                    Case{"21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06"},
                    Case{"1 Jan 49 0:0:0 Z", "2049-01-01T00:00:00"}, Case{"1 Jan 50 0:0:0 UT", "1950-01-01T00:00:00"},
                    Case{"1 Jan 100 0:0:0 UT", "2000-01-01T00:00:00"},
                    Case{"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06"},
                    Case{"Sun, 27 Oct 2002 23:57:07 EST", "2002-10-28T04:57:07"},
                    Case{"Thu, 10 Jul 1997 14:53:31 A", "1997-07-10T14:53:31"},
                    Case{"Mon, 30 Jun 3609 15:33:50 +0600", "3609-06-30T09:33:50"},
                    Case{"Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00"},
                    Case{"Tue, 1 Jul 2003 ((tricky)\n comment) 10:52:37 +0200", "2003-07-01T08:52:37"},
                    Case{"Tue, 1 Jul 2003 10:52:37 -0000", "2003-07-01T10:52:37"}));

INSTANTIATE_TEST_SUITE_P(Guessed, Dates,
                         testing::Values(Case{"Sat, 11 Dec 2010 12:19:59 +0900\n  id 0EFECD52.4D02EDDF",
                                              "2010-12-11T03:19:59", true},
                                         Case{"Sun Sep  7 21:40:07 2008", "2008-09-07T21:40:07", true},
                                         Case{"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37", true},
                                         Case{"2008-09-07T21:40:07Z", "2008-09-07T21:40:07", true},
                                         Case{"2008-09-07 21:40:07 +02:00", "2008-09-07T19:40:07", true},
                                         Case{"Tue, 1 July 2003 10:52:37 +0200", "2003-07-01T08:52:37", true},
                                         Case{"1 Jul 2003 10:52:37", "2003-07-01T10:52:37", true},
                                         Case{"Tue, 1 Jul 2003 10:52:37 CEST", "2003-07-01T10:52:37", true},
                                         Case{"Thu, 10 Jul 1997 14:53:31 ZZZZ", "1997-07-10T14:53:31", true},
                                         Case{"20 11 (some \n 44 comments(more comments\n )) 79 05:34:27 -0300",
                                              "1979-11-20T08:34:27", true},
                                         Case{"Tue, 1 Jul 2003 1:52:37 PM +0200", "2003-07-01T11:52:37", true},
                                         Case{"Tue, 1 Jul 2003 10:52:37.123 +0200", "2003-07-01T08:52:37", true},
                                         Case{"Tue, 1 Jul 2003 10:52:37 GMT+0200", "2003-07-01T08:52:37", true}));

INSTANTIATE_TEST_SUITE_P(NoDate, Dates,
                         testing::Values(Case{"", "", true}, Case{"some numbers 0 1 2 but invalid", "", true},
                                         Case{"Tue, 7 Bog 2026 19:14:51 +0000", "", true},
                                         Case{"Tue, 31 Feb 2026 19:14:51 +0000", "", true},
                                         Case{"Tue, 1 Feb 2026 25:14:51 +0000", "", true},
                                         Case{"Tue, 1 Feb 99999 10:14:51 +0000", "", true}));

TEST(Date, ZoneThatSaysNothingIsKnownAsSuch) {
  DiagnosticList list;
  EXPECT_FALSE(read_date({"1 Jul 2003 10:52:37 -0000", 0}, list)->zone_known);
  EXPECT_TRUE(read_date({"1 Jul 2003 10:52:37 +0000", 0}, list)->zone_known);
  EXPECT_EQ(read_date({"1 Jul 2003 10:52:37 -0330", 0}, list)->zone, std::chrono::minutes(-210));
}

}  // namespace
}  // namespace mailparse
