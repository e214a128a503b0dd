// The contents of sealed groups, as a record of strangers may hold them under any name: read or left out, and
// read alike twice.

#include "sync/protocol/sealed_visit.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto content = fuzz::view_of(data, size);
  for (const auto* name : {"visit", "customer", "work", "answers", "photos", "notes", "summary", "price",
                           "coverage", "signer", "strokes", "clock", "root", "app"}) {
    const protocol::Group group{.name = name, .salt = {}, .content = Bytes{content}};
    const auto facts = protocol::facts_of({group});
    fuzz::claim(protocol::facts_of({group}).photos == facts.photos);
    fuzz::claim(facts.photos.empty() || group.name == "photos");
    fuzz::claim(!facts.strokes || group.name == "strokes");
  }
  return 0;
}
