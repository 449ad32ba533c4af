// The component: greets people whom the program that runs it knows.
#include <string>
#include <string_view>

extern "C" {
#include "bindings.h"
}

namespace {

std::string_view view(const bindings_string_t& text) {
  return {reinterpret_cast<const char*>(text.ptr), text.len};
}

}  // namespace

extern "C" void exports_bindings_greet(bindings_string_t* nickname, bindings_string_t* greeting) {
  std::string text = "I do not know " + std::string(view(*nickname)) + ".";
  example_embed_directory_person_t person;
  if (example_embed_directory_find(nickname, &person)) {
    text = "Hello, " + std::string(view(person.name)) + ", born in " + std::to_string(person.born) +
           "!";
    example_embed_directory_person_free(&person);
  } else {
    bindings_string_free(nickname);
  }
  bindings_string_dup_n(greeting, text.data(), text.size());
}
