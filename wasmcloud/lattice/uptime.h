// How long a host has run, in words.
#pragma once

#include <chrono>
#include <string>

namespace wasmcloud::lattice {

// "1year 2months 3days 4h 5m 6s": whole seconds, without what is zero; "0s" for less than one. A
// year is 365.25 days and a month 30.44 (fact sheet "lattice", 1.4).
std::string uptime_text(std::chrono::seconds uptime);

}  // namespace wasmcloud::lattice
