#include "client/screens/signature_pad.h"

#include "client/ui/canvas.h"
#include "client/ui/touch.h"

#include <imgui.h>
#include <cmath>

namespace aftercare::screens {
namespace {

using shown::Signature;
using shown::StrokeSample;
using ui::dp;
using ui::PointerSample;
using ui::Rect;
using What = PointerSample::What;
using From = PointerSample::From;

constexpr float kInkPx = 3;
constexpr float kStepPx = 3;               // how long the pieces of a drawn curve are
constexpr float kWrittenShareMin = 0.05f;  // of the pad's width: less ink than this is a dot

/// How the measure of the signature lies on the glass.
struct Place {
  float x = 0, y = 0, scale = 1;
  [[nodiscard]] float glass_x(float at) const { return x + at * scale; }
  [[nodiscard]] float glass_y(float at) const { return y + at * scale; }
  [[nodiscard]] std::int64_t kept_x(float at) const { return std::llround((at - x) / scale); }
  [[nodiscard]] std::int64_t kept_y(float at) const { return std::llround((at - y) / scale); }
};

Place place_of(const Rect& rect, const Signature& signature) {
  if (signature.width_px <= 0 || signature.height_px <= 0) return {rect.x, rect.y, 1};
  const auto wide = static_cast<float>(signature.width_px);
  const auto high = static_cast<float>(signature.height_px);
  const bool is_same =
      std::llround(rect.w) == signature.width_px && std::llround(rect.h) == signature.height_px;
  if (is_same) return {rect.x, rect.y, 1};
  const float scale = std::min(rect.w / wide, rect.h / high);
  const auto shown = rect.centred(wide * scale, high * scale);
  return {shown.x, shown.y, scale};
}

const StrokeSample* last_of(const Signature& signature) {
  for (auto stroke = signature.strokes.rbegin(); stroke != signature.strokes.rend(); ++stroke) {
    if (!stroke->empty()) return &stroke->back();
  }
  return nullptr;
}

/// The gesture between two frames. It lies in Dear ImGui's storage beside what that remembers of the finger,
/// under an identity that ends with the person at the glass.
class Gesture {
 public:
  explicit Gesture(std::string_view key) : kept_(*ImGui::GetStateStorage()) {
    ImGui::PushID(key.data(), key.data() + key.size());
    const char* const names[] = {"stroke", "from", "first", "last", "frame", "width", "height"};
    for (std::size_t i = 0; i < kCount; ++i) ids_[i] = ImGui::GetID(names[i]);
    ImGui::PopID();
  }

  /// A stroke goes on from the last frame, in a pad of that size.
  [[nodiscard]] bool goes_on(const Rect& rect) const {
    return get(kStroke) == 1 && get(kFrame) + 1 == ImGui::GetFrameCount() && get(kWidth) == to_int(rect.w) &&
           get(kHeight) == to_int(rect.h);
  }
  void end_frame(bool is_on, const Rect& rect) {
    set(kStroke, is_on ? 1 : 0);
    set(kFrame, ImGui::GetFrameCount());
    set(kWidth, to_int(rect.w));
    set(kHeight, to_int(rect.h));
  }

  [[nodiscard]] From from() const { return static_cast<From>(get(kFrom)); }
  void begin(From from) { set(kFrom, static_cast<int>(from)); }

  /// Counted from the first touch. How long the tablet was dead in between nobody knows.
  std::int64_t time_of(const PointerSample& sample, const Signature& signature) {
    const auto now = static_cast<std::uint32_t>(sample.t_ms);
    const auto* last = last_of(signature);
    if (last == nullptr) {
      set(kFirst, to_int(now));
    } else if (get(kLast) != to_int(static_cast<std::uint32_t>(last->t_ms))) {
      set(kFirst,
          to_int(now - static_cast<std::uint32_t>(last->t_ms) - 1));  // of another day, or another visit
    }
    const auto since = static_cast<std::int64_t>(now - static_cast<std::uint32_t>(get(kFirst)));
    const auto time = last == nullptr ? 0 : std::max(since, last->t_ms);
    set(kLast, to_int(static_cast<std::uint32_t>(time)));
    return time;
  }

 private:
  enum Value { kStroke, kFrom, kFirst, kLast, kFrame, kWidth, kHeight };
  static constexpr std::size_t kCount = kHeight + 1;

  static int to_int(std::uint32_t value) { return static_cast<int>(value); }
  static int to_int(float value) { return static_cast<int>(std::lround(value)); }
  [[nodiscard]] int get(Value value) const { return kept_.GetInt(ids_[value], -1); }
  void set(Value value, int to) { kept_.SetInt(ids_[value], to); }

