#include "client/app/update.h"

#include "client/app/place_word.h"

#include <algorithm>
#include <utility>

namespace aftercare::app {
namespace {

using domain::Outcome;
using domain::OutcomeReason;

/// Which fields of the draft become part of the visit when they are left; the others stay drafts until a
/// tap takes them.
bool is_journal_field(std::string_view field) {
  return field.starts_with("answer.") || field.starts_with("caption.") || field == "result" ||
         field == "promised" || field == "price";
}

template <class Value>
void want(Loaded<Value>& loaded) {
  loaded.is_loading = true;
}

template <class Value>
void got(Loaded<Value>& loaded, Value value) {
  loaded.value = std::move(value);
  loaded.is_loading = false;
}

/// The state on its way from one moment to the next, and what is to be done about it.
class Turn {
 public:
  Turn(AppState state, const Now& now) : state_(std::move(state)), now_(now) {}

  void operator()(const intent::TryAgain&) {
    state_.start = {};
    ask(LoadStart{});
  }
  void operator()(const intent::Enrol& wish) {
    state_.start.stage = StartState::Stage::Enrolling;
    state_.start.key.clear();
    ask(EnrolDevice{wish.line});
  }

  // ---- PIN
  void operator()(const intent::ChooseTechnician& wish) {
    auto& pin = state_.pin;
    const bool is_taking_back = pin.is_taking_back;
    pin = {};
    pin.is_taking_back = is_taking_back;
    pin.chosen = wish.id;
    const auto known = std::ranges::find(state_.technicians, wish.id, &shown::Technician::id);
    if (known != state_.technicians.end() && !known->has_pin) pin.stage = PinState::Stage::ChooseNew;
    if (known != state_.technicians.end()) take_language(*known);
  }
  void operator()(const intent::ChooseNobody&) {
    if (state_.pin.is_taking_back) {
      go_back();
      return;
    }
    state_.pin = {};
  }
  void operator()(const intent::TypePin& key) {
    auto& pin = state_.pin;
    if (pin.is_checking || pin.blocked_until_ms || !pin.chosen) return;
    pin.is_wrong = pin.is_unequal = false;
    if (pin.digits.size() < kPinLength) pin.digits.push_back(key.digit);
    if (pin.digits.size() == kPinLength) take_pin();
  }
  void operator()(const intent::ErasePinDigit&) {
    if (!state_.pin.digits.empty() && !state_.pin.is_checking) state_.pin.digits.pop_back();
  }
  void operator()(const intent::Lock&) {
    leave_visit();
    state_.pin = {};
    state_.pin.chosen = state_.user;
    state_.place_wanted = to_word(state_);
    state_.user.reset();
    forget_search();
    state_.behind.clear();
    state_.place = Place::Pin;
    ask(ForgetCustomer{});
  }

  // ---- going somewhere
  void operator()(const intent::GoBack&) { go_back(); }
  void operator()(const intent::GoTo& wish) {
    commit_fields();
    state_.behind.clear();
    show(wish.place);
  }
  void operator()(const intent::OpenWork& wish) {
    choose_work(wish.row);
    if (wish.has_own_screen) push(Place::Work);
  }
  void operator()(const intent::OpenCustomer& wish) {
    push(Place::Customer);
    if (state_.customer.value && state_.customer.value->customer.id != wish.id) state_.customer.value.reset();
    want(state_.customer);
    ask(LoadCustomer{wish.id});
  }
  void operator()(const intent::OpenAsset& wish) {
    push(Place::Asset);
    if (state_.asset.value && state_.asset.value->asset.id != wish.id) state_.asset.value.reset();
    want(state_.asset);
    ask(LoadAsset{wish.id});
  }
  void operator()(const intent::OpenVisit& wish) { open_visit(wish.id); }
  void operator()(const intent::OpenFound& wish) {
    using domain::EntityType;
    switch (wish.type) {
      case EntityType::Customer: (*this)(intent::OpenCustomer{id_cast<domain::CustomerId>(wish.id)}); break;
      case EntityType::Asset: (*this)(intent::OpenAsset{id_cast<domain::AssetId>(wish.id)}); break;
      case EntityType::Visit: open_visit(id_cast<domain::VisitId>(wish.id)); break;
      case EntityType::WorkOrder: {
        shown::WorkRow row;
        row.work_order_id = id_cast<domain::WorkOrderId>(wish.id);
        push(Place::Work);
        choose_work(row);
        break;
      }
      default: break;
    }
  }
  void operator()(const intent::ChangeSearch&) {
    state_.search_count_max = 50;
    if (state_.search_text.empty()) state_.found.value.reset();
    load_search();
  }
  void operator()(const intent::LoadMore&) {
    if (state_.place == Place::Search && state_.found.value && state_.found.value->is_cut &&
        !state_.found.is_loading) {
      state_.search_count_max *= 2;
      load_search();
    }
    if (state_.place == Place::Day && !state_.day.is_loading && state_.day.value &&
        state_.day.value->rows.size() < state_.day.value->row_count) {
      state_.day_row_count_max *= 2;
      load_day();
    }
  }

