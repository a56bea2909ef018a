// The one place where a PEGTL rule is run on text.
// Layer: grammar (private: included by .cpp files of session, message and source, and by tests).
//
// A rule is run on one line, one field or one parameter list that is already in memory, never on a body. Nothing
// throws: a rule that does not fit says where, which is the furthest octet that any part of it reached and could not
// read. Rules that nest (comments, lists, groups) are marked by specialising `nests`, and are refused beyond a depth.
//
//   template <typename Rule> struct Collect : grammar::no_action<Rule> {};
//   template <> struct Collect<rfc5321::Domain> {
//     template <typename In> static void apply(const In& in, grammar::Watch&, Parts& parts) { parts.domain =
//     in.string_view(); }
//   };
//   Parts parts;  // fresh: actions of alternatives given up may have written to it
//   const auto fit = grammar::run<grammar::whole<rfc5321::Mailbox>, Collect>(text, {}, parts);
//   if (!fit) return fit.error().offset;
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include <tao/pegtl.hpp>

namespace mailparse::grammar {

namespace pegtl = tao::pegtl;

/// Why a rule does not fit.
struct Misfit {
  std::size_t offset = 0;  ///< of the first octet that fits no reading; the text's size where more was expected
  bool too_deep = false;   ///< refused because a rule nests deeper than allowed
};

struct RunOptions {
  std::uint64_t depth = 64;  ///< how deep a rule marked by `nests` may contain itself
};

/// Whether a rule counts towards the depth. Specialise it in one place, which whoever runs the rule includes.
template <typename Rule>
inline constexpr bool nests = false;

/// The first state of every run: what was reached so far. Actions receive it and leave it alone.
struct Watch {
  const char* furthest = nullptr;
  std::uint64_t depth = 0;
  std::uint64_t depth_limit = 0;
  bool too_deep = false;
};

/// A rule that must reach the end of the text.
template <typename... Rules>
struct whole : pegtl::seq<Rules..., pegtl::eof> {};

/// PEGTL's default action, under the name that the actions of this project derive from.
template <typename Rule>
using no_action = pegtl::nothing<Rule>;

template <typename Rule>
struct Control : pegtl::normal<Rule> {
  template <typename Input, typename... States>
  static void failure(const Input& in, Watch& watch, States&&...) noexcept {
    if (in.current() > watch.furthest) watch.furthest = in.current();
  }

  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Inner, typename Input, typename... States>
  [[nodiscard]] static bool match(Input& in, Watch& watch, States&&... states) {
    if constexpr (!nests<Rule>) {
      return pegtl::normal<Rule>::template match<A, M, Action, Inner>(in, watch, states...);
    } else {
      if (watch.depth >= watch.depth_limit) {
        watch.too_deep = true;
        if (in.current() > watch.furthest) watch.furthest = in.current();
        return false;
      }
      ++watch.depth;
      const bool fits = pegtl::normal<Rule>::template match<A, M, Action, Inner>(in, watch, states...);
      --watch.depth;
      return fits;
    }
  }
};

/// Runs `Rule` from the start of `text`; a rule that need not reach the end returns how many octets it took.
/// Where the rule does not fit, what actions have written to `states` means nothing.
template <typename Rule, template <typename...> class Action = no_action, typename... States>
[[nodiscard]] std::expected<std::size_t, Misfit> run(std::string_view text, const RunOptions& options,
                                                     States&... states) {
  pegtl::memory_input<pegtl::tracking_mode::lazy, pegtl::eol::crlf, const char*> in(text.data(),
                                                                                    text.data() + text.size(), "");
  Watch watch{.furthest = text.data(), .depth = 0, .depth_limit = options.depth, .too_deep = false};
  if (pegtl::parse<Rule, Action, Control>(in, watch, states...)) {
    return static_cast<std::size_t>(in.current() - text.data());
  }
  return std::unexpected(Misfit{static_cast<std::size_t>(watch.furthest - text.data()), watch.too_deep});
}

/// Whether the whole of `text` fits `Rule`.
template <typename Rule>
[[nodiscard]] bool fits(std::string_view text) {
  return run<whole<Rule>>(text, {}).has_value();
}

}  // namespace mailparse::grammar
