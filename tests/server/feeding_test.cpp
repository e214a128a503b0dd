// The feed: dense, in order, under a root that any reader can recompute, and no more than a reader may see.

#include "tests/support/organisation_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;

protocol::RootStatement statement_of(OrganisationWorld& world, const protocol::PullAnswer& page) {
  REQUIRE(is_signed_by(world.store->organisation().signing_key.public_key, protocol::kStatementTag,
                       page.statement));
  return protocol::decode_root_statement(page.statement.statement).value();
}

/// Follows a page from where the reader stood; says whether it leads to the signed root.
bool follows(OrganisationWorld& world, const protocol::PullAnswer& page, std::uint64_t seq, Hash root) {
  for (const auto& item : page.items) {
    if (item.seq != ++seq) return false;
    root = protocol::next_root(world.store->organisation().epoch, root, seq, item.operation,
                               item.decision_commitment);
  }
  const auto statement = statement_of(world, page);
  return statement.seq == seq && statement.root == root;
}

TEST_CASE("feed: it is dense, and every page leads to the root that the server signed [S01]", "[S01]") {
  OrganisationWorld world;
  auto one = world.enrol();
  auto two = world.enrol();
  for (int n = 0; n < 150; ++n) {
    world.record_visit(n % 2 == 0 ? one : two);
    if (n % 7 == 0) world.sync(one);
    if (n % 5 == 0) world.sync(two);
  }
  world.sync(one);
  world.sync(two);
  REQUIRE(world.feed_seq() > protocol::kLimits.pull_operation_count_max);

  std::uint64_t seq = 0;
  Hash root{};
  std::size_t page_count = 0;
  for (;;) {
    const auto page = world.pull({}, domain::DeviceRole::Tablet, seq);
    REQUIRE(follows(world, page, seq, root));
    REQUIRE(page.items.size() <= protocol::kLimits.pull_operation_count_max);
    root = statement_of(world, page).root;
    seq = statement_of(world, page).seq;
    ++page_count;
    if (!page.has_more) break;
  }
  CHECK(page_count == 2);
  CHECK(seq == world.feed_seq());
  CHECK(root == world.store->head().value().root);
}

TEST_CASE(
    "feed: with nothing new the statement is about the place asked for, and a place ahead of it is refused [S01]",
    "[S01]") {
  OrganisationWorld world;
  const auto page = world.pull({}, domain::DeviceRole::Tablet, world.feed_seq());
  CHECK(page.items.empty());
  CHECK_FALSE(page.has_more);
  CHECK(statement_of(world, page).seq == world.feed_seq());
  CHECK(statement_of(world, page).root == world.store->head().value().root);
  const auto ahead = server::read_feed(*world.store, {domain::DeviceRole::Tablet, {}, world.feed_seq() + 1});
  REQUIRE_FALSE(ahead);
  CHECK(ahead.error().kind == ErrorKind::NotFound);
}

TEST_CASE("feed: a page is bounded in bytes but holds at least one item [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto customer = world.customer;
  for (int n = 0; n < 12; ++n) {
    customer.id = world.id<domain::CustomerId>();
    customer.note.assign(250 << 10, 'x');
    world.create(tablet, customer);
    REQUIRE(world.sync(tablet).empty());
  }
  const auto after = world.feed_seq() - 12;
  const auto page = world.pull({}, domain::DeviceRole::Tablet, after);
  CHECK(page.items.size() == 8);
  CHECK(page.has_more);
  CHECK(protocol::encode(page).size() <= protocol::kLimits.pull_byte_count_max + 4096);
}

TEST_CASE("feed: what the reader wrote comes back as its decision, not as its body [S01]", "[S01]") {
  OrganisationWorld world;
  auto tablet = world.enrol();
  auto other = world.enrol();
  const auto before = world.feed_seq();
  world.record_visit(tablet);
  world.sync(tablet);

  for (const auto& item : world.pull(tablet.lineage, domain::DeviceRole::Tablet, before).items) {
    CHECK_FALSE(item.content);
    CHECK_FALSE(item.decision.empty());
  }
  for (const auto& item : world.pull(other.lineage, domain::DeviceRole::Tablet, before).items) {
    REQUIRE(item.content);
    CHECK(protocol::operation_hash(item.content->header) == item.operation);
    CHECK(protocol::decision_commitment(item.decision_salt, item.decision) == item.decision_commitment);
  }
}

