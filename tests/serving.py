"""The page as a process of its own, and a proxy before it, for tests that go through the network."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A running ``jixiao serve``; ``url`` ends with a slash.  ``cwd`` is where a relative store lies."""

    def __init__(self, store: Path, *options: str, port: int = 0, path: str = "", cwd: Path | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}/"
        self._log = (cwd or Path()) / store.with_suffix(f".{time.monotonic_ns()}.log")
        command = [
            sys.executable,
            "-m",
            "assistant",
            "serve",
            "--store",
            str(store),
            "--port",
            str(self.port),
            *options,
        ]
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": ROOT},
                cwd=cwd,
            )
        started = time.monotonic()
        while not _answers(self.url + "page.css"):
            assert self.process.poll() is None, self.log()
            assert time.monotonic() - started < 120, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        return self._log.read_text()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def served(store: Path, *options: str, **named):
    running = Served(store, *options, **named)
    try:
        yield running
    finally:
        running.stop()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def proxied(port: int, prefix: str, *, strips: bool):
    """A reverse proxy at ``prefix`` before the server at ``port``; it takes the prefix off or leaves it."""

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def _pass(self) -> None:
            if not self.path.startswith(prefix + "/"):
                self.send_error(404)
                return
            path = self.path[len(prefix) :] if strips else self.path
            length = int(self.headers.get("Content-Length") or 0)
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            headers = {
                name: text
                for name, text in self.headers.items()
                if name.lower() not in ("connection", "accept-encoding")
            }
            headers |= {"X-Forwarded-Host": self.headers["Host"], "X-Forwarded-Proto": "http", "Connection": "close"}
            upstream.request(self.command, path, self.rfile.read(length) if length else None, headers)
            reply = upstream.getresponse()
            self.send_response_only(reply.status)
            for name, text in reply.getheaders():
                if name.lower() not in ("transfer-encoding", "connection"):
                    self.send_header(name, text)
            self.end_headers()
            try:
                while chunk := reply.read1(65536):
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except OSError:
                pass
            upstream.close()

        do_GET = do_POST = do_HEAD = _pass  # noqa: N815 (the names that the library calls)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}/"
    finally:
        server.shutdown()
        server.server_close()
