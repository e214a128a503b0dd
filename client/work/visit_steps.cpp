#include "client/work/visit_steps.h"

#include "client/work/drafts.h"
#include "client/work/summary.h"
#include "shared/base/text.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::work {
namespace {

constexpr std::size_t kTextMax = 10'000;  // characters of a note, a result, a promise

Error refused(std::string what) { return {ErrorKind::Refused, std::move(what)}; }

Done check_text(std::string_view name, const std::string& text) {
  if (character_count(text) <= kTextMax) return done();
  return refused(fmt::format("the {} is longer than {} characters: shorten it", name, kTextMax));
}

/// The visit with all its parts, if it may still be changed.
Result<domain::VisitFile> open_visit(Journal& journal, const domain::VisitId& id) {
  auto file = storage::load_visit_file(journal.db(), id);
  if (!file) return file.error();
  if (!file.value()) return Error{ErrorKind::NotFound, "there is no such visit on this device"};
  const auto sealed = storage::is_sealed(journal.db(), id);
  if (!sealed) return sealed.error();
  if (sealed.value())
    return refused(fmt::format("visit {} is sealed: make an amendment instead", file.value()->visit.number));
  return std::move(*file.value());
}

template <class Record, class IdType>
Result<std::optional<Record>> find_where(Journal& journal, const std::optional<IdType>& id) {
  if (!id) return std::optional<Record>{};
  return storage::find<Record>(journal.db(), *id);
}

std::string missing_in_words(const std::vector<domain::Missing>& missing) {
  std::string words = "not ready to leave:";
  for (const auto& one : missing) {
    words +=
        fmt::format(" {}{}{};", domain::name_of(one.code), one.question.empty() ? "" : " ", one.question);
  }
  words.back() = '.';
  return words + " Settle this, then sign";
}

/// Everything that goes under the seal, gathered from the tables.
Result<protocol::SealedVisit> gather(Journal& journal, domain::VisitFile file, domain::SignOff sign_off,
                                     const language::Catalogue& catalogue) {
  protocol::SealedVisit sealed;
  const auto& visit = file.visit;
  auto customer = storage::find<domain::Customer>(journal.db(), visit.customer_id);
  auto site = find_where<domain::Site>(journal, visit.site_id);
  auto asset = find_where<domain::Asset>(journal, visit.asset_id);
  auto order = find_where<domain::WorkOrder>(journal, visit.work_order_id);
  auto technician = storage::find<domain::User>(journal.db(), visit.technician_id);
  if (!customer) return customer.error();
  if (!site) return site.error();
  if (!asset) return asset.error();
  if (!order) return order.error();
  if (!technician) return technician.error();
  if (!customer.value()) return refused("the visit's customer is not on this device");
  sealed.customer = std::move(*customer.value());
  sealed.site = std::move(site).value();
  sealed.asset = std::move(asset).value();
  if (sealed.asset) {
    auto product = find_where<domain::Product>(journal, sealed.asset->product_id);
    if (!product) return product.error();
    sealed.product = std::move(product).value();
  }
  if (order.value()) sealed.work_order_number = order.value()->number;
  if (technician.value()) sealed.technician_name = technician.value()->name;
  sealed.summary = summary_text(catalogue.in(visit.language), {file, sign_off, sealed.customer, sealed.site,
                                                               sealed.asset, sealed.technician_name});
  sealed.file = std::move(file);
  sealed.sign_off = std::move(sign_off);
  sealed.app_version = kAppVersion;
  sealed.device_prefix = journal.identity().prefix;
  return sealed;
}

Done finish_work_order(Journal& journal, const domain::Visit& visit) {
  if (!visit.work_order_id) return done();
  const auto order = storage::find<domain::WorkOrder>(journal.db(), *visit.work_order_id);
  if (!order) return order.error();
  if (!order.value() ||
      !domain::can_become(order.value()->state, domain::WorkOrderState::Done, /*is_office=*/false))
    return done();
  auto finished = *order.value();
  finished.state = domain::WorkOrderState::Done;
  return journal.change(*order.value(), finished);
}

std::string link_of(const Journal& journal, const Bytes& secret, const Hash& seal, const Bytes& signature) {
  return fmt::format("{}/c#{}.{}.{}", journal.identity().line.origin(), to_base64url(secret),
                     to_base64url(view(seal)), to_base64url(signature));
}

/// The secret in the link is nowhere else: who asks for the code again gets the same one.
Done keep_link(Journal& journal, const domain::VisitId& visit_id, const std::string& link) {
  return journal.db().run("INSERT OR REPLACE INTO sealed_link (visit_id, link) VALUES (?, ?)", visit_id,
                          link);
}

}  // namespace

