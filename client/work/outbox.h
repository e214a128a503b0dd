#pragma once

#include "client/app/message.h"

#include <functional>
#include <mutex>
#include <vector>

namespace aftercare::work {

/// What the workers have to say, until the screens' thread takes it. `wake` is called once for each batch.
class Outbox {
 public:
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void post(app::Message message) {
    bool is_first = false;
    {
      const std::lock_guard lock{mutex_};
      is_first = messages_.empty();
      messages_.push_back(std::move(message));
    }
    if (is_first && wake_) wake_();
  }
  [[nodiscard]] std::vector<app::Message> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(messages_, {});
  }

 private:
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<app::Message> messages_;
};

}  // namespace aftercare::work
