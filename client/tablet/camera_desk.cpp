#include "client/tablet/camera_desk.h"

namespace aftercare::tablet {

void CameraDesk::post(app::Message message) {
  {
    const std::lock_guard lock{mutex_};
    messages_.push_back(std::move(message));
  }
  wake_();
}

void CameraDesk::start() {
  stop();
  is_shot_wanted_ = has_failed_ = false;
  thread_ = std::jthread{[this](const std::stop_token& stop) { work(stop); }};
}

void CameraDesk::work(std::stop_token stop) {
  auto opened = shell::Camera::open(source_, wake_);
  if (!opened) {
    if (!stop.stop_requested()) post(app::CameraFailed{opened.error().detail});
    return;
  }
  std::shared_ptr<shell::Camera> camera{std::move(opened).value()};
  {
    const std::lock_guard lock{mutex_};
    camera_ = camera;
  }
  std::unique_lock lock{mutex_};
  while (!stop.stop_requested()) {
    changed_.wait(lock, stop, [&] { return is_shot_wanted_; });
    if (!is_shot_wanted_) break;
    is_shot_wanted_ = false;
    lock.unlock();
    auto jpeg = camera->shoot();
    if (jpeg) {
      post(app::PhotoTaken{std::move(jpeg).value()});
    } else {
      post(app::CameraFailed{jpeg.error().detail});
    }
    lock.lock();
  }
  camera_.reset();
}

void CameraDesk::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  const std::lock_guard lock{mutex_};
  camera_.reset();
  messages_.clear();
}

void CameraDesk::shoot() {
  const std::lock_guard lock{mutex_};
  is_shot_wanted_ = true;
  changed_.notify_all();
}

std::vector<app::Message> CameraDesk::take() {
  const std::lock_guard lock{mutex_};
  auto messages = std::exchange(messages_, {});
  if (!camera_) return messages;
  if (auto frame = camera_->take_frame())
    messages.push_back(app::CameraFrame{{frame->width_px, frame->height_px, std::move(frame->rgba)}});
  if (const auto failure = camera_->failure(); failure && !std::exchange(has_failed_, true))
    messages.push_back(app::CameraFailed{failure->detail});
  return messages;
}

}  // namespace aftercare::tablet