Result<domain::Visit> start_visit(Journal& journal, const VisitStart& start) {
  const auto technician = storage::find<domain::User>(journal.db(), start.technician_id);
  if (!technician) return technician.error();
  if (!technician.value())
    return refused("say who the technician is: this device belongs to nobody in particular");
  const auto customer = storage::find<domain::Customer>(journal.db(), start.customer_id);
  if (!customer) return customer.error();
  if (!customer.value()) return refused("the customer is not on this device");

  auto number = journal.next_number('V');
  if (!number) return number.error();
  domain::Visit visit;
  visit.id = make_id<domain::VisitId>(journal.clock(), journal.random());
  visit.number = std::move(number).value();
  visit.kind = start.kind;
  visit.customer_id = start.customer_id;
  visit.site_id = start.site_id;
  visit.asset_id = start.asset_id;
  if (start.work_order) {
    visit.work_order_id = start.work_order->id;
    if (!visit.site_id) visit.site_id = start.work_order->site_id;
    if (!visit.asset_id) visit.asset_id = start.work_order->asset_id;
  }
  visit.technician_id = start.technician_id;
  visit.form_id = start.form_id;
  visit.language = start.language.empty() ? customer.value()->language : start.language;
  visit.started_at = start.started_at;
  visit.zone = start.zone;
  visit.reason = start.reason;
  if (const auto fits = check_text("reason", visit.reason); !fits) return fits.error();
  if (const auto created = journal.create(visit); !created) return created.error();
  return visit;
}

Done add_event(Journal& journal, const domain::VisitId& visit_id, domain::VisitEvent event) {
  const auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  const auto& events = file.value().events;
  if (!domain::can_follow(events, event.kind)) {
    return refused(fmt::format(
        "the clock cannot say \"{}\" {}", domain::name_of(event.kind),
        events.empty() ? "first" : fmt::format("after \"{}\"", domain::name_of(events.back().kind))));
  }
  event.id = make_id<domain::VisitEventId>(journal.clock(), journal.random());
  event.visit_id = visit_id;
  return journal.create(event);
}

Done set_answer(Journal& journal, const domain::VisitId& visit_id, const domain::FormDefinition& form,
                const std::string& question, const std::string& value) {
  const auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  const domain::Question* asked = nullptr;
  for (const auto& section : form.sections) {
    const auto found = std::ranges::find(section.questions, question, &domain::Question::key);
    if (found != section.questions.end()) asked = &*found;
  }
  if (asked == nullptr) return refused(fmt::format("the form has no question \"{}\"", question));
  if (const auto fits = domain::check_answer(*asked, value); !fits) return fits;

  const auto known = std::ranges::find(file.value().answers, question, &domain::Answer::question);
  if (known != file.value().answers.end()) {
    auto after = *known;
    after.value = value;
    return journal.change(*known, after);
  }
  domain::Answer answer;
  answer.id = make_id<domain::AnswerId>(journal.clock(), journal.random());
  answer.visit_id = visit_id;
  answer.question = question;
  answer.kind = asked->kind;
  answer.value = value;
  return journal.create(answer);
}

Done take_back_answer(Journal& journal, const domain::VisitId& visit_id, const std::string& question) {
  const auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  const auto known = std::ranges::find(file.value().answers, question, &domain::Answer::question);
  if (known == file.value().answers.end()) return done();
  auto after = *known;
  after.value.clear();
  return journal.change(*known, after);
}

Done add_photo(Journal& journal, domain::Photo photo) {
  const auto file = open_visit(journal, photo.visit_id);
  if (!file) return file.error();
  if (const auto fits = check_text("caption", photo.caption); !fits) return fits;
  photo.id = make_id<domain::PhotoId>(journal.clock(), journal.random());
  return journal.create(photo);
}

Done caption_photo(Journal& journal, const domain::VisitId& visit_id, const domain::PhotoId& id,
                   const std::string& caption) {
  const auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  const auto photo = std::ranges::find(file.value().photos, id, &domain::Photo::id);
  if (photo == file.value().photos.end()) return Error{ErrorKind::NotFound, "the visit has no such photo"};
  auto after = *photo;
  after.caption = caption;
  if (const auto fits = check_text("caption", after.caption); !fits) return fits;
  return journal.change(*photo, after);
}

