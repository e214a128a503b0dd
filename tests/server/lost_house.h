#pragma once

#include "sync/server/backup.h"
#include "sync/server/checking.h"
#include "sync/server/commands.h"
#include "tests/server/house_link.h"

namespace aftercare::server {

/// A server that is lost and restored from an archive, with tablets of its own.
struct Lost : ServedHouse {
  OrganisationId id = add_organisation("Teplo Brno");
  UserId technician = add(id, {.name = "Petr", .role = Role::Technician});

  std::filesystem::path file(const char* name) { return folder.path() / name; }
  void back_up_now(const char* name) {
    clock.pass(std::chrono::minutes{1});
    const auto made = back_up(*house, file(name));
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
  }
  /// The server's disk is gone; what there is, is the archive and the key.
  void restore_from(const char* archive, const char* into) {
    clock.pass(std::chrono::minutes{1});
    const auto key = file("kept key");
    if (!std::filesystem::exists(key)) std::filesystem::copy_file(house->path() / "key", key);
    const auto restored = restore(file(into), file(archive), key, clock, random);
    INFO((restored ? "" : restored.error().detail));
    REQUIRE(restored);
    open(file(into));
  }
  std::int64_t number(const std::string& sql) {
    const auto store = house->read(id);
    auto query = store.value()->db().query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }
  template <class IdType>
  bool has(const char* table, const IdType& record) {
    const auto store = house->read(id);
    auto query = store.value()->db().query(std::string{"SELECT 1 FROM "} + table + " WHERE id = ?", record);
    return query.next();
  }
  void is_sound() {
    const auto store = house->read(id);
    const auto checked = check_organisation(*store.value(), house->blobs(id));
    REQUIRE(checked);
    CAPTURE(checked.value().complaints);
    CHECK(checked.value().complaints.empty());
    CHECK(checked.value().damaged_blobs.empty());
  }
  CommandOutput command(std::vector<std::string> arguments) {
    const CommandCall call{.arguments = std::move(arguments), .folder = house->path(), .environment = {}};
    return run_command(std::get<Command>(command_of(call)), call, *house, quick_rules(), std::nullopt,
                       office::office_parts(catalogue(), {}));
  }
};

}  // namespace aftercare::server
