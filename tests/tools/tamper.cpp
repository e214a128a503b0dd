// tamper: what a thief with the server's key would do to a signed visit. For tests of what the seal check
// says then.
//
//     tamper DATA VISIT GROUP FROM TO    in a sealed group of the visit, the bytes FROM become TO; no server
//     may run
#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/storage/records.h"
#include "sync/server/house.h"

#include <sodium.h>

#include <cstdio>
#include <span>
#include <string>

namespace {

using namespace aftercare;
using namespace aftercare::server;

struct Deed {
  std::string visit, group, from, to;
};

/// Refused when nothing was found to change: a test that tampers with nothing would prove nothing.
Done tamper(OrganisationStore& store, const Deed& deed) {
  const auto groups = storage::where<domain::SealedGroup>(
      store.db(), "name = ? AND visit_id = (SELECT id FROM visit WHERE number = ?)", deed.group, deed.visit);
  if (!groups) return groups.error();
  for (const auto& group : groups.value()) {
    auto content = group.content.bytes;
    const auto place = content.find(deed.from);
    if (place == Bytes::npos) continue;
    content.replace(place, deed.from.size(), deed.to);
    return store.db().run("UPDATE sealed_group SET content = ? WHERE id = ?", storage::AsBlob{content},
                          group.id);
  }
  return Error{ErrorKind::NotFound, "no sealed group " + deed.group + " of " + deed.visit + " holds that"};
}

int run(const std::filesystem::path& data, const Deed& deed) {
  SystemClock clock;
  SystemRandom random;
  const auto house = House::open(data, clock, random);
  if (!house) return std::fprintf(stderr, "%s\n", house.error().detail.c_str()), 1;
  const auto organisation = house.value()->find("");
  if (!organisation) return std::fprintf(stderr, "%s\n", organisation.error().detail.c_str()), 1;
  const auto done = house.value()->write(organisation.value().id,
                                         [&](OrganisationStore& store) { return tamper(store, deed); });
  if (!done) return std::fprintf(stderr, "%s\n", done.error().detail.c_str()), 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (sodium_init() < 0 || words.size() != 6 ||
      std::string(words[4]).size() != std::string(words[5]).size()) {
    std::fputs("tamper DATA VISIT GROUP FROM TO, where FROM and TO are of one length\n", stderr);
    return 2;
  }
  return run(words[1], {.visit = words[2], .group = words[3], .from = words[4], .to = words[5]});
}
