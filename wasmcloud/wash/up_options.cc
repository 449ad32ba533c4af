#include "wasmcloud/wash/up_options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/nats/credentials.h"
#include "wasmcloud/wash/contexts.h"
#include "wasmcloud/wash/environment.h"

namespace wasmcloud::wash {
namespace {

using Flags = UpOptions::Flags;

constexpr std::uint16_t kWebsocketPort = 4223;
constexpr std::uint16_t kLeafNodePort = 7422;
constexpr std::uint64_t kMostMilliseconds = std::uint64_t{365} * 24 * 3'600'000;
constexpr std::uint64_t kLeastExecutionTime = 1000;  // a host takes no less

struct Text {
  std::string Flags::* value;
  const char* names;
  const char* type;
  const char* variable;
  const char* help;
};

struct List {
  std::vector<std::string> Flags::* values;
  const char* names;
  const char* type;
  const char* variable;
  const char* help;
};

struct Switch {
  bool Flags::* value;
  const char* names;
  const char* variable;
  const char* help;
};

constexpr Text kNatsCredsfile{&Flags::nats_credsfile, "--nats-credsfile", "NATS_CREDSFILE",
                              "NATS_CREDSFILE",
                              "Credentials for the remote server, in a file as nsc writes it"};
constexpr Text kNatsConfigFile{&Flags::nats_config_file, "--nats-config-file", "NATS_CONFIGFILE",
                               "NATS_CONFIG",
                               "Start nats-server with this file; tell where it listens with "
                               "--nats-host and --nats-port"};
constexpr Text kNatsRemoteUrl{&Flags::nats_remote_url, "--nats-remote-url", "NATS_REMOTE_URL",
                              "NATS_REMOTE_URL",
                              "Start nats-server as a leaf node of the server with this URL"};
constexpr Text kNatsHost{&Flags::nats_host, "--nats-host", "NATS_HOST", "WASMCLOUD_NATS_HOST",
                         "Where NATS listens, or is to listen [default: the context's, else "
                         "127.0.0.1]"};
constexpr Text kNatsPort{&Flags::nats_port, "--nats-port", "NATS_PORT", "WASMCLOUD_NATS_PORT",
                         "Its port [default: the context's, else 4222]"};
constexpr Text kNatsWebsocketPort{
    &Flags::nats_websocket_port, "--nats-websocket-port", "NATS_WEBSOCKET_PORT",
    "NATS_WEBSOCKET_PORT", "Where a nats-server takes websockets; 0: nowhere [default: 4223]"};
constexpr Text kNatsJsDomain{&Flags::nats_js_domain, "--nats-js-domain", "NATS_JS_DOMAIN",
                             "NATS_JS_DOMAIN",
                             "The JetStream domain of a nats-server that is started [default: "
                             "core]"};
constexpr Text kHostSeed{&Flags::host_seed, "--host-seed", "HOST_SEED", "WASMCLOUD_HOST_SEED",
                         "The seed of the host's id (SN...) [default: a new one]"};
constexpr Text kRpcPort{&Flags::rpc_port, "--rpc-port", "RPC_PORT", "WASMCLOUD_RPC_PORT",
                        "Its port [default: that of NATS]"};
constexpr Text kRpcJwt{&Flags::rpc_jwt, "--rpc-jwt", "RPC_JWT", "WASMCLOUD_RPC_JWT",
                       "A user's JWT for calls; needs its seed"};
constexpr Text kRpcSeed{&Flags::rpc_seed, "--rpc-seed", "RPC_SEED", "WASMCLOUD_RPC_SEED",
                        "The seed that belongs to the JWT"};
constexpr Text kRpcTimeout{&Flags::rpc_timeout_ms, "--rpc-timeout-ms", "RPC_TIMEOUT_MS",
                           "WASMCLOUD_RPC_TIMEOUT_MS",
                           "How long the host waits for a call, in milliseconds [default: 2000]"};
constexpr Text kCtlPort{&Flags::ctl_port, "--ctl-port", "CTL_PORT", "WASMCLOUD_CTL_PORT",
                        "Its port [default: that of NATS]"};
constexpr Text kCtlJwt{&Flags::ctl_jwt, "--ctl-jwt", "CTL_JWT", "WASMCLOUD_CTL_JWT",
                       "A user's JWT for control; needs its seed"};
constexpr Text kCtlSeed{&Flags::ctl_seed, "--ctl-seed", "CTL_SEED", "WASMCLOUD_CTL_SEED",
                        "The seed that belongs to the JWT"};
constexpr Text kProviderDelay{&Flags::provider_delay, "--provider-delay", "PROVIDER_DELAY",
                              "WASMCLOUD_PROV_SHUTDOWN_DELAY_MS",
                              "How long a provider may take to stop, in milliseconds [default: "
                              "300]"};
constexpr Text kAllowFileLoad{&Flags::allow_file_load, "--allow-file-load", "ALLOW_FILE_LOAD",
                              "WASMCLOUD_ALLOW_FILE_LOAD",
                              "Whether the host takes file:// references [default: true]"};
constexpr Text kLogLevel{&Flags::log_level, "--log-level,--structured-log-level", "LOG_LEVEL",
                         "WASMCLOUD_LOG_LEVEL",
                         "error, warn, info, debug or trace: what the host logs [default: info]"};
constexpr Text kMaxExecutionTime{&Flags::max_execution_time_ms,
                                 "--max-execution-time-ms,--max-time-ms", "MAX_EXECUTION_TIME_MS",
                                 "WASMCLOUD_MAX_EXECUTION_TIME_MS",
                                 "How long one invocation may run, in milliseconds [default: "
                                 "600000]"};

constexpr std::array kTexts{
    kNatsCredsfile,
    kNatsConfigFile,
    kNatsRemoteUrl,
    kNatsHost,
    kNatsPort,
    kNatsWebsocketPort,
    kNatsJsDomain,
    Text{&Flags::lattice, "-x,--lattice", "LATTICE", "WASMCLOUD_LATTICE",
         "The lattice that the host joins [default: the context's, else default]"},
    kHostSeed,
    Text{&Flags::rpc_host, "--rpc-host", "RPC_HOST", "WASMCLOUD_RPC_HOST",
         "Where the host finds NATS for calls [default: where NATS is]"},
    kRpcPort,
    kRpcSeed,
    kRpcTimeout,
    kRpcJwt,
    Text{&Flags::rpc_credsfile, "--rpc-credsfile", "RPC_CREDSFILE", "WASMCLOUD_RPC_CREDSFILE",
         "A file with both, as nsc writes it"},
    Text{&Flags::ctl_host, "--ctl-host", "CTL_HOST", "WASMCLOUD_CTL_HOST",
         "Where the host finds NATS for control [default: where NATS is]"},
    kCtlPort,
    kCtlSeed,
    kCtlJwt,
    Text{&Flags::ctl_credsfile, "--ctl-credsfile", "CTL_CREDSFILE", "WASMCLOUD_CTL_CREDSFILE",
         "A file with both, as nsc writes it"},
    Text{&Flags::ctl_tls_ca_file, "--ctl-tls-ca-file", "CTL_TLS_CA_FILE",
         "WASMCLOUD_CTL_TLS_CA_FILE",
         "A PEM file of the authorities that wash itself trusts for control"},
    Text{&Flags::cluster_seed, "--cluster-seed", "CLUSTER_SEED", "WASMCLOUD_CLUSTER_SEED",
         "Handed to the host, which of 1.x makes no use of it (SC...)"},
    kProviderDelay,
    Text{&Flags::js_domain, "--wasmcloud-js-domain", "WASMCLOUD_JS_DOMAIN", "WASMCLOUD_JS_DOMAIN",
         "The JetStream domain of the host's buckets [default: the context's]"},
    kAllowFileLoad,
    kLogLevel,
    kMaxExecutionTime,
    Text{&Flags::secrets_topic, "--secrets-topic", "SECRETS_TOPIC", "WASMCLOUD_SECRETS_TOPIC",
         "Where the host asks for secrets"},
    Text{&Flags::policy_topic, "--policy-topic", "POLICY_TOPIC", "WASMCLOUD_POLICY_TOPIC",
         "Where the host asks for leave"},
    Text{&Flags::host_log_path, "--host-log-path", "HOST_LOG_PATH", "WASMCLOUD_HOST_LOG_PATH",
         "The file that the host's log goes to [default, if detached: wasmcloud.log among wash's "
         "downloads]"},
    Text{&Flags::host_path, "--host-path", "HOST_PATH", "WASMCLOUD_HOST_PATH",
         "The host's program [default: wasmcloud beside wash, else in PATH]"},
};

constexpr std::array kLists{
    List{&Flags::cluster_issuers, "--cluster-issuers", "CLUSTER_ISSUERS",
         "WASMCLOUD_CLUSTER_ISSUERS",
         "Handed to the host, which of 1.x makes no use of them; with commas, or again"},
    List{&Flags::allowed_insecure, "--allowed-insecure", "ALLOWED_INSECURE",
         "WASMCLOUD_OCI_ALLOWED_INSECURE",
         "Registries that the host reaches without TLS; with commas, or again"},
    List{&Flags::labels, "-l,--label,--labels", "LABEL", nullptr,
         "A label of the host, as key=value; may be given again"},
};

constexpr std::array kSwitches{
    Switch{&Flags::detached, "-d,--detached,--detach", nullptr,
           "Leave NATS and the host running in the background"},
    Switch{&Flags::connect_only, "--nats-connect-only", "NATS_CONNECT_ONLY",
           "Start no nats-server: fail if there is none"},
    Switch{&Flags::rpc_tls, "--rpc-tls", "WASMCLOUD_RPC_TLS", "The host demands TLS for calls"},
    Switch{&Flags::ctl_tls, "--ctl-tls", "WASMCLOUD_CTL_TLS",
           "The host, and wash, demand TLS for control"},
    Switch{&Flags::allow_latest, "--allow-latest", "WASMCLOUD_OCI_ALLOW_LATEST",
           "The host takes OCI references with the tag latest"},
    Switch{&Flags::config_service, "--config-service-enabled", "WASMCLOUD_CONFIG_SERVICE",
           "The host asks a configuration service when it starts"},
    Switch{&Flags::structured_logging, "--enable-structured-logging",
           "WASMCLOUD_STRUCTURED_LOGGING_ENABLED", "The host logs JSON"},
    Switch{&Flags::ipv6, "--enable-ipv6", "WASMCLOUD_ENABLE_IPV6",
           "Handed to the host, which of 1.x makes no use of it"},
    Switch{&Flags::multi_local, "--multi-local", nullptr,
           "Start a host beside those that run already"},
    Switch{&Flags::start_only, "--wasmcloud-start-only", nullptr,
           "Download no host; nothing changes: wash never does"},
    Switch{&Flags::disable_wadm, "--disable-wadm", nullptr,
           "Start no wadm; nothing changes: there is none yet"},
};

// The variable stands before the default.
std::string with_variable(const char* help, const char* variable) {
  std::string text = help;
  if (variable != nullptr) {
    const std::size_t end = std::min(text.find(" [default"), text.size());
    text.insert(end, fmt::format(" [env: {}]", variable));
  }
  return text;
}

// "--log-level <LOG_LEVEL>"
std::string shown(const Text& option) {
  const std::string_view names = option.names;
  const std::string_view first = names.substr(0, names.find(',', names.find("--")));
  return fmt::format("{} <{}>", first.substr(first.find("--")), option.type);
}

// In pieces at its commas; empty ones are left out.
std::vector<std::string> split(const std::vector<std::string>& lists) {
  std::vector<std::string> pieces;
  for (const std::string_view list : lists) {
    for (std::size_t start = 0; start < list.size();) {
      const std::size_t end = std::min(list.find(',', start), list.size());
      if (end > start) {
        pieces.emplace_back(list.substr(start, end - start));
      }
      start = end + 1;
    }
  }
  return pieces;
}

std::optional<std::string> if_given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<std::string> parse_log_level(std::string_view text) {
  std::string level(text);
  std::ranges::transform(level, level.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* const known : {"error", "warn", "info", "debug", "trace"}) {
    if (level == known) {
      return level;
    }
  }
  return Error(ErrorKind::invalid, "expected error, warn, info, debug or trace");
}

// `value` becomes what the option says, if it says anything.
template <typename T>
Result<> read_number(const Flags& flags, const Text& option, std::uint64_t least,
                     std::uint64_t most, T& value) {
  const std::string& text = flags.*option.value;
  if (!text.empty()) {
    const auto parse = [=](std::string_view digits) { return parse_number(digits, least, most); };
    WC_TRY(const std::uint64_t number, parse_option(text, shown(option), parse));
    value = static_cast<std::uint16_t>(number);
    if constexpr (std::is_same_v<T, std::uint64_t>) {
      value = number;
    }
  }
  return {};
}

// The seed itself is told to nobody.
Result<> check_host_seed(const std::string& seed) {
  const Result<identity::KeyPair> key = identity::KeyPair::from_seed(seed);
  if (!key || key->public_key().type() != identity::KeyType::host) {
    return Error(ErrorKind::invalid,
                 "invalid value for '{}': expected the seed of a host's key, SN and 56 more",
                 shown(kHostSeed));
  }
  return {};
}

std::string new_host_seed() {
  const SecretString seed = identity::KeyPair::generate(identity::KeyType::host).seed();
  return seed.reveal();
}

Error needs(const Text& given, std::string_view missing) {
  return Error(ErrorKind::invalid, "the argument '{}' needs '{}', which was not provided",
               shown(given), missing);
}

// Both or neither.
struct UserKeys {
  std::optional<std::string> jwt = {};
  std::optional<std::string> seed = {};
};

Result<UserKeys> read_user_keys(const std::string& credsfile) {
  WC_TRY(const nats::JwtAndSeed keys, nats::read_credentials_file(credsfile));
  return UserKeys{.jwt = keys.jwt.reveal(), .seed = keys.seed.reveal()};
}

// What was given beside the context is not mixed with its credentials.
Result<UserKeys> choose_user_keys(const std::string& jwt, const std::string& seed,
                                  const std::string& credsfile, const ContextConnection& context) {
  if (!jwt.empty()) {
    return UserKeys{.jwt = jwt, .seed = seed};
  }
  if (!credsfile.empty()) {
    return read_user_keys(credsfile);
  }
  if (!context.jwt.reveal().empty()) {
    if (context.seed.reveal().empty()) {
      return Error(ErrorKind::invalid, "the context has a JWT without its seed");
    }
    return UserKeys{.jwt = context.jwt.reveal(), .seed = context.seed.reveal()};
  }
  if (context.credsfile && !context.credsfile->empty()) {
    return read_user_keys(*context.credsfile);
  }
  return UserKeys{};
}

}  // namespace

std::string to_string(const Address& address) {
  const bool bare_ipv6 = address.host.contains(':') && !address.host.starts_with('[');
  return fmt::format("{}{}{}:{}", bare_ipv6 ? "[" : "", address.host, bare_ipv6 ? "]" : "",
                     address.port);
}

Result<Address> parse_remote_url(std::string_view url) {
  std::string_view rest = url;
  std::uint16_t port = kLeafNodePort;
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    port = rest.starts_with("ws:") ? 80 : rest.starts_with("wss:") ? 443 : port;
    rest.remove_prefix(scheme + 3);
  }
  rest = rest.substr(0, rest.find_first_of("/?"));
  rest = rest.substr(rest.rfind('@') + 1);  // from the start if there is none
  const bool has_port = rest.rfind(':') != std::string_view::npos &&
                        (rest.find(']') == std::string_view::npos || !rest.ends_with(']'));
  const std::string address = has_port ? std::string(rest) : fmt::format("{}:{}", rest, port);
  WC_TRY(Address parsed, parse_address(address));
  if (parsed.port == 0) {
    return Error(ErrorKind::invalid, "expected a port from 1 to 65535");
  }
  return parsed;
}

