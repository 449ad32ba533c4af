#!/usr/bin/env bash
# Runs clang-tidy 19 over what has changed since main: sources, and headers by the check that compiles each alone.
#
#   tools/tidy.sh            what differs from main, committed or not
#   tools/tidy.sh --all      everything
#   tools/tidy.sh FILE...    these
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/steps.sh
. "$root/tools/steps.sh"

command -v clang-tidy-19 >/dev/null || { say "tidy: no clang-tidy-19; tools/setup.sh installs it"; exit 1; }
cd "$root"

changed() {
  local base=HEAD branch
  for branch in origin/main main; do
    if git rev-parse -q --verify "$branch" >/dev/null; then
      base=$(git merge-base HEAD "$branch")
      break
    fi
  done
  git diff --name-only --diff-filter=d "$base"
  git ls-files --others --exclude-standard
}

case "${1:-}" in
  -h | --help) usage "${BASH_SOURCE[0]}"; exit 0 ;;
  --all) mapfile -t files < <(git ls-files '*.cc' '*.h') ;;
  "") mapfile -t files < <(changed | grep -E '\.(cc|h)$' | sort -u || true) ;;
  *) files=("$@") ;;
esac

cmake --preset tidy --log-level=WARNING >/dev/null
checked=()
for file in "${files[@]}"; do
  case "$file" in
    wasmcloud/*.h) file=build/tidy/$(dirname "$file")/header_checks/$(basename "$file").cc ;;
  esac
  # Guests are compiled by steps of their own, which clang-tidy does not know.
  if grep -qF "\"$root/$file\"" build/tidy/compile_commands.json; then
    checked+=("$file")
  fi
done
if [ "${#checked[@]}" -eq 0 ]; then
  say "tidy: nothing to check"
  exit 0
fi
say "tidy: ${#checked[@]} files"
printf '%s\0' "${checked[@]}" | xargs -0 -n1 -P"${TIDY_JOBS:-$(nproc)}" clang-tidy-19 -p build/tidy --quiet
say "tidy: clean"
