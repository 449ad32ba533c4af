// Commands that need no lattice, and how the others find theirs.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/home_testing.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

class InHome : public testing::Test {
 protected:
  Ended wash(std::vector<std::string> arguments, std::string input = {}) const {
    return home_.run(WC_WASH_PROGRAM, std::move(arguments), std::move(input));
  }

  json object(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    return json::parse(wash(std::move(arguments)).out, nullptr, false);
  }

  std::filesystem::path write(const std::filesystem::path& name, const std::string& content) const {
    const auto path = home_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
    return path;
  }

  std::string read(const std::filesystem::path& name) const {
    std::ifstream file(home_.path() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Home home_;
};

// --- groups of commands ---

class Groups : public InHome {};

TEST_F(Groups, HelpOfAGroupListsItsCommands) {
  const Ended ended = wash({"link", "--help"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "Show, put and delete links\n"
            "\n"
            "Usage: wash link [OPTIONS] <COMMAND>\n"
            "\n"
            "Commands:\n"
            "  query  Show all links of the lattice\n"
            "  put    Link a component or provider to another\n"
            "  del    Delete a link, or all\n"
            "\n"
            "Options:\n"
            "  -o, --output <OUTPUT>  Output format: text or json [default: text]\n"
            "  -h, --help             Print help\n");
}

TEST_F(Groups, HelpOfACommandShowsWhatMayBeAbsent) {
  EXPECT_THAT(
      wash({"get", "inventory", "-h"}).out,
      AllOf(HasSubstr("\nUsage: wash get inventory [OPTIONS] [host-id]\n"),
            HasSubstr("  -w, --watch [WATCH] "), HasSubstr("  -r, --ctl-host <CTL_HOST> ")));
  EXPECT_THAT(wash({"config", "put", "-h"}).out,
              HasSubstr("\nUsage: wash config put [OPTIONS] <name> <config-values>...\n"));
}

TEST_F(Groups, WithoutACommandHelpIsOnStderr) {
  const Ended ended = wash({"get"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_EQ(ended.err, wash({"get", "--help"}).out);
}

TEST_F(Groups, UnknownCommandsAreNamedWithAHint) {
  const Ended ended = wash({"get", "host"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err,
            "error: unrecognized subcommand 'host'\n\n"
            "  tip: a similar subcommand exists: 'hosts'\n\n"
            "Usage: wash get [OPTIONS] <COMMAND>\n\n"
            "For more information, try '--help'.\n");
}

TEST_F(Groups, AllMissingArgumentsAreNamed) {
  const Ended ended = wash({"start", "component"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err,
            "error: the following required arguments were not provided:\n"
            "  <component-ref>\n  <component-id>\n\n"
            "Usage: wash start component [OPTIONS] <component-ref> <component-id>\n\n"
            "For more information, try '--help'.\n");
  EXPECT_THAT(wash({"link", "put", "a", "b", "wasi", "http"}).err,
              HasSubstr("were not provided:\n  --interface <INTERFACE>\n"));
  EXPECT_THAT(wash({"link", "del"}).err,
              HasSubstr("were not provided:\n  <source-id>\n  <wit-namespace>\n  <wit-package>\n"));
}

TEST_F(Groups, BadValuesAreUsageErrors) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"get", "hosts", "-p", "0"}, "invalid value '0' for '--ctl-port <CTL_PORT>': expected"},
      {{"get", "hosts", "-t", "soon"}, "invalid value 'soon' for '--timeout-ms <TIMEOUT_MS>': "},
      {{"get", "inventory", "-w", "often"}, "Invalid duration: 'often'. Expected a duration like"},
      {{"start", "component", "a", "b.c"},
       "Component ID must contain only alphanumeric characters and underscores"},
      {{"scale", "component", "h", "a", "b", "-c", "-1"}, "'--max-instances <MAX_INSTANCES>': "},
      {{"ctx", "edit", "x"}, "were not provided:\n  --editor <EDITOR>\n"},
      {{"ctx", "new"}, "were not provided:\n  <name>\n"}};
  for (const auto& [arguments, message] : cases) {
    const Ended ended = wash(arguments);
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_THAT(ended.err, AllOf(StartsWith("error: "), HasSubstr(message)));
  }
}

// --- where the lattice is ---

class Finding : public InHome {
 protected:
  // No server is on port 1; the error tells what was tried.
  std::string tried(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"get", "hosts"});
    const Ended ended = wash(std::move(arguments));
    EXPECT_EQ(ended.code, 1);
    constexpr std::string_view kBefore =
        "\nFailed to create NATS client\n\nCaused by:\n    0: Failed to connect to NATS ";
    EXPECT_THAT(ended.err, StartsWith(std::string(kBefore)));
    return ended.err.substr(kBefore.size(), ended.err.find('\n', kBefore.size()) - kBefore.size());
  }
};

TEST_F(Finding, AFlagWinsOverItsVariableAndThatOverTheContext) {
  write(".config/wash/contexts/far.json", R"({"name":"far","ctl_host":"127.0.0.3","ctl_port":1})");
  EXPECT_EQ(tried({"--context", "far"}), "127.0.0.3:1");
  wash({"ctx", "default", "far"});
  EXPECT_EQ(tried(), "127.0.0.3:1");
  home_.set("WASMCLOUD_CTL_HOST", "127.0.0.2");
  EXPECT_EQ(tried(), "127.0.0.2:1");
  EXPECT_EQ(tried({"--ctl-host", "someone:secret@127.0.0.1"}), "127.0.0.1:1");
}

TEST_F(Finding, AContextThatIsMissingIsNamed) {
  const Ended ended = wash({"get", "hosts", "--context", "none"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("\nfailed to load context `none`\n\nCaused by:\n    0: failed "
                                    "to open context file ["));
}

TEST_F(Finding, ContextsMayLieElsewhere) {
  home_.set("WASH_CONTEXT_DIR", "~/elsewhere");
  write("elsewhere/far.json", R"({"name":"far","ctl_host":"127.0.0.3","ctl_port":1})");
  EXPECT_EQ(tried({"--context", "far"}), "127.0.0.3:1");
}

// --- contexts ---

class ContextCommands : public InHome {};

TEST_F(ContextCommands, TheFirstOneIsThere) {
  const std::string directory = (home_.path() / ".config/wash/contexts").string();
  EXPECT_EQ(wash({"ctx", "list"}).out,
            framed("== Contexts found in " + directory + " ==\nhost_config (default)"));
  const json listed{{"success", true}, {"contexts", {"host_config"}}, {"default", "host_config"}};
  EXPECT_EQ(object({"contexts", "list"}), listed);
}

TEST_F(ContextCommands, OneIsMadeChosenAndDeleted) {
  EXPECT_EQ(wash({"ctx", "new", "a/b"}).out, framed("Created context a_b with default values"));
  EXPECT_EQ(wash({"ctx", "default", "a_b"}).out, framed("Set new context successfully"));
  EXPECT_EQ(object({"ctx", "list"})["default"], "a_b");
  EXPECT_EQ(wash({"ctx", "del", "a_b"}).out, framed("Removed file successfully"));
  EXPECT_EQ(object({"ctx", "list"})["default"], "host_config");
}

TEST_F(ContextCommands, OneThatDoesNotExistIsAnError) {
  const Ended chosen = wash({"ctx", "default", "none"});
  EXPECT_EQ(chosen.code, 1);
  EXPECT_THAT(chosen.err,
              StartsWith("\ncontext does not exist\n\nCaused by:\n    0: failed to open "
                         "context file ["));
  EXPECT_THAT(wash({"ctx", "del", "none"}).err, StartsWith("\nfailed to remove context\n"));
}

TEST_F(ContextCommands, WithoutANameTheUserPicks) {
  wash({"ctx", "new", "far"});
  const Ended ended = wash({"ctx", "default"}, "7\n1\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("  1) far\n  2) host_config\n"),
                               HasSubstr("Answer with a number from 1 to 2.\n")));
  EXPECT_EQ(object({"ctx", "list"})["default"], "far");
}

