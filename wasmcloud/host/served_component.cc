#include "wasmcloud/host/served_component.h"

#include <fstream>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include "wasmcloud/component/decoder.h"
#include "wasmcloud/host/guest_context.h"

namespace wasmcloud::host {
namespace {

Error file_error(const std::error_code& error) {
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    return Error(ErrorKind::not_found, "no such file");
  }
  if (error == std::errc::permission_denied) {
    return Error(ErrorKind::denied, "this user may not read it");
  }
  return Error(ErrorKind::unavailable, "{}", error.message());
}

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) {
    return file_error(error);
  }
  if (std::filesystem::is_directory(status)) {
    return Error(ErrorKind::invalid, "expected a component, found a directory");
  }
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) {
    return file_error(error);
  }
  if (size == 0) {
    return Error(ErrorKind::invalid, "expected a component, found an empty file");
  }
  if (size > kMaxComponentBytes) {
    return Error(ErrorKind::exhausted, "the file has {} bytes, a component may have {}", size,
                 kMaxComponentBytes);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return file_error(std::error_code(errno, std::generic_category()));
  }
  std::vector<std::uint8_t> bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::uint64_t>(file.gcount()) != size) {
    return Error(ErrorKind::unavailable, "the file changed while it was read");
  }
  return bytes;
}

Result<> check_kind(component::Bytes bytes) {
  if (component::is_core_module(bytes)) {
    return Error(ErrorKind::invalid,
                 "expected a component, found a core WebAssembly module (\"wasm-tools component "
                 "new\" makes a component of it)");
  }
  if (!component::is_component(bytes)) {
    return Error(ErrorKind::invalid,
                 "expected a component, found something that is not "
                 "WebAssembly");
  }
  return {};
}

std::string exports_of(component::Bytes bytes) {
  const auto decoded = component::decode(bytes);
  std::string names;
  if (decoded) {
    for (const auto& definition : (*decoded)->definitions) {
      if (const auto* const item = std::get_if<component::ast::Export>(&definition)) {
        names.append(names.empty() ? "" : ", ").append(item->name.name);
      }
    }
  }
  return names.empty() ? "nothing" : names;
}

}  // namespace

Result<ServedComponent> load_served_component(const std::filesystem::path& path,
                                              const component::Engine& engine,
                                              const component::Host& host,
                                              wasi::Environment environment, ServeOptions options) {
  const std::string name = path.string();
  WC_TRY(const std::vector<std::uint8_t> bytes, read_file(path), "{}", name);
  WC_CHECK(check_kind(bytes), "{}", name);
  std::shared_ptr<bridge::RemoteImports> imports;
  if (options.links) {
    imports = std::make_shared<bridge::RemoteImports>(&GuestContext::caller_of);
  }
  WC_TRY(auto component, component::Component::load(engine, host, bytes, imports), "{}", name);
  WC_TRY(auto exports, bridge::Exports::of(*component), "{}", name);
  WC_TRY(auto translated, TranslatedExports::of(*component, host), "{}", name);
  std::optional<wasi::IncomingHandler> handler;
  if (Result<wasi::IncomingHandler> found = wasi::find_incoming_handler(*component)) {
    handler = *std::move(found);
  } else if (found.error().kind() != ErrorKind::not_found) {
    return std::move(found).error().with_context(name);
  } else if (options.needs_incoming_handler) {
    return Error(ErrorKind::invalid,
                 "{}: expected a component that exports wasi:http/incoming-handler@0.2, this one "
                 "exports {}",
                 name, exports_of(bytes));
  }
  if (environment.log_name.empty()) {
    environment.log_name = path.stem().string();
  }
  return ServedComponent{
      .component = std::move(component),
      .handler = std::move(handler),
      .environment = std::make_shared<const wasi::Environment>(std::move(environment)),
      .exports = std::make_shared<const bridge::Exports>(std::move(exports)),
      .translated = std::make_shared<const TranslatedExports>(std::move(translated)),
      .imports = linked_imports(imports ? imports->instances() : std::vector<std::string>())};
}

}  // namespace wasmcloud::host
