// Runs a component in a C++ program: gives it a host function, calls its export. The page on this
// is docs/component-library.md.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/component/blocking_store.h"

using namespace wasmcloud;

struct Person {
  std::string name;
  std::uint16_t born = 0;
};

WC_WIT_RECORD(Person, WC_MEMBERS(&Person::name, &Person::born), "name", "born");

static component::HostInterface directory() {
  component::HostInterface interface("example:embed/directory");
  interface.function("find", [](component::Store&, std::string nickname) {
    return nickname == "ada" ? std::optional(Person{"Ada Lovelace", 1815}) : std::nullopt;
  });
  return interface;
}

static Result<std::string> greet(const std::vector<std::uint8_t>& wasm, std::string nickname) {
  WC_TRY(const auto engine, component::Engine::create({}));
  component::Host host;
  host.add(directory());
  WC_TRY(const auto greeter, component::Component::load(*engine, host, wasm));
  WC_TRY(const auto store, component::BlockingStore::create(greeter));
  return store->call<std::string>("", "greet", std::move(nickname));
}

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: embed GREETER.wasm NICKNAME\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::vector<std::uint8_t> wasm(std::istreambuf_iterator<char>(file), {});
  const Result<std::string> greeting = greet(wasm, argv[2]);
  if (!greeting) {
    std::fprintf(stderr, "%s: %s\n", argv[1], greeting.error().describe().c_str());
    return 1;
  }
  std::puts(greeting->c_str());
}
