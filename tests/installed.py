"""Build the wheel, install it in an environment of its own, run every command from elsewhere: ``make wheel``.

Not editable, with the dependencies that the wheel itself names: what a stranger gets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.serving import free_port

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jixiao-wheel-") as folder:
        home = Path(folder)
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", str(ROOT), "-w", str(home))
        (wheel,) = home.glob("*.whl")
        say(f"打好了 {wheel.name}，{wheel.stat().st_size / 1e6:.1f} MB")
        environment = home / "env"
        run(sys.executable, "-m", "venv", str(environment))
        say("正在把它装进新环境（几分钟）…")
        run(str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel))
        elsewhere = home / "elsewhere"
        elsewhere.mkdir()
        commands(environment / "bin" / "jixiao", elsewhere)
        served(environment / "bin" / "jixiao", elsewhere)
    say("从轮子装出来的各个命令都能用。")
    say("1 passed, 0 failed")


def commands(jixiao: Path, where: Path) -> None:
    def call(*arguments: str) -> str:
        return run(str(jixiao), *arguments, where=where)

    assert "eval" in call("--help")
    assert call("--version").startswith("jixiao ")
    call("samples", "样例")
    assert call("ingest", "样例", "--store", "s").count("✓") == 2
    answer = json.loads(call("ask", "云岭市林草局的森林覆盖率", "--store", "s", "--json"))
    assert answer["values"][0]["value"] == "63.52", answer
    (where / "in.jsonl").write_text('{"id": 1, "turns": ["单位地址"]}\n', encoding="utf-8")
    call("batch", "in.jsonl", "--out", "out.jsonl", "--store", "s")
    assert json.loads(call("check", "--store", "s", "--json")) == []
    call("check", "--store", "s", "--out", "意见.docx")
    assert json.loads(call("reports", "--store", "s", "--json"))
    call("tables", "清河县", "--store", "s")
    call("reindex", "--store", "s", "--embedding", "builtin")
    call("remove", "清河县", "--store", "s")
    call("eval", "samples", "又一份")
    call("eval", "corpus", "--reports", "2", "语料")
    call("eval", "run", "--gold", "语料", "--no-baselines")
    refused = subprocess.run(
        [jixiao, "eval", "run"], cwd=where, capture_output=True, text=True, check=False, env=bare()
    )
    assert refused.returncode == 3, refused
    assert "--shared" in refused.stderr, refused.stderr
    say("命令行：都能用")


def served(jixiao: Path, where: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    command = [jixiao, "serve", "--store", "网页", "--samples", "样例", "--port", str(port)]
    with (where / "serve.log").open("w") as log:
        server = subprocess.Popen(command, cwd=where, stdout=log, stderr=log, env=bare())
    try:
        for path in ("", "lite?q=森林覆盖率", "page.css"):
            body = fetched(address + urllib.request.quote(path, safe="?=/"))
            assert body, path
        assert "63.52" in fetched(address + urllib.request.quote("lite?q=森林覆盖率", safe="?=/"))
    finally:
        server.terminate()
        server.wait(20)
    say("网页：能打开、能问")


def fetched(url: str) -> str:
    """Return a page, waiting for the server to come up."""
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=20) as reply:
                return str(reply.read().decode("utf-8"))
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def bare() -> dict[str, str]:
    """Return the environment without anything that could lead back to the source."""
    return {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "JIXIAO"))}


def run(*command: str, where: Path | None = None) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, env=bare())
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
