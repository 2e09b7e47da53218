"""Kill the program at random moments and look at what is left: ``python -m tests.kills --rounds 300 --seed 1``.

Each round starts a store's first creation, an ingest, a removal, a reindex or a server that an upload is sent to, kills
it with SIGKILL after a random time, and then asks three things of the store: that it opens, that every report it lists
is whole and answers, and that the same command then runs to its end.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ingest.store import Store
from tests.serving import free_port

PORT = free_port()
SAMPLES = Path(__file__).resolve().parents[1] / "assistant" / "data" / "samples"
JIXIAO = (sys.executable, "-m", "assistant")
#: Kinds of work, with the longest time after which it is killed, in seconds.
KINDS = {"create": 1.2, "ingest": 1.8, "remove": 1.2, "reindex": 2.5, "serve": 5.0}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        run("ingest", SAMPLES, "--store", ready)
        for number in range(options.rounds):
            kind = list(KINDS)[number % len(KINDS)]
            problem = one_round(kind, Path(folder), ready, chance)
            if problem:
                raise SystemExit(f"第 {number} 轮（{kind}）：{problem}")
            if number % 20 == 19:
                say(f"{number + 1} 轮，都完好")
    say(f"{options.rounds} 轮 SIGKILL，存储每次都完好")


def one_round(kind: str, home: Path, ready: Path, chance: random.Random) -> str:
    """Kill one run; return what was wrong afterwards, ``""`` for nothing."""
    store = home / "store"
    shutil.rmtree(store, ignore_errors=True)
    if kind not in ("create", "ingest"):
        shutil.copytree(ready, store)
    start, again = _WORK[kind](store)
    process = start()
    time.sleep(chance.uniform(0.05, KINDS[kind]))
    if kind == "serve":
        with suppress(OSError):
            upload(PORT)
    process.kill()
    process.wait()
    return damaged(store) or finished(again) or damaged(store, least=1 if kind in ("remove", "reindex", "serve") else 2)


def _command(*arguments: object) -> Callable[[], subprocess.Popen[bytes]]:
    command = [*JIXIAO, *map(str, arguments)]
    return lambda: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _reading(store: Path) -> tuple[Callable[[], subprocess.Popen[bytes]], list[object]]:
    arguments = ["ingest", SAMPLES, "--store", store]
    return _command(*arguments), arguments


def _removing(store: Path) -> tuple[Callable[[], subprocess.Popen[bytes]], list[object]]:
    return _command("remove", "清河县", "--store", store), ["reports", "--store", store]


def _reindexing(store: Path) -> tuple[Callable[[], subprocess.Popen[bytes]], list[object]]:
    arguments = ["reindex", "--embedding", "builtin", "--store", store]
    return _command(*arguments), arguments


def _serving(store: Path) -> tuple[Callable[[], subprocess.Popen[bytes]], list[object]]:
    return _command("serve", "--store", store, "--port", PORT), ["reports", "--store", store]


_WORK = {
    "create": _reading, "ingest": _reading, "remove": _removing, "reindex": _reindexing, "serve": _serving,
}  # fmt: skip


def upload(port: int) -> None:
    """Send a sample to a server's own route for uploads."""
    data = next(SAMPLES.glob("*.docx")).read_bytes()
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="b.docx"\r\n\r\n'
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/gradio_api/upload", head + data + b"\r\n--x--\r\n",
        {"Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    urllib.request.urlopen(request, timeout=2).close()


def damaged(store: Path, least: int = 0) -> str:
    """Say what is wrong with a store; a report that it lists must be whole and answer."""
    with Store.open(store, write=True) as held:  # the lock of a killed process holds nobody up
        reports = held.reports()
        for report in reports:
            facts = held.all_facts(report.id)
            if len(facts) != report.facts or len(held.tables(report.id)) != report.tables:
                return f"{report.name} 只有一半"
    if len(reports) < least:
        return f"只有 {len(reports)} 份报告"
    if any(report.name.startswith("云岭") for report in reports):
        done = run("ask", "云岭市林草局的森林覆盖率", "--store", store, "--json")
        if json.loads(done)["values"][0]["value"] != "63.52":
            return "答案变了"
    return ""


def finished(arguments: list[object]) -> str:
    """Run a command to its end; return what it said if it failed."""
    done = subprocess.run([*JIXIAO, *map(str, arguments)], capture_output=True, text=True, check=False)
    return f"{arguments[0]} 不能再跑：{done.stderr}" if done.returncode else ""


def run(*arguments: object) -> str:
    done = subprocess.run([*JIXIAO, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
