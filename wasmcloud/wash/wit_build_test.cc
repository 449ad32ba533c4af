// `wash wit build`, ours and the existing one.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/wash/home_testing.h"
#include "wasmcloud/wash/lattice_testing.h"
#include "wasmcloud/wit/graph_syntax.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kPackage = R"(/// Docs.
package acme:things@1.2.0;

/// An interface.
interface things {
  record thing {
    name: string,
  }

  @since(version = 1.1.0)
  find: func(name: string) -> option<thing>;

  @unstable(feature = counting)
  count: func() -> u32;
}

/// A world.
world shop {
  import things;

  export run: func();
}
)";

class WitBuild : public testing::Test {
 protected:
  void SetUp() override { write("wit/things.wit", kPackage); }

  void write(const std::string& name, std::string_view text) {
    const std::filesystem::path file = home_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  Ended wash(std::vector<std::string> arguments) {
    return home_.run(our_wash().find().value(), std::move(arguments));
  }

  std::string bytes_of(const std::string& name) {
    std::ifstream file(home_.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string wit_of(const std::string& name) {
    const std::string bytes = bytes_of(name);
    const auto graph = component::wit_of(
        component::Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    return graph ? wit::print(*graph).value() : graph.error().describe();
  }

  Home home_;
};

TEST_F(WitBuild, WritesAFileOfThePackagesName) {
  const Ended ended = wash({"wit", "build"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, framed("WIT package written to acme:things@1.2.0.wasm"));
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_EQ(wit_of("acme:things@1.2.0.wasm"), kPackage);
}

TEST_F(WitBuild, WritesTheFileThatIsNamed) {
  std::filesystem::rename(home_.path() / "wit", home_.path() / "other");
  const Ended ended = wash({"wit", "build", "-d", "other", "-f", "out.wasm", "-o", "json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out), (json{{"path", "out.wasm"},
                                          {"package", "acme:things"},
                                          {"version", "1.2.0"},
                                          {"success", true}}));
  EXPECT_EQ(wit_of("out.wasm"), kPackage);
}

TEST_F(WitBuild, TakesWhatThePackageUsesFromDeps) {
  write("wit/things.wit", "package acme:things; interface i { use a:one/x.{t}; use b:two/y.{u}; }");
  write("wit/deps/one.wit", "package a:one; interface x { type t = u8; }");
  write("wit/deps/two/y.wit", "package b:two; interface y { type u = u16; }");
  const Ended ended = wash({"wit", "build", "-o", "json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out).at("version"), nullptr);
  EXPECT_THAT(wit_of("acme:things.wasm"), HasSubstr("use b:two/y.{u};"));
}

TEST_F(WitBuild, TellsWhatIsWrong) {
  EXPECT_THAT(wash({"wit", "build", "-d", "none"}).err, HasSubstr("none: no such file or folder"));
  std::filesystem::create_directory(home_.path() / "empty");
  EXPECT_THAT(wash({"wit", "build", "-d", "empty"}).err, HasSubstr("empty: holds no .wit file"));
  EXPECT_THAT(wash({"wit", "build", "-f", "empty"}).err, StartsWith("\nempty: cannot be written"));
  write("wit/things.wit", "package acme:things; interface i { use a:one/x.{t}; }");
  const Ended missing = wash({"wit", "build"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("a:one"));
  write("wit/things.wit", "package acme:things; interface i { record r {} }");
  EXPECT_THAT(wash({"wit", "build"}).err, HasSubstr("package acme:things has no binary form"));
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "acme:things.wasm"));
}

TEST_F(WitBuild, SaysAndWritesWhatTheExistingWashDoes) {
  WC_NEED_WASH(peer_wash());
  const auto peer = peer_wash().find().value();
  home_.run(peer, {"keys", "list"});  // it speaks of itself when it ends well for the first time
  for (const std::vector<std::string>& format :
       {std::vector<std::string>{}, std::vector<std::string>{"-o", "json"}}) {
    std::vector<std::string> arguments{"wit", "build"};
    arguments.insert(arguments.end(), format.begin(), format.end());
    const Ended theirs = home_.run(peer, arguments);
    ASSERT_EQ(theirs.code, 0) << theirs.err;
    const std::string written = bytes_of("acme:things@1.2.0.wasm");
    const Ended ours = wash(arguments);
    EXPECT_EQ(format.empty() ? json(ours.out) : json::parse(ours.out),
              format.empty() ? json(theirs.out) : json::parse(theirs.out));
    // It adds sections that say who made it.
    EXPECT_THAT(written, StartsWith(bytes_of("acme:things@1.2.0.wasm")));
  }
}

}  // namespace
}  // namespace wasmcloud::wash
