// The subjects of the control interface (fact sheet "lattice", 1.2 and 1.3). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud::lattice {

inline constexpr std::string_view kDefaultControlPrefix = "wasmbus.ctl";

// What a control subject asks for: "component", "scale", and a host id or the name of a config.
struct ControlOperation {
  std::string noun;
  std::string verb;
  std::string id;  // empty if the subject has none
  friend bool operator==(const ControlOperation&, const ControlOperation&) = default;
};

// The subjects of one lattice: {prefix}.v1.{lattice}.{noun}.{verb}[.{id}].
class ControlSubjects {
 public:
  // Errors: `invalid` for a lattice that is no name (nats::is_name: it is part of a bucket's name
  // too; an existing host does not check it, and misbehaves), or a prefix with an empty token, a
  // wildcard or a blank.
  static Result<ControlSubjects> create(std::string_view lattice,
                                        std::string_view prefix = kDefaultControlPrefix);

  const std::string& lattice() const noexcept { return lattice_; }

  // "{prefix}.v1.{lattice}"
  const std::string& root() const noexcept { return root_; }

  // With wildcards too, for subscriptions: operation("link", "*").
  std::string operation(std::string_view noun, std::string_view verb) const;
  std::string operation(std::string_view noun, std::string_view verb, std::string_view id) const;
  // The queue group of what any one host answers: "{prefix}.v1.{lattice}.{noun}".
  std::string queue_group(std::string_view noun) const;

  // Nothing if it is no subject of this lattice with two or three tokens behind the root.
  std::optional<ControlOperation> parse(std::string_view subject) const;

 private:
  ControlSubjects(std::string lattice, std::string root)
      : lattice_(std::move(lattice)), root_(std::move(root)) {}

  std::string lattice_;
  std::string root_;
};

}  // namespace wasmcloud::lattice
