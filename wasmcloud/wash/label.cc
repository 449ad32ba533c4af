// wash label HOST KEY=VALUE: labels of a host.
#include <algorithm>
#include <cctype>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/hosts.h"
#include "wasmcloud/wash/lattice_command.h"

namespace wasmcloud::wash {
namespace {

// "a=b,c=d" and "e": key and value of each.
std::vector<lattice::Label> split_labels(const std::vector<std::string>& texts) {
  std::vector<lattice::Label> labels;
  for (const std::string& text : texts) {
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t comma = std::min(text.find(',', start), text.size());
      const std::string label = text.substr(start, comma - start);
      const std::size_t equals = std::min(label.find('='), label.size());
      if (equals > 0) {
        labels.push_back({.key = label.substr(0, equals),
                          .value = equals < label.size() ? label.substr(equals + 1) : ""});
      }
      start = comma + 1;
    }
  }
  return labels;
}

// Those that a host gives itself.
bool is_reserved(std::string_view key) {
  constexpr std::string_view kPrefix = "hostcore.";
  return key.size() >= kPrefix.size() &&
         std::ranges::equal(key.substr(0, kPrefix.size()), kPrefix,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

class LabelHost final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "label",
            .group = "Iterate",
            .description = "Put labels on a host, or take them away",
            .aliases = {"tag"}};
  }

  void declare(CLI::App& app) override {
    app.add_option("host-id", host_,
                   "The host: its id, the beginning of it, or a part of its friendly name")
        ->type_name("host-id");
    app.add_option("label", texts_, "KEY=VALUE, or KEY with --delete; several with ',' between")
        ->type_name("label");
    app.add_flag("--delete", delete_, "Take the labels away")->disable_flag_override();
  }

  Result<> prepare() override {
    labels_ = split_labels(texts_);
    if (labels_.empty()) {
      return Error(ErrorKind::invalid, "no label is given: expected KEY=VALUE");
    }
    return {};
  }

  std::string progress() const override { return fmt::format(" Labeling host {} ... ", host_); }

  Task<Said> act(LatticeSession& session) override {
    for (const lattice::Label& label : labels_) {
      if (is_reserved(label.key)) {
        co_return Error(ErrorKind::denied, "hostcore.* labels ('{}') cannot be set manually",
                        label.key);
      }
    }
    WC_CO_TRY(const HostName host, find_host(session, host_));
    std::string shown;
    Json processed = Json::array();
    for (const lattice::Label& label : labels_) {
      Result<std::string> done = co_await change(session, host.id, label);
      if (!done) {
        co_return std::move(done).error().with_context(
            fmt::format("failed to change label `{}` of host {}", label.key, host.id));
      }
      const std::string value = delete_ ? "" : label.value;
      shown += fmt::format("{}{}={}", shown.empty() ? "" : ",", label.key, value);
      processed.push_back({label.key, value});
    }
    Said said{.text = fmt::format("Host `{}` {} with `{}`", host.name,
                                  delete_ ? "unlabeled" : "labeled", shown),
              .json = {{"deleted", delete_}, {"processed", std::move(processed)}}};
    co_return said;
  }

 private:
  Task<std::string> change(LatticeSession& session, std::string host, lattice::Label label) const {
    return delete_ ? session.client().delete_label(std::move(host), std::move(label.key))
                   : session.client().put_label(std::move(host), std::move(label));
  }

  std::string host_;
  std::vector<std::string> texts_;
  bool delete_ = false;
  std::vector<lattice::Label> labels_;
};

}  // namespace

std::unique_ptr<Command> make_label_command() {
  return make_lattice_command(std::make_unique<LabelHost>());
}

}  // namespace wasmcloud::wash
