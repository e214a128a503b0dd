#include "client/shell/camera.h"

#include <fmt/format.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace aftercare::shell {
namespace {

constexpr GstClockTime kFirstPictureTime = 5 * GST_SECOND;
constexpr GstClockTime kNextPictureTime = 3 * GST_SECOND;
constexpr std::size_t kDeviceCountMax = 8;  // a camera shows as two or three, a video decoder as some too

constexpr std::string_view kDevice = "v4l2src name=device ! decodebin";
constexpr std::string_view kTest =
    "videotestsrc pattern=smpte is-live=true ! video/x-raw,width=1280,height=960,framerate=30/1";
// Both ways drop what nobody fetched: only the newest picture matters. The full-size one stays as it came and
// is encoded when somebody shoots.
constexpr std::string_view kBothWays =
    " ! tee name=split"
    " split. ! queue leaky=downstream max-size-buffers=1 ! videorate max-rate=12 ! videoscale ! videoconvert"
    " ! video/x-raw,format=RGBA,width=[1,960],pixel-aspect-ratio=1/1"
    " ! appsink name=preview sync=false max-buffers=1 drop=true"
    " split. ! queue leaky=downstream max-size-buffers=1"
    " ! appsink name=still sync=false max-buffers=1 drop=true";
constexpr std::string_view kEncoder =
    "appsrc name=from format=time ! videoconvert ! jpegenc quality=90 ! appsink name=to sync=false";

constexpr std::string_view kInstead = "or choose a photo from a file";

struct Unref {
  void operator()(GstElement* element) const { gst_object_unref(element); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
  void operator()(GstBus* bus) const { gst_object_unref(bus); }
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(char* text) const { g_free(text); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

Error missing_part(std::string_view why) {
  return {ErrorKind::NotFound,
          fmt::format("a part of GStreamer is missing ({}): install gstreamer1.0-plugins-base and "
                      "gstreamer1.0-plugins-good, {}",
                      why, kInstead)};
}

Error no_pictures(std::string_view why) {
  return {ErrorKind::Refused,
          fmt::format("the camera gives no pictures ({}): close other programs that use it and try again, {}",
                      why, kInstead)};
}

/// Once a run, and only when a camera is wanted: it reads the list of all plugins.
Done load_gstreamer() {
  static const Done loaded = []() -> Done {
    GError* raw = nullptr;
    const bool is_loaded = gst_init_check(nullptr, nullptr, &raw) != FALSE;
    const Owned<GError> error{raw};
    if (is_loaded) return done();
    return missing_part(error ? error->message : "it does not start");
  }();
  return loaded;
}

/// A pipeline is stopped before it is let go; that is also what gives the device back.
class Pipeline {
 public:
  static Result<Pipeline> build(const std::string& description) {
    GError* raw = nullptr;
    Owned<GstElement> element{
        gst_parse_launch_full(description.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &raw)};
    const Owned<GError> error{raw};
    if (!element) return missing_part(error ? error->message : "unknown");
    return Pipeline(std::move(element));
  }
  ~Pipeline() { stop(); }
  Pipeline(Pipeline&&) noexcept = default;
  Pipeline& operator=(Pipeline&&) = delete;

  [[nodiscard]] GstElement* get() const { return element_.get(); }
  [[nodiscard]] Owned<GstElement> part(const char* name) const {
    return Owned<GstElement>{gst_bin_get_by_name(GST_BIN(element_.get()), name)};
  }
  [[nodiscard]] bool play() const {
    return gst_element_set_state(get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
  }
  void stop() {
    if (element_) gst_element_set_state(get(), GST_STATE_NULL);
  }

 private:
  explicit Pipeline(Owned<GstElement> element) : element_(std::move(element)) {}
  Owned<GstElement> element_;
};

Owned<GstSample> newest(GstElement* sink, GstClockTime wait) {
  return Owned<GstSample>{gst_app_sink_try_pull_sample(GST_APP_SINK(sink), wait)};
}

Bytes bytes_of(GstSample* sample) {
  GstBuffer* const buffer = gst_sample_get_buffer(sample);
  GstMapInfo map;
  if (buffer == nullptr || gst_buffer_map(buffer, &map, GST_MAP_READ) == FALSE) return {};
  Bytes bytes(reinterpret_cast<const char*>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
  return bytes;
}

std::optional<Frame> frame_of(GstSample* sample) {
  const GstCaps* const caps = gst_sample_get_caps(sample);
  if (caps == nullptr) return std::nullopt;
  const GstStructure* const facts = gst_caps_get_structure(caps, 0);
  Frame frame;
  if (gst_structure_get_int(facts, "width", &frame.width_px) == FALSE ||
      gst_structure_get_int(facts, "height", &frame.height_px) == FALSE) {
    return std::nullopt;
  }
  frame.rgba = bytes_of(sample);
  const auto size = static_cast<std::size_t>(frame.width_px) * static_cast<std::size_t>(frame.height_px) * 4;
  if (frame.rgba.size() != size) return std::nullopt;  // rows with gaps between them would look sheared
  return frame;
}

Result<Bytes> encoded(GstSample* picture) {
  auto encoder = Pipeline::build(std::string(kEncoder));
  if (!encoder) return encoder.error();
  const auto from = encoder.value().part("from");
  const auto to = encoder.value().part("to");
  if (!encoder.value().play()) return no_pictures("it cannot be encoded");
  gst_app_src_push_sample(GST_APP_SRC(from.get()), picture);
  gst_app_src_end_of_stream(GST_APP_SRC(from.get()));
  const auto jpeg = newest(to.get(), kNextPictureTime);
  auto bytes = jpeg ? bytes_of(jpeg.get()) : Bytes{};
  if (bytes.empty()) return no_pictures("it cannot be encoded");
  return bytes;
}

/// /dev/video0, /dev/video2, …, by their numbers.
std::vector<std::string> video_devices() {
  constexpr std::string_view kName = "video";
  std::vector<int> numbers;
  std::error_code failure;
  for (std::filesystem::directory_iterator at("/dev", failure), end; !failure && at != end;
       at.increment(failure)) {
    const auto name = at->path().filename().string();
    if (!name.starts_with(kName)) continue;
    int number = 0;
    const char* const last = name.data() + name.size();
    const auto read = std::from_chars(name.data() + kName.size(), last, number);
    if (read.ec == std::errc{} && read.ptr == last) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  numbers.resize(std::min(numbers.size(), kDeviceCountMax));
  std::vector<std::string> devices;
  for (const int number : numbers) devices.push_back(fmt::format("/dev/{}{}", kName, number));
  return devices;
}

}  // namespace

struct Camera::Parts {
  Parts(Pipeline built, std::function<void()> call)
      : wake(std::move(call)),
        pipeline(std::move(built)),
        preview(pipeline.part("preview")),
        still(pipeline.part("still")) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() { pipeline.stop(); }  // before what its threads call is gone

  static GstFlowReturn on_frame(GstAppSink*, gpointer self) {
    static_cast<Parts*>(self)->wake();
    return GST_FLOW_OK;
  }

  // Takes the first error and throws every message away: nobody else reads the bus, and it would grow.
  static GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer self) {
    auto& parts = *static_cast<Parts*>(self);
    const auto type = GST_MESSAGE_TYPE(message);
    if (type == GST_MESSAGE_ERROR) {
      GError* raw = nullptr;
      gst_message_parse_error(message, &raw, nullptr);
      const Owned<GError> error{raw};
      parts.fail(error->message);
    } else if (type == GST_MESSAGE_EOS) {
      parts.fail("it ended");
    }
    gst_message_unref(message);
    return GST_BUS_DROP;
  }

  void fail(std::string_view why) {
    {
      const std::lock_guard lock(mutex);
      if (!reason) reason = why;
    }
    wake();
  }

  void listen() {
    GstAppSinkCallbacks calls{};
    calls.new_sample = on_frame;
    gst_app_sink_set_callbacks(GST_APP_SINK(preview.get()), &calls, this, nullptr);
    const Owned<GstBus> bus{gst_element_get_bus(pipeline.get())};
    gst_bus_set_sync_handler(bus.get(), on_message, this, nullptr);
  }

  std::function<void()> wake;
  std::mutex mutex;
  std::optional<std::string> reason;
  Pipeline pipeline;
  Owned<GstElement> preview;
  Owned<GstElement> still;
};

Camera::Camera(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Camera::~Camera() = default;

Result<std::unique_ptr<Camera>> Camera::open(Source source, std::function<void()> wake) {
  if (source == Source::Test) {
    if (const auto loaded = load_gstreamer(); !loaded) return loaded.error();
    return start(kTest, {}, std::move(wake));
  }

  const auto devices = video_devices();
  if (devices.empty()) {
    return Error{ErrorKind::Refused, "there is no camera on this device: choose a photo from a file"};
  }
  if (const auto loaded = load_gstreamer(); !loaded) return loaded.error();
  std::optional<Error> first;
  for (const auto& device : devices) {
    auto camera = start(kDevice, device, wake);
    if (camera) return camera;
    if (!first) first = camera.error();
  }
  return *first;
}

Result<std::unique_ptr<Camera>> Camera::start(std::string_view source, const std::string& device,
                                              std::function<void()> wake) {
  auto pipeline = Pipeline::build(std::string(source).append(kBothWays));
  if (!pipeline) return pipeline.error();
  if (!device.empty()) {
    const auto element = pipeline.value().part("device");
    g_object_set(element.get(), "device", device.c_str(), nullptr);
  }

  std::unique_ptr<Camera> camera{
      new Camera(std::make_unique<Parts>(std::move(pipeline).value(), std::move(wake)))};
  auto& parts = *camera->parts_;
  parts.listen();
  const bool is_playing = parts.pipeline.play() &&
                          gst_element_get_state(parts.pipeline.get(), nullptr, nullptr, kFirstPictureTime) ==
                              GST_STATE_CHANGE_SUCCESS;
  if (is_playing) return camera;
  const auto failure = camera->failure();
  return failure ? *failure : no_pictures("it does not answer");
}

std::optional<Frame> Camera::take_frame() {
  const auto sample = newest(parts_->preview.get(), 0);
  return sample ? frame_of(sample.get()) : std::nullopt;
}

Result<Bytes> Camera::shoot() {
  const auto picture = newest(parts_->still.get(), kNextPictureTime);
  if (picture) return encoded(picture.get());
  const auto why = failure();
  return why ? *why : no_pictures("it does not answer");
}

std::optional<Error> Camera::failure() const {
  const std::lock_guard lock(parts_->mutex);
  if (!parts_->reason) return std::nullopt;
  return no_pictures(*parts_->reason);
}

}  // namespace aftercare::shell
