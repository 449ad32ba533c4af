#include "wasmcloud/component/program.h"

#include "wasmcloud/component/calls.h"

namespace wasmcloud::component {
namespace {

// Sets what a function's options and type stand for.
class Finisher {
 public:
  explicit Finisher(Program& program) : program_(program) {}

  Result<> run() {
    for (LiftedFunc& func : program_.lifted) {
      func.resources = program_.resolvers[func.options.instance].get();
      func.options.program = &program_;
      WC_TRY(func.plan, plan(func.options, func.type));
    }
    for (Trampoline& trampoline : program_.trampolines) {
      WC_CHECK(std::visit([this](auto& body) { return finish(body); }, trampoline.body));
    }
    return link_trampolines(program_);
  }

 private:
  static const FuncPlan& no_plan() {
    static const FuncPlan kEmpty;
    return kEmpty;
  }

  Result<const FuncPlan*> plan(const CanonicalOptions& options, FuncTypeId type) {
    return program_.plans.plan(program_.arena, *program_.resolvers[options.instance],
                               program_.arena[type], budget_);
  }

  Result<> finish(trampoline::LowerHost& lowered) {
    lowered.function = &program_.host_function(lowered.import);
    lowered.options.program = &program_;
    lowered.plan = &no_plan();
    if (lowered.function->needs_plan()) {
      WC_TRY(lowered.plan, plan(lowered.options, lowered.type));
    }
    return {};
  }

  Result<> finish(trampoline::LowerGuest& lowered) {
    lowered.options.program = &program_;
    WC_TRY(lowered.plan, plan(lowered.options, lowered.type));
    return {};
  }

  Result<> finish(trampoline::ResourceOp& operation) {
    operation.options.program = &program_;
    return {};
  }

  Result<> finish(trampoline::CallLate&) { return {}; }

  Program& program_;
  WorkBudget budget_;
};

}  // namespace

Program::Program() = default;

Program::~Program() = default;

Result<> finish_program(Program& program) { return Finisher(program).run(); }

}  // namespace wasmcloud::component