  // ---- work orders and new visits
  void operator()(const intent::StartVisit& wish) {
    if (state_.is_making_visit || !state_.user) return;
    state_.is_making_visit = true;
    ask(MakeVisit{*state_.user, wish.work_order_id});
  }
  void operator()(const intent::BeginNewVisit& wish) {
    save_new_visit_now();
    push(Place::NewVisit);
    forget_search();  // its words look for a customer here
    const bool is_plain = !wish.customer_id && !wish.asset_id;
    load_products();
    if (is_plain && state_.user) {
      // What was typed before goes on, also after the program died.
      ask(LoadNewVisit{*state_.user});
      return;
    }
    state_.new_visit = {};
    state_.new_visit.language = state_.settings.language;
    state_.new_visit.customer_id = wish.customer_id;
    state_.new_visit.asset_id = wish.asset_id;
    if (wish.customer_id && state_.customer.value && state_.customer.value->customer.id == *wish.customer_id)
      state_.new_visit.customer_name = state_.customer.value->customer.name;
    if (wish.asset_id && state_.asset.value && state_.asset.value->asset.id == *wish.asset_id) {
      state_.new_visit.asset_label = state_.asset.value->asset.name;
      state_.new_visit.customer_name = state_.asset.value->customer.name;
      state_.new_visit.customer_id = state_.asset.value->customer.id;
    }
    if (state_.new_visit.customer_id) ask(LoadCustomer{*state_.new_visit.customer_id});
  }
  void operator()(const intent::ChooseVisitKind& wish) {
    state_.new_visit.kind = wish.kind;
    save_new_visit_soon();
  }
  void operator()(const intent::ChooseProduct& wish) {
    if (state_.place == Place::NewVisit) {
      state_.new_visit.texts["product"] = wish.key;
      save_new_visit_soon();
      return;
    }
    state_.visit.draft.texts["asset.product"] = wish.key;
    state_.visit.kept_fields.insert("asset.product");
    save_draft_soon();
  }
  void operator()(const intent::ChooseCustomer& wish) {
    auto& draft = state_.new_visit;
    if (draft.customer_id != wish.id) {
      draft.asset_id.reset();
      draft.asset_label.clear();
    }
    draft.customer_id = wish.id;
    draft.customer_name = wish.name;
    save_new_visit_soon();
    if (wish.id) {
      state_.customer.value.reset();
      want(state_.customer);
      ask(LoadCustomer{*wish.id});
    }
  }
  void operator()(const intent::ChooseAsset& wish) {
    state_.new_visit.asset_id = wish.id;
    state_.new_visit.asset_label = wish.label;
    save_new_visit_soon();
  }
  void operator()(const intent::StartNewVisit&) {
    if (state_.is_making_visit || !state_.user) return;
    state_.is_making_visit = true;
    save_new_visit_now();
    ask(MakeNewVisit{*state_.user, state_.new_visit});
  }

