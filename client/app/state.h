#pragma once

#include "client/app/effect.h"
#include "client/app/message.h"

#include <set>

namespace aftercare::app {

using shown::Place;

/// Something that is loaded: not yet, there, or the newest of it on its way (the old one stays shown).
template <class Value>
struct Loaded {
  std::optional<Value> value;
  bool is_loading = false;
};

/// Why the tablet is not open yet, or cannot be.
struct StartState {
  enum class Stage { Opening, NotEnrolled, Enrolling, Failed };
  Stage stage = Stage::Opening;
  std::string key;     // of the catalogue: why it failed
  std::string detail;  // for the office
  std::string line;    // the enrolment line while it is typed
};

/// Who is at the tablet, and how far their PIN is typed.
struct PinState {
  enum class Stage { Enter, ChooseNew, RepeatNew };
  std::optional<domain::UserId> chosen;
  Stage stage = Stage::Enter;
  std::string digits;
  std::string first_digits;  // of a new PIN, to compare
  bool is_checking = false;
  bool is_wrong = false;
  bool is_unequal = false;                       // the two new PINs differ
  std::optional<std::int64_t> blocked_until_ms;  // by the clock that only grows
  bool is_taking_back = false;                   // the customer hands the tablet back
};

/// The visit that is open.
struct VisitState {
  std::optional<domain::VisitId> id;
  std::optional<shown::VisitPage> page;
  shown::VisitDraft draft;
  std::set<std::string> kept_fields;   // edited and not yet in the journal: what SaveDraft saves
  std::set<std::string> dirty_fields;  // edited and not yet handed to the journal
  std::map<std::string, std::string> refused_fields;  // what did not fit, and why
  std::string section;                                // of the form, or "photos", "notes", "outcome"
  std::string photo_question;                         // what a photo is taken for
  domain::PhotoMoment photo_moment = domain::PhotoMoment::During;
  std::optional<domain::PhotoId> open_photo;
  std::string focus_question;  // to be brought into sight, once
  std::optional<std::int64_t> draft_due_ms;
  std::optional<Instant> saved_at;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  bool is_sealing = false;
  bool is_keeping_photo = false;  // on its way to the disk
  std::string link;
};

struct Settings {
  std::string language = "en";
  shown::ThemeChoice theme = shown::ThemeChoice::Light;
  int text_percent = 100;
  bool has_gloves = false;
  bool has_motion = true;
};

/// What went wrong with the last wish, to be said until it is closed or something works again.
struct Notice {
  std::string key;  // of the catalogue
  std::string detail;
  bool operator==(const Notice&) const = default;
};

/// Everything the screens are drawn from. There is no second copy of any of it.
struct AppState {
  Place place = Place::Start;
  std::vector<Place> behind;  // where "back" leads
  StartState start;
  shown::DeviceFacts device;
  std::string set_aside_file;
  std::vector<shown::Technician> technicians;
  std::optional<domain::UserId> user;  // who unlocked it
  PinState pin;
  std::optional<domain::VisitId> pausing;  // tapped on the day, not yet answered by the disk
  std::string place_wanted;                // where the window died, until somebody unlocks it

  Loaded<shown::Day> day;
  std::size_t day_row_count_max = 200;
  std::optional<shown::WorkRow> chosen;  // in the day
  Loaded<shown::WorkDetail> work;
  Loaded<shown::CustomerPage> customer;
  Loaded<shown::AssetPage> asset;
  std::string search_text;
  std::size_t search_count_max = 50;
  Loaded<shown::Found> found;
  shown::NewVisitDraft new_visit;
  std::optional<std::int64_t> new_visit_due_ms;  // when it is to be saved
  Loaded<std::vector<domain::Product>> products;
  bool is_making_visit = false;
  VisitState visit;
  Loaded<shown::VisitPage> record;  // a sealed one, to read
  Loaded<std::vector<shown::PhotoFile>> photo_files;
  std::string camera_problem;
  bool is_shooting = false;

  Loaded<shown::SyncPage> sync;
  shown::SyncProgress sync_progress;
  Settings settings;
  std::map<std::string, std::string> chosen_languages;  // by technician, where one chose another than theirs
  std::optional<Notice> notice;
};

/// When something happens: by the clock that only grows, and as people say it.
struct Now {
  std::int64_t ms = 0;
  Instant at{};
};

struct Step {
  AppState state;
  std::vector<Effect> effects;
};

/// The technician at the tablet; nobody before the PIN.
[[nodiscard]] const shown::Technician* technician_at(const AppState& state);

}  // namespace aftercare::app
