#include <mailparse/json/names.hpp>
#include <mailparse/json/second_opinion.hpp>

namespace mailparse {

void write_second_opinion(JsonWriter& writer, const SecondOpinion& opinion) {
  writer.begin_object();
  writer.string(names::reader, opinion.reader);
  writer.string(names::outcome, opinion.outcome);
  writer.string_if(names::detail, opinion.detail);
  if (!opinion.differences.empty()) {
    writer.begin_array(names::differences);
    for (const SecondOpinion::Difference& difference : opinion.differences) {
      writer.begin_object();
      writer.string(names::part, difference.part);
      writer.string(names::what, difference.what);
      writer.string_if(names::ours, difference.ours);
      writer.string_if(names::theirs, difference.theirs);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

}  // namespace mailparse
