#include "sync/server/backup.h"

#include "sync/protocol/limits.h"

#include "shared/storage/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace aftercare::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockSize = 512;
constexpr std::size_t kChunkSize = 256 << 10;
constexpr std::size_t kCertificateSizeMax = 1 << 20;
constexpr const char* kSealedEnding = ".sealed";

Error disk_error(std::string_view what, const fs::path& path) {
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT) {
    return {ErrorKind::Full,
            fmt::format("the disk is full: {} was not finished, nothing else was changed", path.string())};
  }
  return {ErrorKind::Refused, fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(code))};
}

/// A new name is kept only once its folder is on the disk, too.
Done keep_name(const fs::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_kept = handle >= 0 && ::fsync(handle) == 0;
  const auto kept = is_kept ? done() : Done{disk_error("keep the name of", path)};
  if (handle >= 0) ::close(handle);
  return kept;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// ---- tar (POSIX.1-1988 ustar, as much of it as an archive of plain files needs) ---------------------

void put_octal(char* field, std::size_t size, std::uint64_t value) {
  if (value >> (3 * (size - 1)) == 0) {
    const auto text = fmt::format("{:0{}o}", value, size - 1);
    std::memcpy(field, text.data(), text.size());
    return;
  }
  // Too large for digits: base 256, as GNU and POSIX tars read it.
  for (std::size_t i = size; i-- > 1; value >>= 8) field[i] = static_cast<char>(value & 0xff);
  field[0] = static_cast<char>(0x80);
}

std::uint64_t get_number(const char* field, std::size_t size) {
  std::uint64_t value = 0;
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
    for (std::size_t i = 1; i < size; ++i) value = value << 8 | static_cast<unsigned char>(field[i]);
    return value;
  }
  for (std::size_t i = 0; i < size && field[i] >= '0' && field[i] <= '7'; ++i) {
    value = value * 8 + static_cast<std::uint64_t>(field[i] - '0');
  }
  return value;
}

unsigned checksum_of(const std::array<char, kBlockSize>& block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < kBlockSize; ++i) {
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

class TarWriter {
 public:
  TarWriter(std::FILE* file, fs::path path, Instant now) : file_(file), path_(std::move(path)), now_(now) {}

  Done add(const std::string& name, std::string_view bytes) {
    if (const auto begun = begin(name, bytes.size()); !begun) return begun;
    if (const auto written = write(bytes); !written) return written;
    return pad(bytes.size());
  }

  Done add_file(const std::string& name, const fs::path& from) {
    const File source{std::fopen(from.c_str(), "rb")};
    if (!source) return disk_error("read", from);
    std::error_code failed;
    const auto size = fs::file_size(from, failed);
    if (failed) return disk_error("read", from);
    if (const auto begun = begin(name, size); !begun) return begun;
    std::string chunk(kChunkSize, '\0');
    auto left = size;
    while (left > 0) {
      const auto count =
          std::fread(chunk.data(), 1, std::min<std::uint64_t>(chunk.size(), left), source.get());
      if (count == 0)
        return Error{ErrorKind::Conflict,
                     fmt::format("{} changed while it was read: try again", from.string())};
      if (const auto written = write({chunk.data(), count}); !written) return written;
      left -= count;
    }
    return pad(size);
  }

  Done finish() {
    const std::string end(2 * kBlockSize, '\0');
    if (const auto written = write(end); !written) return written;
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) return disk_error("write", path_);
    return done();
  }

  [[nodiscard]] std::uint64_t byte_count() const { return byte_count_; }

 private:
  Done begin(const std::string& name, std::uint64_t size) {
    std::array<char, kBlockSize> block{};
    std::string_view base = name;
    std::string_view prefix;
    if (base.size() > 100) {
      const auto cut = name.rfind('/', 155);
      prefix = std::string_view{name}.substr(0, cut);
      base = std::string_view{name}.substr(cut + 1);
    }
    assert(base.size() <= 100 && prefix.size() <= 155);
    std::memcpy(block.data(), base.data(), base.size());
    put_octal(block.data() + 100, 8, 0600);
    put_octal(block.data() + 108, 8, 0);
    put_octal(block.data() + 116, 8, 0);
    put_octal(block.data() + 124, 12, size);
    put_octal(block.data() + 136, 12, static_cast<std::uint64_t>(to_ms(now_) / 1000));
    block[156] = '0';
    std::memcpy(block.data() + 257,
                "ustar\0"
                "00",
                8);
    std::ranges::copy(prefix, block.data() + 345);
    const auto sum = fmt::format("{:06o}", checksum_of(block));
    std::memcpy(block.data() + 148, sum.data(), sum.size());
    block[155] = ' ';
    return write({block.data(), block.size()});
  }
  Done pad(std::uint64_t size) {
    const std::string zeros((kBlockSize - size % kBlockSize) % kBlockSize, '\0');
    return write(zeros);
  }
  Done write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) return disk_error("write", path_);
    byte_count_ += bytes.size();
    return done();
  }

  std::FILE* file_;
  fs::path path_;
  Instant now_;
  std::uint64_t byte_count_ = 0;
};

