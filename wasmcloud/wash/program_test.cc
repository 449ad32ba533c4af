// The whole program seen from outside: bytes on stdout and stderr, exit codes, signals. The host
// behind it is fake_host.cc.
#include "wasmcloud/base/testing/program.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// The preamble of a component, which alone is one: it imports and exports nothing.
const std::string kEmptyComponent("\0asm\x0d\0\1\0", 8);

struct Ended {
  int code;
  std::string out;
  std::string err;
};

Ended wash(std::vector<std::string> arguments) {
  Program program(WC_WASH_PROGRAM, {.arguments = std::move(arguments)});
  const int code = program.wait();
  return {code, program.out(), program.err()};
}

class WithFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    return path.string();
  }

  std::string read(const std::string& name) const {
    std::ifstream file(directory_.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryDirectory directory_;
};

TEST(Help, IsOnStdoutWhenAskedFor) {
  for (const char* const flag : {"-h", "--help"}) {
    const Ended ended = wash({flag});
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.err, IsEmpty());
    EXPECT_THAT(ended.out, StartsWith(std::string(81, '_') + "\n"));
    EXPECT_THAT(
        ended.out,
        EndsWith("Interact and manage wasmCloud applications, projects, and runtime "
                 "environments\n"
                 "\n"
                 "Usage: [OPTIONS] <COMMAND>\n"
                 "\n"
                 "Build:\n"
                 "  inspect                 Show what a component imports and exports\n"
                 "  wit                     Build packages of WIT\n"
                 "\n"
                 "Run:\n"
                 "  run                     Serve a component over HTTP\n"
                 "  up                      Bootstrap a local wasmCloud environment\n"
                 "  down                    Tear down a local wasmCloud environment (launched with "
                 "wash up)\n"
                 "\n"
                 "Iterate:\n"
                 "  get                     Show hosts, what runs on them, links and claims\n"
                 "  call                    Call a function, and show what it gives\n"
                 "  spy                     Show calls of a component or provider\n"
                 "  start                   Start a component or a provider\n"
                 "  scale                   Scale a component on a host\n"
                 "  stop                    Stop a component, a provider or a host\n"
                 "  update                  Update a component to another version\n"
                 "  link                    Show, put and delete links\n"
                 "  label                   Put labels on a host, or take them away\n"
                 "  config                  Put, show and delete named configurations\n"
                 "\n"
                 "Configure:\n"
                 "  ctx                     Keep and choose contexts: how lattices are reached\n"
                 "  keys                    Make keys, and show those that are kept\n"
                 "\n"
                 "Options:\n"
                 "  -o, --output <OUTPUT>   Output format: text or json\n"
                 "  -h, --help              Print help\n"
                 "  -V, --version           Print the versions of what this build holds\n"));
  }
}

TEST(Help, IsOnStderrWithExitCode2WhenNothingWasAskedFor) {
  const Ended ended = wash({});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_EQ(ended.err, wash({"--help"}).out);
}

TEST(Help, OfACommandListsItsFlags) {
  const Ended ended = wash({"run", "--help"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, StartsWith("Serve a component over HTTP\n"
                                    "\n"
                                    "Usage: wash run [OPTIONS] <FILE>\n"
                                    "\n"
                                    "Arguments:\n"
                                    "  <FILE>  The component: a .wasm file\n"
                                    "\n"
                                    "Options:\n"));
  for (const char* const flag :
       {"      --addr <HOST:PORT> ", "      --env <KEY=VALUE> ", "      --dir <HOST::GUEST> ",
        "      --max-memory <BYTES> ", "      --timeout <DURATION> ", "      --shards <N> ",
        "      --watch ", "      --log-level <LEVEL> ", "      --log-format <FORMAT> ",
        "  -o, --output <OUTPUT> ", "  -h, --help "}) {
    EXPECT_THAT(ended.out, HasSubstr(flag));
  }
}

TEST(Version, IsATreeOfWhatThisBuildHolds) {
  for (const char* const flag : {"-V", "--version"}) {
    const Ended ended = wash({flag});
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, "wash       v" WC_WASH_VERSION "\n└ wasmtime v" WC_WASMTIME_VERSION "\n");
  }
}

TEST(Version, HasTheSameKeysAsJson) {
  for (const auto& arguments : {std::vector<std::string>{"-o", "json", "--version"},
                                std::vector<std::string>{"--version", "--output=json"}}) {
    const Ended ended = wash(arguments);
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, "{\n  \"wash\": \"v" WC_WASH_VERSION
                         "\",\n  \"wasmtime\": \"v" WC_WASMTIME_VERSION "\"\n}\n");
  }
}

