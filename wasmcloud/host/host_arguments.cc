#include "wasmcloud/host/host_arguments.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace wasmcloud::host {
namespace {

constexpr std::uint64_t kLongestMs = 365ULL * 24 * 60 * 60 * 1000;

// A connection to NATS, as three groups of options describe it: --nats-*, --ctl-*, --rpc-*.
struct NatsSettings {
  std::string host;
  std::optional<std::uint16_t> port;
  std::string jwt;
  std::string seed;
  std::string creds;
  bool tls = false;
};

// Of options that help does not list. (With no group at all they would have no name in errors.)
constexpr const char* kHidden = "Hidden";

class Help final : public CLI::Formatter {
 public:
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return group == kHidden ? std::string()
                            : CLI::Formatter::make_group(group, is_positional, options);
  }
};

enum class Listed : std::uint8_t { yes, no };

std::optional<SecretString> secret(const std::string& text) {
  return text.empty() ? std::optional<SecretString>()
                      : std::optional(SecretString(std::string(text)));
}

class Parser {
 public:
  explicit Parser(const std::string& version) : app_("A host of a wasmCloud lattice", "wasmcloud") {
    app_.set_version_flag("-V,--version", "wasmcloud " + version);
    auto help = std::make_shared<Help>();
    help->column_width(44);
    app_.formatter(std::move(help));
    config_.version = version;
    declare_nats("nats", "NATS_", nats_, Listed::yes);
    declare_nats("ctl", "CTL_", control_, Listed::no);
    declare_nats("rpc", "RPC_", rpc_, Listed::no);
    declare_lattice();
    declare_limits();
    declare_logs();
    declare_hidden();
  }

  Result<std::variant<HostArguments, HostInformation>> parse(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);  // as CLI11 has it
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return HostInformation{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return HostInformation{std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
      return Error(ErrorKind::invalid, "{}", error.what());
    }
    WC_CHECK(refuse_unsupported());
    WC_CHECK(settle_connections());
    WC_CHECK(settle_labels());
    settle_features();
    HostArguments parsed{.config = std::move(config_), .log_level = {}, .log_format = {}};
    WC_TRY(parsed.log_level, log::parse_level(log_level_), "--log-level");
    parsed.log_format = structured_ ? log::Format::json : log::Format::text;
    parsed.config.max_execution_time = std::chrono::milliseconds(max_execution_ms_);
    parsed.config.provider_shutdown_delay = std::chrono::milliseconds(shutdown_delay_ms_);
    parsed.config.heartbeat = std::chrono::seconds(heartbeat_s_);
    parsed.config.host_seed = secret(seed_);
    parsed.config.cache_dir = cache_dir_;
    return parsed;
  }

 private:
  template <typename T>
  CLI::Option* option(std::string names, std::string_view variable, T& into, std::string text) {
    return app_.add_option(std::move(names), into, std::move(text))
        ->envname(fmt::format("WASMCLOUD_{}", variable));
  }

  CLI::Option* flag(std::string names, std::string_view variable, bool& into, std::string text) {
    return app_.add_flag(std::move(names), into, std::move(text))
        ->envname(fmt::format("WASMCLOUD_{}", variable));
  }

  void declare_nats(std::string_view prefix, std::string_view variable, NatsSettings& into,
                    Listed listed) {
    const auto name = [&](std::string_view suffix) {
      return fmt::format("--{}-{}", prefix, suffix);
    };
    const auto env = [&](std::string_view suffix) { return fmt::format("{}{}", variable, suffix); };
    const std::array options = {
        option(name("host"), env("HOST"), into.host, "Where NATS is [default: 127.0.0.1]"),
        option(name("port"), env("PORT"), into.port, "Its port [default: 4222]"),
        option(name("jwt"), env("JWT"), into.jwt, "JWT to authenticate with, together with a seed"),
        option(name("seed"), env("SEED"), into.seed, "Seed of the JWT's user, SU..."),
        option(name("creds"), env("CREDS"), into.creds, "Credentials file, instead of both"),
    };
    if (listed == Listed::no) {
      for (CLI::Option* const each : options) {
        each->group(kHidden);
      }
      flag(name("tls"), env("TLS"), into.tls, "Refuse a server without TLS")->group(kHidden);
    }
  }

