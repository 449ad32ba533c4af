#include "wasmcloud/wash/lattice_options.h"

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

// The flag if it was given, else the variable.
void settle(std::string& flag, std::initializer_list<const char*> variables) {
  for (const char* const name : variables) {
    if (flag.empty()) {
      flag = variable(name).value_or("");
    }
  }
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
  const auto add = [&app](const char* name, std::string& value, const char* type,
                          const char* text) {
    app.add_option(name, value, text)->type_name(type)->take_last();
  };
  add("-r,--ctl-host", host_, "CTL_HOST",
      "Where NATS is, with user:password@ before it if it wants that [env: WASMCLOUD_CTL_HOST] "
      "[default: the context's, else 127.0.0.1]");
  add("-p,--ctl-port", port_text_, "CTL_PORT",
      "The port of NATS [env: WASMCLOUD_CTL_PORT] [default: the context's, else 4222]");
  add("--ctl-jwt", jwt_, "CTL_JWT", "A user's JWT, or its file [env: WASMCLOUD_CTL_JWT]");
  add("--ctl-seed", seed_, "CTL_SEED",
      "The seed that belongs to the JWT, or its file [env: WASMCLOUD_CTL_SEED]");
  add("--ctl-credsfile", credsfile_, "CTL_CREDSFILE",
      "A file with both, as nsc writes it [env: WASH_CTL_CREDS]");
  add("--ctl-tls-ca-file", tls_ca_file_, "CTL_TLS_CA_FILE",
      "Use TLS, and trust the authorities of this PEM file [env: WASH_CTL_TLS_CA_FILE]");
  add("--ctl-tls-first", tls_first_text_, "CTL_TLS_FIRST",
      "Whether TLS comes before the server's greeting; only false is possible yet "
      "[env: WASH_CTL_TLS_FIRST] [default: false]");
  app.add_option("--js-domain,--domain", unused_js_domain_)->group("");  // as scripts may have it
  add("-x,--lattice", lattice_, "LATTICE",
      "The lattice [env: WASMCLOUD_LATTICE] [default: the context's, else default]");
  add("-t,--timeout-ms", timeout_text_, "TIMEOUT_MS",
      "How long to wait for an answer, in milliseconds [env: WASMCLOUD_CTL_TIMEOUT_MS] "
      "[default: the context's, else 2000]");
  add("--context", context_, "CONTEXT",
      "The context that tells what no option tells [default: see wash ctx list]");
}

Result<> LatticeOptions::prepare() {
  settle(host_, {"WASMCLOUD_CTL_HOST"});
  settle(port_text_, {"WASMCLOUD_CTL_PORT"});
  settle(jwt_, {"WASMCLOUD_CTL_JWT"});
  settle(seed_, {"WASMCLOUD_CTL_SEED"});
  settle(credsfile_, {"WASH_CTL_CREDS", "WASMCLOUD_CTL_CREDSFILE"});
  settle(tls_ca_file_, {"WASH_CTL_TLS_CA_FILE", "WASMCLOUD_CTL_TLS_CA_FILE"});
  settle(tls_first_text_, {"WASH_CTL_TLS_FIRST", "WASMCLOUD_CTL_TLS_FIRST"});
  settle(lattice_, {"WASMCLOUD_LATTICE"});
  settle(timeout_text_, {"WASMCLOUD_CTL_TIMEOUT_MS"});
  if (!port_text_.empty()) {
    const auto parse_port = [](std::string_view text) {
      return parse_number(text, 1, std::numeric_limits<std::uint16_t>::max());
    };
    WC_TRY(const std::uint64_t port, parse_option(port_text_, "--ctl-port <CTL_PORT>", parse_port));
    port_ = static_cast<std::uint16_t>(port);
  }
  if (!tls_first_text_.empty()) {
    WC_TRY(tls_first_,
           parse_option(tls_first_text_, "--ctl-tls-first <CTL_TLS_FIRST>", parse_bool));
  }
  if (!timeout_text_.empty()) {
    WC_TRY(timeout_, parse_option(timeout_text_, "--timeout-ms <TIMEOUT_MS>", parse_milliseconds));
  }
  return {};
}

Result<LatticeSettings> LatticeOptions::settings() const {
  WC_TRY(Context context, load_context(context_), "failed to load context `{}`",
         context_.empty() ? "default" : context_);
  ContextConnection& ctl = context.ctl;

  WC_TRY(
      lattice::ControlSubjects subjects,
      lattice::ControlSubjects::create(lattice_.empty() ? context.lattice : lattice_,
                                       variable("WASMCLOUD_CTL_TOPIC_PREFIX")
                                           .value_or(std::string(lattice::kDefaultControlPrefix))));
  UserAtHost address = split_user(host_.empty() ? ctl.host : host_);
  if (address.host.contains(':') && !address.host.contains('[')) {
    address.host = fmt::format("[{}]", address.host);
  }
  const std::string server = fmt::format("{}:{}", address.host, port_.value_or(ctl.port));
  const auto timeout = timeout_.value_or(std::chrono::milliseconds(ctl.timeout));

  nats::ConnectOptions connect{.urls = {server}, .name = "wash-lib"};
  connect.request_timeout = timeout;
  connect.tls.ca_file = tls_ca_file_.empty() ? ctl.tls_ca_file.value_or("") : tls_ca_file_;
  if (tls_first_.value_or(ctl.tls_first.value_or(false))) {
    return Error(ErrorKind::unsupported,
                 "TLS before the server's greeting is not possible yet: have the server greet "
                 "first, and set --ctl-tls-first false");
  }

  // What was given beside the context is not mixed with its credentials.
  SecretString jwt = credsfile_.empty() || !jwt_.empty() ? std::move(ctl.jwt) : SecretString();
  SecretString seed = std::move(ctl.seed);
  if (!jwt_.empty()) {
    WC_TRY(jwt, read_secret(jwt_), "--ctl-jwt");
  }
  if (!seed_.empty()) {
    WC_TRY(seed, read_secret(seed_), "--ctl-seed");
  }
  const std::string credsfile = credsfile_.empty() ? ctl.credsfile.value_or("") : credsfile_;
  if (!jwt.reveal().empty()) {
    WC_TRY(connect.credentials, with_seed(std::move(jwt), std::move(seed)));
  } else if (!credsfile.empty()) {
    connect.credentials = nats::CredentialsFile{credsfile};
  } else if (address.user) {
    connect.credentials = *std::move(address.user);
  }
  return LatticeSettings{.connect = std::move(connect),
                         .server = server,
                         .subjects = std::move(subjects),
                         .timeout = timeout};
}

}  // namespace wasmcloud::wash
