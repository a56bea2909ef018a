#include "msg-inspect/pipeline.hpp"

#include <limits>
#include <utility>

namespace mailparse::tools {
namespace {

/// Messages up to this size are read by other threads, larger ones where they are met.
constexpr std::size_t carried_octets = 4 * 1024 * 1024;
/// A batch is handed over when it has this many octets or messages.
constexpr std::size_t batch_octets = 128 * 1024;
constexpr std::size_t batch_messages = 256;
/// Fragments kept until those that they lack have come.
constexpr std::uint64_t joined_octets = 64 * 1024 * 1024;

}  // namespace

Pipeline::Pipeline(const InspectionTools& tools, Output& output, Output* index, unsigned jobs)
    : tools_(tools), output_(output), index_(index), joiner_(joined_octets) {
  if (jobs > 1) jobs_.emplace(jobs, [this](Batch batch) { take(std::move(batch)); });
}

void Pipeline::begin_message() {
  inspection_.reset();
  if (!jobs_) inspection_ = std::make_unique<Inspection>(tools_);
  batch_.octets.resize(batch_.next());
}

void Pipeline::on_octets(std::string_view octets) {
  if (!inspection_) {
    const std::size_t begin = batch_.next();
    if (batch_.octets.size() - begin + octets.size() <= carried_octets) {
      batch_.octets += octets;
      return;
    }
    inspection_ = std::make_unique<Inspection>(tools_);
    inspection_->feed(std::string_view(batch_.octets).substr(begin));
    batch_.octets.resize(begin);
  }
  inspection_->feed(octets);
}

void Pipeline::end_message(FoundMessage found) {
  if (inspection_) {
    if (jobs_) {
      submit();
      jobs_->drain();
    }
    return write(inspection_->finish(found));
  }
  batch_.messages.push_back({std::move(found), batch_.octets.size()});
  if (batch_.octets.size() >= batch_octets || batch_.messages.size() == batch_messages) submit();
}

void Pipeline::submit() {
  if (batch_.messages.empty()) return;
  jobs_->submit(OrderedJobs<Batch>::Task([&tools = tools_, batch = std::exchange(batch_, {})]() mutable {
    inspect(tools, batch);
    return std::move(batch);
  }));
  if (spare_.empty()) return;
  batch_.octets = std::move(spare_.back());
  spare_.pop_back();
}

void Pipeline::inspect(const InspectionTools& tools, Batch& batch) {
  const std::string_view octets = batch.octets;
  std::size_t begin = 0;
  for (const Batch::Entry& message : batch.messages) {
    Inspection inspection(tools);
    inspection.feed(octets.substr(begin, message.end - begin));
    batch.inspected.push_back(inspection.finish(message.found));
    begin = message.end;
  }
}

void Pipeline::take(Batch batch) {
  for (Inspected& inspected : batch.inspected) write(std::move(inspected));
  // A large message's buffer is not kept.
  if (batch.octets.capacity() > 2 * batch_octets) return;
  batch.octets.clear();
  spare_.push_back(std::move(batch.octets));
}

void Pipeline::finish() {
  if (jobs_) {
    submit();
    jobs_->drain();
  }
  output_.flush();
  if (index_ != nullptr) index_->flush();
}

void Pipeline::write(Inspected inspected) {
  if (inspected.wanted) print(inspected);
  if (inspected.fragment) join(*inspected.fragment);
}

/// The whole message is inspected behind the fragment that came last.
void Pipeline::join(const FoundFragment& fragment) {
  auto whole = joiner_.add(fragment.message, fragment.octets);
  if (!whole) return;
  FoundMessage found;
  found.file = fragment.file;
  found.format = "joined";
  found.index = std::numeric_limits<std::uint64_t>::max();  // none of the file's
  found.partial_id = std::move(whole->id);
  found.fragments = std::move(whole->fragments);
  Inspection inspection(tools_);
  inspection.feed(whole->octets);
  write(inspection.finish(found));
}

void Pipeline::print(const Inspected& inspected) {
  if (std::exchange(any_, true) && !is_record(tools_.options->view) && !inspected.text.empty())
    output_.buffer() += "\n";
  grave_ = grave_ || inspected.grave;
  // An id names one message; a number names one in each file.
  chosen_ = tools_.options->message.starts_with("m-");
  output_.buffer() += inspected.text;
  output_.flush_if_full();
  if (index_ == nullptr) return;
  index_->buffer() += inspected.index_line;
  index_->flush_if_full();
}

}  // namespace mailparse::tools
