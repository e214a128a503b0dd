#include "client/work/task_lanes.h"

#include <algorithm>

namespace aftercare::work {

TaskLanes::TaskLanes() : thread_([this] { live(); }) {}

void TaskLanes::close() {
  {
    const std::lock_guard lock{mutex_};
    is_closing_ = true;
    lanes_[static_cast<std::size_t>(Lane::Picture)].clear();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool TaskLanes::put(Lane lane, Task task) {
  {
    const std::lock_guard lock{mutex_};
    if (is_closing_) return false;
    lanes_[static_cast<std::size_t>(lane)].push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

bool TaskLanes::is_idle() const {
  const std::lock_guard lock{mutex_};
  return is_empty() && !is_running_;
}

bool TaskLanes::is_empty() const {
  return std::ranges::all_of(lanes_, [](const auto& lane) { return lane.empty(); });
}

/// Waits for a task; none when the lanes are closed and empty.
TaskLanes::Task TaskLanes::next() {
  std::unique_lock lock{mutex_};
  is_running_ = false;
  changed_.wait(lock, [this] { return is_closing_ || !is_empty(); });
  const auto lane = std::ranges::find_if(lanes_, [](const auto& one) { return !one.empty(); });
  if (lane == lanes_.end()) return {};
  auto task = std::move(lane->front());
  lane->pop_front();
  is_running_ = true;
  return task;
}

void TaskLanes::live() {
  while (const auto task = next()) task();
}

}  // namespace aftercare::work
