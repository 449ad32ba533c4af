// One component in two runtimes: ours and Wasmtime's own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::component::differential {

using Values = std::vector<wit::Value>;
using Answer = Result<std::optional<wit::Value>>;

// Why a call traps, in one word whatever the runtime's; all that it says where there is none.
std::string reason_of(const Error& error);

class Both {
 public:
  // From text, bound to `host` here and to its like there. What one of them refuses is a failure of
  // the test.
  Both(const std::string& text, const Host& host);
  ~Both();
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  bool good() const { return theirs_ != nullptr; }

  // Forgets the instances: the next call has new ones. So it must be after a trap.
  void renew();

  // Calls `function` of the exported instance `instance` (empty: of the component itself): what
  // ours says, what theirs says.
  std::pair<Answer, Answer> call(std::string_view instance, std::string_view function,
                                 const Values& args, bool has_result) {
    return call_with(instance, function, {args, args}, has_result);
  }

  // The same with arguments for ours and for theirs, where handles are among them.
  std::pair<Answer, Answer> call_with(std::string_view instance, std::string_view function,
                                      const std::pair<Values, Values>& args, bool has_result);

 private:
  class Ours;
  class Theirs;
  std::unique_ptr<Ours> ours_;
  std::unique_ptr<Theirs> theirs_;
};

}  // namespace wasmcloud::component::differential
