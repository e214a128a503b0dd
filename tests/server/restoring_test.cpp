// A server that is lost and restored from a backup, with real tablets at it: what is kept, what comes back,
// who is let in again, and what people are told.

#include "sync/protocol/tags.h"
#include "sync/server/returning.h"
#include "tests/server/lost_house.h"

namespace aftercare::server {

TEST_CASE(
    "backup: a device learns how far the finished backup reaches, from receipts and with nothing to send",
    "[S05]") {
  Lost lost;
  LinkedTablet writer{lost, lost.id, lost.technician};
  LinkedTablet reader{lost, lost.id, lost.technician};
  writer.record_customer("before the backup");
  writer.sync_well();
  reader.sync_well();
  const auto of_feed = [](LinkedTablet& tablet) {
    auto query = tablet.store->db().query("SELECT coalesce(backed_up_seq, -1) FROM bookmark");
    REQUIRE(query.next());
    return query.integer(0);
  };
  CHECK(of_feed(reader) == -1);  // nobody makes backups
  const auto reach = lost.number("SELECT feed_seq FROM organisation");

  lost.back_up_now("backup.tar");
  const auto before = reader.link.call_count;
  reader.sync_well();
  CHECK(reader.link.call_count == before + 1);  // one round trip, as ever
  CHECK(of_feed(reader) == reach);

  writer.record_customer("after the backup");
  writer.sync_well();
  CHECK(writer.store->bookmark().value().held_dseq == 2);
  CHECK(writer.store->bookmark().value().backed_up_dseq == 1);
  CHECK(of_feed(writer) == reach);
}

TEST_CASE("backup: one that was not finished is not believed in", "[S05]") {
  Lost lost;
  testing::write_file_bytes(lost.file("backup.tar"), "here already");

  CHECK_FALSE(back_up(*lost.house, lost.file("backup.tar")));
  CHECK_FALSE(back_up(*lost.house, lost.file("no such folder") / "backup.tar"));

  CHECK(lost.number("SELECT backed_up_seq IS NULL FROM organisation") == 1);
}

TEST_CASE("restore: devices are told that no backup holds this epoch, until the next one is finished",
          "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  tablet.record_customer("Anna");
  tablet.sync_well();
  lost.back_up_now("backup.tar");
  tablet.sync_well();

  lost.restore_from("backup.tar", "restored");
  tablet.record_customer("Berta");
  tablet.sync_well();
  CHECK(tablet.store->bookmark().value().held_dseq == 2);
  CHECK(tablet.store->bookmark().value().backed_up_dseq == 0);

  lost.back_up_now("second.tar");
  tablet.record_customer("Cyril");
  tablet.sync_well();
  CHECK(tablet.store->bookmark().value().backed_up_dseq == 2);
}

TEST_CASE(
    "restore: from yesterday's backup, nothing is lost that a tablet still holds, photos included, whatever "
    "happened to the tablet meanwhile",
    "[S05][S01]") {
  Lost lost;
  LinkedTablet first{lost, lost.id, lost.technician};
  LinkedTablet second{lost, lost.id, lost.technician};
  LinkedTablet third{lost, lost.id, lost.technician};
  const auto anna = first.record_customer("Anna");
  const auto old = first.record_visit(anna, Bytes(3'000'000, 'a'));
  first.sync_well();
  lost.back_up_now("yesterday.tar");

  const auto sent = first.record_visit(anna, "a photo sent after the backup");
  first.sync_well();
  const auto berta = second.record_customer("Berta");
  const auto by_second = second.record_visit(berta, "by the second tablet");
  second.sync_well();
  third.sync_well();  // has read all of it
  const auto by_third = third.record_visit(berta, "by the third, never sent");
  lost.restore_from("yesterday.tar", "restored");
  REQUIRE_FALSE(lost.has("visit", sent.visit.id));
  third.open();  // its battery died

  // The third builds on Berta, whom only the second can bring back: it comes after.
  for (auto* tablet : {&first, &second, &third, &first, &second}) tablet->sync_well();

  for (const auto* one : {&old, &sent, &by_second, &by_third}) {
    CHECK(lost.has("visit", one->visit.id));
    CHECK(lost.house->blobs(lost.id).has(one->photo));
    for (auto* tablet : {&first, &second, &third}) CHECK(tablet->has("visit", one->visit.id));
  }
  CHECK(lost.number("SELECT count(*) FROM set_aside") == 0);
  CHECK(lost.number("SELECT count(*) FROM lineage") == 4);
  lost.is_sound();
}

TEST_CASE("restore: a tablet enrolled after the backup comes back by its certificate, with all of its work",
          "[S05][S07]") {
  Lost lost;
  LinkedTablet old{lost, lost.id, lost.technician};
  old.sync_well();
  lost.back_up_now("yesterday.tar");
  LinkedTablet young{lost, lost.id, lost.technician};
  const auto anna = young.record_customer("Anna");
  const auto visit = young.record_visit(anna, "a photo");
  young.sync_well();
  lost.restore_from("yesterday.tar", "restored");
  REQUIRE_FALSE(lost.has("device", young.id()));
  // As if so many had been enrolled since the backup that the prefixes left out do not reach.
  REQUIRE(lost.house->write(lost.id, [](OrganisationStore& store) {
    return store.db().run("UPDATE organisation SET next_prefix = 2");
  }));

  young.sync_well();

  CHECK(lost.has("visit", visit.visit.id));
  CHECK(lost.house->blobs(lost.id).has(visit.photo));
  const auto store = lost.house->read(lost.id);
  const auto device = find_device(store.value()->db(), young.id()).value();
  REQUIRE(device);
  CHECK(device->returned_at);
  CHECK(device->prefix == young.prefix());
  CHECK_FALSE(find_device(store.value()->db(), old.id()).value()->returned_at);
  CHECK(lost.number("SELECT count(*) FROM audit WHERE action = 'device.returned'") == 1);
  CHECK(lost.command({"device", "list", "--data", "."}).out.find("returned") != std::string::npos);
  LinkedTablet next{lost, lost.id, lost.technician};
  CHECK(next.prefix() != young.prefix());
  CHECK(next.prefix() != old.prefix());
  old.sync_well();
  CHECK(old.has("device", young.id()));
  lost.is_sound();
}

TEST_CASE("restore: no prefix is given twice, though a tablet is enrolled before the lost ones come back",
          "[S05]") {
  Lost lost;
  lost.back_up_now("yesterday.tar");
  LinkedTablet young{lost, lost.id, lost.technician};
  young.sync_well();
  lost.restore_from("yesterday.tar", "restored");

  LinkedTablet newest{lost, lost.id, lost.technician};
  newest.sync_well();
  young.sync_well();

  CHECK(newest.prefix() != young.prefix());
}

TEST_CASE("restore: who was revoked stays revoked, and who was never ours is not let in by any certificate",
          "[S05][S07]") {
  Lost lost;
  LinkedTablet revoked{lost, lost.id, lost.technician};
  revoked.sync_well();
  REQUIRE(lost.house->write(
      lost.id, [&](OrganisationStore& store) { return revoke_device(store, UserId{}, revoked.id()); }));
  lost.back_up_now("yesterday.tar");
  LinkedTablet young{lost, lost.id, lost.technician};
  young.sync_well();
  const auto ours = lost.house->find("Teplo Brno").value();
  const auto answer_to = [&](const SigningKey& signer, const OrganisationId& of, DeviceRole role,
                             Instant enrolled_at) {
    auto device = lost.new_device(lost.id);
    const protocol::Certificate certificate{of, device.id, role, "Z9", device.key.public_key, enrolled_at};
    const auto challenge = lost.ask(ServedHouse::post_cbor(
        "/v1/token/challenge", protocol::encode(protocol::ChallengeRequest{lost.id, device.id})));
    auto request = ServedHouse::token_request(device, protocol::decode_challenge(challenge.body).value());
    request.certificate =
        protocol::sign_statement(signer, protocol::kDeviceTag, protocol::encode(certificate));
    return lost.ask(ServedHouse::post_cbor("/v1/token", protocol::encode(request))).status;
  };
  const auto while_nothing_was_lost = lost.clock.now();
  CHECK(answer_to(ours.signing_key, lost.id, DeviceRole::Tablet, while_nothing_was_lost) == 401);

  lost.restore_from("yesterday.tar", "restored");

  const auto report = revoked.sync();
  CHECK(report.is_revoked);
  CHECK(answer_to(make_signing_key(lost.random), lost.id, DeviceRole::Tablet, while_nothing_was_lost) == 401);
  CHECK(answer_to(ours.signing_key, make_id<OrganisationId>(lost.clock, lost.random), DeviceRole::Tablet,
                  while_nothing_was_lost) == 401);
  CHECK(answer_to(ours.signing_key, lost.id, DeviceRole::Office, while_nothing_was_lost) == 401);
  lost.clock.pass(std::chrono::hours{1});
  CHECK(answer_to(ours.signing_key, lost.id, DeviceRole::Tablet, lost.clock.now()) ==
        401);  // after the restore
  CHECK(answer_to(ours.signing_key, lost.id, DeviceRole::Tablet, while_nothing_was_lost) == 200);
}

TEST_CASE("restore: another's certificate lets nobody in who lacks its key", "[S05][S07]") {
  Lost lost;
  lost.back_up_now("yesterday.tar");
  LinkedTablet young{lost, lost.id, lost.technician};
  lost.restore_from("yesterday.tar", "restored");
  auto thief = lost.new_device(lost.id);
  thief.id = young.id();
  const auto challenge = lost.ask(ServedHouse::post_cbor(
      "/v1/token/challenge", protocol::encode(protocol::ChallengeRequest{lost.id, thief.id})));

  auto request = ServedHouse::token_request(thief, protocol::decode_challenge(challenge.body).value());
  request.certificate = young.store->identity().value()->certificate;

  CHECK(lost.ask(ServedHouse::post_cbor("/v1/token", protocol::encode(request))).status == 401);
}

TEST_CASE("restore: a code that was used since the backup lets nobody else in", "[S05][S07]") {
  Lost lost;
  const auto code = lost.open_code(lost.id, DeviceRole::Tablet);
  lost.back_up_now("yesterday.tar");
  REQUIRE(lost.ask_enrol(lost.new_device(lost.id), code).status == 200);

  lost.restore_from("yesterday.tar", "restored");

  CHECK(ServedHouse::code_of(lost.ask_enrol(lost.new_device(lost.id), code)) == "code_expired");
}

TEST_CASE("restore: devices show how far the lost feed had come, and people see how much came back",
          "[S05]") {
  Lost lost;
  lost.add(lost.id, {.name = "Ada", .email = "ada@example.com", .role = Role::Dispatcher});
  LinkedTablet first{lost, lost.id, lost.technician};
  LinkedTablet second{lost, lost.id, lost.technician};
  first.record_customer("Anna");
  first.sync_well();
  second.sync_well();
  lost.back_up_now("yesterday.tar");
  const auto kept = lost.number("SELECT feed_seq FROM organisation");
  first.record_customer("Berta");
  first.record_customer("Cyril");
  first.sync_well();
  const auto by_office = lost.add(lost.id, {.name = "Dana", .role = Role::Technician});
  second.sync_well();  // has seen what the office wrote
  const auto reached = lost.number("SELECT feed_seq FROM organisation");
  REQUIRE(reached == kept + 3);
  lost.restore_from("yesterday.tar", "restored");

  first.sync_well();
  second.sync_well();
  const auto calls = second.link.call_count;
  second.sync_well();
  CHECK(second.link.call_count == calls + 1);  // told once

  const auto store = lost.house->read(lost.id);
  const auto feeds = lost_feeds(store.value()->db()).value();
  REQUIRE(feeds.size() == 1);
  CHECK(feeds[0].kept_seq == static_cast<std::uint64_t>(kept));
  CHECK(feeds[0].reached_seq == static_cast<std::uint64_t>(reached));
  CHECK(feeds[0].lost_count() == 3);
  CHECK(feeds[0].came_back_count == 3);
  CHECK(lost.has("user", by_office));
  CHECK(lost.number("SELECT count(*) FROM audit WHERE action = 'feed.lost'") == 2);
  const auto told = lost.command({"check", "--data", "."});
  CHECK(told.exit == 0);
  CHECK(told.err.find("Of these 3 operations 3 came back") != std::string::npos);
  const auto devices = lost.ask(ServedHouse::as_person(ServedHouse::request(Method::Get, "/v1/devices"),
                                                       lost.sign_in("Teplo Brno", "ada@example.com")));
  REQUIRE(devices.status == 200);
  const auto restores = nlohmann::json::parse(devices.body).at("restores");
  REQUIRE(restores.size() == 1);
  CHECK(restores[0].at("came_back_count") == 3);
}

TEST_CASE("restore: words about the lost feed that the organisation did not sign count for nothing",
          "[S05]") {
  Lost lost;
  LinkedTablet tablet{lost, lost.id, lost.technician};
  tablet.sync_well();
  lost.back_up_now("yesterday.tar");
  lost.restore_from("yesterday.tar", "restored");
  tablet.sync_well();
  const auto forged = protocol::sign_statement(
      make_signing_key(lost.random), protocol::kStatementTag,
      protocol::encode(protocol::RootStatement{lost.id, make_id<protocol::EpochId>(lost.clock, lost.random),
                                               1'000'000, Hash{}, lost.clock.now()}));

  REQUIRE(tablet.link.tell_lost({{forged, std::nullopt}, {std::nullopt, forged}}));

  const auto store = lost.house->read(lost.id);
  CHECK(lost_feeds(store.value()->db()).value().empty());
}

}  // namespace aftercare::server
