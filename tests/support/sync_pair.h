#pragma once

#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_random.h"
#include "tests/support/fake_server.h"
#include "tests/support/fake_store.h"

namespace aftercare::testing {

/// One tablet, enrolled at one server, both in memory.
struct SyncPair {
  FakeRandom random;
  FakeClock clock;
  FakeServer server{random, clock};
  FakeStore store;
  sync::Session session;
  sync::RunOptions options;

  SyncPair() {
    REQUIRE(sync::enrol(store, server, clock, wish()));
    server.calls.clear();
    store.server_times.clear();
  }
  sync::Enrolment wish() {
    protocol::EnrolmentLine line;
    line.host = "server.example";
    line.organisation_id = server.organisation;
    line.code = server.code;
    return {line, make_id<protocol::DeviceId>(clock, random), make_signing_key(random), "Tablet 4", "0.1"};
  }
  sync::RunReport run() { return sync::run(store, server, clock, session, options); }
  void record(int count, std::string_view what = "a note") {
    for (int i = 0; i < count; ++i) static_cast<void>(store.record(what, random));
  }
  /// Same words, same order, each once.
  [[nodiscard]] bool is_all_held() {
    const auto& lineages = server.devices[store.who->device_id].lineages;
    for (const auto& lineage : lineages) {
      if (lineage.hashes.size() != store.journal.size()) continue;
      bool is_equal = true;
      for (std::size_t i = 0; i < lineage.hashes.size(); ++i)
        is_equal &= lineage.hashes[i] == store.hash_at(i + 1).value();
      if (is_equal) return store.mark.held_dseq == store.journal.size();
    }
    return store.journal.empty();
  }
  /// Nothing is in the feed twice.
  [[nodiscard]] bool is_each_once() const {
    std::set<Hash> seen;
    for (const auto& item : server.feed) {
      if (!seen.insert(item.operation).second) return false;
    }
    return true;
  }
};

}  // namespace aftercare::testing
