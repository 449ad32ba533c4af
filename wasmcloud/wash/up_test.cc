// `wash up` and `wash down` seen from outside, with a real nats-server and a real host: processes,
// files, exit codes. No test leaves a process behind, or would not see that it did.
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "wasmcloud/base/testing/peers.h"
#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/nats/key_value.h"
#include "wasmcloud/nats/testing/identities.h"
#include "wasmcloud/nats/testing/nats_server.h"
#include "wasmcloud/wash/pid_files.h"
#include "wasmcloud/wash/process.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::chrono::seconds kPatience{30};

// A socket that listens on 127.0.0.1 and says nothing.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, length), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &length), 0);
    port_ = std::to_string(ntohs(address.sin_port));
  }

  ~Listener() { ::close(socket_); }

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& port() const { return port_; }

 private:
  int socket_;
  std::string port_;
};

std::string free_port() { return Listener().port(); }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool wait_ended(const Process& process) {
  asio::io_context context(1);
  auto ended =
      asio::co_spawn(context, process.wait_ended(Deadline::after(kPatience)), asio::use_future);
  context.run();
  return ended.get().has_value();
}

// Whether the file holds `text` before patience ends.
bool contains_soon(const std::filesystem::path& path, const std::string& text) {
  const Deadline deadline = Deadline::after(kPatience);
  while (!read_file(path).contains(text)) {
    if (deadline.expired()) {
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

Task<> close_after_looking(asio::any_io_executor blocking, std::string url, std::string bucket,
                           bool* there) {
  nats::ConnectOptions options{.urls = {std::move(url)}};
  const Deadline deadline = Deadline::after(kPatience);
  WC_CO_TRY(const auto connection,
            nats::connect(std::move(blocking), std::move(options), deadline));
  const auto opened = co_await nats::open_bucket(*connection, std::move(bucket), "", deadline);
  *there = opened.has_value();
  WC_CO_CHECK(connection->close());
  if (!opened && opened.error().kind() != ErrorKind::not_found) {
    co_return opened.error().clone();
  }
  co_return Result<>();
}

bool has_bucket(const nats::NatsServer& server, const std::string& bucket) {
  bool there = false;
  asio::io_context context(1);
  asio::thread_pool pool(2);
  auto ended = asio::co_spawn(
      context, close_after_looking(pool.get_executor(), server.url(), bucket, &there),
      asio::use_future);
  context.run();
  const Result<> looked = ended.get();
  EXPECT_TRUE(looked) << looked.error().describe();
  return there;
}

struct Ended {
  int code;
  std::string out;
  std::string err;

  json parsed() const { return json::parse(code == 0 ? out : err); }
};

class UpAndDown : public testing::Test {
 protected:
  void TearDown() override {
    for (const Process& left : processes()) {
      ADD_FAILURE() << "left behind: " << left.program();
      left.signal(SIGKILL);
    }
  }

  Program start(std::vector<std::string> arguments, std::map<std::string, std::string> more = {},
                const std::string& program = WC_WASH_PROGRAM) const {
    std::map<std::string, std::string> environment{{"HOME", home()},
                                                   {"TMPDIR", home()},
                                                   {"WASMCLOUD_NATS_PORT", port_},
                                                   {"WASMCLOUD_CTL_PORT", port_},
                                                   {"NATS_WEBSOCKET_PORT", "0"}};
    for (auto& [name, value] : more) {
      environment[name] = std::move(value);
    }
    return Program(program,
                   {.arguments = std::move(arguments), .environment = std::move(environment)});
  }

  Ended wash(std::vector<std::string> arguments, std::map<std::string, std::string> more = {},
             const std::string& other = WC_WASH_PROGRAM) const {
    Program program = start(std::move(arguments), std::move(more), other);
    const int code = program.wait();
    return {code, program.out(), program.err()};
  }

  static std::map<std::string, std::string> variables_for(const nats::NatsServer& server) {
    const std::string port = std::to_string(server.port());
    return {{"WASMCLOUD_NATS_PORT", port}, {"WASMCLOUD_CTL_PORT", port}};
  }

  // All that was started with this test's home, wash included.
  std::vector<Process> processes() const {
    std::vector<Process> found;
    const std::string mark = "HOME=" + home();
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      pid_t pid = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
      if (error == std::errc() && end == name.data() + name.size() &&
          read_file(entry.path() / "environ").contains(mark)) {
        if (auto process = Process::open(pid)) {
          found.push_back(*std::move(process));
        }
      }
    }
    return found;
  }

  std::set<std::string> programs() const {
    std::set<std::string> names;
    for (const Process& process : processes()) {
      names.insert(std::filesystem::path(process.program()).filename());
    }
    return names;
  }

  // Whether a host says that it is there, before patience ends: then its pid file has its version.
  bool wait_for_version() const {
    const Deadline deadline = Deadline::after(kPatience);
    for (;;) {
      const auto told = parse_host_pid(read_file(PidFiles(downloads()).host_file()));
      if (told && !told->version.empty()) {
        return true;
      }
      if (deadline.expired()) {
        return false;
      }
      std::this_thread::yield();
    }
  }

  std::string script(const std::string& name, const std::string& text) const {
    const auto path = directory_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n" << text << '\n';
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  std::string home() const { return directory_.path().string(); }

  std::filesystem::path downloads() const {
    return directory_.path() / ".local/share/wash/downloads";
  }

  std::string log() const { return (downloads() / "wasmcloud.log").string(); }

  TemporaryDirectory directory_;
  const std::string port_ = free_port();
  const std::string address_ = "127.0.0.1:" + port_;
};

// --- with each host ---

enum class Kind : std::uint8_t { existing, ours };

void PrintTo(Kind kind, std::ostream* out) {
  *out << (kind == Kind::existing ? "existing" : "ours");
}

class WithHost : public UpAndDown, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    WC_NEED_NATS_SERVER();
    if (GetParam() == Kind::existing) {
      WC_NEED_PEER("wasmcloud");
      host_ = *peer_program("wasmcloud");
    } else if (std::filesystem::exists(WC_OWN_HOST)) {
      host_ = WC_OWN_HOST;
    } else {
      GTEST_SKIP() << "bin/wasmcloud has not been built";
    }
  }

  std::vector<std::string> up(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"up", "--host-path", host_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  std::string host_;
};

INSTANTIATE_TEST_SUITE_P(Hosts, WithHost, testing::Values(Kind::existing, Kind::ours),
                         [](const auto& info) {
                           return info.param == Kind::existing ? "Existing" : "Ours";
                         });

TEST_P(WithHost, DetachedThenDown) {
  const Ended up = wash(this->up({"--detached"}));
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_EQ(up.out, fmt::format("\n🛁 wash up completed successfully\n"
                                "🕸  NATS is running in the background at {}\n"
                                "📜 Logs for the host are being written to {}\n\n"
                                "⬇️  To stop wasmCloud, run \"wash down\"\n",
                                address_, log()));
  EXPECT_EQ(up.err, fmt::format("ℹ️  NATS server successfully started, using config @ [{0}.conf]\n"
                                "ℹ️  NATS server logs written to [{0}.log]\n",
                                (downloads() / "nats").string()));
  const PidFiles files(downloads());
  ASSERT_TRUE(files.host());
  EXPECT_TRUE(files.nats());
  const json told = json::parse(read_file(files.host_file()));
  EXPECT_EQ(told["pid"], files.host()->pid());
  EXPECT_THAT(told["version"].get<std::string>(), Not(IsEmpty()));
  EXPECT_THAT(read_file(log()), Not(IsEmpty()));
  EXPECT_THAT(read_file(downloads() / "nats.conf"),
              HasSubstr(fmt::format("store_dir=\"{}/wash-jetstream-{}\"", home(), port_)));

  const Ended down = wash({"down"});
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_EQ(down.out,
            "\n✅ wasmCloud hosts stopped successfully\n"
            "✅ NATS server stopped successfully\n"
            "🛁 wash down completed successfully\n");
  EXPECT_THAT(processes(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(files.host_file()));
  EXPECT_FALSE(std::filesystem::exists(files.nats_file()));
}

TEST_P(WithHost, DetachedThenDownAsJson) {
  const Ended up = wash(this->up({"-d", "-o", "json"}));
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_THAT(up.err, IsEmpty());
  EXPECT_EQ(up.parsed(), (json{{"wasmcloud_log", log()},
                               {"kill_cmd", "wash down"},
                               {"nats_url", address_},
                               {"success", true}}));
  const Ended down = wash({"down", "-o", "json", "--purge-jetstream", "all"});
  ASSERT_EQ(down.code, 0) << down.err;
  const json told = down.parsed();
  EXPECT_THAT(told["hosts_stopped"], SizeIs(1));
  EXPECT_EQ(told["nats_stopped"], true);
  EXPECT_EQ(told["wadm_stopped"], false);
}

TEST_P(WithHost, UpTwiceIsRunningAlready) {
  ASSERT_EQ(wash(up({"-d"})).code, 0);
  const std::size_t before = processes().size();
  const Ended second = wash(up({"-d"}));
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, StartsWith("\n🛁 wash up completed successfully, already running\n"));
  EXPECT_THAT(second.out, HasSubstr(log()));
  EXPECT_THAT(processes(), SizeIs(before));
  EXPECT_EQ(wash(up({"-o", "json"})).parsed(), (json{{"success", true}}));
  EXPECT_EQ(wash({"down"}).code, 0);
}

TEST_P(WithHost, CtrlCEndsAllThatWasStarted) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Program program = start(up());
    // The host writes to stdout only what it logs.
    ASSERT_TRUE(program.wait_for_out("at any time to exit\n")) << program.err();
    ASSERT_TRUE(wait_for_version()) << program.out() << program.err();
    program.signal(signal);
    EXPECT_EQ(program.wait(), 0) << program.err();
    EXPECT_THAT(program.out(), StartsWith("🏃 Running in interactive mode.\n🚪 Press `CTRL+c` at "
                                          "any time to exit\n"));
    EXPECT_THAT(program.out(), EndsWith("\n🛁 wash up completed successfully\n"));
    EXPECT_GT(program.out().size(), 300U) << "the host's log is missing";
    EXPECT_THAT(processes(), IsEmpty());
    EXPECT_FALSE(PidFiles(downloads()).has_host_file());
    EXPECT_FALSE(std::filesystem::exists(PidFiles(downloads()).nats_file()));
  }
}

