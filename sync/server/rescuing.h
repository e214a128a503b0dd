#pragma once

#include "sync/protocol/rescue_file.h"
#include "sync/server/accepting.h"
#include "sync/server/house.h"

#include <memory>
#include <variant>

/// Rescue files: work of a device that could not come itself, brought piece by piece by another device or by
/// stick. What is in them is taken by the rules of a push and of an upload, so it does not matter who brings
/// it, how often, and whether the device itself was here first.
namespace aftercare::server {

/// A piece that was opened, checked and, where it is part of a blob, written; what is left to do needs the
/// organisation's transaction.
struct RescueNote {
  Hash id{};
  DeviceId device_id;
  std::string brought_by;  // for the journal of who did what
  std::uint64_t number = 0;
  struct Blob {  // whole now, or before
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool is_new = false;
  };
  struct NothingMore {};
  std::variant<std::shared_ptr<const PreparedPush>, Blob, protocol::RescueEnd, NothingMore> what;
};

/// Runs on any thread. Answers at once where nothing has to be noted. NotFound when the device whose work it
/// is was never enrolled here, Invalid or Refused when it is no rescue file of this organisation: then the
/// carrier keeps it.
[[nodiscard]] Result<std::variant<protocol::RescueAnswer, RescueNote>> look_at_rescue(
    House& house, const OrganisationId& organisation_id, const protocol::RescueRequest& request,
    std::string brought_by);

/// In a write job or transaction.
[[nodiscard]] Result<protocol::RescueAnswer> note_rescue(OrganisationStore& store, const RescueNote& note);

/// What a whole file brought.
struct RescueReport {
  std::string prefix;  // of the device whose work it is
  protocol::RescueAnswer answer;
  std::uint64_t piece_count = 0;
  std::uint64_t damaged_count = 0;  // pieces that cannot be read any more
  std::uint64_t behind_count = 0;   // pieces that follow on something that is not here
  bool is_whole = false;            // all of it is here
};

/// Takes a file from a stick at the server itself. Not on a lane.
[[nodiscard]] Result<RescueReport> import_rescue(House& house, const std::filesystem::path& file);

}  // namespace aftercare::server
