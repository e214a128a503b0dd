#include "client/screens/stage.h"

#include "client/ui/glass.h"
#include "client/ui/utf8.h"
#include "shared/language/words.h"

namespace aftercare::screens {
namespace {

std::string zone_or(const std::string& zone, const std::string& other) { return zone.empty() ? other : zone; }

}  // namespace

bool is_wide(const ui::Rect& page) { return page.w >= ui::dp(900) && page.w > page.h; }

std::string clock_words(const Stage& stage, Instant at, const std::string& zone) {
  return stage.in.time({at, zone_or(zone, stage.zone)});
}

std::string window_words(const Stage& stage, const shown::WorkRow& row) {
  if (!row.window_start) return {};
  auto words = clock_words(stage, *row.window_start, row.zone);
  if (row.window_end) words += "–" + clock_words(stage, *row.window_end, row.zone);
  return words;
}

std::string day_words(const Stage& stage, Instant at) {
  const auto style = is_wide(stage.page) ? language::DateStyle::Weekday : language::DateStyle::Brief;
  return stage.in.date(language::Moment{at, stage.zone}, style);
}

std::string work_words(const Stage& stage, const shown::WorkRow& row) {
  const auto kind = language::words(stage.in, row.kind);
  return row.asset_name.empty() ? kind : row.asset_name + " · " + kind;
}

std::string address_words(const domain::Site& site) {
  std::string words = site.street;
  const auto town = site.postcode.empty() ? site.city : site.postcode + " " + site.city;
  if (!words.empty() && !town.empty()) words += ", ";
  return words + town;
}

std::string initials(std::string_view name) {
  std::string words;
  char32_t last = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < name.size();) {
    const auto character = ui::next_character(name, at);
    const bool begins = last == 0 || last == U' ';
    last = character;
    if (!begins || character == U' ' || count == 2) continue;
    ui::append_utf8(words, character);
    ++count;
  }
  return words;
}

bool is_same_day(const Stage& stage, Instant one, Instant other) {
  return stage.in.date(language::Moment{one, stage.zone}, language::DateStyle::Short) ==
         stage.in.date(language::Moment{other, stage.zone}, language::DateStyle::Short);
}

}  // namespace aftercare::screens
