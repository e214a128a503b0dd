#pragma once

#include "sync/protocol/message.h"
#include "sync/server/enrolment.h"

/// What happens after a restore: devices come that the restored file never heard of, and tell how far the
/// lost server had come.
namespace aftercare::server {

/// Lets a device in again that was enrolled after the backup, by the certificate that this organisation once
/// signed: what it may do, its record, a journal that begins at its first operation. Its prefix is never
/// given to another. In a write job; nothing when it is in, else why not. The caller has checked that the
/// device holds the certificate's key.
[[nodiscard]] Result<std::optional<EnrolmentRefusal>> readmit(OrganisationStore& store,
                                                              const protocol::Signed& certificate,
                                                              const DeviceId& device_id);

/// The same for a device whose record was brought back, before it comes itself: its journal may be needed.
/// What the office has since said of it holds again: its name, its person, and that it was revoked. In a
/// write job.
[[nodiscard]] Done follow_recorded_device(OrganisationStore& store, const DeviceId& device_id);

/// Keeps what a device can show of epochs that a restore ended. Words that this organisation did not sign,
/// or that are of the present epoch, are passed over. In a write job.
[[nodiscard]] Done note_lost(OrganisationStore& store, const DeviceId& device_id,
                             const std::vector<protocol::LostWord>& words);

/// What a restore cost, as far as devices know.
struct LostFeed {
  protocol::EpochId epoch;
  std::uint64_t kept_seq = 0;         // the archive reached so far
  std::uint64_t reached_seq = 0;      // the lost feed at least so far
  std::uint64_t came_back_count = 0;  // of the operations in between
  Instant reached_at{};               // by the lost server's clock
  Instant restored_at{};
  DeviceId told_by;

  [[nodiscard]] std::uint64_t lost_count() const { return reached_seq - kept_seq; }
};
/// Newest first; only those by which something was lost.
[[nodiscard]] Result<std::vector<LostFeed>> lost_feeds(storage::Database& db);

}  // namespace aftercare::server