TEST(Usage, UnknownCommandsAndFlagsEndWith2AndAHint) {
  const Ended command = wash({"inspcet"});
  EXPECT_EQ(command.code, 2);
  EXPECT_EQ(command.err,
            "error: unrecognized subcommand 'inspcet'\n\n"
            "  tip: a similar subcommand exists: 'inspect'\n\n"
            "Usage: wash [OPTIONS] <COMMAND>\n\n"
            "For more information, try '--help'.\n");
  const Ended flag = wash({"run", "--adr=1.2.3.4:5", "x.wasm"});
  EXPECT_EQ(flag.code, 2);
  EXPECT_THAT(flag.out, IsEmpty());
  EXPECT_EQ(flag.err,
            "error: unexpected argument '--adr' found\n\n"
            "  tip: a similar argument exists: '--addr'\n\n"
            "Usage: wash run [OPTIONS] <FILE>\n\n"
            "For more information, try '--help'.\n");
}

TEST(Usage, WhatIsMissingIsNamed) {
  EXPECT_THAT(wash({"inspect"}).err,
              StartsWith("error: the following required arguments were not provided:\n  <FILE>\n"));
  EXPECT_EQ(wash({"run"}).code, 2);
  const Ended value = wash({"run", "x.wasm", "--addr"});
  EXPECT_EQ(value.code, 2);
  EXPECT_THAT(
      value.err,
      StartsWith("error: a value is required for '--addr <HOST:PORT>' but none was supplied\n"));
  EXPECT_THAT(wash({"inspect", "a", "b"}).err,
              StartsWith("error: unexpected argument 'b' found\n"));
}

TEST(Usage, AWrongOutputFormatIsRefusedBeforeAndAfterTheCommand) {
  for (const auto& arguments : {std::vector<std::string>{"-o", "xml", "inspect", "x"},
                                std::vector<std::string>{"inspect", "x", "--output", "xml"},
                                std::vector<std::string>{"-oxml"}}) {
    const Ended ended = wash(arguments);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.out, IsEmpty());
    EXPECT_THAT(ended.err, HasSubstr("error parsing output type, see help for the list of accepted "
                                     "outputs"));
  }
}

TEST(Usage, ErrorsAreJsonWhereThatIsAskedFor) {
  const Ended ended = wash({"-o", "json", "run", "--nonsense"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_EQ(json::parse(ended.err)["error"], "unexpected argument '--nonsense' found");
}

TEST(Usage, BadValuesOfRunNameTheFlagTheValueAndTheForm) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--env", "FOO"},
       "invalid value 'FOO' for '--env <KEY=VALUE>': expected KEY=VALUE, such as LOG=debug"},
      {{"--dir", "data"}, "invalid value 'data' for '--dir <HOST::GUEST>': expected HOST::GUEST"},
      {{"--addr", "8000"}, "invalid value '8000' for '--addr <HOST:PORT>': expected HOST:PORT"},
      {{"--max-memory", "1MB"}, "invalid value '1MB' for '--max-memory <BYTES>': expected"},
      {{"--max-memory", "1KiB"}, "expected at least one page of memory, 64KiB"},
      {{"--timeout", "10"}, "invalid value '10' for '--timeout <DURATION>': expected"},
      {{"--shards", "0"}, "invalid value '0' for '--shards <N>': expected a whole number"},
      {{"--log-level", "loud"}, "invalid value 'loud' for '--log-level <LEVEL>': "},
      {{"--log-format", "xml"}, "'--log-format <FORMAT>': expected text or json"},
      {{"--watch=3"}, "the flag '--watch' takes no value"}};
  for (const auto& [flags, message] : cases) {
    std::vector<std::string> arguments{"run", "x.wasm"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended ended = wash(arguments);
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_THAT(ended.err, StartsWith("error: "));
    EXPECT_THAT(ended.err, HasSubstr(message));
  }
}

class Inspect : public WithFiles {};

TEST_F(Inspect, ShowsAComponentAsText) {
  const std::string file = write("empty.wasm", kEmptyComponent);
  const Ended ended = wash({"inspect", file});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "\n" + file + ": component, 8 bytes\n\nImports:\n  none\n\nExports:\n  none\n");
  EXPECT_THAT(ended.err, IsEmpty());
}