TEST_F(ContextCommands, SettingsAreAskedForOneByOne) {
  const Ended ended = wash({"ctx", "new", "-i"},
                           "far\n\nprod\n\nnats.example\n4333\n\n\n\n\n\n"
                           "\n\n\n\n\n\n\n");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, framed("Created context far"));
  const json made = json::parse(read(".config/wash/contexts/far.json"));
  EXPECT_EQ(made["lattice"], "prod");
  EXPECT_EQ(made["ctl_host"], "nats.example");
  EXPECT_EQ(made["ctl_port"], 4333);
  EXPECT_EQ(made["rpc_port"], 4222);
}

TEST_F(ContextCommands, OneIsEditedByAProgram) {
  const auto editor = write("editor",
                            "#!/bin/sh\necho '{\"name\":\"host_config\",\"lattice\":"
                            "\"edited\"}' > \"$1\"\n");
  std::filesystem::permissions(editor, std::filesystem::perms::owner_all);
  const Ended ended = wash({"ctx", "edit", "host_config", "--editor", editor.string()});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, framed("Finished editing context successfully"));
  EXPECT_THAT(read(".config/wash/contexts/host_config.json"), HasSubstr("edited"));
  EXPECT_EQ(wash({"ctx", "edit", "host_config", "-e", "/bin/false"}).code, 1);
}