TEST_CASE(
    "feed: a kiosk gets hashes of everything and the contents of products, forms and warranties only [S01]",
    "[S01][S02]") {
  OrganisationWorld world;
  domain::Product product;
  product.id = world.id<domain::ProductId>();
  product.key = "boiler";
  world.by_office(product);
  auto tablet = world.enrol();
  auto kiosk = world.enrol(domain::DeviceRole::Kiosk);
  const auto visit = world.record_visit(tablet);
  world.seal(tablet, visit);
  world.sync(tablet);

  const auto page = world.pull(kiosk.lineage, domain::DeviceRole::Kiosk);

  CHECK(follows(world, page, 0, {}));
  CHECK(page.items.size() == world.feed_seq());
  std::size_t content_count = 0;
  for (const auto& item : page.items) {
    if (!item.content) {
      CHECK((item.decision.empty() && item.decision_salt.empty() && item.remainder.empty()));
      continue;
    }
    ++content_count;
    CHECK(protocol::decode_header(item.content->header).value().type == EntityType::Product);
  }
  CHECK(content_count == 1);
  CHECK(protocol::encode(page).find(world.customer.name) == Bytes::npos);
}

TEST_CASE("feed: a kiosk hears what became of its own ratings, and nothing of others' [S02]", "[S02][K11]") {
  OrganisationWorld world;
  auto kiosk = world.enrol(domain::DeviceRole::Kiosk);
  auto other = world.enrol(domain::DeviceRole::Kiosk);
  const auto before = world.feed_seq();
  domain::Rating rating;
  rating.id = world.id<domain::RatingId>();
  rating.stars = 1;
  rating.comment = "planted words";
  world.create(kiosk, rating);
  CHECK(world.sync(kiosk).empty());
  REQUIRE(world.find(rating));

  const auto own = world.pull(kiosk.lineage, domain::DeviceRole::Kiosk, before);
  REQUIRE(own.items.size() == 1);
  CHECK_FALSE(own.items[0].content);
  CHECK(protocol::decode_decision(own.items[0].decision).value().ruling == protocol::Ruling::Accepted);
  const auto others = world.pull(other.lineage, domain::DeviceRole::Kiosk, before);
  REQUIRE(others.items.size() == 1);
  CHECK((!others.items[0].content && others.items[0].decision.empty()));
  const auto tablets = world.pull({}, domain::DeviceRole::Tablet, before);
  REQUIRE(tablets.items.size() == 1);
  CHECK(tablets.items[0].content->body.find("planted words") != Bytes::npos);
}

TEST_CASE("feed: a warranty reaches a kiosk, the asset and customer behind it do not [S02]", "[S02][K02]") {
  OrganisationWorld world;
  domain::Product product;
  product.id = world.id<domain::ProductId>();
  world.by_office(product);
  domain::Asset asset;
  asset.id = world.id<domain::AssetId>();
  asset.customer_id = world.customer.id;
  asset.serial = "T24-1";
  asset.place = "planted cellar";
  world.by_office(asset);
  domain::Warranty warranty;
  warranty.id = world.id<domain::WarrantyId>();
  warranty.asset_id = asset.id;
  warranty.product_id = product.id;
  warranty.serial = "T24-1";
  world.by_office(warranty);

  std::size_t warranty_count = 0;
  for (const auto& item : world.feed({}, domain::DeviceRole::Kiosk)) {
    if (!item.content) continue;
    warranty_count += item.content->body.find("T24-1") != Bytes::npos ? 1 : 0;
    CHECK(item.content->body.find("planted") == Bytes::npos);
    CHECK(item.content->body.find(Bytes{view(world.customer.id)}) == Bytes::npos);
  }
  CHECK(warranty_count == 1);
}

}  // namespace
}  // namespace aftercare
