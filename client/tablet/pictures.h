#pragma once

#include "client/app/effect.h"
#include "client/app/message.h"
#include "client/screens/stage.h"
#include "client/shell/window.h"

#include <set>
#include <vector>

namespace aftercare::tablet {

/// The photos that screens have asked for, as textures. What is not there yet is remembered as a wish.
class PictureShelf final : public screens::Pictures {
 public:
  explicit PictureShelf(shell::Window& window) : window_(window) {}
  ui::PictureSource photo(const Hash& sha256, int side_px_max) override;
  ui::PictureSource camera() override;

  void put(const app::PhotoLoaded& loaded);
  void show_camera(const shown::Picture& frame);
  void close_camera() { camera_ = {}; }
  /// Something new came from the server: what could not be shown, or only small, is asked for again.
  void ask_again();
  /// What was asked for since the last call and is not on its way.
  [[nodiscard]] std::vector<app::LoadPhoto> take_wishes();
  void clear();

 private:
  shell::Window& window_;
  std::set<std::string> asked_;  // on their way, or found to be no picture
  std::vector<app::LoadPhoto> wishes_;
  std::vector<app::LoadPhoto> awaited_;  // shown by their previews, or not at all
  ui::PictureSource camera_;
};

}  // namespace aftercare::tablet