/// Whether a name in an archive leads to where a backup of ours puts things, and nowhere else.
bool is_ours(const std::string& name) {
  const bool is_below =
      name.starts_with("organisations/") || name.starts_with("blobs/") || name.starts_with("tls/");
  return is_below && name.find("..") == std::string::npos && name.find("//") == std::string::npos &&
         name.back() != '/' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789./-_") == std::string::npos;
}

Done copy_out(std::FILE* archive, std::uint64_t size, const fs::path& to) {
  std::error_code failed;
  fs::create_directories(to.parent_path(), failed);
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot make {}: {}", to.parent_path().string(), failed.message())};
  const File target{std::fopen(to.c_str(), "wb")};
  if (!target) return disk_error("write", to);
  std::string chunk(kChunkSize, '\0');
  const auto padded = (size + kBlockSize - 1) / kBlockSize * kBlockSize;
  for (std::uint64_t at = 0; at < padded;) {
    const auto count =
        std::fread(chunk.data(), 1, std::min<std::uint64_t>(chunk.size(), padded - at), archive);
    if (count == 0) return Error{ErrorKind::Corrupt, "the archive ends too early: it is damaged or was cut"};
    const auto useful = at < size ? std::min<std::uint64_t>(count, size - at) : 0;
    if (std::fwrite(chunk.data(), 1, useful, target.get()) != useful) return disk_error("write", to);
    at += count;
  }
  if (std::fflush(target.get()) != 0 || ::fsync(::fileno(target.get())) != 0) return disk_error("write", to);
  return done();
}

Done unpack(const fs::path& from, const fs::path& to) {
  const File archive{std::fopen(from.c_str(), "rb")};
  if (!archive) return disk_error("read", from);
  while (true) {
    std::array<char, kBlockSize> block{};
    if (std::fread(block.data(), 1, block.size(), archive.get()) != block.size()) {
      return Error{ErrorKind::Corrupt,
                   fmt::format("{} ends too early: it is damaged or was cut", from.string())};
    }
    if (block[0] == '\0') return done();
    if (get_number(block.data() + 148, 8) != checksum_of(block) ||
        std::memcmp(block.data() + 257, "ustar", 5) != 0) {
      return Error{ErrorKind::Corrupt, fmt::format("{} is no backup of ours, or damaged", from.string())};
    }
    const auto field = [&](std::size_t at, std::size_t size) {
      return std::string{block.data() + at, ::strnlen(block.data() + at, size)};
    };
    const auto prefix = field(345, 155);
    const auto name = (prefix.empty() ? "" : prefix + '/') + field(0, 100);
    if (!is_ours(name) || block[156] != '0') {
      return Error{ErrorKind::Corrupt,
                   fmt::format("{} holds something that no backup of ours holds", from.string())};
    }
    if (const auto copied = copy_out(archive.get(), get_number(block.data() + 124, 12), to / name); !copied)
      return copied;
  }
}

