#include "sync/server/house.h"

#include "shared/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::server {
namespace {

/// An organisation's file has this name until it is whole; after a crash it is nobody's.
constexpr const char* kUnfinishedName = "unfinished";
void remove_unfinished(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(folder / (std::string{kUnfinishedName} + suffix), ignored);
  }
}

}  // namespace

House::House(storage::DataFolder folder, Clock& clock, Random& random)
    : folder_(std::move(folder)), clock_(clock), random_(random) {}

// Readers close before the writer, so that only the writer ever checkpoints.
House::~House() {
  for (auto& [id, room] : rooms_) room->idle.clear();
}

Hash House::database_key() const { return derive_key(folder_.key(), 1, "database"); }
Hash House::token_key() const { return derive_key(folder_.key(), 3, "tokens__"); }
Hash House::backup_key() const { return derive_key(folder_.key(), 4, "backup__"); }

Result<std::unique_ptr<House>> House::open(const std::filesystem::path& path, Clock& clock, Random& random) {
  auto folder = storage::DataFolder::open(path, random);
  if (!folder) return folder.error();
  std::unique_ptr<House> house{new House(std::move(folder).value(), clock, random)};
  if (const auto opened = house->open_rooms(); !opened) return opened.error();
  return house;
}

Done House::open_rooms() {
  const auto folder = path() / "organisations";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error{ErrorKind::Refused, fmt::format("cannot make {}: {}", folder.string(), failed.message())};
  remove_unfinished(folder);

  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".db") files.push_back(entry.path());
  }
  if (failed)
    return Error{ErrorKind::Refused, fmt::format("cannot read {}: {}", folder.string(), failed.message())};
  for (const auto& file : files) {
    const auto opened = open_room(file);
    if (opened) continue;
    if (opened.error().kind != ErrorKind::Corrupt) return opened.error();
    return Error{
        ErrorKind::Corrupt,
        fmt::format("{}: {}. Nothing was changed. Keep the file, and put back the folder from a backup "
                    "(aftercare-server restore --help)",
                    file.string(), opened.error().detail)};
  }
  return done();
}

Result<Organisation> House::open_room(const std::filesystem::path& file) {
  auto new_room = std::make_unique<Room>();
  new_room->file = file;
  new_room->key = database_key();
  auto writer = OrganisationStore::open(file, new_room->key, storage::Access::Write, clock_, random_);
  if (!writer) return writer.error();
  new_room->writer = std::move(writer).value();
  new_room->organisation = new_room->writer->organisation();
  const auto organisation = new_room->organisation;

  new_room->blob_folder = path() / "blobs" / to_text(organisation.id);
  auto blobs = storage::BlobFiles::open(new_room->blob_folder, derive_key(folder_.key(), 2, "blobfile"));
  if (!blobs) return blobs.error();
  new_room->blobs = std::make_unique<storage::BlobFiles>(std::move(blobs).value());
  if (const auto removed = remove_erased_blobs(*new_room, *new_room->writer); !removed)
    return removed.error();

  const std::unique_lock lock(mutex_);
  rooms_[organisation.id] = std::move(new_room);
  return organisation;
}

std::vector<Organisation> House::organisations() const {
  std::vector<Organisation> list;
  const std::shared_lock lock(mutex_);
  for (const auto& [id, room] : rooms_) list.push_back(room->organisation);
  std::ranges::sort(list, {}, &Organisation::name);
  return list;
}

Result<Organisation> House::find(std::string_view name) const {
  const auto list = organisations();
  if (list.empty()) {
    return Error{ErrorKind::NotFound,
                 "there is no organisation in this folder yet: make one with `aftercare-server init`"};
  }
  if (name.empty()) {
    if (list.size() == 1) return list.front();
    return Error{ErrorKind::Invalid,
                 "there are several organisations in this folder: say which with --organisation"};
  }
  const auto composed = to_nfc(name);
  const auto found =
      std::ranges::find(list, composed ? composed.value() : std::string{name}, &Organisation::name);
  if (found == list.end())
    return Error{ErrorKind::NotFound, "there is no organisation of this name in this folder"};
  return *found;
}

bool House::has(const OrganisationId& id) const { return room(id) != nullptr; }

House::Room* House::room(const OrganisationId& id) const {
  const std::shared_lock lock(mutex_);
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : found->second.get();
}

Result<Organisation> House::add(std::string name) {
  auto composed = to_nfc(trimmed(name));
  if (!composed || composed.value().empty() || character_count(composed.value()) > 200) {
    return Error{ErrorKind::Invalid, "an organisation needs a name of at most 200 characters"};
  }
  const std::scoped_lock lock(add_mutex_);
  if (find(composed.value())) {
    return Error{ErrorKind::Conflict, "an organisation of this name is here already: nothing was changed"};
  }
  const auto folder = path() / "organisations";
  remove_unfinished(folder);
  OrganisationId id;
  {
    const auto store = OrganisationStore::create(folder / kUnfinishedName, database_key(),
                                                 std::move(composed).value(), clock_, random_);
    if (!store) return store.error();
    id = store.value()->organisation().id;
  }
  const auto file = folder / (to_text(id) + ".db");
  std::error_code failed;
  std::filesystem::rename(folder / kUnfinishedName, file, failed);
  if (failed)
    return Error{ErrorKind::Refused, fmt::format("cannot name {}: {}", file.string(), failed.message())};
  return open_room(file);
}

