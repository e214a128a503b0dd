#include "client/work/write_visit.h"

#include "client/work/amounts.h"
#include "client/work/drafts.h"
#include "client/work/first_met.h"
#include "client/work/new_visit.h"
#include "client/work/photo_steps.h"
#include "client/work/signatures.h"
#include "client/work/typed_texts.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"

#include <algorithm>

namespace aftercare::work {
namespace {

constexpr std::string_view kAnswer = "answer.";
constexpr std::string_view kCaption = "caption.";
constexpr std::size_t kTextMax = 10'000;  // as in visit_steps.cpp, asked here so that the field can say it

// Catalogue keys
constexpr const char* kWrongShape = "ready.missing.answer_shape";
constexpr const char* kUnreadable = "error.invalid";
constexpr const char* kNotAllowed = "error.refused";
constexpr const char* kGone = "error.not_found";
constexpr const char* kNobodyFindsIt = "new_visit.missing.asset";

FieldVerdict refusal(const char* key) { return {key}; }

Result<domain::VisitFile> file_of(Journal& journal, const domain::VisitId& id) {
  auto file = storage::load_visit_file(journal.db(), id);
  if (!file) return file.error();
  if (!file.value()) return Error{ErrorKind::NotFound, "there is no such visit on this device"};
  return std::move(*file.value());
}

Done move_work_order(Journal& journal, const domain::VisitId& visit_id, domain::VisitEventKind kind) {
  using domain::VisitEventKind;
  if (kind == VisitEventKind::Paused || kind == VisitEventKind::Left) return done();
  const auto to = kind == VisitEventKind::Travelling ? domain::WorkOrderState::Travelling
                                                     : domain::WorkOrderState::OnSite;
  const auto visit = storage::find<domain::Visit>(journal.db(), visit_id);
  if (!visit) return visit.error();
  if (!visit.value() || !visit.value()->work_order_id) return done();
  const auto order = storage::find<domain::WorkOrder>(journal.db(), *visit.value()->work_order_id);
  if (!order) return order.error();
  if (!order.value() || !domain::can_become(order.value()->state, to, /*is_office=*/false)) return done();
  auto moved = *order.value();
  moved.state = to;
  return journal.change(*order.value(), moved);
}

const domain::Question* find_question(const domain::FormDefinition& form, const std::string& key) {
  for (const auto& section : form.sections) {
    const auto found = std::ranges::find(section.questions, key, &domain::Question::key);
    if (found != section.questions.end()) return &*found;
  }
  return nullptr;
}

/// The answer in the one shape of its kind, as far as that can be made of what was typed.
Result<std::string> answer_text(const domain::Question& question, const std::string& typed) {
  if (question.kind == domain::AnswerKind::Number) return plain_number(typed);
  return to_nfc(trimmed(typed));
}

Result<FieldVerdict> take_answer(Journal& journal, const domain::UserId& by, const domain::VisitId& visit,
                                 const std::string& key, const std::string& typed) {
  const auto file = file_of(journal, visit);
  if (!file) return file.error();
  if (!file.value().form) return Error{ErrorKind::Refused, "this visit has no form"};
  const auto form = domain::read_form(file.value().form->definition);
  if (!form) return form.error();
  const auto* question = find_question(form.value(), key);
  if (question == nullptr) return Error{ErrorKind::Refused, "the form has no such question: " + key};

  const auto text = answer_text(*question, typed);
  if (!text) return refusal(kUnreadable);
  const auto field = std::string(kAnswer) + key;
  const auto known = std::ranges::find(file.value().answers, key, &domain::Answer::question);
  const bool is_as_before =
      known == file.value().answers.end() ? text.value().empty() : known->value == text.value();
  if (!is_as_before && text.value().empty()) {
    if (const auto taken = take_back_answer(journal, visit, key); !taken) return taken.error();
  } else if (!is_as_before) {
    if (!domain::check_answer(*question, text.value())) return refusal(kWrongShape);
    if (const auto set = set_answer(journal, visit, form.value(), key, text.value()); !set)
      return set.error();
  }
  if (const auto dropped = drop_draft_field(journal.db(), by, visit, field); !dropped) return dropped.error();
  return FieldVerdict{};
}

Result<std::string> currency_at(Journal& journal, const domain::Visit& visit) {
  if (!visit.currency.empty()) return visit.currency;
  std::string country;
  if (visit.site_id) {
    const auto site = storage::find<domain::Site>(journal.db(), *visit.site_id);
    if (!site) return site.error();
    if (site.value()) country = site.value()->country;
  }
  return currency_of_place(country, visit.zone);
}

Result<FieldVerdict> take_visit_field(Journal& journal, const domain::UserId& by,
                                      const domain::VisitId& visit_id, const std::string& field,
                                      const std::string& typed) {
  const auto file = file_of(journal, visit_id);
  if (!file) return file.error();
  auto after = file.value().visit;
  if (field == "price") {
    auto currency = currency_at(journal, after);
    if (!currency) return currency.error();
    const auto minor = minor_of_text(typed, currency.value());
    if (!minor) return refusal(kUnreadable);
    if (minor.value() != 0 || !after.currency.empty()) after.currency = std::move(currency).value();
    after.price_minor = minor.value();
  } else {
    auto text = to_nfc(trimmed(typed));
    if (!text) return refusal(kUnreadable);
    if (character_count(text.value()) > kTextMax) return refusal(kNotAllowed);
    (field == "result" ? after.result : after.promised) = std::move(text).value();
  }
  if (const auto changed = change_visit(journal, after); !changed) return changed.error();
  if (const auto dropped = drop_draft_field(journal.db(), by, visit_id, field); !dropped)
    return dropped.error();
  return FieldVerdict{};
}

Result<FieldVerdict> take_caption(Journal& journal, const domain::UserId& by, const domain::VisitId& visit,
                                  const std::string& field, const std::string& typed) {
  const auto photo = id_of_text<domain::PhotoId>(std::string_view{field}.substr(kCaption.size()));
  if (!photo) return photo.error();
  const auto text = to_nfc(trimmed(typed));
  if (!text) return refusal(kUnreadable);
  if (character_count(text.value()) > kTextMax) return refusal(kNotAllowed);
  if (const auto set = caption_photo(journal, visit, photo.value(), text.value()); !set) return set.error();
  if (const auto dropped = drop_draft_field(journal.db(), by, visit, field); !dropped) return dropped.error();
  return FieldVerdict{};
}

/// The visit names the asset, and works by the form of its kind if it had none to work by.
Done name_in_visit(Journal& journal, domain::Visit visit, const domain::AssetId& asset_id) {
  visit.asset_id = asset_id;
  if (!visit.form_id) {
    const auto form = find_form(journal.db(), {}, visit.kind, visit.asset_id);
    if (!form) return form.error();
    if (form.value()) visit.form_id = form.value()->id;
  }
  return change_visit(journal, visit);
}

Done name_in_work_order(Journal& journal, const domain::Visit& visit, const domain::AssetId& asset_id) {
  if (!visit.work_order_id) return done();
  const auto order = storage::find<domain::WorkOrder>(journal.db(), *visit.work_order_id);
  if (!order) return order.error();
  if (!order.value() || order.value()->asset_id) return done();
  auto named = *order.value();
  named.asset_id = asset_id;
  return journal.change(*order.value(), named);
}

/// What to say about an asset that cannot be made; nothing where it is not the typed words' fault.
std::string asset_refusal(const Error& error) {
  if (error.kind == ErrorKind::Refused) return kNobodyFindsIt;
  return error.kind == ErrorKind::NotFound ? kGone : std::string{};
}

/// One transaction whose answer is a verdict.
template <class Take>
Result<FieldVerdict> judged(sync::DeviceStore& store, const domain::UserId& by, const Take& take) {
  FieldVerdict verdict;
  const auto written = store.write(by, [&](Journal& journal) -> Done {
    auto taken = take(journal);
    if (!taken) return taken.error();
    verdict = std::move(taken).value();
    return done();
  });
  if (!written) return written.error();
  return verdict;
}

Result<std::optional<protocol::StrokeFacts>> keep_strokes_of(sync::DeviceStore& store,
                                                             const app::WriteSignOff& wish) {
  if (wish.outcome != domain::Outcome::Signed || wish.signature.strokes.empty())
    return std::optional<protocol::StrokeFacts>{};
  auto kept = keep_strokes(store, strokes_of(wish.signature));
  if (!kept) return kept.error();
  return std::optional{std::move(kept).value()};
}

/// What the customer wants to add: written while signing, or half typed when the tablet died.
Result<std::string> comment_of(sync::DeviceStore& store, const app::WriteSignOff& wish) {
  if (wish.outcome != domain::Outcome::Signed) return std::string{};
  auto text = wish.words;
  if (text.empty()) {
    const auto draft = load_draft(store.db(), wish.by, wish.visit);
    if (!draft) return draft.error();
    const auto found = draft.value().texts.find("comment");
    if (found != draft.value().texts.end()) text = found->second;
  }
  return to_nfc(trimmed(text));
}

}  // namespace

Done write_event(sync::DeviceStore& store, const app::WriteEvent& wish) {
  const auto offset = store.server_offset_ms();
  if (!offset) return offset.error();
  return store.write(wish.by, [&](Journal& journal) -> Done {
    domain::VisitEvent event;
    event.kind = wish.kind;
    event.at = journal.clock().now();
    event.zone = journal.clock().zone();
    event.boot_id = journal.clock().boot_id();
    event.monotonic_ms = journal.clock().monotonic_ms();
    event.server_offset_ms = offset.value();
    if (const auto added = add_event(journal, wish.visit, event); !added) return added;
    return move_work_order(journal, wish.visit, wish.kind);
  });
}

Result<FieldVerdict> write_answer(sync::DeviceStore& store, const app::WriteAnswer& wish) {
  return judged(store, wish.by, [&](Journal& journal) {
    return take_answer(journal, wish.by, wish.visit, wish.question, wish.value);
  });
}

Result<FieldVerdict> write_field(sync::DeviceStore& store, const app::WriteField& wish) {
  if (wish.field.starts_with(kCaption)) {
    return judged(store, wish.by, [&](Journal& journal) {
      return take_caption(journal, wish.by, wish.visit, wish.field, wish.text);
    });
  }
  const bool is_answer = wish.field.starts_with(kAnswer);
  if (!is_answer && wish.field != "result" && wish.field != "promised" && wish.field != "price")
    return Error{ErrorKind::Refused, "a visit has no such field: " + wish.field};
  return judged(store, wish.by, [&](Journal& journal) {
    return is_answer ? take_answer(journal, wish.by, wish.visit, wish.field.substr(kAnswer.size()), wish.text)
                     : take_visit_field(journal, wish.by, wish.visit, wish.field, wish.text);
  });
}

Result<FieldVerdict> write_asset(sync::DeviceStore& store, const app::WriteAsset& wish) {
  TypedTexts texts{wish.texts};
  NewAsset made;
  made.name = texts.take("asset.name");
  made.serial = texts.take("asset.serial");
  made.place = texts.take("asset.place");
  made.product_key = texts.take("asset.product");
  if (!texts.is_clean()) return refusal(kUnreadable);

  std::string refused;
  const auto written = store.write(wish.by, [&](Journal& journal) -> Done {
    const auto file = file_of(journal, wish.visit);
    if (!file) return file.error();
    const auto& visit = file.value().visit;
    if (!visit.asset_id) {
      const auto asset = make_typed_asset(journal, visit.customer_id, visit.site_id, made);
      if (!asset) {
        refused = asset_refusal(asset.error());
        return asset.error();
      }
      if (const auto named = name_in_visit(journal, visit, asset.value()); !named) return named;
      if (const auto named = name_in_work_order(journal, visit, asset.value()); !named) return named;
    }
    return drop_draft_fields(journal.db(), wish.by, wish.visit, "asset.");
  });
  if (!refused.empty()) return FieldVerdict{refused};
  if (!written) return written.error();
  return FieldVerdict{};
}

Done write_note(sync::DeviceStore& store, const app::WriteNote& wish) {
  const auto text = to_nfc(trimmed(wish.text));
  if (!text) return text.error();
  return store.write(wish.by, [&](Journal& journal) -> Done {
    if (const auto added = add_note(journal, wish.visit, text.value()); !added) return added;
    return drop_draft_field(journal.db(), wish.by, wish.visit, "note");
  });
}

Done write_language(sync::DeviceStore& store, const app::WriteLanguage& wish) {
  return store.write(wish.by, [&](Journal& journal) -> Done {
    const auto file = file_of(journal, wish.visit);
    if (!file) return file.error();
    auto after = file.value().visit;
    after.language = wish.language;
    return change_visit(journal, after);
  });
}

Done write_photo(sync::DeviceStore& store, const app::KeepPhoto& wish) {
  auto kept = wish.path.empty() ? keep_photo(store, wish.jpeg) : keep_photo_of(store, wish.path);
  if (!kept) return kept.error();
  auto photo = std::move(kept).value();
  photo.visit_id = wish.visit;
  photo.question = wish.question;
  photo.moment = wish.moment;
  return store.write(wish.by, [&](Journal& journal) { return add_photo(journal, photo); });
}

Result<Sealed> write_sign_off(sync::DeviceStore& store, const language::Catalogue& catalogue,
                              const app::WriteSignOff& wish) {
  const auto name = to_nfc(trimmed(wish.signer_name));
  const auto words = to_nfc(trimmed(wish.words));
  const auto comment = comment_of(store, wish);
  if (!name) return name.error();
  if (!words) return words.error();
  if (!comment) return comment.error();
  const auto strokes = keep_strokes_of(store, wish);
  if (!strokes) return strokes.error();
  const auto root = store.root_statement();
  if (!root) return root.error();
  const auto offset = store.server_offset_ms();
  if (!offset) return offset.error();

  const bool is_signed = wish.outcome == domain::Outcome::Signed;
  const SignOffWish sign_off_wish{wish.outcome, wish.reason,      is_signed ? std::string{} : words.value(),
                                  name.value(), wish.signer_role, strokes.value()};
  std::optional<Sealed> sealed;
  const auto written = store.write(wish.by, [&](Journal& journal) -> Done {
    if (!comment.value().empty()) {
      if (const auto added = add_note(journal, wish.visit, comment.value()); !added) return added;
    }
    auto made = sign_off(journal, wish.visit, sign_off_wish, catalogue, root.value(), offset.value());
    if (!made) return made.error();
    sealed = std::move(made).value();
    return done();
  });
  if (!written) return written.error();
  return std::move(*sealed);
}

}  // namespace aftercare::work
