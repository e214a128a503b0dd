#pragma once

#include "client/app/effect.h"
#include "client/app/message.h"
#include "shared/language/catalogue.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace aftercare::work {

/// The two workers behind the screens: one owns the disk, the other speaks with the server through it.
/// Effects that are the shell's (the camera, the clipboard) are passed over.
class Workers {
 public:
  struct Options {
    std::filesystem::path data;  // the device's folder
    const language::Catalogue& catalogue;
    std::function<void()> wake;                            // called from any thread when messages wait
    std::vector<std::filesystem::path> photo_folders;      // where "photo from a file" looks
    bool is_syncing_by_itself = true;                      // false: only after a WakeSync that was asked for
    domain::DeviceRole role = domain::DeviceRole::Tablet;  // the folder of another one stays closed
  };
  explicit Workers(Options options);
  /// Writes what was queued; gives up the network at once.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// From the screens' thread; returns at once.
  void carry_out(app::Effect effect);
  /// What happened since, in order.
  [[nodiscard]] std::vector<app::Message> take();
  /// Whether nothing waits for the disk or is under way there.
  [[nodiscard]] bool is_idle() const;

 private:
  struct Machinery;
  std::unique_ptr<Machinery> machinery_;
};

}  // namespace aftercare::work