House::Reader::~Reader() {
  if (store_ == nullptr) return;
  const std::scoped_lock lock(room_->mutex);
  room_->idle.push_back(std::move(store_));
}

Result<House::Reader> House::read(const OrganisationId& id) {
  auto* const found = room(id);
  if (found == nullptr) return Error{ErrorKind::NotFound, "there is no such organisation here"};
  {
    const std::scoped_lock lock(found->mutex);
    if (!found->idle.empty()) {
      auto store = std::move(found->idle.back());
      found->idle.pop_back();
      return Reader{*found, std::move(store)};
    }
  }
  auto store = OrganisationStore::open(found->file, found->key, storage::Access::Read, clock_, random_);
  if (!store) return store.error();
  return Reader{*found, std::move(store).value()};
}

storage::BlobFiles& House::blobs(const OrganisationId& id) {
  auto* const found = room(id);
  assert(found != nullptr);
  return *found->blobs;
}

WriteTarget* House::find_target(const OrganisationId& id) {
  auto* const found = room(id);
  return found == nullptr ? nullptr : found->writer.get();
}

Done House::write(const OrganisationId& id, const std::function<Done(OrganisationStore&)>& work) {
  auto* const found = room(id);
  if (found == nullptr) return Error{ErrorKind::NotFound, "there is no such organisation here"};
  if (lanes_ == nullptr) {
    const std::scoped_lock lock(write_mutex_);
    return found->writer->db().transaction([&] { return work(*found->writer); });
  }

  Done worked = Error{ErrorKind::Busy, "the server is busy or stopping: nothing was written, try again"};
  const auto response =
      lanes_->write_and_wait(write_job<OrganisationStore>(id, [&](OrganisationStore& store) {
        worked = work(store);
        if (!worked) return problem_of(worked.error());
        auto answer = no_content();
        if (const auto head = store.head()) answer.feed_seq = head.value().seq;
        return answer;
      }));
  if (!worked || response.status < 400) return worked;
  const bool is_full = response.status == kind_of(Problem::DiskFull).status;
  return Error{is_full ? ErrorKind::Full : ErrorKind::Busy,
               "the change could not be made durable: nothing was written, see the server's log"};
}

// ---- Erasure ---------------------------------------------------------------------------------------

Result<ErasureReport> House::erase(const OrganisationId& id, const UserId& by, std::string_view number) {
  auto* const found = room(id);
  if (found == nullptr) return Error{ErrorKind::NotFound, "there is no such organisation here"};
  const std::scoped_lock lock(erase_mutex_);
  ErasureReport report;
  const auto written = write(id, [&](OrganisationStore& store) -> Done {
    auto erased = erase_customer(store, by, number);
    if (!erased) return erased.error();
    report = std::move(erased).value();
    return done();
  });
  if (!written) return written.error();
  if (const auto finished = finish_erasing(id); !finished) return finished.error();
  empty_log(*found);
  return report;
}

Done House::finish_erasing(const OrganisationId& id) {
  auto* const found = room(id);
  if (found == nullptr) return Error{ErrorKind::NotFound, "there is no such organisation here"};
  const auto store = read(id);
  return store ? remove_erased_blobs(*found, *store.value()) : Done{store.error()};
}

/// A file that another record still names stays: two customers can have sent the same picture.
Done House::remove_erased_blobs(Room& in_room, OrganisationStore& store) {
  auto query = store.db().query(
      "SELECT e.rowid, e.sha256, EXISTS (SELECT 1 FROM blob_reference b WHERE b.sha256 = e.sha256) FROM erased_blob e "
      "WHERE e.rowid > ? ORDER BY e.rowid",
      in_room.erased_row.load());
  while (query.next()) {
    if (query.integer(2) == 0) {
      if (const auto removed = in_room.blobs->remove(query.hash(1)); !removed) return removed;
    }
    in_room.erased_row = query.integer(0);
  }
  return query.done();
}

/// What was overwritten in the file may still stand in its log. A reader in the middle of a snapshot can
/// keep part of it there; the writer's next checkpoint then takes it away.
void House::empty_log(Room& in_room) {
  if (lanes_ == nullptr) {
    const std::scoped_lock lock(write_mutex_);
    (void)in_room.writer->db().checkpoint();
    return;
  }
  // A log is emptied between two transactions, so the group's is ended here and a new one begun for it.
  (void)lanes_->write_and_wait(
      write_job<OrganisationStore>(in_room.organisation.id, [](OrganisationStore& store) {
        auto step = store.release();
        if (step) step = store.commit();
        if (step) step = store.db().checkpoint();
        if (step) step = store.begin();
        if (step) step = store.savepoint();
        return step ? no_content() : problem_of(step.error());
      }));
}

}  // namespace aftercare::server
