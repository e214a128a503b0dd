// Photos on their way down, with real tablets and a real server: cut, killed, gone on with.

#include "tests/server/house_link.h"
#include "tests/support/fake_random.h"

namespace aftercare::server {
namespace {

struct Town : ServedHouse {
  OrganisationId id = add_organisation("Teplo Brno");
  UserId technician = add(id, {.name = "Petr", .role = Role::Technician});
  LinkedTablet first{*this, id, technician};
  LinkedTablet second{*this, id, technician};
};

Bytes some_picture(std::size_t size) { return testing::FakeRandom{7}.bytes(size); }

}  // namespace

TEST_CASE(
    "download: a tablet that is cut off and restarted again and again fetches each byte of a photo once",
    "[S01]") {
  Town town;
  const auto picture = some_picture(2'500'000);
  const auto taken = town.first.record_visit(town.first.record_customer("Anna"), picture);
  town.first.sync_well();

  std::uint64_t came = 0;
  std::size_t run_count = 0;
  for (std::uint64_t at = 1; !town.second.store->whole_blob(taken.photo); at = at * 7 % 1'000'003) {
    REQUIRE(++run_count < 40);
    town.second.link.cuts_answer_at = at;
    static_cast<void>(town.second.sync());
    came = town.second.link.blob_byte_count;
    town.second.open();
  }

  CHECK(run_count > 3);
  CHECK(came == picture.size());
  CHECK(town.second.store->whole_blob(taken.photo).value() == picture);
}

TEST_CASE("download: the server hands out the part that was asked for, and says of how much", "[S04]") {
  Town town;
  const auto tablet = town.enrolled(town.id);
  const auto picture = some_picture(200'000);
  REQUIRE(town.house->blobs(town.id).save(sha256(picture), picture));
  const auto get = [&](const std::string& range) {
    auto request = ServedHouse::request(Method::Get, "/v1/blobs/" + to_hex(sha256(picture)));
    if (!range.empty()) request.headers.push_back({"Range", range});
    return town.ask(ServedHouse::as_device(std::move(request), tablet.token));
  };

  for (const auto& [range, first, last] : std::vector<std::tuple<std::string, std::size_t, std::size_t>>{
           {"bytes=0-0", 0, 0},
           {"bytes=70000-139999", 70'000, 139'999},
           {"bytes=199999-", 199'999, 199'999},
           {"bytes=100-18446744073709551615", 100, 199'999},
           {"bytes=0-", 0, 199'999}}) {
    CAPTURE(range);
    const auto answer = get(range);
    CHECK(answer.status == 206);
    CHECK(answer.body == picture.substr(first, last - first + 1));
    CHECK(ServedHouse::header_of(answer, "Content-Range") ==
          "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/200000");
  }
  for (const auto* whole :
       {"", "bytes=-5", "bytes=5-4", "bytes=a-b", "rows=0-1", "bytes=0-1,4-5", "bytes=0"}) {
    CAPTURE(whole);
    CHECK(get(whole).status == 200);
    CHECK(get(whole).body == picture);
  }
  CHECK(get("bytes=200000-").status == 409);
  CHECK(ServedHouse::code_of(get("bytes=200000-")) == "offset_mismatch");
}

}  // namespace aftercare::server