  void declare_lattice() {
    option("-x,--lattice", "LATTICE", config_.lattice, "Name of the lattice")
        ->capture_default_str();
    option("--js-domain,--wasmcloud-js-domain", "JS_DOMAIN", config_.js_domain,
           "JetStream domain of the lattice's store");
    option("--host-seed", "HOST_SEED", seed_,
           "Seed of the host's identity, SN... [default: a new one]");
    app_.add_option("-l,--label", labels_,
                    "Label KEY=VALUE, may be repeated; also WASMCLOUD_LABEL_<KEY>");
    flag("--allow-file-load", "ALLOW_FILE_LOAD", config_.allow_file_load,
         "Let components be started from files of this machine");
    option("--enable-component-auction", "COMPONENT_AUCTION_ENABLED", config_.component_auctions,
           "Answer auctions of components")
        ->capture_default_str();
    option("--enable-provider-auction", "PROVIDER_AUCTION_ENABLED", config_.provider_auctions,
           "Answer auctions of providers")
        ->capture_default_str();
    option("--provider-shutdown-delay-ms,--provider-shutdown-delay", "PROV_SHUTDOWN_DELAY_MS",
           shutdown_delay_ms_, "Time for a provider's requests to end when it is stopped")
        ->check(CLI::Range(std::uint64_t{0}, kLongestMs))
        ->capture_default_str();
    option("--http-admin", "HTTP_ADMIN", config_.http_admin, "HOST:PORT for /livez and /readyz");
    cache_dir_ = default_cache_dir();
    option("--cache-dir", "CACHE_DIR", cache_dir_,
           "Folder for compiled components, of this user alone; \"\" for none")
        ->default_str(cache_dir_.string());
  }

