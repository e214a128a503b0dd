#include "client/tablet/pictures.h"

namespace aftercare::tablet {
namespace {

// Few sizes, so that a thumbnail is decoded once and not for each width of the window.
int step_of(int side_px) { return side_px <= 320 ? 320 : side_px <= 720 ? 720 : 1600; }

constexpr const char* kPreview = ".preview";

std::string key_of(const Hash& sha256, int side_px) {
  return to_hex(view(sha256)) + "." + std::to_string(side_px);
}

}  // namespace

ui::PictureSource PictureShelf::photo(const Hash& sha256, int side_px_max) {
  const int side = step_of(side_px_max);
  const auto key = key_of(sha256, side);
  if (window_.has_texture(key)) return window_.texture(key, 0, 0, {});
  if (asked_.insert(key).second) wishes_.push_back({sha256, side});
  if (window_.has_texture(key + kPreview)) return window_.texture(key + kPreview, 0, 0, {});
  return {};
}

ui::PictureSource PictureShelf::camera() { return camera_; }

void PictureShelf::put(const app::PhotoLoaded& loaded) {
  if (loaded.is_preview) awaited_.push_back({loaded.sha256, loaded.side_px_max});
  if (loaded.picture.rgba.empty()) return;
  const auto key = key_of(loaded.sha256, loaded.side_px_max);
  (void)window_.texture(loaded.is_preview ? key + kPreview : key, loaded.picture.width_px,
                        loaded.picture.height_px, loaded.picture.rgba);
}

void PictureShelf::show_camera(const shown::Picture& frame) {
  camera_ = window_.moving_texture(frame.width_px, frame.height_px, frame.rgba);
}

void PictureShelf::ask_again() {
  wishes_.insert(wishes_.end(), awaited_.begin(), awaited_.end());
  awaited_.clear();
}

std::vector<app::LoadPhoto> PictureShelf::take_wishes() { return std::exchange(wishes_, {}); }

void PictureShelf::clear() {
  window_.drop_textures();
  asked_.clear();
  wishes_.clear();
  awaited_.clear();
}

}  // namespace aftercare::tablet