TEST_P(WithHost, InTheForegroundAsJsonKeepsTheLogOffStdout) {
  const auto copy = directory_.path() / "copy.log";
  Program program = start(up({"-o", "json", "--host-log-path", copy}));
  ASSERT_TRUE(wait_for_version()) << program.err();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_EQ(json::parse(program.out()), (json{{"success", true}}));
  EXPECT_THAT(program.err(), Not(IsEmpty()));
  EXPECT_EQ(program.err(), read_file(copy));
}

TEST_P(WithHost, ASecondSignalEndsItAtOnce) {
  // A host that ignores the first.
  const std::string stubborn =
      script("wasmcloud", "trap '' TERM\n" + host_ + " &\nwhile :; do wait; done");
  Program program = start({"up", "--host-path", stubborn});
  ASSERT_TRUE(wait_for_version()) << program.err();
  program.signal(SIGINT);
  ASSERT_TRUE(program.wait_for_err("Stopping what was started"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 128 + SIGINT);
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_P(WithHost, NothingOutlivesAKilledWash) {
  Program program = start(up());
  ASSERT_TRUE(wait_for_version()) << program.err();
  const std::vector<Process> all = processes();
  EXPECT_THAT(all, SizeIs(3));
  program.signal(SIGKILL);
  for (const Process& process : all) {
    EXPECT_TRUE(wait_ended(process)) << process.program();
  }
  // What it left in files is known to be of no use.
  const PidFiles files(downloads());
  EXPECT_FALSE(files.host());
  EXPECT_FALSE(files.nats());
  const Ended again = wash(up({"-d"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("🟨 Pid file \"" + files.host_file().string() +
                                   "\" exists but no hosts are running. Removing Pid file and "
                                   "proceeding with \"wash up\"\n"));
  EXPECT_EQ(wash({"down"}).code, 0);
}

TEST_P(WithHost, DownEndsOneInTheForegroundToo) {
  Program program = start(up());
  ASSERT_TRUE(wait_for_version()) << program.err();
  const Ended down = wash({"down"});
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_EQ(program.wait(), 0) << program.err();
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_P(WithHost, ANatsServerThatRunsIsUsedAndNotStopped) {
  const nats::NatsServer server;
  const auto there = variables_for(server);
  const Ended up = wash(this->up({"-d", "--nats-connect-only"}), there);
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_THAT(up.err, IsEmpty());
  EXPECT_THAT(programs(), Not(testing::Contains("nats-server")));
  const Ended down = wash({"down", "-o", "json"}, there);
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_THAT(down.parsed()["hosts_stopped"], SizeIs(1));
  EXPECT_EQ(down.parsed()["nats_stopped"], false);
  EXPECT_EQ(wash({"down"}, there).out,
            "\nℹ️  NATS server was not started by wash, and is left running\n"
            "🛁 wash down completed successfully\n");
}

TEST_P(WithHost, LeavesItsBucketsUnlessTheyAreToBePurged) {
  const nats::NatsServer server;
  const auto there = variables_for(server);
  ASSERT_EQ(wash(up({"-d"}), there).code, 0);
  const Ended wadm = wash({"down", "--purge-jetstream", "wadm"}, there);
  EXPECT_EQ(wadm.code, 0) << wadm.err;
  EXPECT_THAT(wadm.out, HasSubstr("\n✅ NATS Jetstream purged successfully\n"));
  EXPECT_TRUE(has_bucket(server, "LATTICEDATA_default"));
  const Ended wasmcloud = wash({"down", "--flush-jetstream", "wasmcloud"}, there);
  EXPECT_EQ(wasmcloud.code, 0) << wasmcloud.err;
  EXPECT_FALSE(has_bucket(server, "LATTICEDATA_default"));
  EXPECT_FALSE(has_bucket(server, "CONFIGDATA_default"));
}

TEST_P(WithHost, AndAnExistingShellMayEndWhatTheOtherStarted) {
  WC_NEED_PEER("wash");
  const nats::NatsServer server;
  const auto there = variables_for(server);
  const std::string other = *peer_program("wash");
  ASSERT_EQ(wash(up({"-d"}), there).code, 0);
  const Ended theirs = wash({"down"}, there, other);
  EXPECT_EQ(theirs.code, 0) << theirs.err;
  EXPECT_THAT(theirs.out, HasSubstr("wasmCloud hosts stopped successfully"));
  EXPECT_FALSE(PidFiles(downloads()).has_host_file());

  const Ended up =
      wash(this->up({"-d", "--disable-wadm", "--wasmcloud-version", "1.9.1"}), there, other);
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_TRUE(PidFiles(downloads()).host());
  // It does not wait for its host.
  EXPECT_TRUE(contains_soon(log(), "started"));
  const Ended ours = wash({"down", "-o", "json"}, there);
  EXPECT_EQ(ours.code, 0) << ours.err;
  EXPECT_THAT(ours.parsed()["hosts_stopped"], SizeIs(1));
}

TEST_P(WithHost, SeveralAreStoppedOnlyWhenAskedFor) {
  ASSERT_EQ(wash(up({"-d"})).code, 0);
  const Ended second = wash(up({"-d", "--multi-local", "-o", "json"}));
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.parsed()["wasmcloud_log"], (downloads() / "wasmcloud-2.log").string());
  EXPECT_THAT(processes(), SizeIs(3));

  const Ended third = wash(up({"-d"}));
  EXPECT_EQ(third.code, 1);
  EXPECT_EQ(third.err,
            "\n🟨 Multiple hosts are running. Please use --multi-local to start another\n");
  const Ended refused = wash({"down", "-o", "json"});
  EXPECT_EQ(refused.code, 1);
  const std::string why = refused.parsed()["error"];
  EXPECT_THAT(why, StartsWith("More than one host is running, please specify a host ID or use "
                              "--all\nRunning hosts: [\"N"));
  EXPECT_THAT(processes(), SizeIs(3));

  const std::string id = why.substr(why.find("[\"N") + 2, 56);
  const Ended one = wash({"down", "--host-id", id});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out,
            "\n✅ wasmCloud hosts stopped successfully\n"
            "🛁 Exiting without stopping NATS or wadm, there are still hosts running\n");
  ASSERT_EQ(wash(up({"-d", "--multi-local"})).code, 0);
  const Ended all = wash({"down", "--all", "-o", "json"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.parsed()["hosts_stopped"], SizeIs(2));
  // Of the first one nobody knows the number, so it may be a moment behind its word.
  for (const Process& process : processes()) {
    EXPECT_TRUE(wait_ended(process)) << process.program();
  }
}

TEST_P(WithHost, ContextsAreHonoured) {
  const auto contexts = directory_.path() / ".config/wash/contexts";
  std::filesystem::create_directories(contexts);
  std::ofstream(contexts / "default") << "mine";
  std::ofstream(contexts / "mine.json")
      << fmt::format(R"({{"name":"mine","ctl_port":{0},"lattice":"of-mine","cluster_seed":"",)"
                     R"("ctl_jwt":"","ctl_seed":"","rpc_jwt":"","rpc_seed":""}})",
                     port_);
  const std::map<std::string, std::string> by_context{{"WASMCLOUD_NATS_PORT", ""},
                                                      {"WASMCLOUD_CTL_PORT", ""}};
  const Ended up = wash(this->up({"-d", "-o", "json"}), by_context);
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_EQ(up.parsed()["nats_url"], address_);
  const Ended elsewhere = wash({"down", "--lattice", "default"}, by_context);
  EXPECT_EQ(elsewhere.code, 0) << elsewhere.err;
  EXPECT_THAT(elsewhere.out, HasSubstr("there are still hosts running"));
  const Ended down = wash({"down", "-o", "json"}, by_context);
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_THAT(down.parsed()["hosts_stopped"], SizeIs(1));
}

TEST_P(WithHost, ThatRunsWithoutNatsIsEndedByItsPid) {
  ASSERT_EQ(wash(up({"-d"})).code, 0);
  const auto server = PidFiles(downloads()).nats();
  ASSERT_TRUE(server);
  server->signal(SIGKILL);
  ASSERT_TRUE(wait_ended(*server));
  const Ended down = wash({"down"});
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_THAT(down.err, HasSubstr("🟨 NATS cannot be reached at " + address_));
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_P(WithHost, IsToldItsOptionsByItsEnvironment) {
  const Ended up = wash(
      this->up({"-d", "--label", "a=b=c", "-l", "zone=eu", "--lattice", "mine", "--log-level",
                "DEBUG", "--allow-latest", "--allow-file-load", "false", "--max-time-ms", "5000"}),
      {{"WASMCLOUD_ALLOW_FILE_LOAD", "true"}, {"OTEL_SERVICE_NAME", "x"}});
  ASSERT_EQ(up.code, 0) << up.err;
  const auto host = PidFiles(downloads()).host();
  ASSERT_TRUE(host);
  const std::string environment = read_file(fmt::format("/proc/{}/environ", host->pid()));
  for (const char* const variable :
       {"WASMCLOUD_LABEL_a=b=c", "WASMCLOUD_LABEL_zone=eu", "WASMCLOUD_LATTICE=mine",
        "WASMCLOUD_LOG_LEVEL=debug", "WASMCLOUD_OCI_ALLOW_LATEST=true",
        "WASMCLOUD_MAX_EXECUTION_TIME_MS=5000", "OTEL_SERVICE_NAME=x", "WASMCLOUD_HOST_SEED=SN"}) {
    EXPECT_THAT(environment, HasSubstr(variable));
  }
  EXPECT_THAT(environment, Not(HasSubstr("WASMCLOUD_ALLOW_FILE_LOAD")));
  EXPECT_EQ(wash({"down", "--lattice", "mine"}).code, 0);
}

TEST_P(WithHost, ANatsServerCanBeALeafNode) {
  const std::string leaf_port = free_port();
  const nats::JwtWorld world = nats::make_jwt_world();
  const nats::NatsServer hub("leafnodes: { listen: \"127.0.0.1:" + leaf_port + "\" }\n");
  const auto creds = directory_.path() / "user.creds";
  std::ofstream(creds) << world.credentials_file();
  const Ended up = wash(this->up(
      {"-d", "--nats-remote-url", "nats://127.0.0.1:" + leaf_port, "--nats-credsfile", creds}));
  ASSERT_EQ(up.code, 0) << up.err;
  EXPECT_THAT(read_file(downloads() / "nats.conf"),
              AllOf(HasSubstr("url: \"nats://127.0.0.1:" + leaf_port + "\""),
                    HasSubstr("credentials: \"" + creds.string() + "\"")));
  EXPECT_TRUE(contains_soon(downloads() / "nats.log", "Leafnode connection created"));
  EXPECT_EQ(wash({"down"}).code, 0);
}

// --- with what is no host ---

class Up : public UpAndDown {};

TEST_F(Up, APortThatIsNotOfNatsIsAnError) {
  const Listener listener;
  const Ended up =
      wash({"up", "-d", "--nats-port", listener.port(), "--ctl-port", listener.port()});
  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err, StartsWith("\ncould not start NATS server, a process is already listening on "
                                 "127.0.0.1:" +
                                 listener.port() + "\n\nCaused by:\n"));
}

TEST_F(Up, WithoutNatsFailsIfItMayNotStartOne) {
  const Ended up = wash({"up", "-d", "--nats-connect-only"});
  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err, HasSubstr("Failed to connect to NATS " + address_));
}

TEST_F(Up, SaysWhatToInstallWithoutNatsServer) {
  if (std::filesystem::exists("/usr/sbin/nats-server") ||
      std::filesystem::exists("/usr/local/bin/nats-server")) {
    GTEST_SKIP() << "nats-server is where it is found without PATH";
  }
  const Ended up = wash({"up", "-d"}, {{"PATH", home()}});
  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err, StartsWith("\nnats-server was not found in PATH: install it"));
}

TEST_F(Up, TellsTheLogOfANatsServerThatDoesNotStart) {
  script("bin/nats-server", "echo started; echo 'it does not feel like it'; exit 7");
  const Ended up = wash({"up", "-d"}, {{"PATH", home() + "/bin:/bin"}});
  EXPECT_EQ(up.code, 1);
  EXPECT_EQ(up.err,
            fmt::format("\ncould not start NATS server\n\nCaused by:\n    nats-server ended "
                        "with exit code 7; the last lines of its log, {}:\n"
                        "started\nit does not feel like it\n",
                        (downloads() / "nats.log").string()));
}

TEST_F(Up, SaysWhereItLooksForTheHostAndStopsWhatItStarted) {
  WC_NEED_NATS_SERVER();
  const Ended missing = wash({"up", "-d", "--host-path", home() + "/none"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("could not start the host\n\nCaused by:\n    " + home() +
                                     "/none cannot be started: No such file or directory\n"));
  if (!std::filesystem::exists(std::filesystem::path(WC_WASH_PROGRAM).parent_path() /
                               "wasmcloud")) {
    const Ended nowhere = wash({"up", "-d"}, {{"PATH", home()}});
    EXPECT_EQ(nowhere.code, 1);
    EXPECT_THAT(nowhere.err,
                HasSubstr("found neither beside wash nor in PATH: install it there, or "
                          "name it with --host-path\n"));
  }
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_F(Up, TellsTheLogOfAHostThatDiesAtStart) {
  WC_NEED_NATS_SERVER();
  const std::string host = script("host", "echo one; echo two >&2; exit 3");
  const Ended detached = wash({"up", "-d", "--host-path", host});
  EXPECT_EQ(detached.code, 1);
  EXPECT_THAT(detached.err, EndsWith(fmt::format(
                                "\nthe host ended before it was ready, with exit code 3; the last "
                                "lines of its log, {}:\none\ntwo\n",
                                log())));
  const Ended foreground = wash({"up", "--host-path", host});
  EXPECT_EQ(foreground.code, 1);
  EXPECT_THAT(foreground.out, EndsWith("at any time to exit\none\ntwo\n"));
  EXPECT_THAT(foreground.err, HasSubstr("the host has ended, with exit code 3"));
  EXPECT_FALSE(PidFiles(downloads()).has_host_file());
}

TEST_F(Up, ASignalWhileItStartsEndsAll) {
  WC_NEED_NATS_SERVER();
  const std::string host = script("host", "echo > \"$HOME/started\"; sleep 1000");
  Program program = start({"up", "-d", "--host-path", host});
  ASSERT_TRUE(contains_soon(directory_.path() / "started", "\n"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 128 + SIGINT);
  EXPECT_THAT(program.out(), IsEmpty());
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_F(Up, NeedsANatsServerWithJetStream) {
  WC_NEED_NATS_SERVER();
  const nats::NatsServer server("jetstream: disabled\n");
  const Ended up = wash({"up", "-d", "--nats-port", std::to_string(server.port()), "--ctl-port",
                         std::to_string(server.port())});
  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err, HasSubstr("has no JetStream, which a host needs"));
}

TEST_F(Up, AConfigurationThatNatsServerRefusesIsTold) {
  WC_NEED_NATS_SERVER();
  std::ofstream(directory_.path() / "nats.conf")
      << "jetstream: { store_dir: \"" << home() << "/js\" }\nnonsense {\n";
  const Ended up = wash({"up", "-d", "--nats-config-file", home() + "/nats.conf", "--nats-host",
                         "127.0.0.1", "--nats-port", port_});
  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err,
              HasSubstr("could not start NATS server\n\nCaused by:\n    nats-server ended"));
  EXPECT_THAT(up.err, HasSubstr("Parse error on line 3"));
}

TEST_F(Up, ARemoteIsTriedBeforeAnythingIsStarted) {
  WC_NEED_NATS_SERVER();
  const auto creds = directory_.path() / "user.creds";
  std::ofstream(creds) << "nonsense\n";
  const Ended broken =
      wash({"up", "-d", "--nats-remote-url", "nats://127.0.0.1:1", "--nats-credsfile", creds});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, StartsWith("\nCould not connect to leafnode remote\n\nCaused by:\n"));
  EXPECT_THAT(broken.err, HasSubstr(creds.string()));
  std::ofstream(creds) << nats::make_jwt_world().credentials_file();
  const Ended nobody =
      wash({"up", "-d", "--nats-remote-url", "nats://127.0.0.1:1", "--nats-credsfile", creds});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("Could not connect to leafnode remote"));
}

TEST_F(Up, ACredentialsFileThatDoesNotParseIsAnError) {
  const auto creds = directory_.path() / "user.creds";
  std::ofstream(creds) << "nonsense\n";
  for (const char* const flag : {"--ctl-credsfile", "--rpc-credsfile"}) {
    const Ended up = wash({"up", "-d", flag, creds});
    EXPECT_EQ(up.code, 1);
    EXPECT_THAT(up.err, HasSubstr(creds.string()));
  }
}

TEST_F(Up, WrongOptionsAreRefused) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--label", "a"}, "invalid label format `a`. Expected `key=value`"},
      {{"--label", "hostcore.x=y"}, "hostcore.* labels cannot be set manually"},
      {{"--nats-credsfile", "x"},
       "the argument '--nats-credsfile <NATS_CREDSFILE>' needs "
       "'--nats-remote-url <NATS_REMOTE_URL>'"},
      {{"--nats-connect-only", "--nats-remote-url", "a"},
       "the argument '--nats-connect-only' cannot be used with '--nats-remote-url"},
      {{"--nats-config-file", "x"}, "needs '--nats-host <NATS_HOST>'"},
      {{"--rpc-jwt", "x"}, "'--rpc-jwt <RPC_JWT>' needs '--rpc-seed <RPC_SEED>'"},
      {{"--ctl-seed", "x"}, "'--ctl-seed <CTL_SEED>' needs '--ctl-jwt <CTL_JWT>'"},
      {{"--nats-port", "0"}, "invalid value '0' for '--nats-port <NATS_PORT>'"},
      {{"--log-level", "loud"}, "for '--log-level <LOG_LEVEL>': expected error, warn"},
      {{"--allow-file-load", "perhaps"}, "for '--allow-file-load <ALLOW_FILE_LOAD>'"},
      {{"--nats-version", "v2.11.3"}, "unexpected argument '--nats-version' found"},
      {{"--wadm-manifest", "x"}, "unexpected argument '--wadm-manifest' found"}};
  for (const auto& [flags, message] : cases) {
    std::vector<std::string> arguments{"up"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended up = wash(arguments);
    EXPECT_EQ(up.code, 2) << up.err;
    EXPECT_THAT(up.err, HasSubstr(message));
  }
  const Ended seed = wash({"up", "--host-seed", "SUSECRET"});
  EXPECT_EQ(seed.code, 2);
  EXPECT_THAT(seed.err, AllOf(HasSubstr("--host-seed"), Not(HasSubstr("SUSECRET"))));
}

class Down : public UpAndDown {};

TEST_F(Down, WithNothingThereIsNoError) {
  const Ended down = wash({"down", "-o", "json"});
  EXPECT_EQ(down.code, 0) << down.err;
  EXPECT_EQ(down.parsed(), (json{{"hosts_stopped", json::array()},
                                 {"nats_stopped", false},
                                 {"wadm_stopped", false},
                                 {"success", true}}));
  EXPECT_EQ(wash({"down"}).out, "\n🛁 wash down completed successfully\n");
}

TEST_F(Down, SignalsNobodyWhoOnlyHasTheNumber) {
  std::filesystem::create_directories(downloads());
  const PidFiles files(downloads());
  std::ofstream(files.nats_file()) << ::getpid();
  std::ofstream(files.host_file()) << to_json(HostPid{.version = "1.9.1", .pid = ::getpid()});
  const Ended down = wash({"down"});
  EXPECT_EQ(down.code, 0) << down.err;  // and this test goes on
  EXPECT_FALSE(std::filesystem::exists(files.nats_file()));
  EXPECT_FALSE(files.has_host_file());
}

TEST_F(Down, AHostThatIsNotThereIsAnError) {
  WC_NEED_NATS_SERVER();
  const nats::NatsServer server;
  const std::map<std::string, std::string> there{
      {"WASMCLOUD_CTL_PORT", std::to_string(server.port())}};
  const std::string nobody = "NBQ2QCWDLV27OTQOOY62CCXEPO4CDLMVEPZLBASARSKPUFCIUPWPZF4F";
  const Ended down = wash({"down", "--host-id", nobody}, there);
  EXPECT_EQ(down.code, 1);
  EXPECT_THAT(down.err,
              StartsWith("\nCould not stop host, ensure a host with that ID is running: "));
}

TEST_F(Down, WrongOptionsAreRefused) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--host-id", "Nabc"},
       "invalid value 'Nabc' for '--host-id <HOST_ID>': the key should be "
       "56 characters, but was 4 characters"},
      {{"--host-id", "MBQ2QCWDLV27OTQOOY62CCXEPO4CDLMVEPZLBASARSKPUFCIUPWPZF4F"},
       "found the prefix \"M\", but expected \"N\""},
      {{"--host-id", "NBQ2QCWDLV27OTQOOY62CCXEPO4CDLMVEPZLBASARSKPUFCIUPWPZF4F", "--all"},
       "the argument '--all' cannot be used with '--host-id <HOST_ID>'"},
      {{"--purge-jetstream", "some"},
       "invalid value 'some' for '--purge-jetstream <PURGE>': expected none, all, wadm or "
       "wasmcloud"}};
  for (const auto& [flags, message] : cases) {
    std::vector<std::string> arguments{"down"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended down = wash(arguments);
    EXPECT_EQ(down.code, 2) << down.err;
    EXPECT_THAT(down.err, HasSubstr(message));
  }
}

}  // namespace
}  // namespace wasmcloud::wash
