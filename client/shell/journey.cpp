#include "client/shell/journey.h"

#include "client/ui/glass.h"
#include "shared/base/text.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

namespace aftercare::shell {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kScrollTryMax = 60;

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

std::string rest_after_word(std::string_view text) {
  const auto blank = text.find(' ');
  return blank == std::string_view::npos ? std::string{} : trimmed(text.substr(blank));
}

/// Walks one journey. Every verb is a function of the line's rest.
class Walk {
 public:
  Walk(Loop& program, const JourneyOptions& options) : program_(program), options_(options) {}

  using Verb = Done (Walk::*)(const std::string&);
  static const std::map<std::string, Verb, std::less<>>& verbs() {
    static const std::map<std::string, Verb, std::less<>> kVerbs{{"tap", &Walk::tap},
                                                                 {"tap_text", &Walk::tap_text},
                                                                 {"type", &Walk::type},
                                                                 {"key", &Walk::key},
                                                                 {"fill", &Walk::fill},
                                                                 {"pin", &Walk::pin},
                                                                 {"wait", &Walk::wait},
                                                                 {"wait_key", &Walk::wait_key},
                                                                 {"wait_gone", &Walk::wait_gone},
                                                                 {"expect_not", &Walk::expect_not},
                                                                 {"draw", &Walk::draw},
                                                                 {"drag", &Walk::drag},
                                                                 {"size", &Walk::size},
                                                                 {"picture", &Walk::picture},
                                                                 {"settle", &Walk::settle_step},
                                                                 {"pause", &Walk::pause},
                                                                 {"scan", &Walk::scan},
                                                                 {"flood", &Walk::flood},
                                                                 {"storm", &Walk::storm},
                                                                 {"quiet", &Walk::quiet},
                                                                 {"corner", &Walk::corner},
                                                                 {"end", &Walk::expect_end},
                                                                 {"tap_if", &Walk::tap_if},
                                                                 {"say", &Walk::say},
                                                                 {"kill", &Walk::kill}};
    return kVerbs;
  }

  Done step(const JourneyStep& step) {
    const auto verb = verbs().find(step.verb)->second;
    auto walked = (this->*verb)(step.rest);
    if (!walked) return walked;
    return settle();
  }

  Done picture(const std::string& name) {
    if (options_.pictures.empty()) return done();
    std::filesystem::create_directories(options_.pictures);
    last_picture_ = options_.pictures / (name + ".png");
    return program_.window().save_picture(last_picture_);
  }

  std::filesystem::path failure_picture(std::size_t line) {
    const auto file =
        (options_.pictures.empty() ? std::filesystem::temp_directory_path() : options_.pictures) /
        fmt::format("failed-step-{}.png", line);
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    (void)program_.window().save_picture(file);
    return file;
  }

  std::string keys_in_sight() const {
    std::string keys;
    for (const auto& target : program_.glass().targets()) keys += (keys.empty() ? "" : " ") + target.key;
    return keys;
  }

 private:
  static Error failed(std::string why) { return {ErrorKind::Refused, std::move(why)}; }

  /// Frames until nothing is owed. A caret that blinks or a clock that runs is not waited for.
  Done settle() {
    const auto until = steady_clock::now() + options_.patience;
    int quiet_count = 0;
    while (quiet_count < 2 && !program_.end()) {
      if (steady_clock::now() > until) return failed("the screen does not come to rest");
      program_.turn(milliseconds{4});
      quiet_count = program_.is_quiet() ? quiet_count + 1 : 0;
    }
    return done();
  }
  Done settle_step(const std::string&) { return settle(); }

  Done until(const std::function<bool()>& is_so, const std::string& what) {
    const auto limit = steady_clock::now() + options_.patience;
    while (!is_so() && !program_.end()) {
      if (steady_clock::now() > limit) return failed(what);
      program_.turn(milliseconds{10});
    }
    return done();
  }

  [[nodiscard]] bool is_shown(std::string_view words) const {
    for (const auto& text : program_.glass().texts()) {
      if (text.text.find(words) != std::string::npos) return true;
    }
    // A sentence may be wrapped into lines.
    std::string all;
    for (const auto& text : program_.glass().texts()) all += (all.empty() ? "" : " ") + text.text;
    return all.find(words) != std::string::npos;
  }

  void send(float x, float y, ui::PointerSample::What what) {
    ui::PointerSample sample;
    sample.x = x;
    sample.y = y;
    sample.t_ms = Window::now_ms();
    sample.what = what;
    sample.from = ui::PointerSample::From::Finger;
    program_.window().input().push(sample);
  }

  Done tap_at(float x, float y) {
    send(x, y, ui::PointerSample::What::Down);
    send(x, y, ui::PointerSample::What::Up);
    return settle();
  }

