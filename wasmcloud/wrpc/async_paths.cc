#include "wasmcloud/wrpc/async_paths.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace wasmcloud::wrpc {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// Steps of the collector, for the sum of what it makes for all types.
constexpr std::size_t kMaxWork = 100 * kMaxAsyncPaths;

// Of one type: the paths below it, and whether a channel has the path of the value itself.
struct Channels {
  std::set<PathPattern> below;
  bool self = false;
};

// Each type once, for parts are shared. The types bound the depth.
class Collector {
 public:
  Result<Channels> row(std::span<const ValueTypePtr> types) {
    Channels made;
    for (std::size_t i = 0; i < types.size(); ++i) {
      WC_TRY(const Channels* const part, of(types[i]));
      WC_CHECK(add(made, static_cast<std::uint32_t>(i), *part));
    }
    return made;
  }

 private:
  // Null stands for no type.
  Result<const Channels*> of(const ValueTypePtr& type) {
    if (type == nullptr) {
      return &nothing_;
    }
    if (const auto known = known_.find(type.get()); known != known_.end()) {
      return &known->second;
    }
    WC_TRY(Channels made, compute(*type));
    return &known_.emplace(type.get(), std::move(made)).first->second;
  }

  Result<Channels> compute(const ValueType& type) {
    Channels made;
    switch (type.kind()) {
      case Kind::list:
      case Kind::fixed_list:
      case Kind::stream: {
        WC_TRY(const Channels* const element, of(type.parts().front()));
        WC_CHECK(add(made, std::nullopt, *element));
        made.self = type.kind() == Kind::stream;
        return made;
      }
      case Kind::map: {  // a list of tuples
        WC_TRY(const Channels entry, row(type.parts()));
        WC_CHECK(add(made, std::nullopt, entry));
        return made;
      }
      case Kind::tuple:
      case Kind::record:
        return row(type.parts());
      default:
        return union_of(type);
    }
  }

  // What adds nothing to the path: option, result, variant, future. All else has no parts.
  Result<Channels> union_of(const ValueType& type) {
    Channels made;
    for (const ValueTypePtr& each : type.parts()) {
      WC_TRY(const Channels* const part, of(each));
      WC_CHECK(work(part->below.size()));
      made.below.insert(part->below.begin(), part->below.end());
      made.self = made.self || part->self;
    }
    made.self = made.self || type.kind() == Kind::future;
    WC_CHECK(check_size(made));
    return made;
  }

  Result<> add(Channels& made, std::optional<std::uint32_t> index, const Channels& part) {
    WC_CHECK(work(part.below.size() + 1));
    for (const PathPattern& below : part.below) {
      PathPattern path{index};
      path.insert(path.end(), below.begin(), below.end());
      made.below.insert(std::move(path));
    }
    if (part.self) {
      made.below.insert({index});
    }
    return check_size(made);
  }

  Result<> work(std::size_t steps) {
    work_ += steps;
    return work_ > kMaxWork ? too_many() : Result<>{};
  }

  static Result<> check_size(const Channels& made) {
    return made.below.size() > kMaxAsyncPaths ? too_many() : Result<>{};
  }

  static Result<> too_many() {
    return Error(ErrorKind::exhausted, "the types have more than {} streams and futures",
                 kMaxAsyncPaths);
  }

  std::map<const ValueType*, Channels> known_;
  Channels nothing_;
  std::size_t work_ = 0;
};

// Walks from the types down the path. Where a variant has several parts it follows each.
class Finder {
 public:
  explicit Finder(std::span<const std::uint32_t> path) : path_(path) {}

  void visit(const ValueTypePtr& type, std::size_t at) {
    if (type == nullptr || !seen_.emplace(type.get(), at).second) {
      return;
    }
    switch (type->kind()) {
      case Kind::stream:
      case Kind::future:
        if (at == path_.size()) {
          found_.push_back(type);
          return;
        }
        break;
      default:
        break;
    }
    descend(*type, at);
  }

  std::vector<ValueTypePtr> take() && { return std::move(found_); }

 private:
  void descend(const ValueType& type, std::size_t at) {
    switch (type.kind()) {
      case Kind::option:
      case Kind::result:
      case Kind::variant:
      case Kind::future:
        for (const ValueTypePtr& each : type.parts()) {
          visit(each, at);
        }
        return;
      case Kind::map:  // a list of tuples
        if (at < path_.size()) {
          item(type, at + 1);
        }
        return;
      case Kind::tuple:
      case Kind::record:
        item(type, at);
        return;
      default:
        if (at < path_.size() && !type.parts().empty() &&
            (type.kind() != Kind::fixed_list || path_[at] < type.length())) {
          visit(type.parts().front(), at + 1);
        }
    }
  }

  void item(const ValueType& type, std::size_t at) {
    if (at < path_.size() && path_[at] < type.parts().size()) {
      visit(type.parts()[path_[at]], at + 1);
    }
  }

  std::span<const std::uint32_t> path_;
  std::set<std::pair<const ValueType*, std::size_t>> seen_;
  std::vector<ValueTypePtr> found_;
};

}  // namespace

Result<std::vector<PathPattern>> async_paths(std::span<const ValueTypePtr> types) {
  Collector collector;
  WC_TRY(Channels made, collector.row(types));
  return std::vector<PathPattern>(made.below.begin(), made.below.end());
}

Result<std::vector<PathPattern>> param_paths(const wit::FuncSignature& function) {
  return async_paths(param_types(function));
}

Result<std::vector<PathPattern>> result_paths(const wit::FuncSignature& function) {
  return async_paths(result_types(function));
}

std::vector<ValueTypePtr> param_types(const wit::FuncSignature& function) {
  std::vector<ValueTypePtr> types;
  std::ranges::transform(function.params, std::back_inserter(types),
                         &wit::FuncSignature::Param::type);
  return types;
}

std::vector<ValueTypePtr> result_types(const wit::FuncSignature& function) {
  return function.result == nullptr ? std::vector<ValueTypePtr>{} : std::vector{function.result};
}

std::vector<ValueTypePtr> channel_types(std::span<const ValueTypePtr> types,
                                        std::span<const std::uint32_t> path) {
  Finder finder(path);
  if (!path.empty() && path.front() < types.size()) {
    finder.visit(types[path.front()], 1);
  }
  return std::move(finder).take();
}

}  // namespace wasmcloud::wrpc
