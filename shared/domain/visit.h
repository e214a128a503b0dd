#pragma once

#include "shared/domain/form.h"

namespace aftercare::domain {

using VisitEventId = Id<struct VisitEventTag>;
using PhotoId = Id<struct PhotoTag>;
using NoteId = Id<struct NoteTag>;

/// One call at one customer's, or one stretch of remote help. What it holds besides these fields
/// (clock, answers, photos, notes, sign-off) are records of their own that point here.
struct Visit {
  VisitId id;
  std::string number;  // `V-22-0001-K`
  VisitKind kind = VisitKind::Repair;
  std::optional<WorkOrderId> work_order_id;
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::optional<AssetId> asset_id;
  UserId technician_id;
  std::optional<FormId> form_id;
  std::string language;  // the customer's, in which the summary is shown
  Instant started_at{};
  std::string zone;
  std::string reason;    // what the customer asked for
  std::string result;    // what was done, in the technician's words
  std::string promised;  // what was promised on the spot
  std::int64_t price_minor = 0;
  std::string currency;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Visit>
void each_field(C& visit, F&& field) {
  field(1, "number", visit.number, kOnce);
  field(2, "kind", visit.kind, kOnSite);
  field(3, "work_order_id", visit.work_order_id, kOnce);
  field(4, "customer_id", visit.customer_id, kOnce);
  field(5, "site_id", visit.site_id, kOnSite);
  field(6, "asset_id", visit.asset_id, kOnSite);
  field(7, "technician_id", visit.technician_id, kOnSite);
  field(8, "form_id", visit.form_id, kOnSite);
  field(9, "language", visit.language, kOnSite);
  field(10, "started_at_ms", visit.started_at, kOnce);
  field(11, "zone", visit.zone, kOnce);
  field(12, "reason", visit.reason, kPersonal);
  field(13, "result", visit.result, FieldRule{Merge::Field, true});
  field(14, "promised", visit.promised, FieldRule{Merge::Field, true});
  field(15, "price_minor", visit.price_minor, kOnSite);
  field(16, "currency", visit.currency, kOnSite);
}

/// What the clock of a visit knows. Working is both starting and going on after a pause.
enum class VisitEventKind { Travelling, Arrived, Working, Paused, Left };
template <>
struct Names<VisitEventKind> {
  static constexpr std::array<std::string_view, 5> values{"travelling", "arrived", "working", "paused",
                                                          "left"};
};

/// A moment of the visit, told by three clocks: the tablet's wall clock, the time since it started,
/// and how far its wall clock was off the server's when they last spoke.
struct VisitEvent {
  VisitEventId id;
  VisitId visit_id;
  VisitEventKind kind = VisitEventKind::Travelling;
  Instant at{};
  std::string zone;
  std::string boot_id;  // empty when only the wall clock is known: a visit from a file
  std::int64_t monotonic_ms = 0;
  std::optional<std::int64_t> server_offset_ms;  // server minus tablet; empty before the first contact
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, VisitEvent>
void each_field(C& event, F&& field) {
  field(1, "visit_id", event.visit_id, kOnce);
  field(2, "kind", event.kind, kOnce);
  field(3, "at_ms", event.at, kOnce);
  field(4, "zone", event.zone, kOnce);
  field(5, "boot_id", event.boot_id, kOnce);
  field(6, "monotonic_ms", event.monotonic_ms, kOnce);
  field(7, "server_offset_ms", event.server_offset_ms, kOnce);
}

enum class PhotoMoment { Before, During, After };
template <>
struct Names<PhotoMoment> {
  static constexpr std::array<std::string_view, 3> values{"before", "during", "after"};
};

/// A picture taken at the visit. The bytes are a blob; this says what they show.
struct Photo {
  PhotoId id;
  VisitId visit_id;
  std::string question;  // which it answers; empty for the visit as a whole
  PhotoMoment moment = PhotoMoment::During;
  std::string caption;
  BlobRef blob;
  std::string media_type;  // image/jpeg or image/png
  std::int64_t byte_count = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  Instant taken_at{};
  // Of the file as it was taken, where that was over the budget (shared/image/photo.h) and a smaller picture
  // is kept in its stead; else empty.
  Blob original_sha256;
  std::int64_t original_byte_count = 0;
  std::optional<BlobRef>
      thumbnail;  // a JPEG of a few kilobytes that travels before the photo; none of a small one
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Photo>
void each_field(C& photo, F&& field) {
  field(1, "visit_id", photo.visit_id, kOnce);
  field(2, "question", photo.question, kOnce);
  field(3, "moment", photo.moment, kOnSite);
  field(4, "caption", photo.caption, FieldRule{Merge::Field, true});
  field(5, "sha256", photo.blob, kPersonalOnce);
  field(6, "media_type", photo.media_type, kOnce);
  field(7, "byte_count", photo.byte_count, kOnce);
  field(8, "width", photo.width, kOnce);
  field(9, "height", photo.height, kOnce);
  field(10, "taken_at_ms", photo.taken_at, kOnce);
  field(11, "original_sha256", photo.original_sha256, kPersonalOnce);
  field(12, "original_byte_count", photo.original_byte_count, kOnce);
  field(13, "thumbnail_sha256", photo.thumbnail, kPersonalOnce);
}

/// Free words about a visit or a customer. Written once; a second thought is a second note.
struct Note {
  NoteId id;
  std::optional<VisitId> visit_id;
  std::optional<CustomerId> customer_id;
  UserId author_id;
  Instant at{};
  std::string text;
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Note>
void each_field(C& note, F&& field) {
  field(1, "visit_id", note.visit_id, kOnce);
  field(2, "customer_id", note.customer_id, kOnce);
  field(3, "author_id", note.author_id, kOnce);
  field(4, "at_ms", note.at, kOnce);
  field(5, "text", note.text, kPersonalOnce);
}

/// Whether the clock may say `next` after these events, in the order they happened: one travels, then
/// arrives, works and pauses in turn, and leaves once.
[[nodiscard]] bool can_follow(const std::vector<VisitEvent>& events, VisitEventKind next);

/// Working time so far, by the monotonic clock where one boot covers both ends, else by wall time
/// corrected with the server's offset; never negative. `until` closes a stretch still running.
[[nodiscard]] std::int64_t worked_ms(const std::vector<VisitEvent>& events, const VisitEvent& until);

}  // namespace aftercare::domain