  /// Where a finger can hit it: not under the on-screen keyboard, not outside the glass.
  [[nodiscard]] bool can_reach(float x, float y, std::string_view key) const {
    if (!program_.glass().bounds().contains(x, y)) return false;
    const auto keyboard = program_.glass().keyboard();
    return key.starts_with("keyboard.") || keyboard.is_empty() || !keyboard.contains(x, y);
  }

  /// A list may hide it: drag the middle of the page until it comes into sight, as a person would.
  Done bring_into_sight(const std::string& key) {
    for (const int direction : {-1, 1}) {
      for (int i = 0; i < kScrollTryMax; ++i) {
        const auto* target = program_.glass().target(key);
        if (target != nullptr && can_reach(target->visible.middle_x(), target->visible.middle_y(), key) &&
            is_unclipped(*target))
          return done();
        const auto before = fingerprint();
        for (const float share : {0.42f, 0.72f}) {
          drag_by(share, direction);
          if (const auto rested = settle(); !rested) return rested;
          if (fingerprint() != before) break;
        }
        if (fingerprint() == before) break;
      }
    }
    // Larger than what its list shows of it.
    if (program_.glass().target(key) != nullptr) return done();
    return failed(fmt::format("there is nothing named {} to tap; in sight: {}", key, keys_in_sight()));
  }

  /// Most of it can be seen, so that a finger aims at it and at nothing that lies over its edge.
  [[nodiscard]] bool is_unclipped(const ui::Target& target) const {
    return target.visible.w * target.visible.h >= 0.7f * target.rect.w * target.rect.h;
  }

  [[nodiscard]] std::string fingerprint() const {
    std::string all;
    for (const auto& target : program_.glass().targets())
      all += fmt::format("{}@{:.0f} ", target.key, target.rect.y);
    return all;
  }

  void drag_by(float share_x, int direction) {
    const auto bounds = program_.glass().bounds();
    const float x = bounds.w * share_x;
    const float from = bounds.h * 0.55f;
    const float by = bounds.h * 0.22f * static_cast<float>(direction);
    send(x, from, ui::PointerSample::What::Down);
    for (int i = 1; i <= 6; ++i)
      send(x, from + by * static_cast<float>(i) / 6, ui::PointerSample::What::Move);
    // Held still before it is lifted: no glide.
    for (int i = 0; i < 12; ++i) program_.turn(milliseconds{12});
    send(x, from + by, ui::PointerSample::What::Up);
  }

  Done tap(const std::string& key) {
    // It may come with the next answer of a worker; only then is it looked for further down a list.
    const auto limit = steady_clock::now() + options_.patience / 5;
    while (program_.glass().target(key) == nullptr && steady_clock::now() < limit)
      program_.turn(milliseconds{10});
    if (const auto seen = bring_into_sight(key); !seen) return seen;
    const auto* target = program_.glass().target(key);
    if (!target->is_enabled) return failed(fmt::format("{} cannot be tapped now", key));
    return tap_at(target->visible.middle_x(), target->visible.middle_y());
  }

  /// Only when it is there: a chooser that may be open already.
  Done tap_if(const std::string& key) {
    if (program_.glass().target(key) == nullptr) return done();
    return tap(key);
  }

  Done tap_text(const std::string& words) {
    const ui::DrawnText* found = nullptr;
    for (int i = 0; i < kScrollTryMax && found == nullptr; ++i) {
      const auto limit = steady_clock::now() + (i == 0 ? options_.patience / 3 : milliseconds{0});
      do {
        for (const auto& text : program_.glass().texts()) {
          if (text.text.find(words) != std::string::npos && !text.visible.is_empty() &&
              can_reach(text.visible.middle_x(), text.visible.middle_y(), "")) {
            found = &text;
            break;
          }
        }
        if (found == nullptr) program_.turn(milliseconds{10});
      } while (found == nullptr && steady_clock::now() < limit);
      if (found != nullptr) break;
      drag_by(0.42f, -1);
      if (const auto rested = settle(); !rested) return rested;
    }
    if (found == nullptr) return failed(fmt::format("“{}” is not on the screen", words));
    return tap_at(found->visible.middle_x(), found->visible.middle_y());
  }

  Done type(const std::string& words) {
    program_.window().input().push_text(words);
    return settle();
  }

  Done key(const std::string& name) {
    constexpr std::array kKeys{
        std::pair{"enter", ui::KeyPress::Enter},         std::pair{"escape", ui::KeyPress::Escape},
        std::pair{"backspace", ui::KeyPress::Backspace}, std::pair{"tab", ui::KeyPress::Tab},
        std::pair{"all", ui::KeyPress::SelectAll},       std::pair{"delete", ui::KeyPress::Delete}};
    for (const auto& [known, press] : kKeys) {
      if (name != known) continue;
      program_.window().input().push_key(press);
      return settle();
    }
    return failed(fmt::format("there is no key {}", name));
  }