  // ---- visit
  void operator()(const intent::PauseWork& wish) {
    if (!state_.user || state_.pausing) return;
    state_.pausing = wish.visit_id;
    show_pause();
    ask(WriteEvent{*state_.user, wish.visit_id, domain::VisitEventKind::Paused});
  }
  void operator()(const intent::TapClock& wish) {
    if (with_visit()) ask(WriteEvent{*state_.user, *state_.visit.id, wish.kind});
  }
  void operator()(const intent::OpenSection& wish) {
    commit_fields();
    state_.visit.section = wish.key;
    save_place();
  }
  void operator()(const intent::SetAnswer& wish) {
    if (!with_visit()) return;
    forget_field("answer." + wish.question);
    show_answer(wish);
    ask(WriteAnswer{*state_.user, *state_.visit.id, wish.question, wish.value});
  }
  void operator()(const intent::EditField& wish) {
    if (state_.place == Place::NewVisit) {
      save_new_visit_soon();
      return;
    }
    auto& visit = state_.visit;
    visit.kept_fields.insert(wish.field);
    if (is_journal_field(wish.field)) visit.dirty_fields.insert(wish.field);
    visit.refused_fields.erase(wish.field);
    save_draft_soon();
  }
  void operator()(const intent::LeaveField& wish) { commit_field(wish.field); }
  void operator()(const intent::AddNote&) {
    auto& texts = state_.visit.draft.texts;
    if (!with_visit() || texts["note"].empty()) return;
    ask(WriteNote{*state_.user, *state_.visit.id, texts["note"]});
  }
  void operator()(const intent::NameAsset&) {
    if (!with_visit()) return;
    if (state_.visit.draft_due_ms) save_draft_now();
    std::map<std::string, std::string> texts;
    for (const auto& [field, text] : state_.visit.draft.texts) {
      if (field.starts_with("asset.")) texts[field] = text;
    }
    ask(WriteAsset{*state_.user, *state_.visit.id, std::move(texts)});
  }
  void operator()(const intent::OpenCamera& wish) {
    commit_fields();
    state_.visit.photo_question = wish.question;
    state_.camera_problem.clear();
    state_.is_shooting = false;
    push(Place::Camera);
    ask(StartCamera{});
  }
  void operator()(const intent::OpenPhotoFiles& wish) {
    commit_fields();
    if (state_.place == Place::Camera) {
      ask(StopCamera{});
      state_.place = Place::PhotoFiles;
    } else {
      push(Place::PhotoFiles);
    }
    state_.visit.photo_question = wish.question;
    want(state_.photo_files);
    ask(LoadPhotoFiles{});
  }
  void operator()(const intent::ChoosePhotoFile& wish) {
    if (!with_visit()) return;
    state_.visit.is_keeping_photo = true;
    ask(KeepPhoto{*state_.user,
                  *state_.visit.id,
                  state_.visit.photo_question,
                  state_.visit.photo_moment,
                  {},
                  wish.path});
    go_back();
  }
  void operator()(const intent::TakePhoto&) {
    if (state_.is_shooting) return;
    state_.is_shooting = true;
    ask(Shoot{});
  }
  void operator()(const intent::ShowPhoto& wish) {
    commit_fields();  // the caption of the one before
    state_.visit.open_photo = wish.id;
  }
  void operator()(const intent::ClosePhoto&) {
    commit_fields();
    state_.visit.open_photo.reset();
  }
  void operator()(const intent::SetPhotoMoment& wish) { state_.visit.photo_moment = wish.moment; }
  void operator()(const intent::AskReady&) {
    commit_fields();
    push(Place::Ready);
    if (state_.visit.id) ask(load_visit(*state_.visit.id));
  }
  void operator()(const intent::GoToMissing& wish) {
    state_.place = Place::Visit;
    if (!state_.behind.empty() && state_.behind.back() == Place::Visit) state_.behind.pop_back();
    auto& visit = state_.visit;
    visit.focus_question = wish.missing.question;
    if (wish.missing.code == domain::Missing::Code::Result) visit.section = "outcome";
    if (visit.page && visit.page->form) {
      for (const auto& section : visit.page->form->sections) {
        if (std::ranges::find(section.questions, wish.missing.question, &domain::Question::key) !=
            section.questions.end())
          visit.section = section.key;
      }
    }
    save_place();
  }

  // ---- sign-off
  void operator()(const intent::HandOver&) {
    commit_fields();
    ask(ForgetCustomer{});
    push(Place::HandOver);
  }
  void operator()(const intent::SetCustomerLanguage& wish) {
    if (with_visit()) ask(WriteLanguage{*state_.user, *state_.visit.id, wish.language});
  }
  void operator()(const intent::SetSignerRole& wish) {
    state_.visit.draft.signer_role = wish.role;
    save_draft_soon();
  }
  void operator()(const intent::EditSignature&) { save_draft_soon(); }
  void operator()(const intent::ClearSignature&) {
    state_.visit.draft.signature = {};
    save_draft_soon();
  }
  void operator()(const intent::Sign&) {
    if (!with_visit() || state_.visit.is_sealing) return;
    seal(Outcome::Signed, OutcomeReason::None, {});
  }
  void operator()(const intent::WantToRefuse&) {
    state_.visit.reason = OutcomeReason::None;
    push(Place::Refuse);
  }
  void operator()(const intent::WantToBeAbsent&) {
    commit_fields();
    state_.visit.reason = OutcomeReason::None;
    push(Place::Absent);
  }
  void operator()(const intent::ChooseReason& wish) { state_.visit.reason = wish.reason; }
  void operator()(const intent::Refuse&) {
    if (with_visit() && !state_.visit.is_sealing)
      seal(Outcome::Refused, state_.visit.reason, state_.visit.draft.texts["reason"]);
  }
  void operator()(const intent::BeAbsent&) {
    if (with_visit() && !state_.visit.is_sealing)
      seal(Outcome::Absent, state_.visit.reason, state_.visit.draft.texts["reason"]);
  }
  void operator()(const intent::TakeTabletBack&) {
    save_draft_now();
    state_.pin = {};
    state_.pin.is_taking_back = true;
    state_.pin.chosen = state_.user;
    push(Place::Pin);
  }

