"""A clock that ends this process when one step takes too long: what hangs inside a library can't be asked to stop.

It runs only in a process that was started to read files (``ingest.apart``), where the system has such a clock.
"""

from __future__ import annotations

import signal

_running = False


def start() -> None:
    """Let ``allow`` count from now on; the process ends by SIGALRM when a step's time is up."""
    global _running
    _running = hasattr(signal, "setitimer")


def allow(seconds: float) -> None:
    """Give the next step so many seconds; nothing happens in a process that isn't watched."""
    if _running:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def stop() -> None:
    """Count no longer: the file is read."""
    global _running
    if _running:
        signal.setitimer(signal.ITIMER_REAL, 0)
    _running = False
