#include "wasmcloud/wash/lattice_options.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/environment.h"

namespace wasmcloud::wash {
namespace {

// "CTL_HOST" of "-r,--ctl-host".
std::string placeholder(std::string_view option) {
  std::string name(option.substr(option.rfind("--") + 2));
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return name;
}

// A secret is given as such, or as the file that holds it.
Result<SecretString> read_secret(const std::string& given) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(given, ignored)) {
    return SecretString(std::string(given));
  }
  std::ifstream file(given, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return Error(ErrorKind::denied, "{}: cannot be read", given);
  }
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return SecretString(std::move(text));
}

// "user:password@host" in two.
struct UserAtHost {
  std::string host;
  std::optional<nats::UserPassword> user;
};

UserAtHost split_user(const std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) {
    return {.host = text, .user = {}};
  }
  const std::size_t colon = std::min(text.find(':'), at);
  const std::size_t password = std::min(colon + 1, at);
  return {.host = text.substr(at + 1),
          .user = nats::UserPassword{text.substr(0, colon),
                                     SecretString(text.substr(password, at - password))}};
}

Result<nats::JwtAndSeed> with_seed(SecretString jwt, SecretString seed) {
  if (seed.reveal().empty()) {
    seed = identity::KeyPair::generate(identity::KeyType::nats_user).seed();
  }
  return nats::JwtAndSeed{.jwt = std::move(jwt), .seed = std::move(seed)};
}

}  // namespace

void LatticeOptions::declare(CLI::App& app) {
  const auto add = [&app](const std::string& name, std::string& value, const std::string& text) {
    app.add_option(name, value, text)->type_name(placeholder(name))->take_last();
  };
  const std::string flag = for_calls() ? "rpc" : "ctl";
  const std::string variables = for_calls() ? "RPC" : "CTL";
  const std::string ca_file = for_calls() ? "--rpc-ca-file" : "--ctl-tls-ca-file";
  const std::string timeout = for_calls() ? "--rpc-timeout-ms" : "--timeout-ms";
  add(fmt::format("-r,--{}-host", flag), host_,
      fmt::format(
          "Where NATS is, with user:password@ before it if it wants that [env: WASMCLOUD_{}_HOST] "
          "[default: the context's, else 127.0.0.1]",
          variables));
  add(fmt::format("-p,--{}-port", flag), port_text_,
      fmt::format("The port of NATS [env: WASMCLOUD_{}_PORT] [default: the context's, else 4222]",
                  variables));
  add(fmt::format("--{}-jwt", flag), jwt_,
      fmt::format("A user's JWT, or its file [env: WASMCLOUD_{}_JWT]", variables));
  add(fmt::format("--{}-seed", flag), seed_,
      fmt::format("The seed that belongs to the JWT, or its file [env: WASMCLOUD_{}_SEED]",
                  variables));
  add(fmt::format("--{}-credsfile", flag), credsfile_,
      fmt::format("A file with both, as nsc writes it [env: WASH_{}_CREDS]", variables));
  add(ca_file, tls_ca_file_,
      fmt::format("Use TLS, and trust the authorities of this PEM file [env: WASH_{}_TLS_CA_FILE]",
                  variables));
  if (!for_calls()) {
    add("--ctl-tls-first", tls_first_text_,
        "Whether TLS comes before the server's greeting; only false is possible yet "
        "[env: WASH_CTL_TLS_FIRST] [default: false]");
    app.add_option("--js-domain,--domain", unused_js_domain_)->group("");  // as scripts may have it
  }
  add("-x,--lattice", lattice_,
      "The lattice [env: WASMCLOUD_LATTICE] [default: the context's, else default]");
  add("-t," + timeout, timeout_text_,
      fmt::format("How long to wait for an answer, in milliseconds "
                  "[env: WASMCLOUD_{}_TIMEOUT_MS] [default: the context's, else 2000]",
                  variables));
  add("--context", context_,
      "The context that tells what no option tells [default: see wash ctx list]");
  if (for_calls()) {
    add("--context-dir", context_directory_,
        "The directory of the contexts [env: WASH_CONTEXT_DIR]");
  }
}

std::string LatticeOptions::shown(std::string_view name) const {
  const std::string option = fmt::format("--{}-{}", for_calls() ? "rpc" : "ctl", name);
  return fmt::format("{} <{}>", option, placeholder(option));
}

