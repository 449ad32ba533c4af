#include "wasmcloud/wash/wit_functions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/wash/usage.h"
#include "wasmcloud/wit/graph_values.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wash {
namespace {

constexpr std::size_t kMostShown = 10;

Error bad_operation() {
  return Error(ErrorKind::invalid,
               "expected `/` and `.`, and of an interface with a version all of it, as in 1.0.0")
      .with_context(
          "Invalid function supplied. Must be in the form of "
          "`namespace:package/interface.function`");
}

// Where in "1.0.0-draft.get" the dot before the function is.
std::size_t end_of_version(std::string_view text) {
  std::size_t at = 0;
  for (int dots = 0; dots < 2 && at != std::string_view::npos; ++dots) {
    at = text.find('.', at + (dots == 0 ? 0 : 1));
  }
  if (at == std::string_view::npos) {
    return at;
  }
  at = text.find_first_not_of("0123456789", at + 1);
  const bool release = at == std::string_view::npos || text[at] == '.';
  return release ? at : text.rfind('.');
}

// "ns:pkg/interface@1.0.0" as "ns:pkg/interface".
std::string without_version(std::string_view instance) {
  return std::string(instance.substr(0, instance.find('@')));
}

std::string joined(std::string_view instance, std::string_view function) {
  return instance.empty() ? std::string(function) : fmt::format("{}.{}", instance, function);
}

// "get" of "ns:pkg/interface.bucket.get".
std::string_view last_name(std::string_view text) { return text.substr(text.rfind('.') + 1); }

}  // namespace

Result<Operation> parse_operation(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0) {
    return bad_operation();
  }
  const std::size_t version = text.find('@', slash);
  std::size_t dot = text.find('.', slash);
  if (version < dot) {
    const std::size_t end = end_of_version(text.substr(version + 1));
    dot = end == std::string_view::npos ? end : version + 1 + end;
  }
  if (dot == std::string_view::npos || dot + 1 == text.size() || dot == slash + 1) {
    return bad_operation();
  }
  return Operation{.instance = std::string(text.substr(0, dot)),
                   .function = std::string(text.substr(dot + 1))};
}

WitFunctions::WitFunctions(wit::Graph graph) : graph_(std::move(graph)) {
  for (std::size_t i = 0; i < graph_.interface_count(); ++i) {
    const auto id = static_cast<wit::InterfaceId>(i);
    const std::string instance = graph_.name_of(id);
    for (const wit::FunctionId function : graph_[id].functions) {
      add(instance, function);
    }
    for (const wit::TypeId type : graph_[id].types) {
      if (const auto* const resource = std::get_if<wit::types::Resource>(&graph_[type].body)) {
        for (const wit::FunctionId function : resource->functions) {
          add(instance, function);
        }
      }
    }
  }
  for (std::size_t i = 0; i < graph_.world_count(); ++i) {
    for (const wit::WorldItem& item : graph_[static_cast<wit::WorldId>(i)].exports) {
      if (const auto* const function = std::get_if<wit::FunctionId>(&item.what)) {
        add("", *function);
      }
    }
  }
}

void WitFunctions::add(const std::string& instance, wit::FunctionId function) {
  const std::string name = graph_.name_of(function);
  const std::string_view on_wire = wrpc::wire_name(name);
  Entry entry{.text = joined(instance, on_wire),
              .plain = joined(without_version(instance), on_wire),
              .operation = {.instance = instance, .function = name},
              .function = function};
  if (std::ranges::find(entries_, entry.text, &Entry::text) == entries_.end()) {
    entries_.push_back(std::move(entry));
  }
}

Result<KnownFunction> WitFunctions::known(const Entry& entry) const {
  WC_TRY(wit::FuncSignature signature, wit::signature_of(graph_, entry.function), "function `{}`",
         entry.text);
  return KnownFunction{.operation = entry.operation, .signature = std::move(signature)};
}

std::optional<KnownFunction> WitFunctions::find_exactly(std::string_view text) const {
  const auto found = std::ranges::find(entries_, text, &Entry::text);
  if (found == entries_.end()) {
    return std::nullopt;
  }
  Result<KnownFunction> function = known(*found);
  return function ? std::optional(*std::move(function)) : std::nullopt;
}

Result<KnownFunction> WitFunctions::find(std::string_view text) const {
  std::vector<const Entry*> found;
  for (const Entry& entry : entries_) {
    if (entry.text == text) {
      return known(entry);
    }
    if (entry.plain == text) {
      found.push_back(&entry);
    }
  }
  if (found.empty()) {
    return not_found(text);
  }
  if (found.size() > 1) {
    std::vector<std::string> texts;
    std::ranges::transform(found, std::back_inserter(texts), &Entry::text);
    return Error(ErrorKind::conflict, "function `{}` is there in several versions: {}", text,
                 fmt::join(texts, ", "));
  }
  return known(*found.front());
}

// Near: the one that was most likely meant, then those of the same name, or of the same interface.
Error WitFunctions::not_found(std::string_view text) const {
  std::vector<std::string> all;
  std::ranges::transform(entries_, std::back_inserter(all), &Entry::text);
  std::vector<std::string> near;
  const auto add = [&near](const std::string& one) {
    if (!one.empty() && std::ranges::find(near, one) == near.end()) {
      near.push_back(one);
    }
  };
  add(closest(text, all));
  const std::size_t dot = text.find_first_of(".@", std::min(text.rfind('/'), text.size()));
  const std::string interface(text.substr(0, dot));
  for (const Entry& entry : entries_) {
    if (last_name(entry.text) == last_name(text) ||
        without_version(entry.operation.instance) == interface) {
      add(entry.text);
    }
  }
  const std::vector<std::string>& shown = near.empty() ? all : near;
  if (shown.empty()) {
    return Error(ErrorKind::not_found, "there is no function `{}`: the WIT has none", text);
  }
  return Error(
      ErrorKind::not_found, "there is no function `{}` in the WIT; there {} {}{}", text,
      near.empty() ? "are" : "are near it",
      fmt::join(shown.begin(),
                shown.begin() + static_cast<std::ptrdiff_t>(std::min(shown.size(), kMostShown)),
                ", "),
      shown.size() > kMostShown ? ", ..." : "");
}

}  // namespace wasmcloud::wash
