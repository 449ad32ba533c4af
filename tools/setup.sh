#!/usr/bin/env bash
# Installs what is missing on Debian 12: packages, and what tools/third-party.sh and tools/interop-peers.sh build with cargo.
# Quick when nothing is.
#
#   tools/setup.sh [--for run|test|bench|dev]
#
#   run     what it takes to build the programs and the examples, and to run them
#   test    and what the tests use
#   bench   run, and what bench/ uses
#   dev     all of these, and the tools of the edit loop: clang-tidy, the sanitizers (the default)
#
# Packages are installed as root, or with sudo. Nothing is touched that is there already.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

purpose=dev
while [ $# -gt 0 ]; do
  case "$1" in
    --for) [ $# -ge 2 ] || fail "--for needs run, test, bench or dev"; purpose=$2; shift 2 ;;
    --for=*) purpose=${1#--for=}; shift ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown argument '$1'; see --help" ;;
  esac
done

# What a build needs. CMake asks for GoogleTest and Google Benchmark whatever is built, so they are here too.
run_packages=(
  ca-certificates git python3
  cmake ninja-build ccache clang-19 lld-19                                  # the build
  libboost1.81-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev libssl-dev libsodium-dev libnats-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32  # guests in C++
  nats-server                                                               # `wash up` starts it
)
test_packages=(clang-format-19 curl xz-utils)
bench_packages=(wrk python3-venv)
dev_packages=(clang-tidy-19 libclang-rt-19-dev llvm-19)                      # llvm-19: the sanitizers' symbolizer

packages=("${run_packages[@]}")
case "$purpose" in
  run) ;;
  test) packages+=("${test_packages[@]}") ;;
  bench) packages+=("${bench_packages[@]}") ;;
  dev) packages+=("${test_packages[@]}" "${bench_packages[@]}" "${dev_packages[@]}") ;;
  *) fail "--for $purpose: expected run, test, bench or dev" ;;
esac

# Prints those of its arguments that are no installed package.
missing_of() {
  local installed name
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qxF "installed $name" <<<"$installed" || printf '%s\n' "$name"
  done
}

install_packages() {
  local -a as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these Debian packages are missing, and there is neither root nor sudo to install them. As root:
  apt-get install --no-install-recommends $*"
    as_root=(sudo)
  fi
  say "installing from Debian: $*"
  local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update || fail "apt-get update failed; see its message above"
  "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null ||
    fail "apt-get could not install them; see its message above (they are Debian 12's names)"
  # Debian's package starts a server of its own where systemd runs. It stays as the package wants it: it may be somebody's.
  if [[ " $* " == *" nats-server "* ]] && [ -d /run/systemd/system ] && systemctl -q is-active nats-server; then
    say "Debian has started the service nats-server on port 4222, without the JetStream that \`wash up\` needs. To stop it:
  systemctl disable --now nats-server"
  fi
}

command -v dpkg-query >/dev/null ||
  fail "this is no Debian: install what these packages of Debian 12 hold, then run tools/third-party.sh: ${packages[*]}"

mapfile -t missing < <(missing_of "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then
  install_packages "${missing[@]}"
else
  say "Debian packages: all ${#packages[@]} there"
fi

# What is built with cargo.
builds=("$root/tools/third-party.sh")
[ "$purpose" = run ] || builds+=("$root/tools/interop-peers.sh")

outdated=()
for build in "${builds[@]}"; do
  "$build" --check || outdated+=("$build")
done
if [ "${#outdated[@]}" -eq 0 ]; then
  say "what is built with cargo: up to date"
  exit 0
fi

# cargo is needed only now. Its own version is that of the rustc it comes with.
needed=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' "$root/third_party/Cargo.toml")
recent_enough() {
  local cargo=$1 rustc=$2 found program
  for program in "$cargo" "$rustc"; do
    found=$("$program" --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n1)" = "$needed" ] || return 1
  done
}

if ! recent_enough cargo rustc; then
  say "cargo and rustc $needed or newer: not found in PATH; Debian's cargo-web and rustc-web have them"
  mapfile -t missing < <(missing_of cargo-web rustc-web)
  [ "${#missing[@]}" -eq 0 ] || install_packages "${missing[@]}"
  export PATH=/usr/bin:$PATH
  hash -r
  recent_enough cargo rustc ||
    fail "rust $needed or newer is needed, and Debian's is $(rustc --version 2>&1 | head -n1). Is bookworm-security among apt's sources?"
fi
say "$(cargo --version), $(rustc --version)"
for build in "${outdated[@]}"; do
  "$build"
done
