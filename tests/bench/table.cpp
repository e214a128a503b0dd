#include "tests/bench/sync_bench.h"

#include <fmt/format.h>

#include <algorithm>

namespace aftercare::bench {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

std::string cell(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  return fmt::format("{:g}", value.get<double>());
}

std::string cell(const Json& row, const std::string& name) {
  return row.contains(name) ? cell(row.at(name)) : std::string{"-"};
}

/// Columns as wide as their widest cell; words to the left, numbers to the right.
std::string text_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += i == 0 ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    text += '\n';
  }
  return text + '\n';
}

std::string pushes(const Json& figures) {
  const Row names{"operations_per_s",
                  "server_cpu_us_per_operation",
                  "client_cpu_us_per_operation",
                  "wire_bytes_per_operation",
                  "call_p50_ms",
                  "call_p99_ms",
                  "fsyncs_per_1000_operations",
                  "other_load"};
  std::vector<Row> rows{{"PUSH", "OPERATIONS", "A SECOND", "SERVER US", "CLIENT US", "BYTES", "P50 MS",
                         "P99 MS", "FSYNCS/1000", "OTHERS"}};
  for (const auto& row : figures.at("push")) {
    for (const auto* who : {"ours", "floor", "ratio"}) {
      if (!row.contains(who)) continue;
      Row line{fmt::format("{} from {} clients", who, row.at("clients").get<std::size_t>()),
               cell(row, "operations")};
      for (const auto& name : names) line.push_back(cell(row.at(who), name));
      rows.push_back(line);
    }
  }
  return text_of(rows);
}

std::string photos(const Json& figures) {
  if (figures.at("photos").empty()) return {};
  const Row names{"photos",
                  "photos_per_s",
                  "mb_per_s",
                  "server_cpu_us_per_photo",
                  "photos_per_s_and_server_core",
                  "client_cpu_us_per_photo",
                  "call_p50_ms",
                  "call_p99_ms",
                  "fsyncs_per_photo",
                  "other_load"};
  std::vector<Row> rows{{"PHOTOS", "COUNT", "A SECOND", "MB/S", "SERVER US", "A CORE", "CLIENT US", "P50 MS",
                         "P99 MS", "FSYNCS", "OTHERS"}};
  for (const auto& row : figures.at("photos")) {
    Row line{fmt::format("from {} clients", row.at("clients").get<std::size_t>())};
    for (const auto& name : names) line.push_back(cell(row, name));
    rows.push_back(line);
  }
  return text_of(rows);
}

std::string half_load(const Json& figures) {
  if (!figures.contains("half_load")) return {};
  const Row names{"operations_per_push",
                  "full_operations_per_s",
                  "offered_operations_per_s",
                  "server_cpu_us_per_operation",
                  "wire_bytes_per_operation",
                  "call_p50_ms",
                  "call_p99_ms",
                  "other_load"};
  std::vector<Row> rows{{"HALF LOAD", "A PUSH", "FULL, A SECOND", "OFFERED", "SERVER US", "BYTES", "P50 MS",
                         "P99 MS", "OTHERS"}};
  for (const auto& row : figures.at("half_load")) {
    Row line{fmt::format("from {} clients", row.at("clients").get<std::size_t>())};
    for (const auto& name : names) line.push_back(cell(row, name));
    rows.push_back(line);
  }
  return text_of(rows);
}

std::string waiting(const Json& figures) {
  if (!figures.contains("waiting")) return {};
  const auto& row = figures.at("waiting");
  return fmt::format("{} tablets wait: {} KB of the server's memory each.\n", cell(row, "tablets"),
                     cell(row, "server_kb_per_tablet"));
}

}  // namespace

std::string table_of(const Json& figures) {
  const auto& machine = figures.at("machine");
  const auto& no_op = figures.at("no_op_sync");
  const auto& sign_in = figures.at("sign_in");
  const auto& memory = figures.at("server_memory");
  return pushes(figures) + half_load(figures) + photos(figures) +
         text_of({{"ONE DEVICE", "ROUND TRIPS", "BYTES", "P50 MS", "P99 MS"},
                  {"nothing to sync", cell(no_op, "round_trips"), cell(no_op, "wire_bytes"),
                   cell(no_op, "p50_ms"), cell(no_op, "p99_ms")},
                  {"connect and sign in", "2", "-", cell(sign_in, "p50_ms"), cell(sign_in, "p99_ms")}}) +
         waiting(figures) +
         fmt::format(
             "Server memory: {} MB at the end, {} MB at most. {}\n", cell(memory, "resident_mb"),
             cell(memory, "resident_max_mb"),
             figures.at("server_drained").get<bool>() ? "It drained in order." : "It did not end in order.") +
         fmt::format("{} cores, {}; load average {} before, {} after.\n", cell(machine, "cores"),
                     cell(machine, "file_system"), cell(machine, "load_before"), cell(machine, "load_after"));
}

}  // namespace aftercare::bench
