#include "wasmcloud/wash/pid_files.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace wasmcloud::wash {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file that is not there is as good as removed.
void remove_file(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

// For a file without the time of the start: the names that hosts go by.
bool looks_like_a_host(const Process& process) {
  return std::filesystem::path(process.program()).filename().string().starts_with("wasmcloud");
}

}  // namespace

Result<HostPid> parse_host_pid(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto number = [&json](const char* name) -> std::optional<std::uint64_t> {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_unsigned()
               ? std::optional(found->get<std::uint64_t>())
               : std::nullopt;
  };
  constexpr std::uint64_t kMostPid = 1U << 22U;  // what Linux can give at most
  const auto pid = json.is_object() ? number("pid") : std::nullopt;
  if (!pid || *pid == 0 || *pid > kMostPid) {
    return Error(ErrorKind::invalid, "expected a JSON object with a \"pid\", found {:?}", text);
  }
  const auto version = json.find("version");
  return HostPid{.version = version != json.end() && version->is_string()
                                ? version->get<std::string>()
                                : std::string(),
                 .pid = static_cast<pid_t>(*pid),
                 .started = number("started")};
}

std::string to_json(const HostPid& pid) {
  nlohmann::ordered_json json{{"version", pid.version}, {"pid", pid.pid}};
  if (pid.started) {
    json["started"] = *pid.started;
  }
  return json.dump();
}

bool PidFiles::has_host_file() const {
  std::error_code ignored;
  return std::filesystem::exists(host_file(), ignored);
}

Result<> PidFiles::write_host(const HostPid& pid) const {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (!error) {
    std::ofstream file(host_file(), std::ios::binary | std::ios::trunc);
    file << to_json(pid) << std::flush;
    if (file.good()) {
      return {};
    }
  }
  return Error(ErrorKind::denied, "{} cannot be written{}{}", host_file().string(),
               error ? ": " : "", error ? error.message() : "");
}

Result<HostPid> PidFiles::read_host() const { return parse_host_pid(read_file(host_file())); }

std::optional<pid_t> PidFiles::read_nats() const {
  const std::string text = read_file(nats_file());
  pid_t pid = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), pid).ec != std::errc()) {
    return std::nullopt;
  }
  return pid;
}

std::optional<Process> PidFiles::host() const {
  const Result<HostPid> told = read_host();
  if (!told) {
    return std::nullopt;
  }
  std::optional<Process> process = Process::open(told->pid);
  if (process &&
      (told->started ? process->started() == told->started : looks_like_a_host(*process))) {
    return process;
  }
  return std::nullopt;
}

std::optional<Process> PidFiles::nats() const {
  std::optional<Process> process = Process::open(read_nats().value_or(0));
  if (process) {
    const std::vector<std::string> arguments = process->command_line();
    if (std::ranges::find(arguments, nats_file().string()) != arguments.end()) {
      return process;
    }
  }
  return std::nullopt;
}

void PidFiles::remove_host_file() const { remove_file(host_file()); }

void PidFiles::remove_nats_file() const { remove_file(nats_file()); }

void PidFiles::remove_host_file_of(pid_t pid) const {
  const Result<HostPid> told = read_host();
  if (told && told->pid == pid) {
    remove_host_file();
  }
}

void PidFiles::remove_nats_file_of(pid_t pid) const {
  if (read_nats() == pid) {
    remove_nats_file();
  }
}

}  // namespace wasmcloud::wash
