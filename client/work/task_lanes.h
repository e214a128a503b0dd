#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace aftercare::work {

/// One thread that carries out tasks, in order within a lane; what a person waits for goes before what the
/// sync asks, and that before pictures. Nothing else touches what the tasks touch, so nothing needs a lock.
class TaskLanes {
 public:
  enum class Lane { Screen, Sync, Picture };
  using Task = std::function<void()>;

  TaskLanes();
  ~TaskLanes() { close(); }
  TaskLanes(const TaskLanes&) = delete;
  TaskLanes& operator=(const TaskLanes&) = delete;

  /// False when the lanes are closing: the task was not taken.
  bool put(Lane lane, Task task);
  /// Carries out what waits (pictures excepted: nobody is there to look) and ends the thread.
  void close();
  [[nodiscard]] bool is_idle() const;

 private:
  void live();
  [[nodiscard]] bool is_empty() const;
  Task next();

  static constexpr std::size_t kLaneCount = 3;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::array<std::deque<Task>, kLaneCount> lanes_;
  bool is_running_ = false;  // a task, just now
  bool is_closing_ = false;
  std::thread thread_;
};

}  // namespace aftercare::work
