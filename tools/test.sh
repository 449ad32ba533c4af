#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. The last lines are ctest's.
#
#   tools/test.sh [--preset NAME] [ctest arguments ...]     for example  tools/test.sh -R http -V
#
# The preset is `release` unless said. With CI set in the environment it also checks that each header compiles alone and
# prints the ten slowest compile steps.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/steps.sh
. "$root/tools/steps.sh"

preset=release
case "${1:-}" in
  -h | --help) usage "${BASH_SOURCE[0]}"; exit 0 ;;
  --preset) preset=${2:?--preset needs a name, see cmake --list-presets}; shift 2 ;;
esac

purpose="test"
[ "$preset" = release ] || purpose=dev
step "set up" "$root/tools/setup.sh" --for "$purpose"
configure "$preset"
step "build everything ($preset)" cmake --build --preset "$preset"
if [ -n "${CI:-}" ]; then
  step "compile each header alone" cmake --build --preset "$preset" --target check_headers
  python3 "$root/tools/slowest_steps.py" "$root/build/$preset/.ninja_log"
fi

say "test: ctest --preset $preset $*"
export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
cd "$root"
exec ctest --preset "$preset" --no-tests=error "$@"