  void declare_limits() {
    option("--max-execution-time-ms", "MAX_EXECUTION_TIME_MS", max_execution_ms_,
           "Most for one call")
        ->check(CLI::Range(std::uint64_t{1}, kLongestMs))
        ->capture_default_str();
    option("--max-linear-memory-bytes", "MAX_LINEAR_MEMORY", config_.max_memory_bytes,
           "Most for each memory of a component")
        ->check(CLI::Range(std::uint64_t{65'536}, std::uint64_t{4} << 30U))
        ->capture_default_str();
    option("--max-components", "MAX_COMPONENTS", config_.max_instances,
           "Component instances that may live at a time")
        ->check(CLI::Range(1U, 100'000U))
        ->capture_default_str();
  }

  void declare_logs() {
    option("--log-level,--structured-log-level", "LOG_LEVEL", log_level_,
           "error, warn, info, debug or trace")
        ->capture_default_str();
    flag("--enable-structured-logging", "STRUCTURED_LOGGING_ENABLED", structured_,
         "Logs as JSON lines");
  }

  void declare_hidden() {
    option("--feature", "EXPERIMENTAL_FEATURES", features_, "What is an experiment, by its name")
        ->delimiter(',')
        ->group(kHidden);
    option("--ctl-topic-prefix", "CTL_TOPIC_PREFIX", config_.control_prefix,
           "First tokens of control subjects")
        ->group(kHidden);
    option("--heartbeat-interval-seconds", "HEARTBEAT_INTERVAL", heartbeat_s_,
           "Between two heartbeats")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{24 * 60 * 60}))
        ->group(kHidden);
    // For provider processes, of which there are none.
    option("--rpc-timeout-ms", "RPC_TIMEOUT_MS", rpc_timeout_ms_, "Most for a provider's requests")
        ->check(CLI::Range(std::uint64_t{1}, kLongestMs))
        ->group(kHidden);
  }

  static std::filesystem::path default_cache_dir() {
    if (const char* const cache = std::getenv("XDG_CACHE_HOME");
        cache != nullptr && *cache != '\0') {
      return std::filesystem::path(cache) / "wasmcloud";
    }
    if (const char* const home = std::getenv("HOME"); home != nullptr && *home != '\0') {
      return std::filesystem::path(home) / ".cache" / "wasmcloud";
    }
    return {};
  }

  // What would be a hole if it were left out silently.
  static Result<> refuse_unsupported() {
    for (const char* const name : {"WASMCLOUD_POLICY_TOPIC", "WASMCLOUD_SECRETS_TOPIC"}) {
      if (const char* const value = std::getenv(name); value != nullptr && *value != '\0') {
        return Error(ErrorKind::unsupported,
                     "{} is set, but this host asks no such service: unset it to run without",
                     name);
      }
    }
    return {};
  }

  static Result<> settle(const NatsSettings& settings, const NatsSettings& common,
                         nats::ConnectOptions& into) {
    const auto given = [](const std::string& own, const std::string& shared,
                          std::string_view otherwise) {
      return !own.empty() ? own : !shared.empty() ? shared : std::string(otherwise);
    };
    const std::string host = given(settings.host, common.host, "127.0.0.1");
    const std::uint16_t port = settings.port.value_or(common.port.value_or(4222));
    const bool bare_ipv6 = host.contains(':') && !host.starts_with('[') && !host.contains("://");
    into.urls = {fmt::format(fmt::runtime(bare_ipv6 ? "[{}]:{}" : "{}:{}"), host, port)};
    into.tls.required = settings.tls;
    const bool own = !settings.jwt.empty() || !settings.seed.empty() || !settings.creds.empty();
    const NatsSettings& with = own ? settings : common;
    WC_TRY(into.credentials, nats::credentials_from_settings(
                                 secret(with.jwt), secret(with.seed),
                                 with.creds.empty() ? std::nullopt : std::optional(with.creds)));
    return {};
  }

  Result<> settle_connections() {
    WC_CHECK(settle(control_, nats_, config_.control), "control connection to NATS");
    return settle(rpc_, nats_, config_.rpc);
  }

  Result<> settle_labels() {
    constexpr std::string_view kPrefix = "WASMCLOUD_LABEL_";
    for (const char* const* variable = environ; *variable != nullptr; ++variable) {
      const std::string_view text = *variable;
      const std::size_t equals = text.find('=');
      if (text.starts_with(kPrefix) && equals != std::string_view::npos &&
          equals > kPrefix.size()) {
        config_.labels.insert_or_assign(
            std::string(text.substr(kPrefix.size(), equals - kPrefix.size())),
            std::string(text.substr(equals + 1)));
      }
    }
    for (const std::string& label : labels_) {
      const std::size_t equals = label.find('=');
      if (equals == 0 || equals == std::string::npos ||
          label.find('=', equals + 1) != std::string::npos) {
        return Error(ErrorKind::invalid, "--label: expected KEY=VALUE, found `{}`", label);
      }
      config_.labels.insert_or_assign(label.substr(0, equals), label.substr(equals + 1));
    }
    return {};
  }

  // Names are those of existing hosts, most of whose features are no experiments here.
  void settle_features() {
    for (std::string name : features_) {
      std::ranges::transform(name, name.begin(), [](char c) { return c == '_' ? '-' : lower(c); });
      config_.messaging_v3 = config_.messaging_v3 || name == "wasmcloud-messaging-v3";
    }
  }

  static char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }

  CLI::App app_;
  LatticeHostConfig config_;
  NatsSettings nats_;
  NatsSettings control_;
  NatsSettings rpc_;
  std::vector<std::string> labels_;
  std::vector<std::string> features_;
  std::string seed_;
  std::filesystem::path cache_dir_;
  std::string log_level_ = "info";
  bool structured_ = false;
  std::uint64_t max_execution_ms_ = 600'000;
  std::uint64_t shutdown_delay_ms_ = 300;
  std::uint64_t heartbeat_s_ = 30;
  std::uint64_t rpc_timeout_ms_ = 2'000;
};

}  // namespace

Result<std::variant<HostArguments, HostInformation>> parse_host_arguments(
    std::vector<std::string> arguments, std::string version) {
  return Parser(version).parse(std::move(arguments));
}

}  // namespace wasmcloud::host
