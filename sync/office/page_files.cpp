#include "sync/office/page_files.h"

#include "shared/storage/data_folder.h"

#include <cstdlib>
#include <map>
#include <memory>

namespace aftercare::office {
namespace {

using server::Caller;
using server::Lane;
using server::Method;
using server::Problem;
using server::Reply;
using server::Request;
using server::Response;
using server::Route;
using server::Who;

constexpr std::size_t kFileMax = 4 << 20;
/// No code but our files', nothing from elsewhere, in nobody's frame.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct PageFile {
  std::string content_type;
  Bytes plain;
  Bytes brotli;  // empty: only plain
};
using PageFiles = std::map<std::string, PageFile, std::less<>>;

std::string type_of(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> kTypes{{".html", "text/html; charset=utf-8"},
                                                         {".js", "text/javascript; charset=utf-8"},
                                                         {".css", "text/css; charset=utf-8"},
                                                         {".json", "application/json"},
                                                         {".svg", "image/svg+xml"},
                                                         {".png", "image/png"},
                                                         {".webmanifest", "application/manifest+json"},
                                                         {".woff2", "font/woff2"}};
  const auto found = kTypes.find(file.extension().string());
  return found == kTypes.end() ? std::string{} : found->second;
}

/// By path from the folder: "index.html", "assets/app-1a2b.js". What has a type that we do not hand out is
/// not read.
PageFiles read_files(const std::filesystem::path& folder) {
  PageFiles files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed)) {
    const auto type = entry.is_regular_file(failed) ? type_of(entry.path()) : std::string{};
    if (type.empty()) continue;
    auto plain = storage::read_file(entry.path(), kFileMax);
    if (!plain) continue;
    PageFile file{.content_type = type, .plain = std::move(plain).value(), .brotli = {}};
    auto packed = entry.path();
    packed += ".br";
    if (auto brotli = storage::read_file(packed, kFileMax)) file.brotli = std::move(brotli).value();
    files.emplace(entry.path().lexically_relative(folder).generic_string(), std::move(file));
  }
  return files;
}

bool takes_brotli(const Request& request) {
  const auto accepted = request.header("Accept-Encoding");
  if (!accepted) return false;
  std::string_view rest = *accepted;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    auto coding = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (!coding.empty() && coding.front() == ' ') coding.remove_prefix(1);
    if (coding.substr(0, coding.find_first_of("; ")) != "br") continue;
    return coding.find("q=0") == std::string_view::npos || coding.find("q=0.") != std::string_view::npos;
  }
  return false;
}

Response answer(const PageFiles& files, std::string_view name, const Request& request) {
  const auto found = files.find(name);
  if (found == files.end()) {
    return server::problem(Problem::NotFound, files.empty()
                                                  ? "the page is not built: run platforms/linux/build_page"
                                                  : "there is no such file of the page");
  }
  const auto& file = found->second;
  const bool is_packed = !file.brotli.empty() && takes_brotli(request);
  Response response;
  response.content_type = file.content_type;
  response.body = is_packed ? file.brotli : file.plain;
  response.headers.push_back({"Content-Security-Policy", kPolicy});
  response.headers.push_back({"Vary", "Accept-Encoding"});
  if (is_packed) response.headers.push_back({"Content-Encoding", "br"});
  const bool is_hashed = name.starts_with("assets/");
  response.headers.push_back(
      {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"});
  if (name == "c.html") response.headers.push_back({"X-Robots-Tag", "noindex, nofollow"});
  return response;
}

Route page_route(std::string pattern, std::string id, std::string summary, server::Handler handler) {
  return {.method = Method::Get,
          .pattern = std::move(pattern),
          .id = std::move(id),
          .summary = std::move(summary),
          .who = {Who::Nobody},
          .answers = {{200, "text/html", "the file, brotli where the browser takes it"}},
          .problems = {Problem::NotFound},
          .lane = Lane::Inline,
          .handler = std::move(handler)};
}

Reply to_office(const Request&, const Caller&) {
  Response response;
  response.status = 302;
  response.headers.push_back({"Location", "/office/"});
  return response;
}

Route way_to_office(std::string pattern, std::string id) {
  auto route = page_route(std::move(pattern), std::move(id), "To the office page", to_office);
  route.answers = {{302, "", "it is at /office/"}};
  return route;
}

}  // namespace

std::filesystem::path page_folder(const std::filesystem::path& assets) {
  if (const char* said = std::getenv("AFTERCARE_PAGE"); said != nullptr && *said != '\0') return said;
  std::error_code failed;
  if (const auto installed = assets / "office"; std::filesystem::is_directory(installed, failed))
    return installed;
  return assets.parent_path() / "build" / "office";
}

std::vector<Route> page_routes(const std::filesystem::path& folder) {
  const auto files = std::make_shared<const PageFiles>(read_files(folder));
  const auto one = [files](std::string name) -> server::Handler {
    return [files, name = std::move(name)](const Request& request, const Caller&) -> Reply {
      return answer(*files, name, request);
    };
  };
  const server::Handler asset = [files](const Request& request, const Caller&) -> Reply {
    return answer(*files, "assets/" + std::string(request.param("file").value_or("")), request);
  };
  std::vector<Route> routes;
  routes.push_back(way_to_office("/", "root"));
  routes.push_back(way_to_office("/office", "office_without_slash"));
  routes.push_back(page_route("/office/", "office_page", "The dispatchers' page", one("index.html")));
  routes.push_back(page_route("/office/assets/{file}", "office_page_file", "A file of the page", asset));
  routes.push_back(page_route("/c", "customer_page",
                              "What a customer signed, behind the link of their QR code", one("c.html")));
  routes.push_back(
      page_route("/c/assets/{file}", "customer_page_file", "A file of the customer's page", asset));
  return routes;
}

}  // namespace aftercare::office