  // ---- sync and settings
  void operator()(const intent::SyncNow&) { ask(WakeSync{/*is_asked_for=*/true}); }
  void operator()(const intent::OpenAttention& wish) {
    if (!state_.sync.value || wish.index >= state_.sync.value->attention.size()) return;
    const auto& one = state_.sync.value->attention[wish.index];
    if (one.visit_id) {
      open_visit(*one.visit_id);
    } else if (one.customer_id) {
      (*this)(intent::OpenCustomer{*one.customer_id});
    }
  }
  void operator()(const intent::LeaveToOffice& wish) {
    if (!state_.sync.value || wish.index >= state_.sync.value->attention.size()) return;
    ask(HandOn{state_.sync.value->attention[wish.index].dseqs});
  }
  void operator()(const intent::SetLanguage& wish) {
    state_.settings.language = wish.language;
    if (!state_.user) return;
    state_.chosen_languages[to_text(*state_.user)] = wish.language;
    ask(SaveSetting{"language." + to_text(*state_.user), wish.language});
  }
  void operator()(const intent::SetTheme& wish) {
    state_.settings.theme = wish.theme;
    ask(SaveSetting{"theme", std::to_string(static_cast<int>(wish.theme))});
  }
  void operator()(const intent::SetTextSize& wish) {
    state_.settings.text_percent = wish.percent;
    ask(SaveSetting{"text_percent", std::to_string(wish.percent)});
  }
  void operator()(const intent::SetGloves& wish) {
    state_.settings.has_gloves = wish.is_on;
    ask(SaveSetting{"gloves", wish.is_on ? "1" : "0"});
  }
  void operator()(const intent::SetMotion& wish) {
    state_.settings.has_motion = wish.is_on;
    ask(SaveSetting{"motion", wish.is_on ? "1" : "0"});
  }
  void operator()(const intent::CloseNotice&) { state_.notice.reset(); }

  // ---- what the workers answer
  void operator()(Started message) {
    state_.device = std::move(message.device);
    state_.technicians = std::move(message.technicians);
    state_.set_aside_file = std::move(message.set_aside);
    take_settings(message.settings);
    state_.place_wanted = std::move(message.place);
    if (!message.is_enrolled) {
      state_.place = Place::Start;
      state_.start.stage = StartState::Stage::NotEnrolled;
      return;
    }
    come_back();
    ask(WakeSync{});
  }
  void operator()(StartFailed message) {
    state_.place = Place::Start;
    state_.behind.clear();
    state_.start = {StartState::Stage::Failed, std::move(message.key), std::move(message.detail),
                    state_.start.line};
  }
  void operator()(Enrolled message) {
    state_.device = std::move(message.device);
    state_.technicians = std::move(message.technicians);
    state_.start = {};
    ask_who();
    ask(WakeSync{});
  }
  void operator()(EnrolFailed message) {
    state_.start.stage = StartState::Stage::NotEnrolled;
    state_.start.key = std::move(message.key);
    state_.start.detail = std::move(message.detail);
  }
  void operator()(TechniciansLoaded message) { state_.technicians = std::move(message.technicians); }
  void operator()(const PinAccepted& message) { unlock(message.user); }
  void operator()(const PinSet& message) { unlock(message.user); }
  void operator()(const PinRefused& message) {
    auto& pin = state_.pin;
    pin.is_checking = false;
    pin.digits.clear();
    pin.is_wrong = true;
    if (message.wait.count() > 0) pin.blocked_until_ms = now_.ms + message.wait.count();
  }
  void operator()(DayLoaded message) {
    if (message.technician != state_.user) return;  // somebody else is at the tablet now
    got(state_.day, std::move(message.day));
    choose_first_work();
    show_pause();
  }
  void operator()(WorkLoaded message) {
    const auto& row = message.detail.row;
    const bool is_wanted =
        state_.chosen && ((row.work_order_id && row.work_order_id == state_.chosen->work_order_id) ||
                          (row.visit_id && row.visit_id == state_.chosen->visit_id));
    if (!is_wanted) return;
    state_.chosen = row;
    got(state_.work, std::move(message.detail));
    show_pause();
  }
  void operator()(CustomerLoaded message) { got(state_.customer, std::move(message.page)); }
  void operator()(AssetLoaded message) { got(state_.asset, std::move(message.page)); }
  void operator()(VisitLoaded message) { take_visit(std::move(message)); }
  void operator()(SearchLoaded message) {
    if (message.found.text == state_.search_text || state_.place == Place::NewVisit)
      got(state_.found, std::move(message.found));
  }
  void operator()(SyncLoaded message) { got(state_.sync, std::move(message.page)); }
  void operator()(const PhotoLoaded&) {}  // the tablet keeps pictures beside the state
  void operator()(PhotoFilesLoaded message) { got(state_.photo_files, std::move(message.files)); }
  void operator()(ProductsLoaded message) { got(state_.products, std::move(message.products)); }
  void operator()(NewVisitLoaded message) {
    if (state_.place != Place::NewVisit) return;
    state_.new_visit = std::move(message.draft);
    if (state_.new_visit.language.empty()) state_.new_visit.language = state_.settings.language;
    if (state_.new_visit.customer_id) ask(LoadCustomer{*state_.new_visit.customer_id});
  }
  void operator()(const VisitMade& message) {
    state_.is_making_visit = false;
    state_.new_visit = {};
    state_.new_visit_due_ms.reset();
    state_.behind.clear();
    state_.place = Place::Day;  // where "back" leads: not into the form that is done
    open_visit(message.id);
    load_day();
  }
  void operator()(const VisitWritten& message) {
    if (message.id == state_.visit.id) {
      state_.visit.saved_at = now_.at;
      state_.visit.is_keeping_photo = false;
    }
    state_.notice.reset();
    ask(LoadSync{});
    if (state_.pausing == message.id) end_pause();
  }
  void operator()(const DraftSaved& message) {
    if (message.id == state_.visit.id) state_.visit.saved_at = message.at;
  }
  void operator()(FieldRefused message) {
    if (message.id == state_.visit.id) state_.visit.refused_fields[message.field] = std::move(message.detail);
  }
  void operator()(Sealed message) {
    if (message.id != state_.visit.id) return;
    auto& visit = state_.visit;
    visit.is_sealing = false;
    visit.link = std::move(message.link);
    visit.draft = {};
    visit.kept_fields.clear();
    visit.dirty_fields.clear();
    visit.draft_due_ms.reset();
    state_.behind.clear();
    state_.place = Place::Sealed;
    save_place();
    load_day();
    ask(LoadSync{});
    ask(WakeSync{});
  }
  void operator()(WriteFailed message) {
    state_.is_making_visit = false;
    state_.visit.is_sealing = false;
    state_.visit.is_keeping_photo = false;
    state_.pin.is_checking = false;
    state_.pin.digits.clear();
    state_.notice = Notice{"error." + std::string(key_of(message.kind)), std::move(message.detail)};
    if (state_.pausing) end_pause();
  }
  void operator()(const SyncMoved& message) { state_.sync_progress = message.progress; }
  void operator()(const SyncEnded& message) {
    state_.sync_progress = message.progress;
    ask(LoadSync{});
    if (!message.has_news) return;
    ask(LoadTechnicians{});
    load_day();  // and with it the work that is chosen
  }
  void operator()(const CameraFrame&) { state_.camera_problem.clear(); }
  void operator()(CameraFailed message) {
    state_.camera_problem = std::move(message.detail);
    state_.is_shooting = false;
  }
  // A kiosk's
  void operator()(const ServiceDeskLoaded&) {}
  void operator()(const UnitFound&) {}
  void operator()(const RatingSaved&) {}
  void operator()(const StaffPinAccepted&) {}
  void operator()(const StaffPinRefused&) {}
  void operator()(const StaffPinSet&) {}
  void operator()(PhotoTaken message) {
    state_.is_shooting = false;
    if (!with_visit() || state_.place != Place::Camera) return;
    state_.visit.is_keeping_photo = true;
    ask(KeepPhoto{*state_.user,
                  *state_.visit.id,
                  state_.visit.photo_question,
                  state_.visit.photo_moment,
                  std::move(message.jpeg),
                  {}});
    go_back();
  }

