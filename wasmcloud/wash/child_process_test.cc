#include "wasmcloud/wash/child_process.h"

#include <array>
#include <csignal>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

// A pipe for what a child writes: read to its end, or up to a text.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }

  ~Pipe() {
    close_writing();
    ::close(ends_[0]);
  }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writing() const { return ends_[1]; }

  void close_writing() {
    if (ends_[1] >= 0) {
      ::close(std::exchange(ends_[1], -1));
    }
  }

  std::string read_until(const std::string& text) {
    std::array<char, 4096> buffer{};
    ssize_t count = 1;
    while (!read_.contains(text) && (count = ::read(ends_[0], buffer.data(), 4096)) > 0) {
      read_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return read_;
  }

  std::string read_all() {
    close_writing();
    return read_until("\x01no such text\x01");
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  std::string read_;
};

Result<> run(Task<> task) {
  asio::io_context context(1);
  auto ended = asio::co_spawn(context, std::move(task), asio::use_future);
  context.run();
  return ended.get();
}

std::unique_ptr<ChildProcess> start_shell(const std::string& script, const Pipe& output,
                                          std::vector<std::string> environment = {},
                                          Lifetime lifetime = Lifetime::with_us) {
  auto child = ChildProcess::start({.program = "/bin/sh",
                                    .arguments = {"-c", script},
                                    .environment = std::move(environment),
                                    .output = output.writing(),
                                    .lifetime = lifetime});
  EXPECT_TRUE(child) << child.error().describe();
  return *std::move(child);
}

bool ends(const ChildProcess& child) {
  return run(child.process().wait_ended(Deadline::after(kPatience))).has_value();
}

TEST(ChildProcess, HasItsArgumentsEnvironmentAndOutput) {
  Pipe pipe;
  const auto child = start_shell("echo out $A; echo err >&2; cat", pipe, {"A=b c"});
  EXPECT_TRUE(ends(*child));
  EXPECT_TRUE(child->ended_well());
  EXPECT_EQ(child->how_it_ended(), "exit code 0");
  EXPECT_EQ(pipe.read_all(), "out b c\nerr\n");
}

TEST(ChildProcess, TellsHowItEnded) {
  Pipe pipe;
  const auto failed = start_shell("exit 3", pipe);
  EXPECT_TRUE(ends(*failed));
  EXPECT_FALSE(failed->ended_well());
  EXPECT_EQ(failed->how_it_ended(), "exit code 3");
  const auto killed = start_shell("kill -9 $$", pipe);
  EXPECT_TRUE(ends(*killed));
  EXPECT_FALSE(killed->ended_well());
  EXPECT_EQ(killed->how_it_ended(), "signal 9");
}

TEST(ChildProcess, ThatCannotBeStartedIsAnErrorThatNamesIt) {
  const auto missing = ChildProcess::start({.program = "/no/such/program", .output = 2});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(missing.error().message(),
            "/no/such/program cannot be started: No such file or directory");
  const auto folder = ChildProcess::start({.program = "/etc", .output = 2});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind(), ErrorKind::denied);
}

TEST(ChildProcess, HasNoDescriptorsButItsThree) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // as a library might: without close-on-exec
  Pipe pipe;
  const auto child = start_shell("ls /proc/self/fd | wc -l", pipe);
  EXPECT_TRUE(ends(*child));
  EXPECT_EQ(pipe.read_all(), "4\n");  // and that of the folder which ls reads
  ::close(leaked);
}

TEST(ChildProcess, LeadsAGroupOrASession) {
  for (const Lifetime lifetime : {Lifetime::with_us, Lifetime::its_own}) {
    Pipe pipe;
    const auto child = start_shell("echo up; sleep 1000", pipe, {}, lifetime);
    pipe.read_until("up\n");
    const pid_t pid = child->process().pid();
    EXPECT_EQ(::getpgid(pid), pid);
    EXPECT_EQ(::getsid(pid) == pid, lifetime == Lifetime::its_own);
  }
}

TEST(ChildProcess, IsKilledWithItsGroupWhenItIsLetGoOf) {
  Pipe pipe;
  {
    const auto child = start_shell("trap '' TERM; sleep 1000 & echo up; wait; sleep 1000", pipe);
    pipe.read_until("up\n");
  }
  EXPECT_EQ(pipe.read_all(), "up\n");  // the pipe ends when nobody holds it any more
}

TEST(ChildProcess, LivesOnIfItWasReleased) {
  Pipe pipe;
  std::optional<Process> process;
  {
    const auto child = start_shell("echo up; sleep 1000", pipe, {}, Lifetime::its_own);
    pipe.read_until("up\n");
    process = Process::open(child->process().pid());
    child->release();
  }
  ASSERT_TRUE(process);
  EXPECT_FALSE(process->has_ended());
  process->signal(SIGKILL, Target::group);
  EXPECT_TRUE(run(process->wait_ended(Deadline::after(kPatience))));
  ::waitpid(process->pid(), nullptr, 0);
}

TEST(Stop, LetsAProcessEndByItself) {
  Pipe pipe;
  const auto child =
      start_shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done", pipe);
  pipe.read_until("up\n");
  EXPECT_TRUE(run(stop(child->process(), kPatience)));
  EXPECT_TRUE(child->ended_well());
  EXPECT_THAT(pipe.read_all(), HasSubstr("bye\n"));
}

TEST(Stop, KillsWhatDoesNotEndInTime) {
  Pipe pipe;
  const auto child =
      start_shell("trap '' TERM; sleep 1000 & echo up; while :; do wait; done", pipe);
  pipe.read_until("up\n");
  EXPECT_TRUE(run(stop(child->process(), std::chrono::milliseconds(1))));
  EXPECT_EQ(child->how_it_ended(), "signal 9");
  EXPECT_EQ(pipe.read_all(), "up\n");
}

TEST(Process, IsNoneOnceItHasEnded) {
  Pipe pipe;
  const auto child = start_shell("exit 0", pipe);
  EXPECT_TRUE(ends(*child));
  EXPECT_FALSE(Process::open(child->process().pid()));
  EXPECT_FALSE(Process::open(0));
  EXPECT_FALSE(Process::open(-1));
  EXPECT_EQ(child->process().program(), "");
  EXPECT_EQ(child->process().started(), std::nullopt);
}

TEST(Process, TellsWhatItIs) {
  const auto self = Process::open(::getpid());
  ASSERT_TRUE(self);
  EXPECT_THAT(self->program(), testing::EndsWith("wash_test"));
  EXPECT_FALSE(self->command_line().empty());
  const auto parent = Process::open(::getppid());
  ASSERT_TRUE(parent);
  EXPECT_LE(parent->started(), self->started());
}

TEST(Process, IsWaitedForNoLongerThanTold) {
  const auto self = Process::open(::getpid());
  const Result<> waited = run(self->wait_ended(Deadline::after(std::chrono::milliseconds(1))));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind(), ErrorKind::timeout);
}

}  // namespace
}  // namespace wasmcloud::wash
