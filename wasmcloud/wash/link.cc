// wash link query|put|del.
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/lattice_command.h"
#include "wasmcloud/wash/links.h"
#include "wasmcloud/wash/prompt.h"

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kDefaultName = "default";
constexpr std::string_view kPutFailed = "Error putting link";
constexpr std::string_view kDeleteFailed = "Error deleting link";

Error named(Error error, std::string_view what) {
  if (error.kind() == ErrorKind::conflict) {
    return refused(std::move(error), what);
  }
  return std::move(error).with_context(std::string(what));
}

void declare_name(CLI::App& app, std::string& name) {
  app.add_option("-l,--link-name", name,
                 "The name of the link, where a source has several for one package "
                 "[default: default]")
      ->type_name("LINK_NAME")
      ->take_last();
}

class PutLink final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "put", .description = "Link a component or provider to another"};
  }

  void declare(CLI::App& app) override {
    const auto add = [&app](const char* name, std::string& value, const char* text) {
      app.add_option(name, value, text)->type_name(name);
    };
    add("source-id", link_.source_id, "The id of who calls");
    add("target", link_.target, "The id of who is called");
    add("wit-namespace", link_.wit_namespace, "The namespace of the WIT package: wasi");
    add("wit-package", link_.wit_package, "The WIT package: keyvalue");
    const auto add_many = [&app](const char* name, std::vector<std::string>& values,
                                 const char* type, const char* text) {
      app.add_option(name, values, text)->type_name(type)->allow_extra_args(false);
    };
    add_many("--interface,--interfaces", link_.interfaces, "INTERFACE",
             "An interface of the package: store; at least one, may be given again");
    add_many("--source-config", link_.source_config, "SOURCE_CONFIG",
             "A named configuration for the source; may be given again");
    add_many("--target-config", link_.target_config, "TARGET_CONFIG",
             "A named configuration for the target; may be given again");
    declare_name(app, link_.name);
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(link_.source_id, "<source-id>", parse_id));
    WC_CHECK(parse_option(link_.target, "<target>", parse_id));
    if (link_.interfaces.empty()) {
      return Error(
          ErrorKind::invalid,
          "the following required arguments were not provided:\n  --interface <INTERFACE>");
    }
    return {};
  }

  std::string progress() const override {
    return fmt::format(" Defining link between {} and {} ... ", link_.source_id, link_.target);
  }

  Task<Said> act(LatticeSession& session) override {
    if (auto put = co_await session.client().put_link(link_); !put) {
      co_return named(std::move(put).error(), kPutFailed);
    }
    Said said{.text = fmt::format("Published link ({}) -> ({}) successfully", link_.source_id,
                                  link_.target),
              .json = {{"source_id", link_.source_id}, {"target", link_.target}}};
    co_return said;
  }

 private:
  lattice::Link link_;
};