  /// `fill KEY words`: taps the field, replaces what stands there, leaves it.
  Done fill(const std::string& rest) {
    const std::string field{first_word(rest)};
    if (const auto tapped = tap(field); !tapped) return tapped;
    program_.window().input().push_key(ui::KeyPress::SelectAll);
    program_.window().input().push_key(ui::KeyPress::Delete);
    program_.window().input().push_text(rest_after_word(rest));
    if (const auto rested = settle(); !rested) return rested;
    program_.window().input().push_key(ui::KeyPress::Escape);
    return settle();
  }

  Done pin(const std::string& digits) {
    for (const char digit : digits) {
      if (const auto tapped = tap(fmt::format("pin.{}", digit)); !tapped) return tapped;
    }
    return done();
  }

  Done wait(const std::string& words) {
    return until([&] { return is_shown(words); }, fmt::format("“{}” did not appear", words));
  }
  Done wait_key(const std::string& key) {
    return until([&] { return program_.glass().target(key) != nullptr; },
                 fmt::format("{} did not appear", key));
  }
  Done wait_gone(const std::string& words) {
    return until([&] { return !is_shown(words); }, fmt::format("“{}” did not go away", words));
  }
  Done expect_not(const std::string& words) {
    if (is_shown(words)) return failed(fmt::format("“{}” is on the screen, but should not be", words));
    return done();
  }

  /// `draw KEY x,y x,y …`: one stroke, in hundredths of the target's width and height.
  Done draw(const std::string& rest) {
    const std::string key{first_word(rest)};
    if (const auto seen = bring_into_sight(key); !seen) return seen;
    const auto rect = program_.glass().target(key)->rect;
    std::istringstream points{rest_after_word(rest)};
    std::string point;
    bool is_first = true;
    float x = 0, y = 0;
    while (points >> point) {
      int across = 0, down = 0;
      if (std::sscanf(point.c_str(), "%d,%d", &across, &down) != 2)
        return failed(fmt::format("{} is no point", point));
      x = rect.x + rect.w * static_cast<float>(across) / 100;
      y = rect.y + rect.h * static_cast<float>(down) / 100;
      send(x, y, is_first ? ui::PointerSample::What::Down : ui::PointerSample::What::Move);
      is_first = false;
      program_.turn(milliseconds{6});
    }
    send(x, y, ui::PointerSample::What::Up);
    return settle();
  }

  /// `drag x,y x,y`: in hundredths of the glass.
  Done drag(const std::string& rest) {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    if (std::sscanf(rest.c_str(), "%d,%d %d,%d", &x0, &y0, &x1, &y1) != 4) return failed("drag x,y x,y");
    const auto bounds = program_.glass().bounds();
    const auto at = [&](int x, int y, ui::PointerSample::What what) {
      send(bounds.w * static_cast<float>(x) / 100, bounds.h * static_cast<float>(y) / 100, what);
      program_.turn(milliseconds{12});
    };
    at(x0, y0, ui::PointerSample::What::Down);
    for (int i = 1; i <= 8; ++i)
      at(x0 + (x1 - x0) * i / 8, y0 + (y1 - y0) * i / 8, ui::PointerSample::What::Move);
    at(x1, y1, ui::PointerSample::What::Up);
    return settle();
  }

  Done size(const std::string& rest) {
    int width = 0, height = 0;
    if (std::sscanf(rest.c_str(), "%dx%d", &width, &height) != 2) return failed("size WIDTHxHEIGHT");
    program_.window().resize(width, height);
    return settle();
  }

  Done pause(const std::string& rest) {
    const auto limit = steady_clock::now() + milliseconds{std::atoi(rest.c_str())};
    while (steady_clock::now() < limit && !program_.end()) program_.turn(milliseconds{10});
    return done();
  }

  /// What a wedge scanner types: all at once, Enter at the end. `<GS>` is the separator of GS1 codes.
  Done scan(const std::string& rest) {
    constexpr std::string_view kSeparator = "<GS>";
    std::string code = rest;
    for (auto at = code.find(kSeparator); at != std::string::npos; at = code.find(kSeparator))
      code.replace(at, kSeparator.size(), "\x1d");
    program_.window().input().push_text(code);
    program_.window().input().push_key(ui::KeyPress::Enter);
    return settle();
  }

