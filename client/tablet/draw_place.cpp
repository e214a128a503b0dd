#include "client/tablet/draw_place.h"

#include "client/screens/absent_screen.h"
#include "client/screens/asset_screen.h"
#include "client/screens/camera_screen.h"
#include "client/screens/customer_screen.h"
#include "client/screens/day_screen.h"
#include "client/screens/hand_over_screen.h"
#include "client/screens/licences_screen.h"
#include "client/screens/new_visit_screen.h"
#include "client/screens/photo_files_screen.h"
#include "client/screens/pin_screen.h"
#include "client/screens/ready_screen.h"
#include "client/screens/record_screen.h"
#include "client/screens/refuse_screen.h"
#include "client/screens/sealed_screen.h"
#include "client/screens/search_screen.h"
#include "client/screens/settings_screen.h"
#include "client/screens/start_screen.h"
#include "client/screens/sync_screen.h"
#include "client/screens/visit_screen.h"
#include "client/ui/glass.h"

#include <algorithm>

namespace aftercare::tablet {
namespace {

using app::AppState;
using app::Place;
using screens::Stage;
using screens::Wish;

template <class Value>
const Value* shown_of(const app::Loaded<Value>& loaded) {
  return loaded.value ? &*loaded.value : nullptr;
}

const shown::VisitPage* visit_of(const AppState& state) {
  return state.visit.page ? &*state.visit.page : nullptr;
}

std::string notice_words(const language::Formatter& in, const AppState& state) {
  if (!state.notice) return {};
  // A customer can free no room and needs no reasons.
  if (shown::is_customers(state.place))
    return in.tr(state.notice->key == "error.full" ? "sign.problem.full" : "sign.problem.other");
  return in.tr(state.notice->key);
}

bool has_rail(Place place) {
  switch (place) {
    case Place::Day:
    case Place::Search:
    case Place::Work:
    case Place::Customer:
    case Place::Asset:
    case Place::NewVisit:
    case Place::Sync:
    case Place::Settings:
    case Place::Licences: return true;
    default: return false;
  }
}

screens::FrameView frame_of(const language::Formatter& in, const AppState& state) {
  screens::FrameView frame;
  frame.place = state.place;
  const auto* technician = technician_at(state);
  frame.technician_name = technician != nullptr ? technician->name : std::string{};
  frame.sync = shown_of(state.sync);
  frame.progress = state.sync_progress;
  frame.notice = notice_words(in, state);
  return frame;
}

Wish draw_start(const Stage& stage, AppState& state) {
  screens::StartView view;
  view.step = static_cast<screens::StartView::Step>(state.start.stage);
  view.key = state.start.key;
  view.detail = state.start.detail;
  view.set_aside_file = state.set_aside_file;
  view.line = &state.start.line;
  return screens::draw_start(stage, view);
}

Wish draw_pin(const Stage& stage, const AppState& state, const app::Now& now) {
  screens::PinView view;
  const auto& pin = state.pin;
  view.technicians = &state.technicians;
  if (pin.chosen) {
    const auto known = std::ranges::find(state.technicians, *pin.chosen, &shown::Technician::id);
    if (known != state.technicians.end()) view.chosen = &*known;
  }
  view.step = static_cast<screens::PinView::Step>(pin.stage);
  view.digit_count = pin.digits.size();
  view.is_checking = pin.is_checking;
  view.is_wrong = pin.is_wrong;
  view.is_unequal = pin.is_unequal;
  if (pin.blocked_until_ms)
    view.wait = std::chrono::milliseconds{std::max<std::int64_t>(0, *pin.blocked_until_ms - now.ms)};
  view.is_taking_back = pin.is_taking_back;
  view.device_name = state.device.prefix;
  view.organisation_name = state.device.organisation_name;
  view.unsent_visit_count = state.sync.value ? state.sync.value->unsent_visit_count : 0;
  return screens::draw_pin(stage, view);
}

screens::DayView day_view(const AppState& state) {
  return {.day = shown_of(state.day),
          .chosen = state.chosen ? &*state.chosen : nullptr,
          .detail = shown_of(state.work),
          .is_making_visit = state.is_making_visit};
}

Wish draw_visit(const Stage& stage, AppState& state) {
  screens::VisitView view;
  view.page = visit_of(state);
  view.draft = &state.visit.draft;
  view.section = state.visit.section;
  view.refused_fields = &state.visit.refused_fields;
  view.saved_at = state.visit.saved_at;
  view.open_photo = state.visit.open_photo;
  view.focus_question = state.visit.focus_question;
  view.is_typing = state.visit.draft_due_ms || state.visit.is_keeping_photo;
  view.products = shown_of(state.products);
  auto wish = screens::draw_visit(stage, view);
  if (view.page != nullptr) state.visit.focus_question.clear();  // once is enough
  return wish;
}

/// What the photo is taken for, in the form's words.
std::string question_words(const Stage& stage, const AppState& state) {
  if (!state.visit.page || !state.visit.page->form) return {};
  for (const auto& section : state.visit.page->form->sections) {
    const auto asked =
        std::ranges::find(section.questions, state.visit.photo_question, &domain::Question::key);
    if (asked != section.questions.end())
      return domain::in_language(asked->label, std::string(stage.in.code()));
  }
  return {};
}

Wish draw_camera(const Stage& stage, const AppState& state) {
  screens::CameraView view;
  view.question = state.visit.photo_question;
  view.purpose = question_words(stage, state);
  view.problem = state.camera_problem;
  view.is_shooting = state.is_shooting;
  view.moment = state.visit.photo_moment;
  return screens::draw_camera(stage, view);
}

Wish draw_settings(const Stage& stage, const AppState& state, const screens::FrameView& frame) {
  screens::SettingsView view;
  view.language = state.settings.language;
  view.theme = state.settings.theme;
  view.text_percent = state.settings.text_percent;
  view.has_gloves = state.settings.has_gloves;
  view.has_motion = state.settings.has_motion;
  view.device = state.device;
  view.technician_name = frame.technician_name;
  return screens::draw_settings(stage, view, frame);
}

Wish draw_new_visit(const Stage& stage, AppState& state, const screens::FrameView& frame) {
  screens::NewVisitView view;
  view.draft = &state.new_visit;
  view.search_text = &state.search_text;
  view.found = shown_of(state.found);
  const auto* customer = shown_of(state.customer);
  const bool is_chosen = customer != nullptr && state.new_visit.customer_id &&
                         customer->customer.id == *state.new_visit.customer_id;
  view.customer = is_chosen ? customer : nullptr;
  view.products = shown_of(state.products);
  view.is_making = state.is_making_visit;
  return screens::draw_new_visit(stage, view, frame);
}

Wish draw_screen(const Stage& stage, AppState& state, const screens::FrameView& frame, const app::Now& now) {
  switch (state.place) {
    case Place::Start: return draw_start(stage, state);
    case Place::Pin: return draw_pin(stage, state, now);
    case Place::Day: return screens::draw_day(stage, day_view(state), frame);
    case Place::Work: return screens::draw_work(stage, day_view(state), frame);
    case Place::Search:
      return screens::draw_search(stage, {&state.search_text, shown_of(state.found), state.found.is_loading},
                                  frame);
    case Place::Customer: return screens::draw_customer(stage, {shown_of(state.customer)}, frame);
    case Place::Asset: return screens::draw_asset(stage, {shown_of(state.asset)}, frame);
    case Place::NewVisit: return draw_new_visit(stage, state, frame);
    case Place::Visit: return draw_visit(stage, state);
    case Place::Camera: return draw_camera(stage, state);
    case Place::PhotoFiles:
      return screens::draw_photo_files(stage, {shown_of(state.photo_files), state.visit.photo_moment});
    case Place::Ready: return screens::draw_ready(stage, {visit_of(state)});
    case Place::Absent:
      return screens::draw_absent(
          stage, {visit_of(state), &state.visit.draft, state.visit.reason, state.visit.is_sealing});
    case Place::HandOver:
      return screens::draw_hand_over(
          stage, {visit_of(state), &state.visit.draft, state.visit.is_sealing, frame.notice});
    case Place::Refuse:
      return screens::draw_refuse(stage, {visit_of(state), &state.visit.draft, state.visit.reason,
                                          state.visit.is_sealing, frame.notice});
    case Place::Sealed: return screens::draw_sealed(stage, {visit_of(state), state.visit.link});
    case Place::Record: return screens::draw_record(stage, {shown_of(state.record)});
    case Place::Sync: return screens::draw_sync(stage, {shown_of(state.sync), state.sync_progress}, frame);
    case Place::Settings: return draw_settings(stage, state, frame);
    case Place::Licences: return screens::draw_licences(stage, frame);
  }
  return std::nullopt;
}

}  // namespace

std::string language_of(const AppState& state) {
  if (shown::is_customers(state.place) && state.visit.page && !state.visit.page->file.visit.language.empty())
    return state.visit.page->file.visit.language;
  return state.settings.language;
}

Wish draw_place(AppState& state, const Surroundings& around) {
  const auto& in = around.catalogue.in(language_of(state));
  Stage stage{in, ui::page(), around.now.at, around.zone, around.pictures};
  const auto frame = frame_of(in, state);
  Wish wish;
  if (has_rail(state.place)) wish = screens::draw_rail(stage, frame);
  // The customer's screens say what failed themselves.
  if (!shown::is_customers(state.place)) {
    if (auto asked = screens::draw_notice(stage, frame)) wish = std::move(asked);
  }
  if (auto asked = draw_screen(stage, state, frame, around.now)) wish = std::move(asked);
  return wish;
}

}  // namespace aftercare::tablet
