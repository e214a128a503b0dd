#include "client/shell/camera.h"
#include "shared/image/photo.h"
#include "tests/support/catch.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace aftercare;
using shell::Camera;
using shell::Frame;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 10s;  // on a machine that is busy with other tests

std::unique_ptr<Camera> opened(std::function<void()> wake = [] {}) {
  auto camera = Camera::open(Camera::Source::Test, std::move(wake));
  INFO((camera ? "" : camera.error().detail));
  REQUIRE(camera.has_value());
  return std::move(camera).value();
}

Frame awaited_frame(Camera& camera) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (auto frame = camera.take_frame()) return std::move(*frame);
    std::this_thread::sleep_for(5ms);
  }
  FAIL("no frame came");
  return {};
}

std::vector<int> pixel(const Frame& frame, int x, int y) {
  const auto at = static_cast<std::size_t>(y * frame.width_px + x) * 4;
  std::vector<int> rgba;
  for (std::size_t c = 0; c < 4; ++c) rgba.push_back(static_cast<std::uint8_t>(frame.rgba[at + c]));
  return rgba;
}

int thread_count() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<int>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

TEST_CASE("camera: a preview comes by itself, small and in the right colours", "[client][V09]") {
  const auto camera = opened();

  const auto frame = awaited_frame(*camera);

  CHECK(frame.width_px == 960);
  CHECK(frame.height_px == 720);
  REQUIRE(frame.rgba.size() == 960U * 720U * 4U);
  // The first of the seven bars is grey, the last one blue.
  const auto left = pixel(frame, 40, 100);
  const auto right = pixel(frame, 920, 100);
  CHECK((left[0] > 150 && std::abs(left[0] - left[2]) < 25));
  CHECK((right[2] > 150 && right[0] < 60));
  CHECK(right[3] == 255);
}

TEST_CASE("camera: it wakes for frames, and no more than twelve times a second", "[client][V09]") {
  std::atomic<int> wakes = 0;
  const auto camera = opened([&] { ++wakes; });
  (void)awaited_frame(*camera);

  const int before = wakes;
  const auto started = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(2s);
  const int count = wakes - before;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;

  CAPTURE(count);
  CHECK(count > 2);
  CHECK(count <= 12 * took.count() + 2);
}

TEST_CASE("camera: a frame is handed out once", "[client][V09]") {
  const auto camera = opened();
  (void)awaited_frame(*camera);
  int count = 0;
  for (int i = 0; i < 20; ++i) count += camera->take_frame() ? 1 : 0;
  CHECK(count <= 3);
}

TEST_CASE("camera: a photo has the full size and is one that we keep", "[client][V09]") {
  const auto camera = opened();
  for (int i = 0; i < 3; ++i) {
    const auto photo = camera->shoot();
    REQUIRE(photo.has_value());
    const auto facts = image::inspect_photo(photo.value());
    REQUIRE(facts.has_value());
    CHECK(facts.value().media_type == "image/jpeg");
    CHECK(facts.value().width == 1280);
    CHECK(facts.value().height == 960);
    CHECK(image::clean_photo(photo.value()).has_value());
  }
}

TEST_CASE("camera: the preview goes on while a worker shoots", "[client][V09]") {
  const auto camera = opened();
  std::atomic<int> photos = 0;
  std::thread worker([&] {
    for (int i = 0; i < 5; ++i) photos += camera->shoot() ? 1 : 0;
  });
  for (int i = 0; i < 5; ++i) CHECK(awaited_frame(*camera).width_px == 960);
  worker.join();
  CHECK(photos == 5);
  CHECK_FALSE(camera->failure().has_value());
}

TEST_CASE("camera: closed, it wakes nobody and leaves no thread behind", "[client][V09]") {
  std::atomic<int> wakes = 0;
  { const auto first = opened(); }  // GStreamer keeps some threads of its own after the first time
  std::this_thread::sleep_for(200ms);
  const int threads = thread_count();

  auto camera = opened([&] { ++wakes; });
  (void)awaited_frame(*camera);
  camera.reset();
  const int before = wakes;
  camera.reset();
  std::this_thread::sleep_for(300ms);

  CHECK(wakes == before);
  CHECK(thread_count() <= threads);
}

TEST_CASE("camera: it can be opened again, and closed while pictures come", "[client][V09]") {
  for (int i = 0; i < 5; ++i) {
    const auto camera = opened();
    if (i % 2 == 0) CHECK(camera->shoot().has_value());
  }
}

TEST_CASE("camera: a device without one says what to do instead", "[client][V09]") {
  for (const auto& entry : std::filesystem::directory_iterator("/dev")) {
    if (entry.path().filename().string().starts_with("video")) return;  // this machine has one
  }
  const auto camera = Camera::open(Camera::Source::Auto, [] {});
  REQUIRE_FALSE(camera.has_value());
  CHECK(camera.error().kind == ErrorKind::Refused);
  CHECK(camera.error().detail == "there is no camera on this device: choose a photo from a file");
}
