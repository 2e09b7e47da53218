"""Every compiled pattern of our modules, and strings made to drive each into backtracking."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import pkgutil
import random
import re
import time
from collections.abc import Iterable, Iterator
from re import _constants as sre
from re import _parser as sre_parse
from types import ModuleType

PACKAGES = ("ingest", "assistant")
_USES = {"search", "match", "fullmatch", "findall", "finditer", "split", "sub"}
#: What reports and questions are made of, whatever a pattern looks for.
_COMMON = (" ", "\t", "\n", "1", "1,", "1.", "年", "一", "（", "(", "，", "a", "万元", "%", "-", "　", "中", "第", ".")


def modules() -> Iterator[ModuleType]:
    """Import and yield every module of the packages that read reports and questions."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        yield root
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Return every compiled pattern under a name, those inside tuples, lists and dictionaries too."""
    found: dict[str, re.Pattern[str]] = {}
    seen: set[tuple[str, int]] = set()

    def collect(name: str, value: object, depth: int) -> None:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            if (value.pattern, value.flags) not in seen:
                seen.add((value.pattern, value.flags))
                found[name] = value
        elif depth < 4:
            for number, one in enumerate(_inside(value)):
                collect(f"{name}[{number}]", one, depth + 1)

    for module in modules():
        for name, value in list(vars(module).items()):
            collect(f"{module.__name__}.{name}", value, 0)
        for place, pattern in _inline(module):
            collect(place, pattern, 0)
    return found


def _inside(value: object) -> Iterable[object]:
    """Return what a container or a dataclass holds, nothing for anything else."""
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if isinstance(value, dict):
        return [*value, *value.values()]
    return [getattr(value, name, None) for name in getattr(type(value), "__dataclass_fields__", ())]


def _inline(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns that a module writes where it uses them: re.search(r"…", text)."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re":
            first = node.args[0] if node.args else None
            if called.attr in _USES and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield f"{module.__name__}:{node.lineno}", re.compile(first.value)


def _literals(parsed: object) -> Iterator[str]:
    """Yield characters that a pattern names or that fit what it names."""
    for operator, argument in parsed:
        if operator is sre.LITERAL:
            yield chr(argument)
        elif operator is sre.RANGE:
            yield chr(argument[0])
        elif operator is sre.IN:
            yield from _literals(argument)
        elif operator is sre.CATEGORY:
            yield {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(argument).split(".")[-1], "a")
        elif operator is sre.BRANCH:
            for branch in argument[1]:
                yield from _literals(branch)
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)):
            yield from _literals(argument[2])
        elif operator is sre.SUBPATTERN:
            yield from _literals(argument[3])
        elif operator in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _literals(argument[1])


def _example(parsed: object, draw: random.Random) -> str:
    """Return a string that roughly fits a parsed pattern, repeats drawn short."""
    made = []
    for operator, argument in parsed:
        if operator is sre.LITERAL:
            made.append(chr(argument))
        elif operator is sre.IN:
            made.append(draw.choice(list(_literals(argument)) or ["中"]))
        elif operator is sre.NOT_LITERAL or operator is sre.ANY:
            made.append("中")
        elif operator is sre.BRANCH:
            made.append(_example(draw.choice(argument[1]), draw))
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)):
            low, high, inner = argument
            made += [_example(inner, draw) for _ in range(draw.randint(low, min(high, low + 2)))]
        elif operator is sre.SUBPATTERN:
            made.append(_example(argument[3], draw))
    return "".join(made)


def adversarial(pattern: re.Pattern[str], seed: int = 3) -> list[str]:
    """Return short units: repeated, they are what a pattern may backtrack over."""
    draw = random.Random(seed)
    parsed = sre_parse.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    literals = list(dict.fromkeys(_literals(parsed)))
    draw.shuffle(literals)
    pairs = ["".join(pair) for pair in itertools.islice(itertools.permutations(literals[:4], 2), 8)]
    examples = [one for _ in range(6) if (one := _example(parsed, draw))]
    cut = [one[:-1] for one in examples if len(one) > 1]
    return list(dict.fromkeys([*_COMMON, *literals[:12], *pairs, *examples, *cut]))


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Return the processor time that finding every match in a text takes, and a match of the whole, at best of two."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        for _match in pattern.finditer(text):
            pass
        pattern.match(text)
        pattern.fullmatch(text)
        best = min(best, time.process_time() - started)
    return best


def growth(pattern: re.Pattern[str], unit: str, length: int) -> tuple[float, float]:
    """Return (seconds on twice the length, its ratio to the length itself)."""
    text = (unit * (length // len(unit) + 1))[:length]
    once, twice = seconds(pattern, text), seconds(pattern, text + text)
    return twice, twice / max(once, 1e-6)