TEST_F(Inspect, ShowsAComponentAsJson) {
  const std::string file = write("empty.wasm", kEmptyComponent);
  const Ended ended = wash({"-o", "json", "inspect", file});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("\n{\n  \"kind\": \"component\",\n"));
  const json shown = json::parse(ended.out);
  EXPECT_EQ(shown["success"], true);
  EXPECT_EQ(shown["imports"], json::array());
  EXPECT_EQ(shown["exports"], json::array());
  EXPECT_EQ(wash({"inspect", file, "-o", "json"}).out, ended.out);
}

TEST(InspectStore, ListsTheFunctionsOfInterfacesBeneathThem) {
  const Ended ended = wash({"inspect", WC_STORE_COMPONENT});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, EndsWith("\n\nImports:\n"
                                  "  test:keyvalue/store@0.2.0\n"
                                  "    open(identifier)\n"
                                  "    constructor bucket(name)\n"
                                  "    bucket.get(self, key)\n"
                                  "  log(level, message)\n"
                                  "\n"
                                  "Exports:\n"
                                  "  test:keyvalue/again@1.0.0\n"
                                  "    open(identifier)\n"
                                  "    constructor bucket(name)\n"
                                  "    bucket.get(self, key)\n"
                                  "  log-again(level, message)\n"));
}

TEST(InspectStore, AsJsonHasNamesAndDetails) {
  const Ended ended = wash({"inspect", WC_STORE_COMPONENT, "-o", "json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const json shown = json::parse(ended.out);
  EXPECT_EQ(shown["imports"], (json{"test:keyvalue/store@0.2.0", "log"}));
  EXPECT_EQ(shown["exports"], (json{"test:keyvalue/again@1.0.0", "log-again"}));
  EXPECT_EQ(shown["items"]["imports"][0],
            (json{{"name", "test:keyvalue/store@0.2.0"},
                  {"kind", "interface"},
                  {"functions",
                   {"open(identifier)", "constructor bucket(name)", "bucket.get(self, key)"}},
                  {"resources", {"bucket"}},
                  {"types", {"error"}}}));
  EXPECT_EQ(shown["items"]["exports"][1], (json{{"name", "log-again"}, {"kind", "function"}}));
}

TEST_F(Inspect, ShowsTheWitOfAComponent) {
  const std::string file = write("empty.wasm", kEmptyComponent);
  const Ended ended = wash({"inspect", "--wit", file});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "\npackage root:component;\n\nworld root {\n}\n");
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_EQ(wash({"inspect", file, "--world"}).out, ended.out);
}

TEST_F(Inspect, ShowsTheWitOfAComponentAsJson) {
  const std::string file = write("empty.wasm", kEmptyComponent);
  const Ended ended = wash({"inspect", "--wit", file, "-o", "json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out),
            (json{{"success", true}, {"wit", "package root:component;\n\nworld root {\n}\n"}}));
}

TEST(InspectStore, TellsWhatWitCannotSay) {
  const Ended ended = wash({"inspect", "--wit", WC_STORE_COMPONENT});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, HasSubstr("has no WIT that could be shown"));
  EXPECT_THAT(ended.err, HasSubstr("test:keyvalue/again@1.0.0"));
}

TEST_F(Inspect, ReferencesOfRegistriesAreRefused) {
  for (const char* const target : {"ghcr.io/wasmcloud/components/http-hello-world-rust:0.1.0",
                                   "localhost:5000/hello:1", "oci://ghcr.io/a/b"}) {
    const Ended ended = wash({"inspect", target});
    EXPECT_EQ(ended.code, 1) << target;
    EXPECT_THAT(ended.err, HasSubstr("does not pull from registries yet")) << target;
  }
  EXPECT_THAT(wash({"inspect", "no-such-folder/a.wasm"}).err, Not(HasSubstr("registries")));
}

TEST_F(Inspect, ErrorsAreFramedAsText) {
  const std::string file = write("core.wasm", std::string("\0asm\1\0\0\0", 8));
  const Ended ended = wash({"inspect", file});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, StartsWith("\n" + file + ": is a core module, expected a component"));
  EXPECT_THAT(ended.err, HasSubstr("wasm-tools component new"));
  EXPECT_THAT(ended.err, Not(HasSubstr("Caused by")));
}

