// Writes the lines of a real events.jsonl with spdlog, from the same fields or as ready text.
//
//   spdlog_lines fields FIELDS EVENTS OUT     formats every line (calls made by spdlog_calls.py)
//   spdlog_lines ready  FIELDS EVENTS OUT     hands spdlog each line as one ready text
//
// Prints one JSON object with the lines and the seconds from the first call to the flush. The logger has one
// thread's sink and the bare pattern, which is spdlog at its fastest.
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {
std::vector<std::string> texts;
std::string_view text(std::int64_t number) { return texts[static_cast<std::size_t>(number)]; }
}  // namespace

#include SPDLOG_CALLS

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const bool formats = std::string_view(argv[1]) == "fields";
  std::vector<std::int64_t> arguments;
  std::vector<std::pair<int, std::size_t>> rows;
  std::vector<std::string> lines;

  std::ifstream fields(argv[2]);
  std::size_t text_count = 0, argument_count = 0, row_count = 0;
  fields >> text_count >> argument_count >> row_count;
  std::string line;
  std::getline(fields, line);
  for (std::size_t i = 0; i < text_count; ++i) {
    std::getline(fields, line);
    texts.push_back(line);
  }
  arguments.resize(argument_count);
  for (auto& argument : arguments) fields >> argument;
  rows.resize(row_count);
  for (auto& [shape, first] : rows) fields >> shape >> first;
  if (!fields) return 65;
  if (!formats) {
    std::ifstream events(argv[3]);
    while (std::getline(events, line)) lines.push_back(line);
    if (lines.size() != row_count) return 65;
  }

  auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(argv[4], true);
  spdlog::logger log("events", sink);
  log.set_pattern("%v");
  const auto began = std::chrono::steady_clock::now();
  if (formats) {
    for (const auto& [shape, first] : rows) write_line(log, shape, arguments.data() + first);
  } else {
    for (const auto& ready : lines) log.info(std::string_view(ready));
  }
  log.flush();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  std::printf("{\"lines\": %zu, \"seconds\": %.9f}\n", row_count, seconds.count());
}
