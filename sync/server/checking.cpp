#include "sync/server/checking.h"

#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/operation.h"
#include "sync/server/seal_check.h"

#include <fmt/format.h>

#include <map>

namespace aftercare::server {
namespace {

/// Where each journal stands while the feed is followed; a fork begins where its parent was.
struct Journals {
  struct Place {
    protocol::Head head;
    bool is_begun = false;
  };
  std::map<std::int64_t, Place> by_lineage;
};

Done check_feed(OrganisationStore& store, Checked& checked) {
  const auto head = store.head();
  if (!head) return head.error();
  Journals journals;
  std::map<std::int64_t, Hash> waiting;  // what was set aside and not settled, by its place
  FeedHead place;
  auto query = store.db().query(
      "SELECT seq, lineage_id, hash, header, salt, body, decision_commitment, decision_salt, decision, root, again_of, ruling FROM feed ORDER BY seq");
  while (query.next()) {
    const auto seq = static_cast<std::uint64_t>(query.integer(0));
    const auto complain = [&](std::string_view what) {
      checked.complaints.push_back(fmt::format("item {} of the feed: {}", seq, what));
    };
    if (seq != place.seq + 1) complain("a number is missing before it");
    const protocol::Operation operation{query.bytes(3), query.bytes(4), query.bytes(5)};
    const auto header = protocol::decode_header(operation.header);
    if (!header || protocol::operation_hash(operation.header) != query.hash(2)) {
      complain("its header is not the one it was hashed with");
      continue;
    }
    const bool is_set_aside = static_cast<protocol::Ruling>(query.integer(11)) == protocol::Ruling::SetAside;
    if (const auto again_of = query.integer(10); again_of != 0) {
      const auto found = waiting.find(again_of);
      if (found == waiting.end() || found->second != query.hash(2) || is_set_aside)
        complain("it settles what was not set aside");
      waiting.erase(again_of);
      protocol::Head before{header.value().dseq - 1, header.value().previous_hash};
      if (const auto followed = protocol::follow(before, operation); !followed)
        complain(followed.error().detail);
    } else {
      auto& journal = journals.by_lineage[query.integer(1)];
      if (!journal.is_begun) journal = {{header.value().dseq - 1, header.value().previous_hash}, true};
      if (const auto followed = protocol::follow(journal.head, operation); !followed)
        complain(followed.error().detail);
      if (is_set_aside) waiting[query.integer(0)] = query.hash(2);
    }
    if (!query.is_null(8) && protocol::decision_commitment(query.bytes(7), query.bytes(8)) != query.hash(6))
      complain("its decision was changed");
    place = {seq,
             protocol::next_root(store.organisation().epoch, place.root, seq, query.hash(2), query.hash(6))};
    if (place.root != query.hash(9)) complain("the root does not follow");
    ++checked.operation_count;
  }
  if (const auto read = query.done(); !read) return read;
  if (place.seq != head.value().seq || place.root != head.value().root)
    checked.complaints.emplace_back("the feed does not end where its head says");

  auto lineages = store.db().query("SELECT id, dseq, head FROM lineage");
  while (lineages.next()) {
    ++checked.lineage_count;
    const auto found = journals.by_lineage.find(lineages.integer(0));
    if (found == journals.by_lineage.end()) continue;  // nothing of its own yet
    const protocol::Head stated{static_cast<std::uint64_t>(lineages.integer(1)), lineages.hash(2)};
    if (found->second.head != stated)
      checked.complaints.push_back(fmt::format("journal {} does not end where it says", lineages.integer(0)));
  }
  return lineages.done();
}

Done check_seals(OrganisationStore& store, Checked& checked) {
  const auto sign_offs = storage::where<domain::SignOff>(store.db(), "1");
  if (!sign_offs) return sign_offs.error();
  for (const auto& sign_off : sign_offs.value()) {
    const auto seal = check_seal_of(store, sign_off);
    if (!seal) return seal.error();
    if (seal.value().state == SealState::Intact || seal.value().state == SealState::Erased) {
      ++checked.sealed_count;
    } else {
      checked.complaints.push_back(
          fmt::format("the seal {} is {}", to_text(sign_off.id), domain::name_of(seal.value().state)));
    }
  }
  return done();
}

Done check_blobs(OrganisationStore& store, const storage::BlobFiles& blobs, Checked& checked) {
  auto query = store.db().query("SELECT DISTINCT sha256 FROM blob_reference");
  while (query.next()) {
    const auto name = query.hash(0);
    if (!blobs.has(name)) {
      ++checked.blob_awaited_count;
      continue;
    }
    const auto bytes = blobs.read_all(name, protocol::kLimits.blob_byte_count_max);
    if (bytes) {
      ++checked.blob_count;
    } else if (bytes.error().kind == ErrorKind::Corrupt) {
      checked.damaged_blobs.push_back(name);
    } else {
      checked.complaints.push_back(fmt::format("the photo {}: {}", to_hex(name), bytes.error().detail));
    }
  }
  return query.done();
}

}  // namespace

Result<Checked> check_organisation(OrganisationStore& store, const storage::BlobFiles& blobs) {
  Checked checked;
  if (const auto sound = store.db().quick_check(); !sound) checked.complaints.push_back(sound.error().detail);
  if (const auto walked = check_feed(store, checked); !walked) return walked.error();
  if (const auto walked = check_seals(store, checked); !walked) return walked.error();
  if (const auto walked = check_blobs(store, blobs, checked); !walked) return walked.error();
  return checked;
}

}  // namespace aftercare::server