TEST_F(Inspect, CausesOfErrorsAreShownInBothForms) {
  const std::string file = write("cut.wasm", kEmptyComponent + std::string("\7\x20\1", 3));
  const Ended text = wash({"inspect", file});
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.err, StartsWith("\n" + file + ": is not a well-formed component"));
  EXPECT_THAT(text.err, HasSubstr("\n\nCaused by:\n    offset 0x"));
  const Ended framed = wash({"inspect", file, "--output", "json"});
  EXPECT_EQ(framed.code, 1);
  EXPECT_THAT(framed.out, IsEmpty());
  const json shown = json::parse(framed.err);
  EXPECT_EQ(shown["success"], false);
  EXPECT_THAT(shown["error"].get<std::string>(), HasSubstr("is not a well-formed component"));
  EXPECT_EQ(shown["error_chain"].size(), 1U);
}

TEST_F(Inspect, EachKindOfWrongFileIsToldApart) {
  const auto complaint = [](const std::string& file) {
    const Ended ended = wash({"inspect", file});
    EXPECT_EQ(ended.code, 1);
    return ended.err;
  };
  EXPECT_THAT(complaint(write("empty", "")), HasSubstr("is empty"));
  EXPECT_THAT(complaint(write("text", "hello\n")), HasSubstr("is a text file"));
  EXPECT_THAT(complaint(write("p.par.gz", "\x1f\x8b\x08")), HasSubstr("provider archive (PAR)"));
  EXPECT_THAT(complaint(directory_.path().string()), HasSubstr("is a directory"));
  EXPECT_THAT(complaint(directory_.path() / "none.wasm"), HasSubstr("no such file"));
  const std::string huge = write("huge.wasm", kEmptyComponent);
  std::filesystem::resize_file(huge, (std::uintmax_t{1} << 30U) + 1);
  EXPECT_THAT(complaint(huge), HasSubstr("the limit is 1.0 GiB"));
  if (::geteuid() != 0) {  // root may read all
    const std::string secret = write("secret.wasm", kEmptyComponent);
    ::chmod(secret.c_str(), 0);
    EXPECT_THAT(complaint(secret), HasSubstr("no permission to read it"));
  }
}

TEST_F(Inspect, AClosedPipeChangesNothing) {
  const std::string file = write("empty.wasm", kEmptyComponent);
  Program program(WC_WASH_PROGRAM, {.arguments = {"inspect", file}, .stdout_closed = true});
  EXPECT_EQ(program.wait(), 0);
  Program help(WC_WASH_PROGRAM, {.arguments = {"--help"}, .stdout_closed = true});
  EXPECT_EQ(help.wait(), 0);
}

class Run : public WithFiles {
 protected:
  Program::Options options(std::vector<std::string> flags) const {
    std::vector<std::string> arguments{"run", file_, "--addr", "127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return {.arguments = std::move(arguments),
            .environment = {{"HOME", directory_.path().string()},
                            {"WC_FAKE_HOST_LOG", (directory_.path() / "log").string()}}};
  }

  const std::string file_ = write("app.wasm", kEmptyComponent);
};

TEST_F(Run, PrintsTheUrlAndACurlLineAndEndsWith0OnSignals) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Program program(WC_WASH_PROGRAM, options({}));
    ASSERT_TRUE(program.wait_for_out("Ctrl-C stops it.\n")) << program.err();
    EXPECT_THAT(program.out(),
                testing::MatchesRegex("\nServing .*/app.wasm on http://127.0.0.1:[0-9]+\n\n    "
                                      "curl http://127.0.0.1:[0-9]+/\n\nCtrl-C stops it.\n"));
    program.signal(signal);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_THAT(read("log"), EndsWith("stopping\nstopped\n"));
    EXPECT_EQ(program.err(),
              "Stopping: requests under way have 10 s to end (Ctrl-C again stops at once)\n");
  }
}

TEST_F(Run, AsJsonIsOneLineAndThenSilence) {
  Program program(WC_WASH_PROGRAM, options({"-o", "json"}));
  ASSERT_TRUE(program.wait_for_out("\n"));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.err(), IsEmpty());
  EXPECT_EQ(program.out().find('\n'), program.out().size() - 1);
  const json shown = json::parse(program.out());
  EXPECT_EQ(shown["success"], true);
  EXPECT_EQ(shown["url"], "http://" + shown["address"].get<std::string>());
}

