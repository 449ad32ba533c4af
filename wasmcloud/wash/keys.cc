// wash keys gen|get|list: nkeys, and the files that keep their seeds.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/identity/xkeys.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/directories.h"
#include "wasmcloud/wash/environment.h"

namespace wasmcloud::wash {
namespace {

using identity::KeyType;
using std::filesystem::path;

constexpr std::string_view kSuffix = ".nk";

struct KindName {
  std::string_view name;
  KeyType type;
};

constexpr std::array<KindName, 13> kKinds{{{"account", KeyType::account},
                                           {"user", KeyType::nats_user},
                                           {"module", KeyType::component},
                                           {"component", KeyType::component},
                                           {"service", KeyType::provider},
                                           {"provider", KeyType::provider},
                                           {"server", KeyType::host},
                                           {"host", KeyType::host},
                                           {"operator", KeyType::nats_operator},
                                           {"cluster", KeyType::cluster},
                                           {"x25519", KeyType::curve},
                                           {"curve", KeyType::curve},
                                           {"xkey", KeyType::curve}}};

Result<KeyType> parse_kind(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = std::ranges::find(kKinds, lower, &KindName::name);
  if (found == kKinds.end()) {
    return Error(ErrorKind::invalid,
                 "Invalid key type. Must be one of Account, User, Module (or Component), Service "
                 "(or Provider), Server (or Host), Operator, Cluster, Curve (xkey)");
  }
  return found->type;
}

struct NewKey {
  std::string public_key;
  SecretString seed;
};

NewKey generate(KeyType type) {
  if (type == KeyType::curve) {
    const auto key = identity::CurveKeyPair::generate();
    return {.public_key = key.public_key().text(), .seed = key.seed()};
  }
  const auto key = identity::KeyPair::generate(type);
  return {.public_key = key.public_key().text(), .seed = key.seed()};
}

class GenerateKey final : public Command {
 public:
  Summary summary() const override {
    return {.name = "gen", .description = "Make a key and show it; it is kept nowhere"};
  }

  void declare(CLI::App& app) override {
    app.add_option("keytype", kind_,
                   "account, user, component, provider, host, operator, cluster or curve")
        ->type_name("keytype");
  }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_TRY(const KeyType type, parse_kind(kind_));
    const NewKey key = generate(type);
    output.success(
        fmt::format("Public Key: {}\nSeed: {}\n\nRemember that the seed is private, treat it as a "
                    "secret.",
                    key.public_key, key.seed.reveal()),
        {{"public_key", key.public_key}, {"seed", key.seed.reveal()}});
    return kSuccess;
  }

 private:
  std::string kind_;
};

// Where the files are: the flag, its variable, or where wash keeps them.
class KeyDirectory {
 public:
  void declare(CLI::App& app) {
    app.add_option("-d,--directory", text_,
                   "Where the keys are [env: WASH_KEYS] [default: keys in wash's data]")
        ->type_name("DIRECTORY")
        ->take_last();
  }

  Result<path> find() const {
    auto found = text_.empty() ? path_variable("WASH_KEYS") : std::optional<path>(text_);
    if (!found) {
      found = keys_directory();
    }
    if (!found) {
      return Error(ErrorKind::not_found, "no directory for keys: set HOME, or give --directory");
    }
    return *std::move(found);
  }

 private:
  std::string text_;
};

class GetKey final : public Command {
 public:
  Summary summary() const override {
    return {.name = "get", .description = "Show the seed that a file keeps"};
  }

  void declare(CLI::App& app) override {
    app.add_option("keyname", name_, "The name of the key, with or without .nk")
        ->type_name("keyname");
    directory_.declare(app);
  }

  Result<> prepare() override {
    if (name_.ends_with(kSuffix)) {
      name_.resize(name_.size() - kSuffix.size());
    }
    return {};
  }

  Result<int> execute(const Output& output) override {
    WC_TRY(const path directory, directory_.find());
    std::ifstream file(directory / fmt::format("{}{}", name_, kSuffix), std::ios::binary);
    if (!file.is_open()) {
      return Error(ErrorKind::not_found, "Key {} doesn't exist", name_);
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    const SecretString seed(std::move(text));
    output.success(seed.reveal(), {{"seed", seed.reveal()}});
    return kSuccess;
  }

 private:
  std::string name_;
  KeyDirectory directory_;
};

class ListKeys final : public Command {
 public:
  Summary summary() const override {
    return {.name = "list", .description = "Show the names of the keys that files keep"};
  }

  void declare(CLI::App& app) override { directory_.declare(app); }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_TRY(const path directory, directory_.find());
    WC_TRY(const std::vector<std::string> names, names_in(directory));
    std::string text = fmt::format("====== Keys found in {} ======", directory.string());
    for (const std::string& name : names) {
      text += fmt::format("\n{}", name);
    }
    output.success(text, {{"keys", names}});
    return kSuccess;
  }

 private:
  // None if there is no such directory.
  static Result<std::vector<std::string>> names_in(const path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == kSuffix) {
        names.push_back(entry->path().stem().string());
      }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      return Error(ErrorKind::denied, "failed to list keys in {}: {}", directory.string(),
                   error.message());
    }
    std::ranges::sort(names);
    return names;
  }

  KeyDirectory directory_;
};

}  // namespace

CommandGroup make_key_commands() {
  CommandGroup group{.summary = {.name = "keys",
                                 .group = "Configure",
                                 .description = "Make keys, and show those that are kept",
                                 .aliases = {"key"}},
                     .commands = {}};
  group.commands.push_back(std::make_unique<GenerateKey>());
  group.commands.push_back(std::make_unique<GetKey>());
  group.commands.push_back(std::make_unique<ListKeys>());
  return group;
}

}  // namespace wasmcloud::wash