void LatticeOptions::settle_variables() {
  const auto settle = [this](std::string& flag, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      if (flag.empty()) {
        const std::string made = fmt::format(fmt::runtime(name), for_calls() ? "RPC" : "CTL");
        flag = variable(made.c_str()).value_or("");
      }
    }
  };
  settle(host_, {"WASMCLOUD_{}_HOST"});
  settle(port_text_, {"WASMCLOUD_{}_PORT"});
  settle(jwt_, {"WASMCLOUD_{}_JWT"});
  settle(seed_, {"WASMCLOUD_{}_SEED"});
  settle(credsfile_, {"WASH_{}_CREDS", "WASMCLOUD_{}_CREDSFILE"});
  settle(tls_ca_file_, {"WASH_{}_TLS_CA_FILE", "WASMCLOUD_{}_TLS_CA_FILE"});
  settle(tls_first_text_, {"WASH_{}_TLS_FIRST", "WASMCLOUD_{}_TLS_FIRST"});
  settle(lattice_, {"WASMCLOUD_LATTICE"});
  settle(timeout_text_, {"WASMCLOUD_{}_TIMEOUT_MS"});
}

Result<> LatticeOptions::prepare() {
  settle_variables();
  if (!port_text_.empty()) {
    const auto parse_port = [](std::string_view text) {
      return parse_number(text, 1, std::numeric_limits<std::uint16_t>::max());
    };
    WC_TRY(const std::uint64_t port, parse_option(port_text_, shown("port"), parse_port));
    port_ = static_cast<std::uint16_t>(port);
  }
  if (!tls_first_text_.empty()) {
    WC_TRY(tls_first_, parse_option(tls_first_text_, shown("tls-first"), parse_bool));
  }
  if (!timeout_text_.empty()) {
    const std::string option =
        for_calls() ? shown("timeout-ms") : std::string("--timeout-ms <TIMEOUT_MS>");
    WC_TRY(timeout_, parse_option(timeout_text_, option, parse_milliseconds));
  }
  return {};
}

Result<Context> LatticeOptions::context() const {
  const auto directory = context_directory_.empty() ? std::optional<std::filesystem::path>()
                                                    : std::filesystem::path(context_directory_);
  WC_TRY(Context context, load_context(context_, directory), "failed to load context `{}`",
         context_.empty() ? "default" : context_);
  return context;
}

// What was given beside the context is not mixed with its credentials. None: without.
Result<nats::Credentials> LatticeOptions::credentials(ContextConnection from) const {
  SecretString jwt = credsfile_.empty() || !jwt_.empty() ? std::move(from.jwt) : SecretString();
  SecretString seed = std::move(from.seed);
  if (!jwt_.empty()) {
    WC_TRY(jwt, read_secret(jwt_), "{}", shown("jwt"));
  }
  if (!seed_.empty()) {
    WC_TRY(seed, read_secret(seed_), "{}", shown("seed"));
  }
  const std::string credsfile = credsfile_.empty() ? from.credsfile.value_or("") : credsfile_;
  if (!jwt.reveal().empty()) {
    WC_TRY(nats::JwtAndSeed both, with_seed(std::move(jwt), std::move(seed)));
    return nats::Credentials(std::move(both));
  }
  if (!credsfile.empty()) {
    return nats::Credentials(nats::CredentialsFile{credsfile});
  }
  UserAtHost address = split_user(host_.empty() ? from.host : host_);
  return address.user ? nats::Credentials(*std::move(address.user)) : nats::Credentials();
}

Result<LatticeSettings> LatticeOptions::settings() const {
  WC_TRY(Context context, this->context());
  ContextConnection& from = for_calls() ? context.rpc : context.ctl;

  WC_TRY(
      lattice::ControlSubjects subjects,
      lattice::ControlSubjects::create(lattice_.empty() ? context.lattice : lattice_,
                                       variable("WASMCLOUD_CTL_TOPIC_PREFIX")
                                           .value_or(std::string(lattice::kDefaultControlPrefix))));
  std::string host = split_user(host_.empty() ? from.host : host_).host;
  if (host.contains(':') && !host.contains('[')) {
    host = fmt::format("[{}]", host);
  }
  const std::string server = fmt::format("{}:{}", host, port_.value_or(from.port));
  const auto timeout = timeout_.value_or(std::chrono::milliseconds(from.timeout));

  nats::ConnectOptions connect{.urls = {server}, .name = for_calls() ? "wash-cli" : "wash-lib"};
  connect.request_timeout = timeout;
  connect.tls.ca_file = tls_ca_file_.empty() ? from.tls_ca_file.value_or("") : tls_ca_file_;
  if (tls_first_.value_or(from.tls_first.value_or(false))) {
    return Error(ErrorKind::unsupported,
                 "TLS before the server's greeting is not possible yet: have the server greet "
                 "first, and set {} false",
                 for_calls() ? "rpc_tls_first of the context" : "--ctl-tls-first");
  }
  WC_TRY(connect.credentials, credentials(std::move(from)));
  return LatticeSettings{.connect = std::move(connect),
                         .server = server,
                         .subjects = std::move(subjects),
                         .timeout = timeout};
}

}  // namespace wasmcloud::wash