  // ---- time
  void pass() {
    if (state_.visit.draft_due_ms && *state_.visit.draft_due_ms <= now_.ms) save_draft_now();
    if (state_.new_visit_due_ms && *state_.new_visit_due_ms <= now_.ms) save_new_visit_now();
    auto& pin = state_.pin;
    if (pin.blocked_until_ms && *pin.blocked_until_ms <= now_.ms) {
      pin.blocked_until_ms.reset();
      pin.is_wrong = false;
    }
  }

  void finish() {
    save_new_visit_now();
    commit_fields();
    if (!state_.visit.kept_fields.empty() || !state_.visit.draft.signature.strokes.empty()) save_draft_now();
  }

  void begin() { ask(LoadStart{}); }

  Step take() { return {std::move(state_), std::move(effects_)}; }

 private:
  void ask(Effect effect) { effects_.push_back(std::move(effect)); }
  [[nodiscard]] bool with_visit() const { return state_.visit.id && state_.user; }

  static std::string_view key_of(ErrorKind kind) {
    switch (kind) {
      case ErrorKind::NotFound: return "not_found";
      case ErrorKind::Invalid: return "invalid";
      case ErrorKind::Refused: return "refused";
      case ErrorKind::Conflict: return "conflict";
      case ErrorKind::Offline: return "offline";
      case ErrorKind::SignIn: return "sign_in";
      case ErrorKind::Busy: return "busy";
      case ErrorKind::Full: return "full";
      case ErrorKind::Corrupt: return "corrupt";
      case ErrorKind::Newer: return "newer";
    }
    return "refused";
  }

  [[nodiscard]] LoadVisit load_visit(const domain::VisitId& id) const {
    return LoadVisit{id, state_.user.value_or(domain::UserId{})};
  }
  void load_day() {
    if (!state_.user) return;
    want(state_.day);
    ask(LoadDay{*state_.user, state_.day_row_count_max});
  }
  void forget_search() {
    state_.search_text.clear();
    state_.found = {};
  }
  void load_search() {
    want(state_.found);
    ask(LoadSearch{state_.search_text, state_.search_count_max});
  }
  void save_place() { ask(SavePlace{to_word(state_)}); }

  void load_products() {
    want(state_.products);
    ask(LoadProducts{});
  }
  void save_new_visit_soon() {
    if (!state_.new_visit_due_ms) state_.new_visit_due_ms = now_.ms + kDraftSaveMs;
  }
  void save_new_visit_now() {
    if (!std::exchange(state_.new_visit_due_ms, std::nullopt) || !state_.user) return;
    ask(SaveNewVisit{*state_.user, state_.new_visit});
  }

