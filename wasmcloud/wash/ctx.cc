// wash ctx list|new|del|default|edit: contexts.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/contexts.h"
#include "wasmcloud/wash/environment.h"
#include "wasmcloud/wash/prompt.h"

namespace wasmcloud::wash {
namespace {

// Where the contexts are: the flag, its variable, or where all of wash finds them.
class ContextDirectory {
 public:
  void declare(CLI::App& app) {
    app.add_option("--directory", text_,
                   "Where the contexts are [env: WASH_CONTEXTS] [default: contexts in wash's "
                   "configuration]")
        ->type_name("DIRECTORY")
        ->take_last();
  }

  Result<Contexts> open() const {
    return Contexts::open(text_.empty() ? path_variable("WASH_CONTEXTS")
                                        : std::optional<std::filesystem::path>(text_));
  }

 private:
  std::string text_;
};

void declare_name(CLI::App& app, std::string& name, const char* text) {
  app.add_option("name", name, text)->type_name("name")->expected(0, 1);
}

// The name that was given, or one that the user picks.
Result<std::string> name_or_choice(const Contexts& contexts, const std::string& given,
                                   std::string_view question) {
  if (!given.empty()) {
    return given;
  }
  WC_TRY(const std::vector<std::string> names, contexts.names());
  WC_TRY(const std::size_t chosen, choose(question, names));
  return names[chosen];
}

class ListContexts final : public Command {
 public:
  Summary summary() const override {
    return {.name = "list", .description = "Show the names of all contexts"};
  }

  void declare(CLI::App& app) override { directory_.declare(app); }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_TRY(const Contexts contexts, directory_.open());
    WC_TRY(const std::vector<std::string> names, contexts.names());
    WC_TRY(const std::string chosen, contexts.default_name());
    std::string text = fmt::format("== Contexts found in {} ==", contexts.directory().string());
    for (const std::string& name : names) {
      text += fmt::format("\n{}{}", name, name == chosen ? " (default)" : "");
    }
    output.success(text, {{"contexts", names}, {"default", chosen}});
    return kSuccess;
  }

 private:
  ContextDirectory directory_;
};

class NewContext final : public Command {
 public:
  Summary summary() const override { return {.name = "new", .description = "Make a context"}; }

  void declare(CLI::App& app) override {
    declare_name(app, name_, "The name of the context; may be absent with --interactive");
    app.add_flag("-i,--interactive", interactive_, "Ask for each of its settings")
        ->disable_flag_override();
    directory_.declare(app);
  }

  Result<> prepare() override {
    if (name_.empty() && !interactive_) {
      return Error(ErrorKind::invalid,
                   "the following required arguments were not provided:\n  <name>");
    }
    return {};
  }

  Result<int> execute(const Output& output) override {
    WC_TRY(const Contexts contexts, directory_.open());
    Context context;
    if (interactive_) {
      WC_TRY(context, ask_for_all());
    }
    context.name = context_file_name(interactive_ ? context.name : name_);
    WC_CHECK(contexts.save(context));
    const std::string text =
        interactive_ ? fmt::format("Created context {}", context.name)
                     : fmt::format("Created context {} with default values", context.name);
    output.success(text, {{"result", text}});
    return kSuccess;
  }

 private:
  Result<Context> ask_for_all() const {
    Context context;
    WC_TRY(context.name,
           ask("What do you want to name the context?", name_.empty() ? "unnamed" : name_));
    WC_TRY(std::string cluster_seed, ask("Enter the seed of the cluster", {}));
    context.cluster_seed = SecretString(std::move(cluster_seed));
    WC_TRY(context.lattice, ask("Enter the name of the lattice", kDefaultLattice));
    WC_TRY(context.js_domain, ask_optional("Enter the JetStream domain"));
    WC_CHECK(ask_for_connection("CTL", context.ctl));
    WC_CHECK(ask_for_connection("RPC", context.rpc));
    return context;
  }

