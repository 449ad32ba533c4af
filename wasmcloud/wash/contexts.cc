#include "wasmcloud/wash/contexts.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/directories.h"

namespace wasmcloud::wash {
namespace {

using Json = nlohmann::ordered_json;
using std::filesystem::path;

constexpr std::string_view kSuffix = ".json";
constexpr const char* kDefaultFile = "default";
constexpr const char* kLegacyIndex = "index";  // "index.json" of old releases: {"name": "x"}

// --- JSON: one description of the fields for both ways ---

class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  template <typename T>
  void field(const std::string& key, T& into) {
    const auto found = object_.find(key);
    if (!error_.empty() || found == object_.end() || found->is_null()) {
      return;
    }
    if (!read(*found, into)) {
      error_ = fmt::format("field `{}`: expected {}, found {}", key, wanted(into), found->dump());
    }
  }

  // For what must not be shown, not in an error either.
  void field(const std::string& key, SecretString& into) {
    const auto found = object_.find(key);
    if (!error_.empty() || found == object_.end() || found->is_null()) {
      return;
    }
    std::string text;
    if (!read(*found, text)) {
      error_ = fmt::format("field `{}`: expected a string", key);
    }
    into = SecretString(std::move(text));
  }

  const std::string& error() const noexcept { return error_; }

 private:
  static bool read(const Json& value, std::string& into) {
    return value.is_string() && (into = value.get<std::string>(), true);
  }

  static bool read(const Json& value, bool& into) {
    return value.is_boolean() && (into = value.get<bool>(), true);
  }

  template <std::unsigned_integral T>
  static bool read(const Json& value, T& into) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<T>::max()) {
      return false;
    }
    into = value.get<T>();
    return true;
  }

  template <typename T>
  static bool read(const Json& value, std::optional<T>& into) {
    return read(value, into.emplace());
  }

  static std::string wanted(const std::string&) { return "a string"; }

  static std::string wanted(const bool&) { return "true or false"; }

  template <std::unsigned_integral T>
  static std::string wanted(const T&) {
    return fmt::format("a whole number up to {}", std::numeric_limits<T>::max());
  }

  template <typename T>
  static std::string wanted(const std::optional<T>&) {
    return wanted(T());
  }

  const Json& object_;
  std::string error_;
};

class Writer {
 public:
  template <typename T>
  void field(const std::string& key, const T& value) {
    object_[key] = value;
  }

  template <typename T>
  void field(const std::string& key, const std::optional<T>& value) {
    object_[key] = value ? Json(*value) : Json(nullptr);
  }

  void field(const std::string& key, const SecretString& value) { object_[key] = value.reveal(); }

  const Json& object() const noexcept { return object_; }

 private:
  Json object_;
};

template <typename Io, typename Connection>
void connection_fields(Io& io, const std::string& prefix, Connection& connection) {
  io.field(prefix + "_host", connection.host);
  io.field(prefix + "_port", connection.port);
  io.field(prefix + "_jwt", connection.jwt);
  io.field(prefix + "_seed", connection.seed);
  io.field(prefix + "_credsfile", connection.credsfile);
  io.field(prefix + "_timeout", connection.timeout);
  io.field(prefix + "_tls_ca_file", connection.tls_ca_file);
  io.field(prefix + "_tls_first", connection.tls_first);
}

template <typename Io, typename C>
void context_fields(Io& io, C& context) {
  io.field("name", context.name);
  io.field("cluster_seed", context.cluster_seed);
  connection_fields(io, "ctl", context.ctl);
  if constexpr (!std::is_const_v<C>) {
    io.field("lattice_prefix", context.lattice);  // as old releases called it
  }
  io.field("lattice", context.lattice);
  io.field("js_domain", context.js_domain);
  connection_fields(io, "rpc", context.rpc);
}

// --- files ---

Error file_error(const std::error_code& error) {
  return Error(
      error == std::errc::no_such_file_or_directory ? ErrorKind::not_found : ErrorKind::denied,
      "{}", error.message());
}

Result<std::string> read_file(const path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream.is_open()) {
    return file_error(std::error_code(errno, std::generic_category()));
  }
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

// It may hold seeds: for its owner's eyes only.
Result<> write_file(const path& file, std::string_view content) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  std::error_code ignored;
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  stream << content << std::flush;
  if (!stream) {
    return file_error(std::error_code(errno, std::generic_category()))
        .with_context(fmt::format("failed to write {}", file.string()));
  }
  return {};
}