// ---- Certificates, which lie open in the folder, are sealed in the archive ---------------------------

Bytes seal(std::string_view plain, const Hash& key, Random& random) {
  static_assert(sizeof(Hash) == crypto_secretbox_KEYBYTES);
  Bytes sealed = random.bytes(crypto_secretbox_NONCEBYTES);
  Bytes box(plain.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(reinterpret_cast<unsigned char*>(box.data()),
                        reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                        reinterpret_cast<const unsigned char*>(sealed.data()), key.data());
  return sealed + box;
}

Result<Bytes> unseal(std::string_view sealed, const Hash& key) {
  const Error wrong{ErrorKind::Corrupt,
                    "the key does not fit this backup, or the archive is damaged: nothing was restored"};
  if (sealed.size() < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) return wrong;
  const auto box = sealed.substr(crypto_secretbox_NONCEBYTES);
  Bytes plain(box.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                 reinterpret_cast<const unsigned char*>(box.data()), box.size(),
                                 reinterpret_cast<const unsigned char*>(sealed.data()), key.data()) != 0) {
    return wrong;
  }
  return plain;
}

Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return files;
  for (auto entry = fs::recursive_directory_iterator(folder, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) files.push_back(entry->path());
  }
  if (failed)
    return Error{ErrorKind::Refused, fmt::format("cannot read {}: {}", folder.string(), failed.message())};
  return files;
}

/// What an archive holds of one organisation's feed and journals.
struct Reach {
  std::uint64_t feed_seq = 0;
  std::map<std::int64_t, std::uint64_t> dseq_by_lineage;
};

Result<Reach> reach_of(OrganisationStore& store) {
  Reach reach;
  const auto head = store.head();
  if (!head) return head.error();
  reach.feed_seq = head.value().seq;
  auto query = store.db().query("SELECT id, dseq FROM lineage");
  while (query.next()) reach.dseq_by_lineage[query.integer(0)] = static_cast<std::uint64_t>(query.integer(1));
  if (const auto read = query.done(); !read) return read.error();
  return reach;
}

/// From now on receipts and pages say so, and devices may let go of what they kept for us.
Done note_backed_up(OrganisationStore& store, const Reach& reach) {
  auto noted = store.db().run("UPDATE organisation SET is_backed_up = 1, backed_up_seq = ?, backed_up_ms = ?",
                              reach.feed_seq, store.clock().now());
  for (const auto& [id, dseq] : reach.dseq_by_lineage) {
    if (noted) noted = store.db().run("UPDATE lineage SET backed_up_dseq = ? WHERE id = ?", dseq, id);
  }
  if (!noted) return noted;
  return store.note_audit("command line", "server.backed_up", to_text(store.organisation().id),
                          fmt::format("up to {}", reach.feed_seq));
}

/// A consistent copy: everything up to one commit, however long the copying takes.
Result<Reach> add_database(House& house, const Organisation& organisation, TarWriter& tar,
                           const fs::path& scratch) {
  const auto store = house.read(organisation.id);
  if (!store) return store.error();
  // One read transaction around it, or every commit of others would make the copy start again.
  auto& db = store.value()->db();
  if (const auto begun = db.run("BEGIN"); !begun) return begun.error();
  auto reach = reach_of(*store.value());
  const auto copied = reach ? db.back_up_to(scratch, house.database_key()) : Done{reach.error()};
  (void)db.run("COMMIT");
  if (!copied) return copied.error();
  const auto added = tar.add_file(fmt::format("organisations/{}.db", to_text(organisation.id)), scratch);
  if (!added) return added.error();
  return reach;
}