  // ---- places
  void push(Place place) {
    commit_fields();
    if (state_.behind.empty() || state_.behind.back() != state_.place) state_.behind.push_back(state_.place);
    state_.place = place;
    save_place();
  }
  void show(Place place) {
    if (state_.place == Place::NewVisit) forget_search();
    state_.place = place;
    if (place == Place::Day) load_day();
    if (place == Place::Sync) {
      want(state_.sync);
      ask(LoadSync{});
    }
    if (place == Place::Search) load_search();
    save_place();
  }
  void go_back() {
    commit_fields();
    if (state_.place == Place::Camera) ask(StopCamera{});
    if (state_.place == Place::Visit && state_.visit.open_photo) {
      state_.visit.open_photo.reset();
      return;
    }
    Place to = Place::Day;
    if (!state_.behind.empty()) {
      to = state_.behind.back();
      state_.behind.pop_back();
    }
    if (to == Place::Start || to == Place::Pin) to = Place::Day;
    const bool was_visit = state_.place == Place::Visit;
    state_.place = to;
    if (to == Place::Day || to == Place::Work || was_visit) load_day();  // and with it the chosen work
    save_place();
  }

  // ---- who
  void ask_who() {
    state_.place = Place::Pin;
    state_.behind.clear();
    state_.pin = {};
    for (const auto& one : state_.technicians) {
      if (one.is_carrier || state_.technicians.size() == 1) (*this)(intent::ChooseTechnician{one.id});
    }
  }
  void take_pin() {
    auto& pin = state_.pin;
    switch (pin.stage) {
      case PinState::Stage::Enter:
        pin.is_checking = true;
        ask(CheckPin{*pin.chosen, pin.digits});
        break;
      case PinState::Stage::ChooseNew:
        pin.first_digits = std::exchange(pin.digits, {});
        pin.stage = PinState::Stage::RepeatNew;
        break;
      case PinState::Stage::RepeatNew:
        if (pin.digits == pin.first_digits) {
          pin.is_checking = true;
          ask(SetPin{*pin.chosen, pin.digits});
        } else {
          pin.is_unequal = true;
          pin.digits.clear();
          pin.first_digits.clear();
          pin.stage = PinState::Stage::ChooseNew;
        }
        break;
    }
  }
  void unlock(const domain::UserId& user) {
    const bool is_taking_back = state_.pin.is_taking_back;
    for (auto& one : state_.technicians) {
      if (one.id == user) one.has_pin = true;
    }
    if (state_.user && *state_.user != user) state_.visit = {};
    state_.pin = {};
    state_.user = user;
    state_.notice.reset();
    if (is_taking_back) {
      take_back();
      return;
    }
    state_.day = {};
    state_.chosen.reset();
    state_.work = {};
    ask(LoadSync{});
    const auto wanted = place_of_word(std::exchange(state_.place_wanted, {}));
    state_.behind.clear();
    if (!wanted || wanted->user != user || wanted->place == Place::Day) {
      state_.visit = {};
      show(Place::Day);
      return;
    }
    load_day();
    return_to(*wanted);
  }
  /// The customer gave the tablet back: to the visit, or to the day once it is sealed.
  void take_back() {
    const bool is_sealed = !state_.behind.empty() && state_.behind.back() == Place::Sealed;
    state_.behind.clear();
    if (is_sealed) {
      state_.visit = {};
      show(Place::Day);
      return;
    }
    state_.behind = {Place::Day, Place::Visit};
    state_.place = Place::Ready;
    load_day();
    if (state_.visit.id) ask(load_visit(*state_.visit.id));
    save_place();
  }
  /// Where the window was when it died. A customer who held the tablet goes on without a PIN; everybody
  /// else unlocks it first.
  void come_back() {
    const auto wanted = place_of_word(state_.place_wanted);
    const bool is_known = wanted && wanted->user &&
                          std::ranges::find(state_.technicians, *wanted->user, &shown::Technician::id) !=
                              state_.technicians.end();
    if (!is_known || !shown::is_customers(wanted->place)) {
      const auto user = wanted ? wanted->user : std::nullopt;
      ask_who();
      if (is_known) (*this)(intent::ChooseTechnician{*user});
      return;
    }
    state_.user = wanted->user;
    return_to(*wanted);
  }
  void return_to(const PlaceWord& wanted) {
    state_.place = wanted.place;
    state_.behind = {Place::Day};
    if (wanted.visit) {
      if (wanted.place != Place::Visit) state_.behind.push_back(Place::Visit);
      if (shown::is_customers(wanted.place)) state_.behind.push_back(Place::Ready);
      if (wanted.place == Place::Refuse) state_.behind.push_back(Place::HandOver);
      begin_visit(*wanted.visit);
      state_.visit.section = wanted.section;
    } else {
      state_.behind.clear();
      if (wanted.place == Place::NewVisit) {
        state_.place = Place::Day;
        (*this)(intent::BeginNewVisit{});
        return;
      }
      show(wanted.place);
    }
  }

