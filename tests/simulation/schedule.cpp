#include "tests/simulation/schedule.h"

#include "tests/simulation/chance.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace aftercare::simulation {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(StepKind::Count)> kNames{
    "work",
    "office",
    "sync",
    "power-cut",
    "server-power-cut",
    "server-restart",
    "disk-trouble",
    "server-disk-trouble",
    "clock",
    "server-clock",
    "pass",
    "late",
    "backup",
    "restore",
    "clone",
    "old-disk",
    "image",
    "revoke",
    "erase",
    "new-device",
    "scope"};

/// How often each happens, of all that happens.
constexpr std::array<std::uint32_t, static_cast<std::size_t>(StepKind::Count)> kWeights{
    // work office sync cut scut srestart disk sdisk clock sclock pass late backup restore clone old image
    // revoke erase new scope
    300, 100, 320, 20, 12, 10, 36, 24, 16, 4, 40, 24, 10, 8, 8, 6, 12, 6, 4, 10, 10};

StepKind kind_by(std::uint64_t luck) {
  std::uint64_t sum = 0;
  for (const auto weight : kWeights) sum += weight;
  auto left = luck % sum;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    if (left < kWeights[i]) return static_cast<StepKind>(i);
    left -= kWeights[i];
  }
  return StepKind::Pass;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
  Number value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What stands before the separator; the rest stays in `text`.
std::string_view part(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto first = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return first;
}

}  // namespace

std::string_view name_of(StepKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

Schedule make_schedule(std::uint64_t seed) {
  Chance chance{seed};
  Schedule schedule;
  schedule.seed = seed;
  // Few machines meet each other more often; many show what only a crowd does.
  schedule.tablet_count =
      static_cast<std::uint32_t>(chance.is_one_in(6) ? 3 + chance.below(6) : 1 + chance.below(3));
  schedule.has_kiosk = chance.is_one_in(3);
  const auto step_count = 20 + chance.below(80);
  for (std::uint64_t i = 0; i < step_count; ++i) {
    schedule.steps.push_back({.kind = kind_by(chance.next()),
                              .who = static_cast<std::uint32_t>(chance.below(64)),
                              .luck = chance.next()});
  }
  return schedule;
}

std::string to_text(const Schedule& schedule) {
  auto text = fmt::format("{}/{}/{}", schedule.seed, schedule.tablet_count, schedule.has_kiosk ? 1 : 0);
  for (const auto& step : schedule.steps)
    text += fmt::format(",{}/{}/{:x}", name_of(step.kind), step.who, step.luck);
  return text;
}

std::optional<Schedule> schedule_of_text(std::string_view text) {
  Schedule schedule;
  auto head = part(text, ',');
  const auto seed = number_of<std::uint64_t>(part(head, '/'), 10);
  const auto tablets = number_of<std::uint32_t>(part(head, '/'), 10);
  if (!seed || !tablets || *tablets == 0) return std::nullopt;
  schedule.seed = *seed;
  schedule.tablet_count = *tablets;
  schedule.has_kiosk = head == "1";
  while (!text.empty()) {
    auto one = part(text, ',');
    const auto name = part(one, '/');
    const auto who = number_of<std::uint32_t>(part(one, '/'), 10);
    const auto luck = number_of<std::uint64_t>(one, 16);
    std::size_t kind = 0;
    while (kind < kNames.size() && kNames[kind] != name) ++kind;
    if (!who || !luck || kind == kNames.size()) return std::nullopt;
    schedule.steps.push_back({static_cast<StepKind>(kind), *who, *luck});
  }
  return schedule;
}

}  // namespace aftercare::simulation
