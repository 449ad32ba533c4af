// Contexts: named sets of connection settings, a JSON file each, and the name of the one that holds
// when none is named (fact sheet "wash", 3.4).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"

namespace wasmcloud::wash {

inline constexpr std::string_view kFirstContext = "host_config";
inline constexpr std::string_view kDefaultNatsHost = "127.0.0.1";
inline constexpr std::uint16_t kDefaultNatsPort = 4222;
inline constexpr std::string_view kDefaultLattice = "default";
inline constexpr std::uint64_t kDefaultTimeoutMs = 2000;

// How to reach NATS for one purpose. Of the secrets, an empty one is none.
struct ContextConnection {
  std::string host{kDefaultNatsHost};
  std::uint16_t port = kDefaultNatsPort;
  SecretString jwt = {};
  SecretString seed = {};
  std::optional<std::string> credsfile = {};
  std::uint64_t timeout = kDefaultTimeoutMs;  // milliseconds
  std::optional<std::string> tls_ca_file = {};
  std::optional<bool> tls_first = {};
};

struct Context {
  std::string name{kFirstContext};
  SecretString cluster_seed = {};  // empty: none
  ContextConnection ctl = {};      // "ctl_host", ...
  std::string lattice{kDefaultLattice};
  std::optional<std::string> js_domain = {};
  ContextConnection rpc = {};  // "rpc_host", ...
};

// A missing field has its default. Error `invalid` names the field. Pure, both.
Result<Context> parse_context(std::string_view text);
std::string to_json(const Context& context);

// What a context's file may be called: each character that a file name cannot hold becomes '_'.
std::string context_file_name(std::string_view name);

class Contexts {
 public:
  // Opens `directory`, which is made, with a first context, where it is missing. Without one: that
  // of contexts_directory().
  static Result<Contexts> open(std::optional<std::filesystem::path> directory = std::nullopt);

  const std::filesystem::path& directory() const noexcept { return directory_; }

  std::filesystem::path path_of(std::string_view name) const;
  // In alphabetical order.
  Result<std::vector<std::string>> names() const;
  bool holds(std::string_view name) const;
  // Errors: `not_found`, `invalid`; they name the file.
  Result<Context> load(std::string_view name) const;
  Result<> save(const Context& context) const;
  // If it was the default, the first one becomes that.
  Result<> remove(std::string_view name) const;

  Result<std::string> default_name() const;
  // Error `not_found` if there is no such context.
  Result<> set_default(std::string_view name) const;

 private:
  explicit Contexts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Result<> prepare() const;

  std::filesystem::path directory_;
};

// The one of that name, or the default one where `name` is empty: what is built in, where there is
// no home, or none that can be written to. `directory`: as Contexts::open() has it.
Result<Context> load_context(std::string_view name,
                             const std::optional<std::filesystem::path>& directory = std::nullopt);

}  // namespace wasmcloud::wash
