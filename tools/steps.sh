# Sourced by run.sh and test.sh: says what is done, a line a step, with its time.
# shellcheck shell=bash

say() { printf '==> %s\n' "$*"; }

# step NAME COMMAND...: runs the command in the repository's root.
step() {
  local name=$1 start=$SECONDS
  shift
  say "$name: ${*#"$root"/}"
  (cd "$root" && "$@") || { say "$name: failed after $((SECONDS - start)) s"; return 1; }
  say "$name: $((SECONDS - start)) s"
}

# configure PRESET: once. Later changes of the CMake files are seen by the build itself.
configure() {
  if [ -f "$root/build/$1/build.ninja" ]; then
    say "configure: done before, in build/$1"
  else
    step "configure" cmake --preset "$1" --log-level=WARNING
  fi
}

# Prints the comment at the head of a script.
usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$1"; }