// The default's name that an old release has left, else the first context's.
std::string first_default(const path& directory) {
  if (const auto text = read_file(directory / fmt::format("{}{}", kLegacyIndex, kSuffix))) {
    const Json index = Json::parse(*text, nullptr, false);
    if (index.is_object() && index.contains("name") && index["name"].is_string()) {
      return index["name"].get<std::string>();
    }
  }
  return std::string(kFirstContext);
}

}  // namespace

Result<Context> parse_context(std::string_view text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) {
    return Error(ErrorKind::invalid, "expected a JSON object");
  }
  Context context;
  Reader reader(object);
  context_fields(reader, context);
  if (!reader.error().empty()) {
    return Error(ErrorKind::invalid, "{}", reader.error());
  }
  return context;
}

std::string to_json(const Context& context) {
  Writer writer;
  context_fields(writer, context);
  return writer.object().dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string context_file_name(std::string_view name) {
  constexpr std::string_view kBad = "/\\:*?\"<>|";
  std::string safe(name);
  std::ranges::replace_if(
      safe,
      [&](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || kBad.contains(c); },
      '_');
  return safe == "." || safe == ".." ? std::string(safe.size(), '_') : safe;
}

Result<Contexts> Contexts::open(std::optional<path> directory) {
  if (!directory) {
    directory = contexts_directory();
  }
  if (!directory) {
    return Error(ErrorKind::not_found,
                 "no directory for contexts: set HOME, or WASH_CONTEXT_DIR to one");
  }
  const Contexts contexts(*std::move(directory));
  WC_CHECK(contexts.prepare(), "failed to set up the contexts directory {}",
           contexts.directory_.string());
  return contexts;
}

Result<> Contexts::prepare() const {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) {
    return file_error(error);
  }
  if (!std::filesystem::exists(directory_ / kDefaultFile, error)) {
    WC_CHECK(write_file(directory_ / kDefaultFile, first_default(directory_)));
  }
  if (!holds(kFirstContext)) {
    WC_CHECK(save(Context()));
  }
  return {};
}

path Contexts::path_of(std::string_view name) const {
  return directory_ / fmt::format("{}{}", context_file_name(name), kSuffix);
}

Result<std::vector<std::string>> Contexts::names() const {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry(directory_, error), end; entry != end;
       entry.increment(error)) {
    const path& file = entry->path();
    if (file.extension() == kSuffix && file.stem() != kLegacyIndex) {
      names.push_back(file.stem().string());
    }
    if (error) {
      break;
    }
  }
  if (error) {
    return file_error(error).with_context(
        fmt::format("failed to list contexts in [{}]", directory_.string()));
  }
  std::ranges::sort(names);
  return names;
}

bool Contexts::holds(std::string_view name) const {
  std::error_code ignored;
  return !name.empty() && std::filesystem::is_regular_file(path_of(name), ignored);
}

Result<Context> Contexts::load(std::string_view name) const {
  const path file = path_of(name);
  WC_TRY(const std::string text, read_file(file), "failed to open context file [{}]",
         file.string());
  WC_TRY(Context context, parse_context(text), "failed to parse context [{}]", file.string());
  return context;
}

Result<> Contexts::save(const Context& context) const {
  return write_file(path_of(context.name), to_json(context));
}

Result<> Contexts::remove(std::string_view name) const {
  std::error_code error;
  if (!std::filesystem::remove(path_of(name), error)) {
    return (error ? file_error(error) : Error(ErrorKind::not_found, "no such file"))
        .with_context(fmt::format("failed to remove context file [{}]", path_of(name).string()));
  }
  WC_TRY(const std::string chosen, default_name());
  return chosen == name ? write_file(directory_ / kDefaultFile, kFirstContext) : Result<>();
}

Result<std::string> Contexts::default_name() const {
  const path file = directory_ / kDefaultFile;
  WC_TRY(std::string name, read_file(file), "failed to read the default context's name [{}]",
         file.string());
  name.erase(name.find_last_not_of(" \t\r\n") + 1);
  return name;
}

Result<> Contexts::set_default(std::string_view name) const {
  WC_CHECK(load(name), "context does not exist");
  return write_file(directory_ / kDefaultFile, name);
}

Result<Context> load_context(std::string_view name,
                             const std::optional<std::filesystem::path>& directory) {
  Result<Contexts> contexts = Contexts::open(directory);
  if (!contexts && name.empty() && !directory) {
    return Context();
  }
  if (!contexts) {
    return std::move(contexts).error();
  }
  if (!name.empty()) {
    return contexts->load(name);
  }
  WC_TRY(const std::string chosen, contexts->default_name());
  return contexts->load(chosen);
}

}  // namespace wasmcloud::wash