  // ---- work
  void choose_work(const shown::WorkRow& row) {
    const bool is_other = !state_.chosen || state_.chosen->work_order_id != row.work_order_id ||
                          state_.chosen->visit_id != row.visit_id;
    state_.chosen = row;
    if (is_other) state_.work.value.reset();
    want(state_.work);
    ask(LoadWork{row});
  }
  /// A pause is seen with the tap, and over whatever was read before the disk has it.
  void show_pause() {
    if (!state_.pausing) return;
    const auto pause = [&](shown::WorkRow& row) {
      if (row.visit_id != state_.pausing || row.standing == shown::Standing::Paused) return;
      row.standing = shown::Standing::Paused;
      row.since = now_.at;
    };
    if (state_.chosen) pause(*state_.chosen);
    if (state_.work.value) pause(state_.work.value->row);
    if (state_.day.value) std::ranges::for_each(state_.day.value->rows, pause);
  }
  /// Answered, one way or the other: what the disk holds is shown.
  void end_pause() {
    state_.pausing.reset();
    load_day();  // and with it the work that is chosen
  }
  void choose_first_work() {
    if (!state_.day.value) return;
    const auto& rows = state_.day.value->rows;
    if (state_.chosen) {
      const auto same = std::ranges::find_if(rows, [&](const auto& row) {
        return (row.work_order_id && row.work_order_id == state_.chosen->work_order_id) ||
               (row.visit_id && row.visit_id == state_.chosen->visit_id);
      });
      if (same != rows.end()) {
        state_.chosen = *same;
        want(state_.work);
        ask(LoadWork{*same});
        return;
      }
    }
    // An order that was found by searching need not be of these days.
    if (state_.place == Place::Work && state_.chosen) return ask(LoadWork{*state_.chosen});
    if (rows.empty()) return;
    const auto open =
        std::ranges::find_if(rows, [](const auto& row) { return shown::is_open_visit(row.standing); });
    choose_work(open != rows.end() ? *open : rows.front());
  }

  // ---- visit
  void begin_visit(const domain::VisitId& id) {
    if (state_.visit.id != id) {
      leave_visit();
      state_.visit = {};
      state_.visit.id = id;
    }
    ask(load_visit(id));
    load_products();
  }
  void open_visit(const domain::VisitId& id) {
    begin_visit(id);
    push(Place::Visit);
  }
  void leave_visit() {
    save_new_visit_now();
    commit_fields();
    if (state_.visit.draft_due_ms) save_draft_now();
  }
  void take_visit(VisitLoaded message) {
    const auto& id = message.page.file.visit.id;
    if (id != state_.visit.id) return;
    auto& visit = state_.visit;
    const bool is_first = !visit.page;
    if (message.page.sign_off) {
      visit.link = message.page.link.empty() ? visit.link : message.page.link;
      if (state_.place == Place::Visit || state_.place == Place::Ready || state_.place == Place::Absent ||
          state_.place == Place::HandOver || state_.place == Place::Refuse) {
        // Sealed before, or by somebody else: it is read, not filled in.
        if (!visit.is_sealing) {
          got(state_.record, message.page);
          state_.place = shown::is_customers(state_.place) ? Place::Sealed : Place::Record;
        }
      }
      if (state_.place == Place::Record) got(state_.record, message.page);
    }
    auto texts = std::move(message.draft.texts);
    for (const auto& field : visit.dirty_fields) {
      if (const auto typed = visit.draft.texts.find(field); typed != visit.draft.texts.end())
        texts[field] = typed->second;
    }
    if (visit.draft_due_ms) {  // typed after the worker looked
      for (const auto& field : visit.kept_fields) {
        if (const auto typed = visit.draft.texts.find(field); typed != visit.draft.texts.end())
          texts[field] = typed->second;
      }
    } else {
      visit.kept_fields.clear();
    }
    for (const auto& [field, text] : texts) visit.kept_fields.insert(field);
    if (is_first) {
      visit.draft.signature = std::move(message.draft.signature);
      visit.draft.signer_role = message.draft.signer_role;
    }
    visit.draft.texts = std::move(texts);
    visit.page = std::move(message.page);
    // An empty one is the list of sections, where a page holds only one or the other.
    if (is_first ? !has_section(visit.section) : !visit.section.empty() && !has_section(visit.section))
      visit.section = first_section();
  }
  [[nodiscard]] bool has_section(std::string_view key) const {
    if (key == "asset" || key == "photos" || key == "notes" || key == "outcome") return true;
    const auto& form = state_.visit.page->form;
    return form && std::ranges::find(form->sections, key, &domain::Section::key) != form->sections.end();
  }
  [[nodiscard]] std::string first_section() const {
    const auto& form = state_.visit.page->form;
    return form && !form->sections.empty() ? form->sections.front().key : "outcome";
  }
  /// The tap is seen at once; the journal's word follows with VisitLoaded.
  void show_answer(const intent::SetAnswer& wish) {
    if (!state_.visit.page) return;
    auto& answers = state_.visit.page->file.answers;
    const auto known = std::ranges::find(answers, wish.question, &domain::Answer::question);
    if (known != answers.end()) {
      known->value = wish.value;
      return;
    }
    domain::Answer answer;
    answer.question = wish.question;
    answer.value = wish.value;
    answers.push_back(std::move(answer));
  }
  void forget_field(const std::string& field) {
    state_.visit.dirty_fields.erase(field);
    state_.visit.kept_fields.erase(field);
    state_.visit.refused_fields.erase(field);
    state_.visit.draft.texts.erase(field);
  }
  void commit_field(const std::string& field) {
    auto& visit = state_.visit;
    if (!with_visit() || !visit.dirty_fields.contains(field)) return;
    visit.dirty_fields.erase(field);
    const auto text = visit.draft.texts.find(field);
    if (text == visit.draft.texts.end()) return;
    ask(WriteField{*state_.user, *visit.id, field, text->second});
  }
  void commit_fields() {
    const auto fields = state_.visit.dirty_fields;
    for (const auto& field : fields) commit_field(field);
    if (state_.visit.draft_due_ms) save_draft_now();
  }
  void save_draft_soon() {
    if (!state_.visit.draft_due_ms) state_.visit.draft_due_ms = now_.ms + kDraftSaveMs;
  }
  void save_draft_now() {
    auto& visit = state_.visit;
    visit.draft_due_ms.reset();
    if (!with_visit()) return;
    shown::VisitDraft draft = visit.draft;
    std::erase_if(draft.texts, [&](const auto& text) { return !visit.kept_fields.contains(text.first); });
    ask(SaveDraft{*state_.user, *visit.id, std::move(draft)});
  }
  void seal(Outcome outcome, OutcomeReason reason, const std::string& words) {
    save_draft_now();
    auto& visit = state_.visit;
    visit.is_sealing = true;
    WriteSignOff wish;
    wish.by = *state_.user;
    wish.visit = *visit.id;
    wish.outcome = outcome;
    wish.reason = reason;
    wish.words = words;
    wish.signer_name = visit.draft.texts["signer_name"];
    wish.signer_role = visit.draft.signer_role;
    if (outcome == Outcome::Signed) wish.signature = visit.draft.signature;
    ask(std::move(wish));
  }

