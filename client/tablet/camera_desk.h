#pragma once

#include "client/app/message.h"
#include "client/shell/camera.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace aftercare::tablet {

/// The camera while a screen wants it. Opening and shooting take their time on a thread of their own.
class CameraDesk {
 public:
  CameraDesk(shell::Camera::Source source, std::function<void()> wake)
      : source_(source), wake_(std::move(wake)) {}
  ~CameraDesk() { stop(); }
  CameraDesk(const CameraDesk&) = delete;
  CameraDesk& operator=(const CameraDesk&) = delete;

  void start();
  void stop();
  void shoot();
  [[nodiscard]] std::vector<app::Message> take();

 private:
  void post(app::Message message);
  void work(std::stop_token stop);

  shell::Camera::Source source_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<app::Message> messages_;
  std::shared_ptr<shell::Camera> camera_;
  bool is_shot_wanted_ = false;
  bool has_failed_ = false;
  std::jthread thread_;
};

}  // namespace aftercare::tablet
