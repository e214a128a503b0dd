#include "client/work/drafts.h"

#include "client/work/device_settings.h"
#include "client/work/new_visit_draft.h"
#include "client/work/reading.h"
#include "client/work/signatures.h"
#include "shared/storage/records.h"
#include "tests/client/work_world.h"

using namespace aftercare;
using testing::WorkWorld;

namespace {

shown::VisitDraft a_draft() {
  shown::VisitDraft draft;
  draft.texts = {{"note", "Soused má klí"}, {"answer.remark", "ťuká"}, {"comment", "Děkuji, Đức"}};
  draft.signer_role = domain::SignerRole::Neighbour;
  draft.signature = WorkWorld::a_signature();
  return draft;
}

shown::VisitDraft loaded(WorkWorld& world, const domain::UserId& by, const domain::VisitId& visit) {
  auto draft = work::load_draft(world.store->db(), by, visit);
  REQUIRE(draft);
  return std::move(draft).value();
}

}  // namespace

TEST_CASE("drafts: a half-typed text and a half-drawn signature survive a crash of the program",
          "[client][work][V05]") {
  WorkWorld world;
  const auto visit = world.start();
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, a_draft()));

  world.open();

  CHECK(loaded(world, world.technician.id, visit) == a_draft());
}

TEST_CASE("drafts: a technician never sees the other's", "[client][work][V05]") {
  WorkWorld world;
  const auto visit = world.start();
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, a_draft()));

  CHECK(loaded(world, world.colleague.id, visit) == shown::VisitDraft{});
}

TEST_CASE("drafts: what is in the journal is no draft any more; what did not fit stays one",
          "[client][work][V05]") {
  WorkWorld world;
  const auto visit = world.start();
  auto draft = a_draft();
  draft.texts["answer.pressure"] = "dva";
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, draft));

  REQUIRE(work::write_note(*world.store, {world.technician.id, visit, "Soused má klíč."}));
  const auto taken = work::write_field(*world.store, {world.technician.id, visit, "answer.remark", " ťuká "});
  const auto refused =
      work::write_field(*world.store, {world.technician.id, visit, "answer.pressure", "dva"});

  REQUIRE(taken);
  CHECK(taken.value().is_taken());
  REQUIRE(refused);
  CHECK(refused.value().refusal == "ready.missing.answer_shape");
  const auto left = loaded(world, world.technician.id, visit);
  CHECK(left.texts ==
        std::map<std::string, std::string>{{"comment", "Děkuji, Đức"}, {"answer.pressure", "dva"}});
  CHECK(world.file(visit).answers.size() == 1);
  CHECK(world.file(visit).answers[0].value == "ťuká");
}

TEST_CASE("drafts: sealing takes everybody's drafts of the visit along, and none comes after it",
          "[client][work][V13]") {
  WorkWorld world;
  const auto visit = world.work_done();
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, a_draft()));
  REQUIRE(work::save_draft(world.store->db(), world.colleague.id, visit, a_draft()));

  REQUIRE(work::write_sign_off(*world.store, testing::work_catalogue(), world.signing(visit)));
  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, a_draft()));

  CHECK(world.count("SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM draft_signature)") == 0);
}

TEST_CASE("drafts: they are nobody else's, so no operation tells of them", "[client][work][S01]") {
  WorkWorld world;
  const auto visit = world.start();
  const auto before = world.journal().size();

  REQUIRE(work::save_draft(world.store->db(), world.technician.id, visit, a_draft()));
  REQUIRE(work::save_place(world.store->db(), "visit:1"));
  REQUIRE(work::save_setting(world.store->db(), "language", "cs"));

  CHECK(world.journal().size() == before);
  const auto settings = work::load_settings(world.store->db());
  REQUIRE(settings);
  CHECK(settings.value().place == "visit:1");
  CHECK(settings.value().settings == std::map<std::string, std::string>{{"language", "cs"}});
}

TEST_CASE(
    "drafts: a new visit that is half typed survives a crash, each technician's apart, until it is made",
    "[client][work][V05][V15]") {
  WorkWorld world;
  shown::NewVisitDraft draft;
  draft.kind = domain::VisitKind::Collection;
  draft.customer_id = world.customer.id;
  draft.asset_id = world.asset.id;
  draft.customer_name = "Jana Nováková";
  draft.asset_label = "Kotel T24";
  draft.is_company = true;
  draft.language = "vi";
  draft.texts = {{"reason", "netopí"}, {"city", "Říčany"}};
  auto& db = world.store->db();
  REQUIRE(work::save_new_visit_draft(db, world.technician.id, {}));
  REQUIRE(work::save_new_visit_draft(db, world.technician.id, draft));

  world.open();
  const auto mine = work::load_new_visit_draft(world.store->db(), world.technician.id);
  const auto colleagues = work::load_new_visit_draft(world.store->db(), world.colleague.id);

  REQUIRE(mine);
  CHECK(mine.value().kind == draft.kind);
  CHECK(mine.value().customer_id == draft.customer_id);
  CHECK(mine.value().asset_id == draft.asset_id);
  CHECK(mine.value().customer_name == draft.customer_name);
  CHECK(mine.value().asset_label == draft.asset_label);
  CHECK(mine.value().is_company);
  CHECK(mine.value().language == "vi");
  CHECK(mine.value().texts == draft.texts);
  REQUIRE(colleagues);
  CHECK_FALSE(colleagues.value().customer_id);
  CHECK(colleagues.value().texts.empty());

  draft.customer_id.reset();
  draft.customer_name.clear();
  CHECK_FALSE(work::make_new_visit(*world.store, world.technician.id, draft));  // whose?
  CHECK(work::load_new_visit_draft(world.store->db(), world.technician.id).value().texts.size() == 2);
  REQUIRE(work::make_new_visit(*world.store, world.technician.id, mine.value()));
  CHECK(world.count("SELECT count(*) FROM draft") == 0);
}

TEST_CASE("drafts: a new visit for somebody whose data was destroyed by law is forgotten, no other",
          "[client][work][S09]") {
  WorkWorld world;
  shown::NewVisitDraft about_her;
  about_her.customer_id = world.customer.id;
  about_her.customer_name = "Jana Nováková";
  shown::NewVisitDraft other;
  other.texts["customer"] = "Nikdo";
  auto& db = world.store->db();
  REQUIRE(work::save_new_visit_draft(db, world.technician.id, about_her));
  REQUIRE(work::save_new_visit_draft(db, world.colleague.id, other));
  domain::Erasure erasure;
  erasure.id = make_id<domain::ErasureId>(world.clock, world.random);
  erasure.customer_id = world.customer.id;
  REQUIRE(storage::save(db, erasure));

  REQUIRE(work::drop_drafts_of_erased(db));

  CHECK(work::load_new_visit_draft(db, world.technician.id).value().customer_name.empty());
  CHECK(work::load_new_visit_draft(db, world.colleague.id).value().texts == other.texts);
}

TEST_CASE("signatures: what was drawn is what is kept, stroke by stroke", "[client][work][V13]") {
  const auto signature = WorkWorld::a_signature();
  const auto bytes = protocol::encode(work::strokes_of(signature));
  const auto read = protocol::decode_strokes(bytes);

  REQUIRE(read);
  CHECK(work::signature_of(read.value()) == signature);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(protocol::decode_strokes(bytes.substr(0, size)));
  CHECK_FALSE(protocol::decode_strokes(bytes + "x"));
}
