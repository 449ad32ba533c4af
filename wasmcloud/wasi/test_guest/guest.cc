#include "guest.h"

namespace {

bool is_in(std::string_view test, std::string_view group) { return test.starts_with(group); }

guest::Outcome run(std::string_view test) {
  if (is_in(test, "io.")) {
    return guest::run_io(test.substr(3));
  }
  if (is_in(test, "files.")) {
    return guest::run_files(test.substr(6));
  }
  return guest::run_world(test);
}

}  // namespace

extern "C" bool exports_bindings_run(bindings_string_t* name, bindings_string_t* ret,
                                     bindings_string_t* err) {
  const guest::Outcome outcome = run(guest::view(*name));
  bindings_string_dup_n(outcome.ok ? ret : err, outcome.text.data(), outcome.text.size());
  return outcome.ok;
}