void UpOptions::declare(CLI::App& app) {
  for (const Switch& option : kSwitches) {
    app.add_flag(option.names, flags_.*option.value, with_variable(option.help, option.variable))
        ->disable_flag_override();
  }
  for (const Text& option : kTexts) {
    app.add_option(option.names, flags_.*option.value, with_variable(option.help, option.variable))
        ->type_name(option.type)
        ->take_last();
  }
  for (const List& option : kLists) {
    app.add_option(option.names, flags_.*option.values, with_variable(option.help, option.variable))
        ->type_name(option.type)
        ->allow_extra_args(false);
  }
}

Result<> UpOptions::prepare() {
  for (const Text& option : kTexts) {
    std::string& value = flags_.*option.value;
    if (value.empty()) {
      value = variable(option.variable).value_or("");
    }
  }
  for (const List& option : kLists) {
    std::vector<std::string>& values = flags_.*option.values;
    if (values.empty() && option.variable != nullptr) {
      values = {variable(option.variable).value_or("")};
    }
  }
  for (const Switch& option : kSwitches) {
    bool& value = flags_.*option.value;
    if (!value && option.variable != nullptr) {
      if (const auto text = variable(option.variable)) {
        WC_TRY(value, parse_option(*text, option.variable, parse_bool));
      }
    }
  }
  WC_CHECK(check_combinations());

  constexpr std::uint64_t kMostPort = std::numeric_limits<std::uint16_t>::max();
  nats_config_.websocket_port = kWebsocketPort;
  WC_CHECK(read_number(flags_, kNatsPort, 1, kMostPort, nats_port_));
  WC_CHECK(read_number(flags_, kRpcPort, 1, kMostPort, rpc_port_));
  WC_CHECK(read_number(flags_, kCtlPort, 1, kMostPort, ctl_port_));
  WC_CHECK(read_number(flags_, kNatsWebsocketPort, 0, kMostPort, nats_config_.websocket_port));
  WC_CHECK(read_number(flags_, kRpcTimeout, 1, kMostMilliseconds, host_.rpc_timeout_ms));
  WC_CHECK(read_number(flags_, kProviderDelay, 0, kMostMilliseconds, host_.provider_delay_ms));
  WC_CHECK(read_number(flags_, kMaxExecutionTime, kLeastExecutionTime, kMostMilliseconds,
                       host_.max_execution_time_ms));
  if (!flags_.allow_file_load.empty()) {
    WC_TRY(host_.allow_file_load,
           parse_option(flags_.allow_file_load, shown(kAllowFileLoad), parse_bool));
  }
  if (!flags_.log_level.empty()) {
    WC_TRY(host_.log_level, parse_option(flags_.log_level, shown(kLogLevel), parse_log_level));
  }
  if (!flags_.host_seed.empty()) {
    WC_CHECK(check_host_seed(flags_.host_seed));
  }
  for (const std::string& text : flags_.labels) {
    WC_TRY(auto label, parse_label(text));
    host_.labels.insert_or_assign(std::move(label.first), std::move(label.second));
  }
  if (!flags_.nats_js_domain.empty()) {
    nats_config_.jetstream_domain = flags_.nats_js_domain;
  }
  if (!flags_.nats_remote_url.empty()) {
    WC_CHECK(parse_option(flags_.nats_remote_url, shown(kNatsRemoteUrl), parse_remote_url));
    nats_config_.remote =
        NatsRemote{.url = flags_.nats_remote_url, .credsfile = if_given(flags_.nats_credsfile)};
  }
  host_.allow_latest = flags_.allow_latest;
  host_.config_service = flags_.config_service;
  host_.structured_logging = flags_.structured_logging;
  host_.ipv6 = flags_.ipv6;
  host_.policy_topic = if_given(flags_.policy_topic);
  host_.secrets_topic = if_given(flags_.secrets_topic);
  host_.cluster_issuers = split(flags_.cluster_issuers);
  host_.allowed_insecure = split(flags_.allowed_insecure);
  return {};
}

