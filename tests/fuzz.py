"""Damage files at random and read them: ``python -m tests.fuzz --minutes 60 --seed 1 --keep FOLDER FILES…``.

Word files, workbooks, web pages, PDFs, whatever is read.  Every file must be read or refused with an
``UnreadableFileError`` within the time (of the processor; a process apart has a limit of its own), and every table's
account must balance; a PDF, a picture or an old workbook is read in a process of its own, which may not end on it.
The first of each kind that breaks that is written to ``--keep``.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from ingest.apart import Reader
from ingest.errors import UnreadableFileError
from ingest.model import Bundle
from ingest.read import read_report
from ingest.readers.kinds import has_pages

_SECONDS = 5
#: What is said of a file on which a reading process ended, or an error got away.
_ENDED = re.compile("出了故障|读的时候出错|已经停下")
_VALUES = ("", "0", "-1", "1", "2", "7", "abc", "2000000000", "restart", "continue", "off", "１", "²", "NULL", "../x")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAGS = tuple(_W + t for t in "p r t tbl tr tc tcPr trPr gridSpan vMerge sdt sdtContent ins del sym tab br".split())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    chance = random.Random(options.seed)
    end, runs, refused = time.monotonic() + options.minutes * 60, 0, 0
    kinds: dict[str, int] = {}
    with Reader() as reader:
        while time.monotonic() < end:
            source = chance.choice(options.files)
            path = options.keep / f"trial{options.seed}{source.suffix}"
            path.write_bytes(damaged(source, chance))
            runs += 1
            found, was_refused = trial(path, reader)
            refused += was_refused
            if found:
                kind = re.sub(r"[\d.]+ s$", "", found.strip().rpartition("\n")[2] if "\n" in found else found)
                kinds[kind] = kinds.get(kind, 0) + 1
            if found and kinds[kind] == 1:
                kept = options.keep / f"found-{options.seed}-{runs}{source.suffix}"
                path.rename(kept)
                say(f"{kept} {source.name} {found}")
            if runs % 1000 == 0:
                say(f"{runs} files, {refused} refused")
    say(f"{runs} files, {refused} refused, of each kind found: {kinds}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def trial(path: Path, reader: Reader | None = None) -> tuple[str, bool]:
    """Read one file; return what was wrong (``""`` for nothing) and whether it was refused."""
    start = _clock()
    try:
        bundle = _read(path, reader)
    except UnreadableFileError as error:
        if _ENDED.search(str(error)):
            return f"{error} {error.__cause__}", True
        return ("too slow to refuse" if _clock() - start > _SECONDS else ""), True
    except Exception:  # any other error is what is looked for; it is reported with its trace
        return traceback.format_exc(), False
    if _clock() - start > _SECONDS:
        return f"took {_clock() - start:.1f} s", False
    for entry in bundle.ledger:
        if entry.cells != entry.understood + len(entry.unclear):
            return f"ledger of table {entry.table} does not balance", False
    return "", False


def _clock() -> float:
    """Return the seconds of this process's own time, which a busy machine doesn't lengthen."""
    return time.process_time()


def _read(path: Path, reader: Reader | None) -> Bundle:
    apart = reader is not None and (has_pages(path) or path.suffix == ".xls")
    return reader.read(path, 4 * _SECONDS) if apart and reader is not None else read_report(path)


def damaged(source: Path, chance: random.Random) -> bytes:
    """Return a file damaged in a way that its kind knows, or bytewise."""
    ways = {
        ".docx": (damaged_xml, damaged_xml, damaged_xml),
        ".xlsx": (damaged_xml, damaged_xml, damaged_xml),
        ".html": (damaged_text, damaged_text, damaged_text),
        ".pdf": (damaged_text, damaged_text),
    }.get(source.suffix, ())
    return chance.choice((damaged_bytes, *ways))(source, chance)


def damaged_text(source: Path, chance: random.Random) -> bytes:
    """Return the file with pieces of it (a tag, a number, an object) doubled, moved, dropped, other numbers in places."""
    pieces = _PIECES.split(source.read_bytes())
    for _ in range(chance.randint(1, 12)):
        at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        size = chance.choice((1, 1, 2, 8, 60))
        match chance.randrange(4):
            case 0:
                pieces[to:to] = pieces[at : at + size] * chance.choice((1, 2, 30))
            case 1:
                del pieces[at : at + size]
            case 2:
                pieces[at] = re.sub(rb"\d{1,12}", lambda _: chance.choice(_NUMBERS), pieces[at])
            case _:
                pieces[at], pieces[to] = pieces[to], pieces[at]
        pieces = pieces or [b""]
    return b"".join(pieces)


_PIECES = re.compile(rb"(?<=>)|(?<=\n)|(?= )")
_NUMBERS = (b"0", b"-1", b"1", b"2", b"65535", b"2000000000", b"99999999999", b"1.5", b"NaN")


def damaged_bytes(source: Path, chance: random.Random) -> bytes:
    """Return the file with some bytes changed, cut or doubled."""
    data = bytearray(source.read_bytes())
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def damaged_xml(source: Path, chance: random.Random) -> bytes:
    """Return the file with elements of one of its XML parts moved, doubled, dropped, renamed or misvalued."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        parts = [n for n in old.namelist() if n.endswith((".xml", ".rels"))]
        main = [n for n in parts if n == "word/document.xml" or n.startswith("xl/worksheets/")]
        chosen = chance.choice(main if main and chance.random() < 0.8 else parts)
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, mutated(data, chance) if name == chosen else data)
    return buffer.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 12)):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        chance.choice(_CHANGES)(root, elements, chance)
    return bytes(etree.tostring(root))


def _misvalue(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    element = chance.choice(elements)
    for name in element.attrib:
        element.set(name, chance.choice(_VALUES))


def _drop(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    element = chance.choice(elements)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    element = chance.choice(elements)
    if element.getparent() is not None and len(elements) < 200_000:
        for _ in range(chance.choice((1, 2, 30))):
            element.addnext(etree.fromstring(etree.tostring(element)))


def _move(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    element, target = chance.choice(elements), chance.choice(elements)
    if element is not root and target not in element.iter():
        target.insert(chance.randint(0, len(target)), element)


def _rename(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    element = chance.choice(elements[1:] or elements)
    element.tag = chance.choice(_TAGS) if element.tag.startswith(_W) else chance.choice(elements).tag


def _retext(root: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    texts = [element for element in elements if element.text] or elements
    pieces = (
        "",
        "0",
        "——",
        "１２.3４%",
        "9" * 400,
        "一、",
        "其中：",
        "与2020年相比下降",
        "（万元）",
        "≥",
        "²",
        "\u202e",
    )
    chance.choice(texts).text = "".join(chance.choices(pieces, k=chance.randint(1, 4)))


_CHANGES: tuple[Callable[[etree._Element, list[etree._Element], random.Random], None], ...] = (
    _misvalue, _drop, _double, _move, _rename, _retext,
)  # fmt: skip

if __name__ == "__main__":
    main()
