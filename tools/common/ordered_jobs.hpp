// Work done by several threads whose results come in the order in which it was given.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mailparse::tools {

/// `take` is called with each result, in order, on the thread that submits and drains. At most four tasks a thread are
/// pending: submit() waits for the oldest. Without a single thread, it does the work.
template <typename Result>
class OrderedJobs {
 public:
  using Task = std::packaged_task<Result()>;

  OrderedJobs(std::size_t threads, std::function<void(Result)> take)
      : most_pending_(4 * threads), take_(std::move(take)) {
    try {
      while (threads_.size() < threads) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Where the system gives no more threads, fewer do the work.
    }
  }
  ~OrderedJobs() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  OrderedJobs(const OrderedJobs&) = delete;
  OrderedJobs& operator=(const OrderedJobs&) = delete;

  void submit(Task task) {
    while (results_.size() >= most_pending_) take_oldest();
    results_.push_back(task.get_future());
    if (threads_.empty()) return task();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

  /// Waits for all results.
  void drain() {
    while (!results_.empty()) take_oldest();
  }

 private:
  void take_oldest() {
    Result result = results_.front().get();
    results_.pop_front();
    take_(std::move(result));
  }

  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closing_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::size_t most_pending_;
  std::function<void(Result)> take_;
  std::deque<std::future<Result>> results_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mailparse::tools
