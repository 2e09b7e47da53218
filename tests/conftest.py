"""The real report, the fixtures and ready stores that the tests share."""

import os
from pathlib import Path

import pytest

from assistant.core import Assistant
from ingest.pipeline import Outcome, ingest_file
from ingest.store import Store
from tests import standin

pytest_plugins = ["tests.browsing"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds the real report and the fixtures; CI must have it."""
    if not SHARED.is_dir():
        message = "../shared is missing: the real report and the fixtures are read there"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return SHARED


@pytest.fixture(scope="session")
def real_docx(shared: Path) -> Path:
    return next((shared / "reports").glob("*.docx"))


@pytest.fixture(scope="session")
def real_txt(shared: Path) -> Path:
    return next((shared / "reports").glob("*.txt"))


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).resolve().parents[1] / "assistant" / "data" / "samples"


def assistant_over(folder: Path, *files: Path) -> Assistant:
    """An assistant over a fresh store with the given files read in."""
    store = Store.open(folder, write=True)
    for file in files:
        result = ingest_file(store, file)
        assert result.outcome is Outcome.ADDED, result
    return Assistant.open(store)


@pytest.fixture(scope="session", params=["docx", "txt"])
def real(request, tmp_path_factory):
    """The assistant over the real report, once from Word and once from the flattened text.

    In a clone alone it is the report that stands in for it; tests marked ``real_report`` need the real one.
    """
    folder = tmp_path_factory.mktemp("real")
    kind = request.param
    if SHARED.is_dir() or os.environ.get("CI") == "true":
        file = request.getfixturevalue(f"real_{kind}")
    else:
        file = standin.write(folder) if kind == "docx" else standin.write_text(folder)
    assistant = assistant_over(folder / "store", file)
    yield assistant
    assistant.close()


@pytest.fixture(autouse=True)
def _real_report(request):
    """Leave out what only the real report can show, where there is none."""
    if request.node.get_closest_marker("real_report") is not None:
        request.getfixturevalue("shared")


@pytest.fixture(scope="session")
def two(tmp_path_factory, samples):
    """The assistant over both sample reports."""
    assistant = assistant_over(tmp_path_factory.mktemp("two"), *sorted(samples.glob("*.docx")))
    yield assistant
    assistant.close()
