#include "client/work/commands.h"

#include "client/work/attention.h"
#include "client/work/export_record.h"
#include "client/work/record_visit.h"
#include "client/work/staff_pin.h"
#include "shared/language/words.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "shared/storage/visit_file.h"
#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/store/rescue_export.h"
#include "sync/store/self_check.h"
#include "sync/transport/https_server.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace aftercare::work {
namespace {

using Json = nlohmann::ordered_json;

Output failed(const Speech& speech, const Error& error) {
  Output output{.exit_code = 1, .out = {}, .complaint = in_words(speech, error)};
  if (speech.is_json) output.out = Json{{"error", error.detail}}.dump() + "\n";
  return output;
}

Output said(const Speech& speech, const Json& json, std::string words) {
  return {.exit_code = 0, .out = speech.is_json ? json.dump(2) + "\n" : std::move(words), .complaint = {}};
}

std::string zone_of(const std::string& zone) { return zone.empty() ? "Etc/UTC" : zone; }

// ---- Sync -------------------------------------------------------------------------------------------

/// What stands in the way of a run, in the words of the sync screen.
std::string failure_words(const Speech& speech, const sync::RunReport& report, bool is_stranger) {
  const auto& in = speech.in;
  const auto& failure = *report.failure;
  if (is_stranger) return in.tr("sync.problem.wrong_certificate");
  if (failure.what == sync::FailureClass::Operation && !report.rescue_troubles.empty())
    return in.tr("rescue.waits");
  switch (failure.what) {
    case sync::FailureClass::Network: return in.tr("sync.problem.network");
    case sync::FailureClass::SignIn: return in.tr("sync.problem.sign_in");
    case sync::FailureClass::Operation: return in.tr("sync.problem.server_failed");
    case sync::FailureClass::Server:
      return in.tr(failure.error.kind == ErrorKind::Newer ? "sync.problem.too_old"
                                                          : "sync.problem.server_failed");
    case sync::FailureClass::Device: return language::words(in, failure.error.kind);
  }
  return {};
}

Json report_json(const sync::RunReport& report) {
  Json json{{"sent", report.operation_sent_count},
            {"received", report.operation_received_count},
            {"taken_in", report.record_taken_in_count},
            {"is_compared", report.is_compared},
            {"repaired", report.record_repaired_count},
            {"set_aside", Json::array()},
            {"blobs_sent", report.blob_sent_count},
            {"blobs_sent_bytes", report.blob_sent_byte_count},
            {"blobs_fetched", report.blob_fetched_count},
            {"waiting", report.operation_waiting_count},
            {"rescues_delivered", report.rescue_delivered_count},
            {"rescued_operations", report.rescue_operation_count},
            {"rescued_blobs", report.rescue_blob_count},
            {"rescue_damaged", report.rescue_damaged_count},
            {"rescue_troubles", Json::array()},
            {"is_settled", report.is_settled},
            {"is_copy", report.is_copy},
            {"is_revoked", report.is_revoked},
            {"is_new_epoch", report.new_epoch.has_value()}};
  for (const auto& one : report.set_aside)
    json["set_aside"].push_back({{"dseq", one.dseq}, {"reason", protocol::word_of(one.reason)}});
  for (const auto& one : report.rescue_troubles) json["rescue_troubles"].push_back(one.error.detail);
  if (report.failure) json["failure"] = report.failure->error.detail;
  return json;
}

std::string report_words(const Speech& speech, const sync::RunReport& report) {
  const auto& in = speech.in;
  std::string words;
  const auto tell = [&](std::string_view key, std::uint64_t count) {
    if (count > 0) words += in.tr(key, {{"count", count}}) + "\n";
  };
  tell("sync.run.sent", report.operation_sent_count);
  tell("sync.run.received", report.operation_received_count);
  tell("sync.run.taken_in", report.record_taken_in_count);
  tell("sync.run.repaired", report.record_repaired_count);
  tell("sync.run.photos_sent", report.blob_sent_count);
  tell("sync.run.photos_received", report.blob_fetched_count);
  for (const auto& one : report.set_aside) {
    words += in.tr("sync.problem.record_needs_attention",
                   {{"record", fmt::format("{}", one.dseq)},
                    {"why", in.tr(fmt::format("set_aside.{}", protocol::word_of(one.reason)))}}) +
             "\n";
  }
  if (report.is_room_low) words += in.tr("sync.run.room_low") + "\n";
  tell("rescue.delivered", report.rescue_delivered_count);
  tell("rescue.pieces_damaged", report.rescue_damaged_count);
  if (report.is_copy) words += in.tr("sync.problem.copy") + "\n";
  if (report.is_revoked) words += in.tr("sync.problem.revoked") + "\n";
  if (words.empty() && !report.failure) words = in.tr("sync.run.up_to_date") + "\n";
  return words;
}

struct Run {
  sync::RunReport report;
  bool is_stranger = false;
};

Result<Run> sync_once(Workplace& place, bool compares_now = false) {
  const auto identity = place.store->identity();
  if (!identity) return identity.error();
  if (!identity.value())
    return Error{ErrorKind::SignIn, "this device is not enrolled: ask the office for an enrolment line"};
  sync::HttpsServer server{
      identity.value()->line,
      {.limits = {}, .proxy = {}, .user_agent = fmt::format("Aftercare/{}", kAppVersion)}};
  sync::Session session;
  sync::RunOptions options;
  options.compares_now = compares_now;
  auto report = sync::run(*place.store, server, *place.clock, session, options);
  return Run{std::move(report), server.is_stranger()};
}

Output told(const Speech& speech, const Run& run) {
  auto output = said(speech, report_json(run.report), report_words(speech, run.report));
  if (run.report.failure) {
    output.exit_code = 1;
    output.complaint = fmt::format("{}\n  ({})", failure_words(speech, run.report, run.is_stranger),
                                   run.report.failure->error.detail);
  }
  return output;
}

// ---- Rescue files -----------------------------------------------------------------------------------

Json carried_json(const sync::CarriedRescues::Carried& carried) {
  return {{"id", to_hex(carried.facts.id)},    {"device", carried.facts.prefix},
          {"bytes", carried.facts.byte_count}, {"pieces", carried.facts.piece_count},
          {"next_piece", carried.next_piece},  {"is_whole", carried.facts.is_whole},
          {"damaged", carried.damaged_count},  {"is_waiting", carried.waits_since_seq.has_value()}};
}

Json export_json(const sync::RescueExport& report, const std::filesystem::path& file) {
  return {{"file", file.string()},
          {"id", to_hex(report.id)},
          {"operations", report.operation_count},
          {"blobs", report.blob_count},
          {"blobs_missing", report.blob_missing_count},
          {"bytes", report.byte_count},
          {"damage", report.damage}};
}

std::string export_words(const Speech& speech, const sync::RescueExport& report,
                         const std::filesystem::path& file) {
  return speech.in.tr("rescue.written",
                      {{"file", file.string()},
                       {"changes", speech.in.tr("count.changes", {{"count", report.operation_count}})},
                       {"blobs", report.blob_count}}) +
         "\n" + speech.in.tr("rescue.written.next") + "\n";
}

// ---- Lists ------------------------------------------------------------------------------------------

std::string technician_name(sync::DeviceStore& store, const domain::UserId& id) {
  const auto found = storage::find<domain::User>(store.db(), id);
  return found && found.value() ? found.value()->name : std::string{};
}

std::string customer_name(sync::DeviceStore& store, const domain::CustomerId& id) {
  const auto found = storage::find<domain::Customer>(store.db(), id);
  return found && found.value() ? found.value()->name : std::string{};
}

/// How a visit stands, for lists: open, or what the customer said.
struct VisitLine {
  domain::Visit visit;
  std::optional<domain::SignOff> sign_off;
  std::string customer;
  bool is_held = false;  // every operation on it is at the server
};

Result<std::vector<VisitLine>> visit_lines(sync::DeviceStore& store) {
  auto visits = storage::where<domain::Visit>(store.db(), "1 ORDER BY started_at_ms DESC LIMIT 1000");
  if (!visits) return visits.error();
  std::vector<VisitLine> lines;
  for (auto& visit : visits.value()) {
    VisitLine line{.visit = std::move(visit), .sign_off = std::nullopt, .customer = {}};
    auto sign_offs = storage::where<domain::SignOff>(store.db(), "visit_id = ? ORDER BY rowid DESC LIMIT 1",
                                                     line.visit.id);
    if (!sign_offs) return sign_offs.error();
    if (!sign_offs.value().empty()) line.sign_off = std::move(sign_offs.value().front());
    line.customer = customer_name(store, line.visit.customer_id);
    auto query = store.db().query(
        "SELECT 1 FROM operation o, bookmark b WHERE o.dseq > b.held_dseq AND o.entity_id IN (SELECT ?1 UNION SELECT id FROM sign_off WHERE visit_id = ?1) "
        "LIMIT 1",
        line.visit.id);
    line.is_held = !query.next();
    if (const auto read = query.done(); !read) return read.error();
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string outcome_name(const VisitLine& line) {
  return line.sign_off ? std::string(domain::name_of(line.sign_off->outcome)) : std::string("open");
}

// ---- Verifying --------------------------------------------------------------------------------------

std::string state_name(protocol::Finding::State state) {
  using enum protocol::Finding::State;
  return state == Genuine ? "genuine" : state == Erased ? "erased" : "changed";
}

Json verification_json(const protocol::Verification& check) {
  Json parts = Json::array();
  for (const auto& finding : check.findings) {
    Json part{{"part", finding.part}, {"state", state_name(finding.state)}};
    if (!finding.detail.empty()) part["detail"] = finding.detail;
    parts.push_back(std::move(part));
  }
  Json json{{"genuine", check.is_genuine},
            {"visit", check.facts.number},
            {"outcome", check.facts.outcome},
            {"organisation", to_text(check.organisation_id)},
            {"organisation_key", to_hex(check.organisation_key)},
            {"device", check.device_prefix},
            {"device_key", to_hex(check.device_key)},
            {"seal", to_hex(check.seal)},
            {"operation", to_hex(check.operation)},
            {"files", check.blob_count},
            {"files_missing", check.blob_missing_count},
            {"parts", std::move(parts)}};
  if (check.not_before) json["not_before"] = to_rfc3339(*check.not_before);
  if (check.not_after) json["not_after"] = to_rfc3339(*check.not_after);
  return json;
}

std::string moment_words(const Speech& speech, Instant at) {
  return speech.in.date_time({at, "Etc/UTC"}, language::ZoneShown::Yes);
}

std::string bracket_words(const Speech& speech, const protocol::Verification& check) {
  const auto& in = speech.in;
  if (check.not_before && check.not_after) {
    return in.tr("verify.time_between", {{"from", moment_words(speech, *check.not_before)},
                                         {"to", moment_words(speech, *check.not_after)}});
  }
  if (check.not_before)
    return in.tr("verify.time_after", {{"from", moment_words(speech, *check.not_before)}});
  if (check.not_after) return in.tr("verify.time_before", {{"to", moment_words(speech, *check.not_after)}});
  return {};
}

std::string verification_words(const Speech& speech, const protocol::Verification& check, bool is_key_known) {
  const auto& in = speech.in;
  const bool has_erased = std::ranges::any_of(
      check.findings, [](const auto& finding) { return finding.state == protocol::Finding::State::Erased; });
  std::string words = in.tr(!check.is_genuine ? "verify.not_genuine"
                            : has_erased      ? "verify.genuine_erased"
                                              : "verify.genuine") +
                      "\n";
  for (const auto& finding : check.findings) {
    using enum protocol::Finding::State;
    const auto* key = finding.state == Genuine  ? "verify.group_matches"
                      : finding.state == Erased ? "verify.group_erased"
                                                : "verify.group_changed";
    words += "  " + in.tr(key, {{"group", language::group_words(in, finding.part)}});
    words += finding.state == Genuine ? "\n" : fmt::format(" [{}] {}\n", finding.part, finding.detail);
  }
  if (!check.is_genuine) return words;

  words += in.tr("verify.device_signature_right", {{"device", check.device_prefix}}) + "\n";
  if (!is_key_known)
    words += in.tr("verify.key_unknown", {{"fingerprint", to_hex(check.organisation_key)}}) + "\n";
  if (const auto bracket = bracket_words(speech, check); !bracket.empty()) words += bracket + "\n";
  if (!check.not_after) words += in.tr("verify.receipt_missing") + "\n";
  if (check.blob_missing_count > 0)
    words += in.tr("verify.files_missing", {{"count", check.blob_missing_count}}) + "\n";
  if (!check.facts.summary.empty()) words += "\n" + check.facts.summary;
  return words;
}

}  // namespace

std::string in_words(const Speech& speech, const Error& error) {
  return fmt::format("{}\n  ({})", language::words(speech.in, error.kind), error.detail);
}

Output enrol_command(Workplace& place, const Speech& speech, const std::string& line_text,
                     const std::string& device_name) {
  const auto line = protocol::enrolment_line_of_text(line_text);
  if (!line) return failed(speech, line.error());
  const auto pending = place.store->pending_enrolment(line.value());
  if (!pending) return failed(speech, pending.error());
  sync::HttpsServer server{line.value()};
  const sync::Enrolment wish{line.value(), pending.value().device_id, pending.value().key, device_name,
                             std::string(kAppVersion)};
  const auto identity = sync::enrol(*place.store, server, *place.clock, wish);
  if (!identity) {
    auto output = failed(speech, identity.error());
    if (server.is_stranger())
      output.complaint =
          fmt::format("{}\n  ({})", speech.in.tr("sync.problem.wrong_certificate"), identity.error().detail);
    return output;
  }
  auto words = speech.in.tr("start.enrolled", {{"organisation", identity.value().organisation_name}}) + "\n";

  // The first pull, so that the device is of use before it next loses the network.
  const auto run = sync_once(place);
  if (!run) return failed(speech, run.error());
  Json json{{"organisation", identity.value().organisation_name},
            {"device", to_text(identity.value().device_id)},
            {"prefix", identity.value().prefix},
            {"sync", report_json(run.value().report)}};
  auto output = said(speech, json, words + report_words(speech, run.value().report));
  if (run.value().report.failure)
    output.complaint = failure_words(speech, run.value().report, run.value().is_stranger);
  return output;
}

Output record_command(Workplace& place, const Speech& speech, const std::filesystem::path& file) {
  const auto recorded = record_visit(*place.store, speech.catalogue, file);
  if (!recorded) return failed(speech, recorded.error());
  const auto& visit = recorded.value().visit;
  Json json{{"visit", visit.number},
            {"id", to_text(visit.id)},
            {"was_recorded_before", recorded.value().was_recorded_before}};
  const auto& in = speech.in;
  auto words = in.tr("summary.visit", {{"number", visit.number}}) + ": ";
  if (recorded.value().was_recorded_before) {
    return said(speech, json, words + in.tr("state.recorded_before") + "\n");
  }
  words += in.tr("state.saved") + "\n";
  if (const auto& sealed = recorded.value().sealed) {
    const auto& sign_off = sealed->sign_off;
    json["outcome"] = domain::name_of(sign_off.outcome);
    json["seal"] = to_hex(sealed->seal);
    json["link"] = sealed->link;
    words += "  " + language::words(in, sign_off.outcome);
    const auto reason = language::words(in, sign_off.outcome, sign_off.reason);
    words += (reason.empty() ? "" : ": " + reason) + "\n";
    words += "  " + sealed->link + "\n";
  }
  return said(speech, json, words);
}

Output sync_command(Workplace& place, const Speech& speech, bool compares_now) {
  const auto run = sync_once(place, compares_now);
  if (!run) return failed(speech, run.error());
  auto output = told(speech, run.value());
  if (run.value().report.is_revoked && erase_workplace(place)) {
    output.complaint += speech.in.tr("sync.revoked.erased");
    output.exit_code = 1;
  }
  return output;
}

Output kiosk_pin_command(Workplace& place, const Speech& speech, const std::string& pin) {
  const auto identity = place.store->identity();
  if (!identity) return failed(speech, identity.error());
  if (!identity.value() || identity.value()->role != domain::DeviceRole::Kiosk)
    return {.exit_code = 1, .out = {}, .complaint = speech.in.tr("start.is_tablet")};
  if (!domain::is_pin(pin))
    return {.exit_code = 2, .out = {}, .complaint = speech.in.tr("kiosk.staff.shape")};
  if (const auto set = set_staff_pin(*place.store, pin); !set) return failed(speech, set.error());
  return {.exit_code = 0, .out = speech.in.tr("kiosk.staff.set") + "\n", .complaint = {}};
}

Output status_command(Workplace& place, const Speech& speech) {
  const auto identity = place.store->identity();
  if (!identity) return failed(speech, identity.error());
  if (!identity.value())
    return said(speech, Json{{"enrolled", false}}, speech.in.tr("start.not_enrolled") + "\n");
  const auto standing = place.store->standing();
  if (!standing) return failed(speech, standing.error());
  const auto& now = standing.value();
  const auto attention = attention_of(place.store->db(), now);
  if (!attention) return failed(speech, attention.error());
  Json json{{"enrolled", true},
            {"organisation", identity.value()->organisation_name},
            {"device", to_text(identity.value()->device_id)},
            {"prefix", identity.value()->prefix},
            {"operations", now.operation_count},
            {"unsent", now.unsent_count},
            {"unsent_visits", now.unsent_visit_count},
            {"unsent_blobs", now.unsent_blob_count},
            {"feed_seq", now.feed_seq},
            {"is_revoked", now.is_revoked},
            {"carried", Json::array()},
            {"attention", Json::array()}};
  for (const auto& one : now.carried) json["carried"].push_back(carried_json(one));
  if (now.synced_at) json["synced_at"] = to_rfc3339(*now.synced_at);
  if (now.server_offset_ms) json["server_offset_ms"] = *now.server_offset_ms;
  for (const auto& one : now.attention) {
    json["attention"].push_back({{"code", one.code},
                                 {"dseq", one.dseq},
                                 {"count", one.count},
                                 {"record", one.type ? domain::table_of(*one.type) : ""},
                                 {"id", to_text(one.id)},
                                 {"is_left_to_office", one.handed_on_at.has_value()}});
  }

  const auto& in = speech.in;
  auto words = identity.value()->organisation_name + ", " + identity.value()->prefix + "\n";
  const bool is_all_held = now.unsent_count == 0 && now.unsent_blob_count == 0;
  words += is_all_held ? in.tr("sync.held.all") + "\n"
                       : fmt::format("{}: {}, {}\n", in.tr("sync.only_here"),
                                     in.tr("count.visits", {{"count", now.unsent_visit_count}}),
                                     in.tr("count.changes", {{"count", now.unsent_count}}));
  words +=
      now.synced_at
          ? in.tr("sync.last_contact", {{"at", in.date_time({*now.synced_at, place.clock->zone()})}}) + "\n"
          : in.tr("sync.never") + "\n";
  if (now.server_offset_ms && std::abs(*now.server_offset_ms) >
                                  std::chrono::milliseconds{protocol::kLimits.clock_ahead_max}.count()) {
    words += in.tr("sync.problem.clock_wrong",
                   {{"duration", in.duration(std::chrono::milliseconds{std::abs(*now.server_offset_ms)})}}) +
             "\n";
  }
  for (const auto& one : now.carried) {
    words += in.tr(one.waits_since_seq ? "rescue.carried.waits" : "rescue.carried",
                   {{"device", one.facts.prefix},
                    {"at", in.date_time({one.facts.made_at, place.clock->zone()})},
                    {"done", one.next_piece - 1},
                    {"total", one.facts.piece_count}}) +
             "\n";
  }
  const bool needs_nobody =
      std::ranges::all_of(attention.value(), [](const auto& one) { return one.is_left_to_office; });
  words += in.tr("sync.needs_you") + ": " + (needs_nobody ? in.tr("sync.needs_you.nothing") : "") + "\n";
  bool is_at_office = false;  // those come last
  for (const auto& one : attention.value()) {
    if (one.is_left_to_office && !std::exchange(is_at_office, true)) words += in.tr("sync.at_office") + ":\n";
    words += "  " + fmt::format("{}: ", one.record) + in.tr(one.code, {{"record", one.record}});
    if (one.dseqs.size() > 1)
      words += " " + in.tr("sync.needs_you.waits_with_it", {{"count", one.dseqs.size() - 1}});
    if (one.is_left_to_office) words += " " + in.tr("sync.needs_you.left_to_office");
    words += "\n";
  }
  if (now.is_revoked) words += in.tr("sync.problem.revoked") + "\n";
  return said(speech, json, words);
}

Output visits_command(Workplace& place, const Speech& speech) {
  const auto lines = visit_lines(*place.store);
  if (!lines) return failed(speech, lines.error());
  Json json = Json::array();
  std::string words;
  const auto& in = speech.in;
  for (const auto& line : lines.value()) {
    json.push_back({{"number", line.visit.number},
                    {"id", to_text(line.visit.id)},
                    {"kind", domain::name_of(line.visit.kind)},
                    {"customer", line.customer},
                    {"technician", technician_name(*place.store, line.visit.technician_id)},
                    {"started_at", to_rfc3339(line.visit.started_at)},
                    {"state", outcome_name(line)},
                    {"sealed", line.sign_off.has_value()},
                    {"held", line.is_held}});
    words +=
        fmt::format("{}  {}  {}  {}  {}  {}\n", line.visit.number,
                    in.date({line.visit.started_at, zone_of(line.visit.zone)}, language::DateStyle::Short),
                    language::words(in, line.visit.kind), line.customer,
                    line.sign_off ? language::words(in, line.sign_off->outcome) : in.tr("state.in_progress"),
                    in.tr(line.is_held ? "sync.held" : "sync.only_here"));
  }
  if (words.empty()) words = in.tr("state.no_visits_today") + "\n";
  return said(speech, json, words);
}

Output search_command(Workplace& place, const Speech& speech, const std::string& text) {
  constexpr std::size_t kHitMax = 50;
  const auto hits = storage::search(place.store->db(), text, kHitMax);
  if (!hits) return failed(speech, hits.error());
  Json json = Json::array();
  std::string words;
  for (const auto& hit : hits.value()) {
    std::string name;
    domain::with_entity(hit.type, [&]<class Record>() {
      const auto record = storage::find<Record>(place.store->db(), hit.id);
      if (!record || !record.value()) return;
      if constexpr (requires { record.value()->number; }) name += record.value()->number + " ";
      if constexpr (requires { record.value()->name; }) name += record.value()->name;
    });
    json.push_back({{"record", domain::table_of(hit.type)}, {"id", to_text(hit.id)}, {"name", name}});
    words += fmt::format("{}  {}\n", domain::table_of(hit.type), name);
  }
  if (words.empty()) words = speech.in.tr("state.nothing_found", {{"text", text}}) + "\n";
  return said(speech, json, words);
}

Output check_command(Workplace& place, const Speech& speech) {
  const auto check = sync::check_everything(*place.store);
  if (!check) return failed(speech, check.error());
  const auto& found = check.value();
  Json json{{"sound", found.complaints.empty()},
            {"operations", found.operation_count},
            {"sealed", found.sealed_count},
            {"blobs", found.blob_count},
            {"complaints", found.complaints}};
  auto words = fmt::format("{}\n{}\n{}\n", speech.in.tr("count.changes", {{"count", found.operation_count}}),
                           speech.in.tr("count.visits", {{"count", found.sealed_count}}),
                           speech.in.tr("count.photos", {{"count", found.blob_count}}));
  auto output = said(speech, json, words);
  if (!found.complaints.empty()) {
    output.exit_code = 1;
    output.complaint = speech.in.tr("error.corrupt");
    for (const auto& complaint : found.complaints) output.complaint += "\n  " + complaint;
  }
  return output;
}

Output export_command(Workplace& place, const Speech& speech, const std::string& visit,
                      const std::filesystem::path& to) {
  std::error_code failed_to_look;
  if (std::filesystem::exists(to, failed_to_look)) {
    return failed(speech, {ErrorKind::Refused,
                           fmt::format("{} exists already: choose another name, nothing was overwritten",
                                       to.string())});
  }
  const auto record = export_record(*place.store, visit);
  if (!record) return failed(speech, record.error());
  const auto bytes = protocol::encode(record.value());
  if (const auto written = storage::write_file_whole(to, bytes); !written)
    return failed(speech, written.error());
  Json json{{"file", to.string()}, {"bytes", bytes.size()}, {"files", record.value().blobs.size()}};
  return said(speech, json, fmt::format("{} ({} bytes)\n", to.string(), bytes.size()));
}

Output rescue_export_command(Workplace& place, const Speech& speech, const RescueWish& wish) {
  std::unique_ptr<sync::DeviceStore> set_aside;
  if (!wish.set_aside.empty()) {
    auto opened =
        sync::DeviceStore::open_set_aside(*place.folder, wish.set_aside, *place.clock, *place.random);
    if (!opened) return failed(speech, opened.error());
    set_aside = std::move(opened).value();
  }
  auto& store = set_aside ? *set_aside : *place.store;
  const auto written =
      sync::export_rescue(store, wish.file, wish.is_all ? sync::RescueScope::All : sync::RescueScope::Unsent);
  if (!written && written.error().kind == ErrorKind::NotFound) {
    auto output = failed(speech, written.error());
    output.complaint = speech.in.tr("rescue.nothing");
    return output;
  }
  if (!written) return failed(speech, written.error());
  const auto& report = written.value();
  auto output = said(speech, export_json(report, wish.file), export_words(speech, report, wish.file));
  if (!report.damage.empty()) {
    output.exit_code = 1;
    output.complaint = fmt::format("{}\n  ({})", speech.in.tr("rescue.written.in_part"), report.damage);
  }
  if (report.blob_missing_count > 0) {
    output.exit_code = 1;
    output.complaint += (output.complaint.empty() ? "" : "\n") +
                        speech.in.tr("rescue.blobs_unreadable", {{"count", report.blob_missing_count}});
  }
  return output;
}

Output rescue_import_command(Workplace& place, const Speech& speech, const std::filesystem::path& file) {
  const auto taken = place.store->take_rescue(file);
  if (!taken) return failed(speech, taken.error());
  const auto& facts = taken.value();
  const Json json{{"id", to_hex(facts.id)},
                  {"device", facts.prefix},
                  {"bytes", facts.byte_count},
                  {"pieces", facts.piece_count},
                  {"is_whole", facts.is_whole}};
  auto output = said(speech, json, speech.in.tr("rescue.taken", {{"device", facts.prefix}}) + "\n");
  if (!facts.is_whole) {
    output.exit_code = 1;
    output.complaint = speech.in.tr("rescue.damaged");
  }
  return output;
}

Output verify_command(const Speech& speech, const std::filesystem::path& file,
                      const std::string& expected_key) {
  std::optional<PublicKey> key;
  if (!expected_key.empty()) {
    const auto bytes = from_hex(expected_key);
    const auto wanted = bytes ? hash_of_bytes(bytes.value()) : Result<Hash>{bytes.error()};
    if (!wanted) return {.exit_code = 2, .out = {}, .complaint = "a key is 64 hexadecimal digits"};
    key = wanted.value();
  }
  const auto bytes = storage::read_file(file, protocol::kLimits.record_byte_count_max);
  if (!bytes) return failed(speech, bytes.error());
  const auto check = protocol::verify_record(bytes.value(), key);
  auto output = said(speech, verification_json(check), verification_words(speech, check, key.has_value()));
  output.exit_code = check.is_genuine ? 0 : 1;
  return output;
}

}  // namespace aftercare::work