// --- keys ---

class KeyCommands : public InHome {};

TEST_F(KeyCommands, AKeyOfEachKindIsMade) {
  const std::pair<std::string, char> kinds[] = {
      {"account", 'A'},  {"User", 'U'},     {"module", 'M'}, {"component", 'M'},
      {"service", 'V'},  {"PROVIDER", 'V'}, {"server", 'N'}, {"host", 'N'},
      {"operator", 'O'}, {"cluster", 'C'},  {"x25519", 'X'}, {"curve", 'X'}};
  for (const auto& [kind, letter] : kinds) {
    const json key = object({"keys", "gen", kind});
    EXPECT_THAT(key["public_key"].get<std::string>(),
                MatchesRegex(std::string(1, letter) + "[A-Z2-7]+"));
    EXPECT_THAT(key["seed"].get<std::string>(),
                MatchesRegex("S" + std::string(1, letter) + "[A-Z2-7]+"));
  }
  EXPECT_THAT(wash({"key", "gen", "module"}).out,
              MatchesRegex("\nPublic Key: M[A-Z2-7]+\nSeed: SM[A-Z2-7]+\n\nRemember that the seed "
                           "is private, treat it as a secret.\n"));
  const Ended ended = wash({"keys", "gen", "door"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("\nInvalid key type. Must be one of Account, User, "));
}

TEST_F(KeyCommands, KeysInFilesAreListedAndShown) {
  const std::string directory = (home_.path() / ".local/share/wash/keys").string();
  const json none{{"success", true}, {"keys", json::array()}};
  EXPECT_EQ(object({"keys", "list"}), none);
  write(".local/share/wash/keys/b_module.nk", "SMB");
  write(".local/share/wash/keys/a_account.nk", "SAA\n");
  write(".local/share/wash/keys/note.txt", "");
  EXPECT_EQ(wash({"keys", "list"}).out,
            framed("====== Keys found in " + directory + " ======\na_account\nb_module"));
  EXPECT_EQ(wash({"keys", "get", "a_account.nk"}).out, framed("SAA"));
  EXPECT_EQ(object({"keys", "get", "b_module"})["seed"], "SMB");
  EXPECT_EQ(wash({"keys", "get", "c"}).err, framed("Key c doesn't exist"));
  home_.set("WASH_KEYS", (home_.path() / "elsewhere").string());
  EXPECT_EQ(object({"keys", "list"}), none);
  EXPECT_EQ(object({"keys", "list", "-d", directory})["keys"].size(), 2U);
}

}  // namespace
}  // namespace wasmcloud::wash
