#pragma once

#include "shared/base/bytes.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aftercare::shell {

struct Frame {
  int width_px = 0;
  int height_px = 0;
  Bytes rgba;  // rows from the top, four bytes a pixel
};

/// The tablet's camera, held from open() until it is destroyed: nobody else can use it meanwhile, and its
/// lamp is on. Nothing of GStreamer is loaded before the first open().
class Camera {
 public:
  enum class Source {
    Auto,  // the first camera of the device that gives pictures
    Test,  // colour bars, for tests and demonstrations
  };

  /// Waits for the first picture, at most a few seconds a camera; the very first call also lets GStreamer
  /// look for its parts. So it belongs on a worker. `wake` is called from a thread of the camera, also before
  /// open() returns, whenever take_frame() or failure() has news. Refused when there is no camera or none
  /// gives pictures, NotFound when a part of GStreamer is missing; both say what to do.
  [[nodiscard]] static Result<std::unique_ptr<Camera>> open(Source source, std::function<void()> wake);

  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  /// The newest picture for a preview, at most 960 pixels wide and twelve times a second; empty when none
  /// came since the last call.
  [[nodiscard]] std::optional<Frame> take_frame();

  /// What the camera sees now, in its full size, as JPEG. Refused when it has stopped giving pictures. Takes
  /// the time of one picture; may be called from another thread than take_frame().
  [[nodiscard]] Result<Bytes> shoot();

  /// Why no more pictures will come, for example because the camera was unplugged.
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  struct Parts;
  explicit Camera(std::unique_ptr<Parts> parts);
  static Result<std::unique_ptr<Camera>> start(std::string_view source, const std::string& device,
                                               std::function<void()> wake);

  std::unique_ptr<Parts> parts_;
};

}  // namespace aftercare::shell