/// Only whole blobs: an upload under way starts anew at the restored server.
bool is_whole_blob(const fs::path& file) {
  return file.filename().string().size() == 2 * sizeof(Hash) &&
         file.parent_path().filename().string().size() == 2;
}

using Reaches = std::map<OrganisationId, Reach>;

Done write_archive(House& house, TarWriter& tar, const fs::path& scratch, BackupReport& report,
                   Reaches& reaches) {
  for (const auto& organisation : house.organisations()) {
    std::error_code ignored;
    fs::remove(scratch, ignored);
    auto added = add_database(house, organisation, tar, scratch);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(scratch.string() + suffix, ignored);
    if (!added) return added.error();
    reaches[organisation.id] = std::move(added).value();
    ++report.organisation_count;
    // After the snapshot: every blob that it names and that had arrived is then among them.
    const auto blobs = files_below(house.path() / "blobs" / to_text(organisation.id));
    if (!blobs) return blobs.error();
    for (const auto& blob : blobs.value()) {
      if (!is_whole_blob(blob)) continue;
      const auto blob_added = tar.add_file(blob.lexically_relative(house.path()).generic_string(), blob);
      if (!blob_added) {
        if (!fs::exists(blob, ignored)) continue;  // erased in the meantime
        return blob_added;
      }
      ++report.blob_count;
    }
  }
  const auto certificates = files_below(house.path() / "tls");
  if (!certificates) return certificates.error();
  for (const auto& file : certificates.value()) {
    const auto plain = storage::read_file(file, kCertificateSizeMax);
    if (!plain) return plain.error();
    const auto name = file.lexically_relative(house.path()).generic_string() + kSealedEnding;
    if (const auto added = tar.add(name, seal(plain.value(), house.backup_key(), house.random())); !added)
      return added;
  }
  return tar.finish();
}

Done unseal_certificates(const fs::path& data, const Hash& key) {
  const auto files = files_below(data / "tls");
  if (!files) return files.error();
  for (const auto& file : files.value()) {
    const auto sealed = storage::read_file(file, kCertificateSizeMax);
    if (!sealed) return sealed.error();
    const auto plain = unseal(sealed.value(), key);
    if (!plain) return plain.error();
    auto name = file;
    if (const auto written = storage::write_file_whole(name.replace_extension(), plain.value()); !written)
      return written;
    std::error_code ignored;
    fs::remove(file, ignored);
  }
  return done();
}

/// Photos that the archive brings damaged count as missing: devices that still have them send them again.
Result<std::size_t> put_aside_damaged_blobs(House& house, const OrganisationId& id) {
  std::vector<Hash> names;
  {
    const auto store = house.read(id);
    if (!store) return store.error();
    auto query = store.value()->db().query("SELECT DISTINCT sha256 FROM blob_reference");
    while (query.next()) names.push_back(query.hash(0));
    if (const auto read = query.done(); !read) return read.error();
  }
  std::size_t count = 0;
  auto& blobs = house.blobs(id);
  for (const auto& name : names) {
    if (!blobs.has(name)) continue;
    const auto bytes = blobs.read_or_put_aside(name, protocol::kLimits.blob_byte_count_max);
    if (!bytes && bytes.error().kind != ErrorKind::Corrupt) return bytes.error();
    if (!bytes) ++count;
  }
  return count;
}

