"""Processes that a benchmark starts: each in a group of its own, none left behind, memory read from /proc."""

import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class BenchError(Exception):
    """Something that this run cannot go on without; the message says what."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Folder:
    """A temporary folder with the logs of the processes that work in it."""

    def __init__(self, name):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"wc-bench-{name}-"))

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Process:
    """A running program, in a process group of its own."""

    def __init__(self, name, command, folder, env=None):
        self.name = name
        self.log = folder.path / f"{name}.log"
        # HOME and TMPDIR are the folder's: what the program keeps goes with the folder.
        own = {"HOME": str(folder.path), "TMPDIR": str(folder.path)}
        with open(self.log, "wb") as log:
            self.popen = subprocess.Popen(
                [str(part) for part in command], cwd=folder.path, env={**os.environ, **own, **(env or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=die_with_parent)

    def require_running(self):
        if self.popen.poll() is not None:
            raise BenchError(f"{self.name} ended with status {self.popen.returncode}:\n{self.tail()}")

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def resident_kb(self):
        """Resident memory of the process and of all that it started."""
        return sum(resident_kb(pid) for pid in family(self.popen.pid))

    def stop(self, patience=5.0):
        """Asks the group to end, and ends it if it does not."""
        for ask in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.popen.pid, ask)
            except ProcessLookupError:
                break
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline and group_alive(self.popen):
                time.sleep(0.02)
        self.popen.wait()


def group_alive(popen):
    popen.poll()  # reap the leader, so that the group is empty when it was the last
    try:
        os.killpg(popen.pid, 0)
        return True
    except ProcessLookupError:
        return False


def family(pid):
    """The process and its descendants."""
    found = [pid]
    for parent in found:
        try:
            for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue  # it has ended
    return found


def resident_kb(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class MemoryWatch:
    """The most resident memory seen while the block runs."""

    def __init__(self, server):
        self.server = server
        self.most_kb = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        while not self.over.wait(0.25):
            self.most_kb = max(self.most_kb, self.server.resident_kb())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def first_answer(url, processes, patience=60.0):
    """Asks until a 200 comes, and returns its body."""
    deadline = time.monotonic() + patience
    last = "no answer"
    while time.monotonic() < deadline:
        for process in processes:
            process.require_running()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            last = f"status {error.code}"
        except OSError as error:
            last = str(error)
        time.sleep(0.05)
    logs = "\n".join(f"{process.name}:\n{process.tail()}" for process in processes)
    raise BenchError(f"no 200 from {url} within {patience:.0f} s ({last}).\n{logs}")