  static Result<> ask_for_connection(std::string_view purpose, ContextConnection& connection) {
    const auto question = [&](std::string_view what) {
      return fmt::format("Enter the {} {}", purpose, what);
    };
    WC_TRY(connection.host, ask(question("host"), kDefaultNatsHost));
    WC_TRY(const std::uint64_t port, ask_number(question("port"), kDefaultNatsPort, 65'535));
    connection.port = static_cast<std::uint16_t>(port);
    WC_TRY(std::string jwt, ask(question("JWT"), {}));
    connection.jwt = SecretString(std::move(jwt));
    WC_TRY(std::string seed, ask(question("seed"), {}));
    connection.seed = SecretString(std::move(seed));
    WC_TRY(connection.credsfile, ask_optional(question("path of a credentials file")));
    WC_TRY(connection.timeout,
           ask_number(question("timeout in milliseconds"), kDefaultTimeoutMs, 86'400'000));
    WC_TRY(connection.tls_ca_file, ask_optional(question("path of a TLS CA file")));
    return {};
  }

  static Result<std::optional<std::string>> ask_optional(std::string_view question) {
    WC_TRY(std::string answer, ask(question, {}));
    return answer.empty() ? std::nullopt : std::optional(std::move(answer));
  }

  static Result<std::uint64_t> ask_number(std::string_view question, std::uint64_t otherwise,
                                          std::uint64_t most) {
    WC_TRY(const std::string answer, ask(question, std::to_string(otherwise)));
    return parse_option(answer, question,
                        [most](std::string_view text) { return parse_number(text, 1, most); });
  }

  std::string name_;
  bool interactive_ = false;
  ContextDirectory directory_;
};

class DeleteContext final : public Command {
 public:
  Summary summary() const override { return {.name = "del", .description = "Delete a context"}; }

  void declare(CLI::App& app) override {
    declare_name(app, name_, "The name of the context [default: asks]");
    directory_.declare(app);
  }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_TRY(const Contexts contexts, directory_.open());
    WC_TRY(const std::string name, name_or_choice(contexts, name_, "Select a context to delete"));
    WC_CHECK(contexts.remove(name), "failed to remove context");
    output.success("Removed file successfully", {{"message", "Removed file successfully"}});
    return kSuccess;
  }

 private:
  std::string name_;
  ContextDirectory directory_;
};

class DefaultContext final : public Command {
 public:
  Summary summary() const override {
    return {.name = "default", .description = "Choose the context that holds when none is named"};
  }

  void declare(CLI::App& app) override {
    declare_name(app, name_, "The name of the context [default: asks]");
    directory_.declare(app);
  }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_TRY(const Contexts contexts, directory_.open());
    WC_TRY(const std::string name, name_or_choice(contexts, name_, "Select a default context"));
    WC_CHECK(contexts.set_default(name));
    output.success("Set new context successfully", {{"result", "Set new context successfully"}});
    return kSuccess;
  }

 private:
  std::string name_;
  ContextDirectory directory_;
};

// Runs the editor on the terminal that we have, and waits for its end.
Result<> edit_file(std::string editor, std::string file) {
  std::array<char*, 3> arguments{editor.data(), file.data(), nullptr};
  pid_t pid = -1;
  if (const int failed =
          ::posix_spawnp(&pid, editor.c_str(), nullptr, nullptr, arguments.data(), environ)) {
    return Error(ErrorKind::not_found, "{}: {}", editor,
                 std::error_code(failed, std::generic_category()).message());
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error(ErrorKind::invalid, "{} ended without success", editor);
  }
  return {};
}

class EditContext final : public Command {
 public:
  Summary summary() const override {
    return {.name = "edit", .description = "Change a context in a text editor"};
  }

  void declare(CLI::App& app) override {
    declare_name(app, name_, "The name of the context [default: asks]");
    app.add_option("-e,--editor", editor_,
                   "The editor: a program, looked for in PATH [env: EDITOR]")
        ->type_name("EDITOR")
        ->take_last();
    directory_.declare(app);
  }

  Result<> prepare() override {
    if (editor_.empty()) {
      editor_ = variable("EDITOR").value_or("");
    }
    if (editor_.empty()) {
      return Error(ErrorKind::invalid,
                   "the following required arguments were not provided:\n  --editor <EDITOR>");
    }
    return {};
  }

  Result<int> execute(const Output& output) override {
    WC_TRY(const Contexts contexts, directory_.open());
    WC_TRY(const std::string name, name_or_choice(contexts, name_, "Select a context to edit"));
    if (!contexts.holds(name)) {
      return Error(ErrorKind::not_found, "Unable to find context `{}` in {}", name,
                   contexts.directory().string());
    }
    WC_CHECK(edit_file(editor_, contexts.path_of(name).string()), "failed to edit context `{}`",
             name);
    WC_CHECK(contexts.load(name), "the context was changed, and cannot be read any more");
    output.success("Finished editing context successfully",
                   {{"result", "Finished editing context successfully"}});
    return kSuccess;
  }

 private:
  std::string name_;
  std::string editor_;
  ContextDirectory directory_;
};

}  // namespace

CommandGroup make_context_commands() {
  CommandGroup group{
      .summary = {.name = "ctx",
                  .group = "Configure",
                  .description = "Keep and choose contexts: how lattices are reached",
                  .aliases = {"context", "contexts"}},
      .commands = {}};
  group.commands.push_back(std::make_unique<ListContexts>());
  group.commands.push_back(std::make_unique<DeleteContext>());
  group.commands.push_back(std::make_unique<NewContext>());
  group.commands.push_back(std::make_unique<DefaultContext>());
  group.commands.push_back(std::make_unique<EditContext>());
  return group;
}

}  // namespace wasmcloud::wash
