#include "client/work/reading.h"

#include <algorithm>
#include <chrono>

namespace aftercare::work {
namespace {

constexpr std::size_t kLookedAtMax = 20'000;  // entries of one folder; a stick may hold anything
constexpr std::size_t kShownMax = 500;

bool is_picture(const std::filesystem::path& path) {
  auto extension = path.extension().string();
  for (auto& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

Instant instant_of(std::filesystem::file_time_type time) {
  const auto on_system_clock = std::chrono::file_clock::to_sys(time);
  return std::chrono::floor<std::chrono::milliseconds>(on_system_clock);
}

void look_into(const std::filesystem::path& folder, std::vector<shown::PhotoFile>& files) {
  std::error_code failed;
  std::filesystem::directory_iterator entry{
      folder, std::filesystem::directory_options::skip_permission_denied, failed};
  const std::filesystem::directory_iterator end;
  for (std::size_t count = 0; !failed && entry != end && count < kLookedAtMax;
       entry.increment(failed), ++count) {
    std::error_code unreadable;
    if (!is_picture(entry->path()) || !entry->is_regular_file(unreadable) || unreadable) continue;
    const auto size = entry->file_size(unreadable);
    if (unreadable) continue;
    const auto changed = entry->last_write_time(unreadable);
    if (unreadable) continue;
    files.push_back({entry->path().string(), entry->path().filename().string(), size, instant_of(changed)});
  }
}

}  // namespace

std::vector<shown::PhotoFile> photo_files(const std::vector<std::filesystem::path>& folders) {
  std::vector<shown::PhotoFile> files;
  for (const auto& folder : folders) look_into(folder, files);
  std::ranges::sort(files, std::greater{}, &shown::PhotoFile::changed_at);
  if (files.size() > kShownMax) files.resize(kShownMax);
  return files;
}

}  // namespace aftercare::work