  ImGuiStorage& kept_;
  ImGuiID ids_[kCount] = {};
};

void name_digitiser(Signature& signature, From from) {
  const bool is_first = signature.strokes.empty();
  if (from == From::Pen) signature.digitiser = "pen";
  if (from == From::Mouse && signature.digitiser != "pen") signature.digitiser = "mouse";
  if (from == From::Finger && is_first) signature.digitiser = "finger";
}

void begin_stroke(Signature& signature, const Rect& rect, From from) {
  if (signature.strokes.empty()) {
    signature.width_px = std::llround(rect.w);
    signature.height_px = std::llround(rect.h);
  }
  name_digitiser(signature, from);
  signature.strokes.emplace_back();
}

/// Takes this frame's samples. True when some were added.
bool take_samples(std::string_view key, const Rect& rect, Signature& signature) {
  Gesture gesture{key};
  bool is_on = gesture.goes_on(rect) && !signature.strokes.empty();
  bool is_changed = false;
  const auto add = [&](const PointerSample& sample) {
    const auto place = place_of(rect, signature);
    StrokeSample kept;
    kept.x = place.kept_x(sample.x);
    kept.y = place.kept_y(sample.y);
    kept.t_ms = gesture.time_of(sample, signature);
    if (sample.pressure) kept.pressure = *sample.pressure;
    signature.strokes.back().push_back(kept);
    is_changed = true;
  };
  const auto& keyboard = ui::glass().keyboard();
  for (const auto& sample : ui::pointer_samples()) {
    const bool is_pen = sample.from == From::Pen;
    // Where a pen writes, fingers are the palm of the hand. Else whoever came first writes, and neither a
    // second pointer nor a wheel joins in.
    if (!is_pen && signature.digitiser == "pen") continue;
    if (is_on && sample.from != gesture.from() && !(is_pen && sample.what == What::Down)) continue;
    if (sample.what == What::Down) {
      is_on = rect.contains(sample.x, sample.y) && !keyboard.contains(sample.x, sample.y);
      if (!is_on) continue;
      gesture.begin(sample.from);
      begin_stroke(signature, rect, sample.from);
      add(sample);
      continue;
    }
    if (!is_on) continue;
    if (sample.what != What::Cancel) add(sample);  // where a cancelled finger was, nobody knows
    if (sample.what != What::Move) is_on = false;
  }
  gesture.end_frame(is_on, rect);
  return is_changed;
}

struct Point {
  float x = 0, y = 0, width = 0;
};
Point middle(const Point& one, const Point& other) {
  return {(one.x + other.x) / 2, (one.y + other.y) / 2, (one.width + other.width) / 2};
}

/// A line of one width; a new one begins where the width changes or the pen turns sharply, so that its ends
/// are round.
class Brush {
 public:
  void to(const Point& point) {
    const float width = std::max(1.0f, std::round(point.width * 2) / 2);
    if (xy_.size() >= 2) {
      const float dx = point.x - xy_[xy_.size() - 2], dy = point.y - xy_[xy_.size() - 1];
      const float length = std::hypot(dx, dy);
      if (length < 0.5f) return;
      const bool is_sharp = (dx * dx_ + dy * dy_) / length < 0.3f;
      if (width != width_ || (xy_.size() >= 4 && is_sharp)) {
        const float x = xy_[xy_.size() - 2], y = xy_[xy_.size() - 1];
        finish();
        xy_ = {x, y};
      }
      dx_ = dx / length;
      dy_ = dy / length;
    }
    width_ = width;
    xy_.push_back(point.x);
    xy_.push_back(point.y);
  }
  void finish() {
    if (!xy_.empty()) ui::stroke(xy_.data(), xy_.size() / 2, ui::Role::Ink, width_);
    xy_.clear();
  }

 private:
  std::vector<float> xy_;
  float width_ = 0, dx_ = 0, dy_ = 0;
};

/// A curve from one middle of two samples to the next, bent towards the sample between them.
void bend(Brush& brush, const Point& from, const Point& towards, const Point& to) {
  const float length =
      std::hypot(towards.x - from.x, towards.y - from.y) + std::hypot(to.x - towards.x, to.y - towards.y);
  const int count = std::clamp(static_cast<int>(length / kStepPx), 1, 64);
  for (int i = 1; i <= count; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(count);
    const float a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
    brush.to({a * from.x + b * towards.x + c * to.x, a * from.y + b * towards.y + c * to.y,
              a * from.width + b * towards.width + c * to.width});
  }
}

void draw_stroke(const std::vector<StrokeSample>& samples, const Place& place) {
  std::vector<Point> points;
  points.reserve(samples.size());
  for (const auto& sample : samples) {
    const float press = sample.pressure ? 0.8f + 0.5f * static_cast<float>(*sample.pressure) / 1000 : 1.0f;
    points.push_back({place.glass_x(static_cast<float>(sample.x)),
                      place.glass_y(static_cast<float>(sample.y)),
                      dp(kInkPx) * press * std::min(1.0f, place.scale)});
  }
  Brush brush;
  if (!points.empty()) brush.to(points.front());
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const auto from = i == 1 ? points.front() : middle(points[i - 1], points[i]);
    bend(brush, from, points[i], middle(points[i], points[i + 1]));
  }
  if (points.size() > 1) brush.to(points.back());
  brush.finish();
}

}  // namespace

PadEvent signature_pad(std::string_view key, const Rect& rect, Signature& signature) {
  (void)ui::touch(key, rect);  // the gesture is ours: nothing else answers to it
  PadEvent event;
  if (ui::glass().target(key) != nullptr) event.is_changed = take_samples(key, rect, signature);
  const float line = rect.bottom() - dp(14);
  ui::fill({rect.x + dp(32), line, rect.w - dp(64), std::max(1.0f, dp(2))}, ui::Role::Line);
  const auto place = place_of(rect, signature);
  for (const auto& stroke : signature.strokes) draw_stroke(stroke, place);
  return event;
}

bool has_strokes(const Signature& signature) {
  double written = 0;
  for (const auto& stroke : signature.strokes) {
    for (std::size_t i = 1; i < stroke.size(); ++i)
      written += std::hypot(static_cast<double>(stroke[i].x - stroke[i - 1].x),
                            static_cast<double>(stroke[i].y - stroke[i - 1].y));
  }
  return written > 0 && written >= kWrittenShareMin * static_cast<double>(signature.width_px);
}

}  // namespace aftercare::screens