Result<> UpOptions::check_combinations() const {
  if (!flags_.nats_credsfile.empty() && flags_.nats_remote_url.empty()) {
    return needs(kNatsCredsfile, shown(kNatsRemoteUrl));
  }
  if (!flags_.nats_config_file.empty() && flags_.nats_host.empty()) {
    return needs(kNatsConfigFile, shown(kNatsHost));
  }
  if (!flags_.nats_config_file.empty() && flags_.nats_port.empty()) {
    return needs(kNatsConfigFile, shown(kNatsPort));
  }
  if (flags_.connect_only && !flags_.nats_remote_url.empty()) {
    return Error(ErrorKind::invalid, "the argument '--nats-connect-only' cannot be used with '{}'",
                 shown(kNatsRemoteUrl));
  }
  constexpr std::array<std::pair<Text, Text>, 2> kPairs{{{kRpcJwt, kRpcSeed}, {kCtlJwt, kCtlSeed}}};
  for (const auto& [jwt, seed] : kPairs) {
    if ((flags_.*jwt.value).empty() != (flags_.*seed.value).empty()) {
      const bool has_jwt = !(flags_.*jwt.value).empty();
      return needs(has_jwt ? jwt : seed, shown(has_jwt ? seed : jwt));
    }
  }
  return {};
}