Done add_note(Journal& journal, const domain::VisitId& visit_id, const std::string& text) {
  const auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  if (trimmed(text).empty()) return refused("the note is empty");
  if (const auto fits = check_text("note", text); !fits) return fits;
  domain::Note note;
  note.id = make_id<domain::NoteId>(journal.clock(), journal.random());
  note.visit_id = visit_id;
  // A tablet that belongs to nobody in particular still has a technician at each visit.
  note.author_id = journal.by().is_nil() ? file.value().visit.technician_id : journal.by();
  note.at = journal.clock().now();
  note.text = text;
  return journal.create(note);
}

Done change_visit(Journal& journal, const domain::Visit& after) {
  const auto file = open_visit(journal, after.id);
  if (!file) return file.error();
  for (const auto& fits : {check_text("result", after.result), check_text("promise", after.promised)}) {
    if (!fits) return fits;
  }
  return journal.change(file.value().visit, after);
}

Result<Sealed> sign_off(Journal& journal, const domain::VisitId& visit_id, const SignOffWish& wish,
                        const language::Catalogue& catalogue,
                        const std::optional<protocol::Signed>& root_statement,
                        const std::optional<std::int64_t>& server_offset_ms) {
  auto file = open_visit(journal, visit_id);
  if (!file) return file.error();
  const auto missing = domain::missing_before_leaving(file.value());
  if (!missing.empty()) return refused(missing_in_words(missing));

  const auto secret = journal.random().bytes(16);
  domain::SignOff sign_off;
  sign_off.id = make_id<domain::SignOffId>(journal.clock(), journal.random());
  sign_off.visit_id = visit_id;
  sign_off.outcome = wish.outcome;
  sign_off.reason = wish.reason;
  sign_off.reason_text = wish.words;
  sign_off.signer_name = wish.signer_name;
  sign_off.signer_role = wish.signer_role;
  sign_off.signed_at = journal.clock().now();
  sign_off.language = file.value().visit.language;
  if (wish.strokes) sign_off.strokes = wish.strokes->blob;
  sign_off.link_hash.bytes = view(sha256(secret));
  if (const auto fits = domain::check_sign_off(sign_off); !fits) return fits.error();

  const auto visit = file.value().visit;
  auto gathered = gather(journal, std::move(file).value(), sign_off, catalogue);
  if (!gathered) return gathered.error();
  auto& sealed = gathered.value();
  sealed.strokes = wish.strokes;
  sealed.root_statement = root_statement;
  sealed.signing_moment.at = sign_off.signed_at;
  sealed.signing_moment.zone = journal.clock().zone();
  sealed.signing_moment.boot_id = journal.clock().boot_id();
  sealed.signing_moment.monotonic_ms = journal.clock().monotonic_ms();
  sealed.signing_moment.server_offset_ms = server_offset_ms;

  const auto groups = protocol::seal_groups(sealed, journal.random());
  for (const auto& group : groups) {
    domain::SealedGroup record;
    record.id = make_id<domain::SealedGroupId>(journal.clock(), journal.random());
    record.visit_id = visit_id;
    record.sign_off_id = id_cast<domain::SealId>(sign_off.id);
    record.name = group.name;
    record.salt.bytes = group.salt;
    record.content.bytes = group.content;
    if (const auto created = journal.create(record); !created) return created.error();
  }
  sign_off.seal_list.bytes = protocol::encode(protocol::list_of(groups));
  if (const auto written = journal.seal(sign_off); !written) return written.error();
  if (const auto finished = finish_work_order(journal, visit); !finished) return finished.error();

  const auto saved = storage::find<domain::SignOff>(journal.db(), sign_off.id);
  if (!saved) return saved.error();
  const auto seal = protocol::seal_hash(sign_off.seal_list.bytes);
  Sealed result{*saved.value(), seal, link_of(journal, secret, seal, saved.value()->signature.bytes)};
  if (const auto kept = keep_link(journal, visit_id, result.link); !kept) return kept.error();
  if (const auto dropped = drop_drafts(journal.db(), visit_id); !dropped) return dropped.error();
  return result;
}

}  // namespace aftercare::work