Result<RestoreReport> open_restored(const fs::path& data, Clock& clock, Random& random) {
  const auto house = House::open(data, clock, random);
  if (!house && house.error().kind == ErrorKind::Corrupt) {
    return Error{ErrorKind::Corrupt,
                 "the key does not fit this backup, or the archive is damaged: nothing was restored"};
  }
  if (!house) return house.error();
  if (const auto unsealed = unseal_certificates(data, house.value()->backup_key()); !unsealed)
    return unsealed.error();
  RestoreReport report;
  for (const auto& organisation : house.value()->organisations()) {
    std::uint64_t seq = 0;
    const auto changed = house.value()->write(organisation.id, [&](OrganisationStore& store) -> Done {
      if (const auto checked = store.db().quick_check(); !checked) return checked;
      const auto head = store.head();
      if (!head) return head.error();
      seq = head.value().seq;
      if (const auto entered = store.enter_new_epoch(); !entered) return entered;
      return store.note_audit("command line", "server.restored", to_text(organisation.id),
                              to_text(store.organisation().epoch));
    });
    if (!changed) return changed.error();
    const auto dropped = put_aside_damaged_blobs(*house.value(), organisation.id);
    if (!dropped) return dropped.error();
    report.damaged_blob_count += dropped.value();
    report.organisations[organisation.name] = seq;
  }
  return report;
}

}  // namespace

Result<BackupReport> back_up(House& house, const fs::path& to) {
  std::error_code failed;
  if (fs::exists(to, failed)) {
    return Error{ErrorKind::Refused,
                 fmt::format("{} is there already: a backup never overwrites another; choose a new name",
                             to.string())};
  }
  const auto inside =
      fs::weakly_canonical(to, failed).lexically_relative(fs::weakly_canonical(house.path(), failed));
  if (!inside.empty() && *inside.begin() != "..") {
    return Error{ErrorKind::Refused,
                 "a backup inside the folder it saves is lost with it: choose another place"};
  }
  const fs::path unfinished = to.string() + ".unfinished";
  BackupReport report;
  Reaches reaches;
  auto written = done();
  {
    const File file{std::fopen(unfinished.c_str(), "wb")};
    if (!file) return disk_error("write", unfinished);
    TarWriter tar{file.get(), unfinished, house.clock().now()};
    written = write_archive(house, tar, house.path() / "backup.scratch", report, reaches);
    report.byte_count = tar.byte_count();
  }
  if (written) {
    fs::rename(unfinished, to, failed);
    if (failed)
      written = Error{ErrorKind::Refused, fmt::format("cannot name {}: {}", to.string(), failed.message())};
  }
  if (written) written = keep_name(to);
  if (!written) {
    fs::remove(unfinished, failed);
    return written.error();
  }
  for (const auto& [id, reach] : reaches) {
    const auto noted =
        house.write(id, [&](OrganisationStore& store) { return note_backed_up(store, reach); });
    if (!noted) return noted.error();
  }
  return report;
}

Result<RestoreReport> restore(const fs::path& data, const fs::path& from, const fs::path& key_file,
                              Clock& clock, Random& random) {
  std::error_code failed;
  if (fs::exists(data, failed) && !fs::is_empty(data, failed)) {
    return Error{
        ErrorKind::Refused,
        fmt::format("{} is not empty: restore into a new folder; nothing was changed", data.string())};
  }
  const auto key = storage::read_file(key_file, 64);
  if (!key) return key.error();
  if (!hash_of_bytes(key.value()))
    return Error{ErrorKind::Invalid, fmt::format("{} is no key of a data folder", key_file.string())};

  const fs::path unfinished = data.string() + ".unfinished";
  fs::remove_all(unfinished, failed);
  fs::create_directories(unfinished, failed);
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot make {}: {}", unfinished.string(), failed.message())};
  fs::permissions(unfinished, fs::perms::owner_all, failed);
  Result<RestoreReport> restored = [&]() -> Result<RestoreReport> {
    if (const auto written = storage::write_file_whole(unfinished / "key", key.value()); !written)
      return written.error();
    if (const auto unpacked = unpack(from, unfinished); !unpacked) return unpacked.error();
    return open_restored(unfinished, clock, random);
  }();
  if (!restored) {
    fs::remove_all(unfinished, failed);
    return restored;
  }
  fs::remove(data, failed);  // empty, or not there
  fs::rename(unfinished, data, failed);
  if (failed)
    return Error{ErrorKind::Refused, fmt::format("cannot name {}: {}", data.string(), failed.message())};
  return restored;
}

}  // namespace aftercare::server