class DeleteLink final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "del", .description = "Delete a link, or all", .aliases = {"delete"}};
  }

  void declare(CLI::App& app) override {
    const auto add = [&app](const char* name, std::string& value, const char* text) {
      app.add_option(name, value, text)->type_name(name)->expected(0, 1);
    };
    add("source-id", link_.source_id, "The id of the link's source; not with --all");
    add("wit-namespace", link_.wit_namespace, "The namespace of its WIT package; not with --all");
    add("wit-package", link_.wit_package, "Its WIT package; not with --all");
    declare_name(app, name_);
    app.add_flag("--all", all_, "Delete all links of the lattice, after a question")
        ->disable_flag_override();
    app.add_flag("--force", force_, "Do not ask")->disable_flag_override();
  }

  Result<> prepare() override {
    std::string missing;
    for (const auto& [value, shown] : {std::pair(&link_.source_id, "<source-id>"),
                                       {&link_.wit_namespace, "<wit-namespace>"},
                                       {&link_.wit_package, "<wit-package>"}}) {
      if (value->empty() == all_) {
        continue;
      }
      if (all_) {
        return Error(ErrorKind::invalid, "the argument '--all' cannot be used with '{}'", shown);
      }
      missing += fmt::format("\n  {}", shown);
    }
    if (!missing.empty()) {
      return Error(ErrorKind::invalid, "the following required arguments were not provided:{}",
                   missing);
    }
    return {};
  }

  std::string progress() const override {
    if (all_) {
      return force_ ? " Deleting all links ... " : "";  // it would be in the question's way
    }
    return fmt::format(" Deleting link for {} on {}:{} ({}) ... ", link_.source_id,
                       link_.wit_namespace, link_.wit_package, shown_name());
  }

  Task<Said> act(LatticeSession& session) override {
    return all_ ? delete_all(session) : delete_one(session);
  }

 private:
  std::string shown_name() const { return name_.empty() ? std::string(kDefaultName) : name_; }

  Task<Said> delete_one(LatticeSession& session) {
    if (name_.empty()) {
      WC_CO_TRY(const std::vector<lattice::Link> links, session.client().links(),
                "Did not receive a response to get links");
      const auto similar = std::ranges::count_if(links, [this](const lattice::Link& link) {
        return link.source_id == link_.source_id && link.wit_namespace == link_.wit_namespace &&
               link.wit_package == link_.wit_package;
      });
      if (similar > 1) {
        co_return Error(ErrorKind::conflict,
                        "More than one similar link found, please specify link name explicitly");
      }
    }
    lattice::LinkDelete link = link_;
    link.name = shown_name();
    if (auto deleted = co_await session.client().delete_link(link); !deleted) {
      co_return named(std::move(deleted).error(), kDeleteFailed);
    }
    Said said{.text = fmt::format("Deleted link for {} on {}:{} ({}) successfully", link.source_id,
                                  link.wit_namespace, link.wit_package, link.name),
              .json = {{"source_id", link.source_id},
                       {"wit_namespace", link.wit_namespace},
                       {"wit_package", link.wit_package},
                       {"link_name", link.name}}};
    co_return said;
  }

  Task<Said> delete_all(LatticeSession& session) {
    if (!force_) {
      WC_CO_TRY_VALUE(const std::size_t answer,
                      choose("Delete all links of the lattice?", {"Delete all links", "Cancel"}));
      if (answer != 0) {
        co_return Error(ErrorKind::invalid, "Link deletion cancelled");
      }
    }
    WC_CO_TRY(const std::vector<lattice::Link> links, session.client().links(),
              "Did not receive a response to get links");
    Json deleted = Json::array();
    for (const lattice::Link& link : links) {
      lattice::LinkDelete request{.source_id = link.source_id,
                                  .name = link.name,
                                  .wit_namespace = link.wit_namespace,
                                  .wit_package = link.wit_package};
      if (auto done = co_await session.client().delete_link(std::move(request)); !done) {
        co_return named(std::move(done).error(), kDeleteFailed)
            .with_context(fmt::format("Deleted some {} links successfully", deleted.size()));
      }
      deleted.push_back(Json::parse(lattice::to_json(link)));
    }
    Said said{.text = fmt::format("Deleted all links ({}) successfully", deleted.size()),
              .json = {{"deleted", std::move(deleted)}}};
    co_return said;
  }

  lattice::LinkDelete link_;
  std::string name_;
  bool all_ = false;
  bool force_ = false;
};

}  // namespace

CommandGroup make_link_commands() {
  CommandGroup group{.summary = {.name = "link",
                                 .group = "Iterate",
                                 .description = "Show, put and delete links",
                                 .aliases = {"links"}},
                     .commands = {}};
  group.commands.push_back(make_link_query_command(
      {.name = "query", .description = "Show all links of the lattice", .aliases = {"get"}}));
  group.commands.push_back(make_lattice_command(std::make_unique<PutLink>()));
  group.commands.push_back(make_lattice_command(std::make_unique<DeleteLink>()));
  return group;
}

}  // namespace wasmcloud::wash
