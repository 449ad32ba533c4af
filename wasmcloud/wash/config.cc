// wash config put|get|del: named configurations.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/lattice_command.h"

namespace wasmcloud::wash {
namespace {

Result<> check_name(std::string_view name) {
  if (name.starts_with("SECRET")) {
    return Error(ErrorKind::invalid,
                 "Configuration names cannot start with 'SECRET'. Did you mean to use the "
                 "'secrets' command?");
  }
  return {};
}

void declare_name(CLI::App& app, std::string& name) {
  app.add_option("name", name, "The name of the configuration")->type_name("name");
}

// With what it means to a user that nobody answered.
Error explained(Error error, std::string_view verb) {
  if (error.kind() == ErrorKind::unavailable) {
    return Error(ErrorKind::unavailable,
                 "No responders found for config {} request. Is a host running?", verb);
  }
  return error;
}

class PutConfig final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "put",
            .description = "Put a named configuration, in place of what it was",
            .aliases = {"create"}};
  }

  void declare(CLI::App& app) override {
    declare_name(app, name_);
    app.add_option("config-values", texts_, "Its values: KEY=VALUE, as many as needed")
        ->type_name("config-values");
  }

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Putting configuration ... "; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_CHECK_VALUE(check_name(name_));
    WC_CO_TRY_VALUE(lattice::StringMap values, parse_key_values(texts_));
    if (auto put = co_await session.client().put_config(name_, std::move(values)); !put) {
      co_return explained(std::move(put).error(), "put");
    }
    std::string text = fmt::format("Configuration '{}' put successfully.", name_);
    Said said{.text = text, .json = {{"message", text}}};
    co_return said;
  }

 private:
  std::string name_;
  std::vector<std::string> texts_;
};

class GetConfig final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "get", .description = "Show a named configuration"};
  }

  void declare(CLI::App& app) override { declare_name(app, name_); }

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Getting configuration ... "; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_CHECK_VALUE(check_name(name_));
    Result<std::optional<lattice::StringMap>> found = co_await session.client().config(name_);
    if (!found) {
      co_return explained(std::move(found).error(), "get");
    }
    if (!*found) {
      co_return Error(ErrorKind::not_found, "No configuration found for name: {}", name_);
    }
    const Json json = **found;
    Said said{.text = readable(json), .json = json, .frame = Said::Frame::bare};
    co_return said;
  }

 private:
  // {"a": "b", "c": "d"}
  static std::string readable(const Json& map) {
    std::string text;
    for (const auto& [key, value] : map.items()) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", Json(key).dump(), value.dump());
    }
    return fmt::format("{{{}}}", text);
  }

  std::string name_;
};

class DeleteConfig final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "del", .description = "Delete a named configuration", .aliases = {"delete"}};
  }

  void declare(CLI::App& app) override { declare_name(app, name_); }

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Deleting configuration ... "; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_CHECK_VALUE(check_name(name_));
    if (auto deleted = co_await session.client().delete_config(name_); !deleted) {
      co_return explained(std::move(deleted).error(), "del");
    }
    std::string text = fmt::format("configuration '{}' deleted successfully.", name_);
    Said said{.text = text, .json = {{"message", text}}};
    co_return said;
  }

 private:
  std::string name_;
};

}  // namespace

CommandGroup make_config_commands() {
  CommandGroup group{.summary = {.name = "config",
                                 .group = "Iterate",
                                 .description = "Put, show and delete named configurations"},
                     .commands = {}};
  group.commands.push_back(make_lattice_command(std::make_unique<PutConfig>()));
  group.commands.push_back(make_lattice_command(std::make_unique<GetConfig>()));
  group.commands.push_back(make_lattice_command(std::make_unique<DeleteConfig>()));
  return group;
}

}  // namespace wasmcloud::wash