Result<UpSettings> UpOptions::settings() const {
  WC_TRY(const Context context, load_context(""), "failed to load context `default`");
  const Address nats{.host = flags_.nats_host.empty() ? context.ctl.host : flags_.nats_host,
                     .port = nats_port_.value_or(context.ctl.port)};
  const Address ctl{.host = flags_.ctl_host.empty() ? nats.host : flags_.ctl_host,
                    .port = ctl_port_.value_or(nats.port)};
  HostSettings host = host_;
  host.lattice = flags_.lattice.empty() ? context.lattice : flags_.lattice;
  host.js_domain = flags_.js_domain.empty() ? context.js_domain : if_given(flags_.js_domain);
  host.cluster_seed =
      if_given(flags_.cluster_seed.empty() ? context.cluster_seed.reveal() : flags_.cluster_seed);
  host.host_seed = flags_.host_seed.empty() ? new_host_seed() : flags_.host_seed;
  WC_TRY(UserKeys ctl_keys,
         choose_user_keys(flags_.ctl_jwt, flags_.ctl_seed, flags_.ctl_credsfile, context.ctl),
         "credentials for control");
  WC_TRY(UserKeys rpc_keys,
         choose_user_keys(flags_.rpc_jwt, flags_.rpc_seed, flags_.rpc_credsfile, context.rpc),
         "credentials for calls");

  nats::ConnectOptions connect{.urls = {to_string(ctl)}, .name = "wash-lib"};
  if (ctl_keys.jwt) {
    connect.credentials = nats::JwtAndSeed{.jwt = SecretString(std::string(*ctl_keys.jwt)),
                                           .seed = SecretString(std::string(*ctl_keys.seed))};
  }
  connect.tls.required = flags_.ctl_tls;
  connect.tls.ca_file = flags_.ctl_tls_ca_file.empty() ? context.ctl.tls_ca_file.value_or("")
                                                       : flags_.ctl_tls_ca_file;
  host.ctl = {.host = ctl.host,
              .port = ctl.port,
              .jwt = std::move(ctl_keys.jwt),
              .seed = std::move(ctl_keys.seed),
              .tls = flags_.ctl_tls};
  host.rpc = {.host = flags_.rpc_host.empty() ? nats.host : flags_.rpc_host,
              .port = rpc_port_.value_or(nats.port),
              .jwt = std::move(rpc_keys.jwt),
              .seed = std::move(rpc_keys.seed),
              .tls = flags_.rpc_tls};
  WC_TRY(lattice::ControlSubjects subjects,
         lattice::ControlSubjects::create(
             host.lattice, variable("WASMCLOUD_CTL_TOPIC_PREFIX")
                               .value_or(std::string(lattice::kDefaultControlPrefix))));
  NatsConfig nats_config = nats_config_;
  nats_config.store_directory =
      (std::filesystem::temp_directory_path() / fmt::format("wash-jetstream-{}", nats.port))
          .string();
  return UpSettings{.detached = flags_.detached,
                    .multi_local = flags_.multi_local,
                    .connect_only = flags_.connect_only,
                    .nats = nats,
                    .nats_config_file = if_given(flags_.nats_config_file),
                    .nats_config = std::move(nats_config),
                    .host = std::move(host),
                    .ctl = ctl,
                    .lattice = {.connect = std::move(connect),
                                .server = to_string(ctl),
                                .subjects = std::move(subjects)},
                    .host_log = if_given(flags_.host_log_path),
                    .host_path = if_given(flags_.host_path)};
}

}  // namespace wasmcloud::wash
