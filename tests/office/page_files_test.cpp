#include "sync/office/page_files.h"
#include "shared/storage/data_folder.h"
#include "tests/server/served_house.h"

namespace aftercare::office {
namespace {

using namespace aftercare::server;

struct Pages {
  testing::ScratchFolder folder;
  testing::FakeClock clock;
  std::unique_ptr<Router> router;

  Pages() {
    std::filesystem::create_directories(folder.path() / "assets");
    write("index.html", "<!doctype html><title>Office</title>");
    write("c.html", "<!doctype html><title>Signed</title>");
    write("assets/app-1a2b.js", "export {}");
    write("assets/app-1a2b.js.br", "packed");
    write("secret.key", "not for handing out");
    router = std::make_unique<Router>(
        page_routes(folder.path()), [](const Request&) { return Caller{Nobody{}}; }, clock);
  }

  void write(const char* name, const std::string& text) {
    REQUIRE(storage::write_file_whole(folder.path() / name, text));
  }
  Response get(const std::string& path, const char* encoding = nullptr) {
    auto request = ServedHouse::request(Method::Get, path);
    if (encoding != nullptr) request.headers.push_back({"Accept-Encoding", encoding});
    return std::get<Response>(router->handle(std::move(request)));
  }
};

}  // namespace

TEST_CASE("page files: the pages come with a policy that runs no inline code and no stranger's", "[O01]") {
  Pages pages;
  for (const auto* path : {"/office/", "/c"}) {
    CAPTURE(path);
    const auto page = pages.get(path);
    REQUIRE(page.status == 200);
    CHECK(page.content_type == "text/html; charset=utf-8");
    const auto policy = ServedHouse::header_of(page, "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(ServedHouse::header_of(page, "Cache-Control") == "no-cache");
  }
  CHECK(ServedHouse::header_of(pages.get("/office"), "Location") == "/office/");
}

TEST_CASE("page files: the customer's page asks not to be indexed", "[K12]") {
  Pages pages;
  CHECK(ServedHouse::header_of(pages.get("/c"), "X-Robots-Tag").find("noindex") != std::string::npos);
}

TEST_CASE("page files: a browser that takes brotli gets it, another gets the plain file", "[O01]") {
  Pages pages;
  const auto packed = pages.get("/office/assets/app-1a2b.js", "gzip, deflate, br");
  CHECK(packed.body == "packed");
  CHECK(ServedHouse::header_of(packed, "Content-Encoding") == "br");
  CHECK(ServedHouse::header_of(packed, "Cache-Control").find("immutable") != std::string::npos);
  const auto plain = pages.get("/office/assets/app-1a2b.js", "gzip");
  CHECK(plain.body == "export {}");
  CHECK(ServedHouse::header_of(plain, "Content-Encoding").empty());
}

TEST_CASE("page files: nothing outside the built page is handed out", "[S07]") {
  Pages pages;
  for (const auto* path :
       {"/office/assets/..%2fsecret.key", "/office/assets/..", "/office/secret.key",
        "/office/assets/%2e%2e%2findex.html", "/office/assets/app-1a2b.js.br", "/c/assets/index.html"}) {
    CAPTURE(path);
    CHECK(pages.get(path).status == 404);
  }
}

TEST_CASE("page files: a server without a built page says how to build it", "[O01]") {
  testing::ScratchFolder empty;
  testing::FakeClock clock;
  Router router{page_routes(empty.path() / "none"), [](const Request&) { return Caller{Nobody{}}; }, clock};
  const auto answer = std::get<Response>(router.handle(ServedHouse::request(Method::Get, "/office/")));
  CHECK(answer.status == 404);
  CHECK(answer.body.find("platforms/linux/build_page") != std::string::npos);
}

}  // namespace aftercare::office
