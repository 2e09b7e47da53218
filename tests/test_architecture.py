"""The import directions that design.md lays down."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"assistant", "ingest", "eval", "app"}
#: What the assistant may know of ingest: the types, the figures, the words, the store, the arithmetic of trees.
ALLOWED = {
    "model",
    "numbers",
    "numerals",
    "labels",
    "names",
    "grams",
    "store",
    "shelves",
    "portrait",
    "errors",
    "trees",
}
#: The edge, where commands are put together, and the evaluation's own entry point.
EDGE = {"assistant/cli.py"}


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return [name for name in found if name.split(".")[0] in OURS]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", modules("ingest"), ids=lambda p: p.name)
def test_ingest_imports_nothing_else_of_ours(path):
    assert all(name.split(".")[0] == "ingest" for name in imports(path))


@pytest.mark.parametrize("path", modules("assistant"), ids=lambda p: p.name)
def test_assistant_knows_no_reader(path):
    if f"assistant/{path.name}" in EDGE:
        return
    for name in imports(path):
        package, _, module = name.partition(".")
        assert package == "assistant" or (package == "ingest" and module in ALLOWED), name


def test_nothing_imports_eval():
    for package in ("ingest", "assistant"):
        for path in modules(package):
            assert not any(name.split(".")[0] == "eval" for name in imports(path)), path
    assert not any(name.split(".")[0] == "eval" for name in imports(ROOT / "app.py"))


#: The rooms of the middle, the lowest first: each may know those before it, and none after.
ROOMS = ("facts", "linking", "plans", "running", "answers", "choosing")


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_between_the_rooms_point_down(room):
    above = ROOMS[ROOMS.index(room) + 1 :]
    for path in sorted((ROOT / "assistant" / room).glob("*.py")):
        for name in imports(path):
            assert not any(name.startswith(f"assistant.{other}") for other in above), f"{path.name}: {name}"


def test_modules_stay_small():
    for package in ("ingest", "assistant", "eval"):
        for path in modules(package):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
