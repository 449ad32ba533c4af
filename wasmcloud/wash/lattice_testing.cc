#include "wasmcloud/wash/lattice_testing.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "wasmcloud/base/testing/peers.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::IsEmpty;

}  // namespace

void PrintTo(const WashProgram& program, std::ostream* out) { *out << program.name; }

WashProgram our_wash() {
  return {.name = "ours",
          .find = [] { return std::optional<std::string>(WC_WASH_PROGRAM); },
          .is_ours = true};
}

WashProgram peer_wash() {
  return {.name = "peer", .find = [] { return peer_program("wash"); }, .is_ours = false};
}

void OnLattice::SetUp() {
  WC_NEED_NATS_SERVER();
  WC_NEED_WASH(wash_);
  server_.emplace();
  home_.set("WASMCLOUD_CTL_PORT", std::to_string(server_->port()));
  home_.set("WASMCLOUD_RPC_PORT", std::to_string(server_->port()));
  std::filesystem::copy_file(WC_HELLO_COMPONENT, home_.path() / "hello.wasm");
  std::filesystem::copy_file(WC_HELLO_COMPONENT, home_.path() / "other.wasm");
  std::filesystem::copy_file(WC_TALK_COMPONENT, home_.path() / "talk.wasm");
  wash({"keys", "list"});  // the existing one speaks of itself when it ends well for the first time
}

std::unique_ptr<lattice::HostProcess> OnLattice::start_host(
    const lattice::HostProgram& program, const lattice::HostProcess::Options& options) const {
  return std::make_unique<lattice::HostProcess>(program, *server_, options);
}

Ended OnLattice::wash(std::vector<std::string> arguments, std::string input) const {
  return home_.run(wash_program(), std::move(arguments), std::move(input));
}

std::string OnLattice::text(std::vector<std::string> arguments) const {
  SCOPED_TRACE(testing::PrintToString(arguments));
  const Ended ended = wash(std::move(arguments));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, IsEmpty());
  return ended.out;
}

json OnLattice::object(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"-o", "json"});
  return json::parse(text(std::move(arguments)), nullptr, false);
}

std::string OnLattice::failure(std::vector<std::string> arguments, std::string input) const {
  SCOPED_TRACE(testing::PrintToString(arguments));
  const Ended ended = wash(std::move(arguments), std::move(input));
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(ended.out, IsEmpty());
  return ended.err;
}

std::string OnLattice::table(const std::string& text) const {
  return wash_.is_ours ? text : words(text);
}

std::string OnLattice::reference(const std::string& name) const {
  return "file://" + std::filesystem::canonical(home_.path() / name).string();
}

std::string OnLattice::editor_of_ports() const {
  const auto path = home_.path() / "edit_ports";
  std::ofstream(path) << "#!/bin/sh\nsed -i s/4222/" << server_->port() << "/ \"$1\"\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path.string();
}

std::string words(const std::string& text) {
  std::string all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream blanks(line);
    std::string joined;
    for (std::string word; blanks >> word;) {
      joined += joined.empty() ? word : " " + word;
    }
    all += joined + '\n';
  }
  return all;
}

}  // namespace wasmcloud::wash
