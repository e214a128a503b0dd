#include "shared/storage/database.h"
#include "shared/storage/migrations.h"

#include <fmt/format.h>

namespace aftercare::storage {

Done migrate(Database& db, const std::vector<std::string_view>& names) {
  std::int64_t version = 0;
  {
    auto query = db.query("PRAGMA user_version");
    if (query.next()) version = query.integer(0);
    if (const auto read = query.done(); !read) return read;
  }
  if (version > static_cast<std::int64_t>(names.size())) {
    return Error{ErrorKind::Newer,
                 fmt::format("a newer version of Aftercare wrote this data (step {}, this program knows {}): "
                             "update this program; nothing was changed",
                             version, names.size())};
  }
  for (auto next = static_cast<std::size_t>(version); next < names.size(); ++next) {
    const auto text = migration_text(names[next]);
    if (text.empty())
      return Error{ErrorKind::Invalid,
                   fmt::format("the migration {} is missing from this program", names[next])};
    const auto moved = db.transaction([&]() -> Done {
      if (const auto run = db.script(text); !run) return run;
      return db.script(fmt::format("PRAGMA user_version = {}", next + 1));
    });
    if (!moved) return moved;
  }
  return done();
}

}  // namespace aftercare::storage