  /// `flood COUNT`: so many scans of nonsense, as fast as a broken scanner types.
  Done flood(const std::string& rest) {
    for (int i = 0; i < std::atoi(rest.c_str()); ++i) {
      program_.window().input().push_text(fmt::format("{:048}\x02\x1d\x1b", i));
      if (i % 3 == 0) program_.window().input().push_key(ui::KeyPress::Enter);
      if (i % 64 == 0) program_.turn(milliseconds{0});
    }
    return settle();
  }

  /// `storm COUNT`: so many taps all over the glass, twenty a second, without waiting for anything.
  Done storm(const std::string& rest) {
    constexpr milliseconds kBetweenTaps{50};
    auto next = steady_clock::now();
    for (int i = 0; i < std::atoi(rest.c_str()) && !program_.end(); ++i) {
      storm_state_ = storm_state_ * 6364136223846793005U + 1442695040888963407U;
      const auto bounds = program_.glass().bounds();
      const float x = bounds.w * static_cast<float>(storm_state_ >> 54) / 1024;
      const float y = bounds.h * static_cast<float>(storm_state_ >> 44 & 1023) / 1024;
      send(x, y, ui::PointerSample::What::Down);
      send(x, y, ui::PointerSample::What::Up);
      next += kBetweenTaps;
      while (steady_clock::now() < next && !program_.end()) program_.turn(milliseconds{4});
    }
    return settle();
  }

  /// `quiet MS FRAMES`: in so many milliseconds not more than so many frames are drawn.
  Done quiet(const std::string& rest) {
    int ms = 0;
    unsigned count_max = 0;
    if (std::sscanf(rest.c_str(), "%d %u", &ms, &count_max) != 2) return failed("quiet MS FRAMES");
    if (const auto rested = settle(); !rested) return rested;
    const auto before = program_.frame_count();
    const auto limit = steady_clock::now() + milliseconds{ms};
    while (steady_clock::now() < limit && !program_.end()) program_.turn(milliseconds{100});
    const auto drawn = program_.frame_count() - before;
    if (drawn > count_max) return failed(fmt::format("{} frames were drawn", drawn));
    return done();
  }

  /// `corner COUNT`: taps into the upper left corner.
  Done corner(const std::string& rest) {
    for (int i = 0; i < std::atoi(rest.c_str()); ++i) {
      if (const auto tapped = tap_at(ui::dp(24), ui::dp(24)); !tapped) return tapped;
    }
    return done();
  }

  /// The program has ended by itself, for good.
  Done expect_end(const std::string&) {
    const auto limit = steady_clock::now() + options_.patience;
    while (!program_.end() && steady_clock::now() < limit) program_.turn(milliseconds{10});
    if (program_.end() != Loop::End::Left) return failed("the program goes on");
    return done();
  }

  /// A line for whoever started the journey, at once.
  Done say(const std::string& words) {
    std::printf("%s\n", words.c_str());
    std::fflush(stdout);
    return done();
  }

  /// The battery dies: nothing is saved, told or closed.
  Done kill(const std::string&) {
    (void)std::raise(SIGKILL);
    return done();
  }

  Loop& program_;
  const JourneyOptions& options_;
  std::filesystem::path last_picture_;
  std::uint64_t storm_state_ = static_cast<std::uint64_t>(Window::now_ms()) ^ 0x9E3779B97F4A7C15U;
};

}  // namespace

Result<std::vector<JourneyStep>> read_journey(std::string_view text) {
  std::vector<JourneyStep> steps;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    JourneyStep step{number, std::string(first_word(line)), rest_after_word(line)};
    if (!Walk::verbs().contains(step.verb))
      return Error{ErrorKind::Invalid,
                   fmt::format("line {}: nobody knows how to {}; tests/journeys/README.md has all steps",
                               number, step.verb)};
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<JourneyStep>> load_journey(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) return Error{ErrorKind::NotFound, fmt::format("{} cannot be read", file.string())};
  std::ostringstream text;
  text << in.rdbuf();
  return read_journey(text.str());
}

Result<std::optional<std::size_t>> play(Loop& program, const std::vector<JourneyStep>& steps,
                                        const JourneyOptions& options) {
  Walk walk{program, options};
  if (const auto rested = walk.step({0, "settle", ""}); !rested) return rested.error();
  for (std::size_t i = options.first_step; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const auto walked = walk.step(step);
    if (program.end() == Loop::End::Renewed) {
      // Whoever waited for something waits for it on the other side.
      const bool is_waiting = step.verb.starts_with("wait");
      return std::optional{is_waiting ? i : i + 1};
    }
    if (walked) continue;
    const auto file = walk.failure_picture(step.line);
    return Error{walked.error().kind, fmt::format("line {}: {} {}\n  {}\n  picture: {}", step.line, step.verb,
                                                  step.rest, walked.error().detail, file.string())};
  }
  return std::optional<std::size_t>{};
}

}  // namespace aftercare::shell