  /// What a person chose stays theirs; before that, the language that the office knows of them.
  void take_language(const shown::Technician& technician) {
    const auto chosen = state_.chosen_languages.find(to_text(technician.id));
    if (chosen != state_.chosen_languages.end()) {
      state_.settings.language = chosen->second;
    } else if (!technician.language.empty()) {
      state_.settings.language = technician.language;
    }
  }

  void take_settings(const std::map<std::string, std::string>& kept) {
    auto& settings = state_.settings;
    for (const auto& [key, value] : kept) {
      if (key.starts_with("language."))
        state_.chosen_languages[key.substr(std::string_view("language.").size())] = value;
      if (key == "theme" && !value.empty() && value[0] >= '0' && value[0] <= '3')
        settings.theme = static_cast<shown::ThemeChoice>(value[0] - '0');
      if (key == "text_percent") settings.text_percent = std::clamp(std::atoi(value.c_str()), 100, 200);
      if (key == "gloves") settings.has_gloves = value == "1";
      if (key == "motion") settings.has_motion = value == "1";
    }
  }

  AppState state_;
  Now now_;
  std::vector<Effect> effects_;
};

}  // namespace

const shown::Technician* technician_at(const AppState& state) {
  if (!state.user) return nullptr;
  const auto found = std::ranges::find(state.technicians, *state.user, &shown::Technician::id);
  return found == state.technicians.end() ? nullptr : &*found;
}

Step begin(AppState state) {
  Turn turn{std::move(state), {}};
  turn.begin();
  return turn.take();
}

Step update(AppState state, const intent::Any& intent, const Now& now) {
  Turn turn{std::move(state), now};
  std::visit(turn, intent);
  return turn.take();
}

Step receive(AppState state, Message message, const Now& now) {
  Turn turn{std::move(state), now};
  std::visit([&](auto& one) { turn(std::move(one)); }, message);
  return turn.take();
}

Step pass_time(AppState state, const Now& now) {
  Turn turn{std::move(state), now};
  turn.pass();
  return turn.take();
}

std::optional<std::int64_t> next_due_ms(const AppState& state) {
  auto due = state.visit.draft_due_ms;
  if (const auto saving = state.new_visit_due_ms) due = due ? std::min(*due, *saving) : *saving;
  if (const auto blocked = state.pin.blocked_until_ms) due = due ? std::min(*due, *blocked) : *blocked;
  return due;
}

std::vector<Effect> last_effects(AppState& state) {
  Turn turn{std::move(state), {}};
  turn.finish();
  auto step = turn.take();
  state = std::move(step.state);
  return std::move(step.effects);
}

}  // namespace aftercare::app