TEST_F(Run, HandsItsFlagsToTheHost) {
  Program program(WC_WASH_PROGRAM, options({"--env", "A=1", "--env=B=x=y", "--env", "A=2", "--dir",
                                            directory_.path().string() + "::/data", "--max-memory",
                                            "64MiB", "--timeout", "1500ms", "--shards", "3"}));
  ASSERT_TRUE(program.wait_for_out("curl")) << program.err();
  EXPECT_EQ(read("log"), "started memory=67108864 timeout=1500 shards=3 cache=" +
                             (directory_.path() / ".cache/wash/components").string() +
                             "\nenv A=2\nenv B=x=y\ndir " + directory_.path().string() +
                             "::/data\n");
}

TEST_F(Run, HasDefaults) {
  auto chosen = options({});
  chosen.environment["XDG_CACHE_HOME"] = "/somewhere";
  Program program(WC_WASH_PROGRAM, chosen);
  ASSERT_TRUE(program.wait_for_out("curl"));
  EXPECT_EQ(read("log"),
            "started memory=268435456 timeout=600000 shards=0 cache=/somewhere/wash/components\n");
}

TEST_F(Run, APortInUseIsAnErrorWithAHint) {
  Program first(WC_WASH_PROGRAM, options({"-o", "json"}));
  ASSERT_TRUE(first.wait_for_out("\n"));
  const std::string address = json::parse(first.out())["address"];
  const Ended second = wash({"run", file_, "--addr", address});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.out, IsEmpty());
  EXPECT_THAT(second.err, StartsWith("\n" + address +
                                     " is in use: stop who uses it, or choose "
                                     "another with --addr (port 0 takes any free one)\n\nCaused "
                                     "by:\n    "));
}

TEST_F(Run, MissingFilesAndDirectoriesEndWith1) {
  const Ended file = wash({"run", (directory_.path() / "none.wasm").string()});
  EXPECT_EQ(file.code, 1);
  EXPECT_THAT(file.err, HasSubstr("none.wasm: no such file"));
  const Ended dir = wash({"run", file_, "--dir", "/no/such/place::/data"});
  EXPECT_EQ(dir.code, 1);
  EXPECT_THAT(dir.err, HasSubstr("--dir /no/such/place::/data: no such directory"));
}

TEST_F(Run, AComponentThatCannotBeLoadedEndsWith1) {
  const Ended ended = wash({"run", write("bad.wasm", kEmptyComponent + "REFUSE")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("Caused by:\n    offset 0x8: refused, as asked for"));
}

TEST_F(Run, ABugInTheHostIsAnErrorLikeOthers) {
  const Ended ended = wash({"run", write("bug.wasm", kEmptyComponent + "THROW")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.err, "\nexception: thrown, as asked for\n");
}

TEST_F(Run, ASecondSignalEndsItAtOnce) {
  write("app.wasm", kEmptyComponent + "HANG");
  Program program(WC_WASH_PROGRAM, options({}));
  ASSERT_TRUE(program.wait_for_out("curl"));
  program.signal(SIGINT);
  ASSERT_TRUE(program.wait_for_err("Stopping"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 128 + SIGINT);
}

TEST_F(Run, AClosedPipeDoesNotStopIt) {
  auto chosen = options({"--watch"});
  chosen.stdout_closed = true;
  Program program(WC_WASH_PROGRAM, chosen);
  // It serves when it answers to a change of the file: made at any time after it was started.
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  while (read("log").empty() && !deadline.expired()) {
    std::this_thread::yield();
  }
  write("app.wasm", kEmptyComponent + "more");
  ASSERT_TRUE(program.wait_for_err("Reloaded"));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(Run, WatchPutsANewComponentInPlace) {
  Program program(WC_WASH_PROGRAM, options({"--watch"}));
  ASSERT_TRUE(program.wait_for_out("curl"));
  write("new.wasm", kEmptyComponent + "12345");
  std::filesystem::rename(directory_.path() / "new.wasm", file_);
  ASSERT_TRUE(program.wait_for_err("Reloaded " + file_ + "\n"));
  EXPECT_THAT(read("log"), EndsWith("replaced 13\n"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(Run, WatchKeepsTheOldComponentWhenTheNewOneFails) {
  Program program(WC_WASH_PROGRAM, options({"--watch"}));
  ASSERT_TRUE(program.wait_for_out("curl"));
  write("app.wasm", kEmptyComponent + "REFUSE");
  ASSERT_TRUE(program.wait_for_err("\nThe new " + file_ +
                                   " was not taken: the one before it goes on serving\n\nCaused "
                                   "by:\n    offset 0x8: refused, as asked for\n"));
  write("app.wasm", kEmptyComponent + "good");
  ASSERT_TRUE(program.wait_for_err("Reloaded"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace wasmcloud::wash
