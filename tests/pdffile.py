"""Writes small PDFs by hand: Chinese text in a font that needs none embedded, lines, tables, pages turned or not."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Sheet:
    """A page; places count from its upper left corner, in points."""

    width: float = 595
    height: float = 842
    rotate: int = 0
    turned: bool = (
        False  # the content itself is set a quarter turn to the left, as landscape tables are on a portrait page
    )
    ops: list[str] = field(default_factory=list)

    def text(self, x: float, top: float, text: str, size: float = 10, *, mode: int = 0, slant: bool = False) -> Sheet:
        """Set a line of text, its upper edge at ``top``; figures and Latin letters are half as wide."""
        matrix = "0.7 0.7 -0.7 0.7" if slant else "1 0 0 1"
        data = text.encode("utf-16-be").hex()
        self.ops.append(f"BT {mode} Tr /F1 {size} Tf {matrix} {x} {self._up(top + 0.86 * size)} Tm <{data}> Tj ET")
        return self

    def line(self, x: float, top: float, right: float, bottom: float) -> Sheet:
        """Draw a line."""
        self.ops.append(f"0.5 w {x} {self._up(top)} m {right} {self._up(bottom)} l S")
        return self

    def table(
        self, xs: Sequence[float], ys: Sequence[float], cells: Mapping[tuple[int, int], str],
        spans: Mapping[tuple[int, int], tuple[int, int]] | None = None, *, size: float = 10, sides: bool = True,
    ) -> Sheet:  # fmt: skip
        """Draw a ruled table with its texts; ``spans`` has (rows, columns) of merged cells."""
        spans = spans or {}
        inside = {
            (r + i, c + j): (r, c)
            for (r, c), (down, across) in spans.items()
            for i in range(down)
            for j in range(across)
        }
        for r in range(len(ys)):
            for c in range(len(xs) - 1):
                if inside.get((r - 1, c), (r - 1, c)) != inside.get((r, c), (r, c)):
                    self.line(xs[c], ys[r], xs[c + 1], ys[r])
        for c in range(len(xs)):
            for r in range(len(ys) - 1):
                outer = c in (0, len(xs) - 1)
                if inside.get((r, c - 1), (r, c - 1)) != inside.get((r, c), (r, c)) and (sides or not outer):
                    self.line(xs[c], ys[r], xs[c], ys[r + 1])
        for (r, c), text in cells.items():
            for number, part in enumerate(text.split("\n")):
                self.text(xs[c] + 3, ys[r] + 3 + number * (size + 2), part, size)
        return self

    def _up(self, top: float) -> float:
        return (self.width if self.turned else self.height) - top

    def content(self) -> bytes:
        """Return the page's content stream."""
        before = f"q 0 1 -1 0 {self.width} 0 cm\n" if self.turned else "q\n"
        return (before + "\n".join(self.ops) + "\nQ").encode("ascii")


def write(path: Path, sheets: Sequence[Sheet], *, packed: bool = True) -> Path:
    """Write a PDF of these pages, their contents packed, or plain for whoever wants to damage them."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    kids = []
    for sheet in sheets:
        data = zlib.compress(sheet.content()) if packed else sheet.content()
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width} {sheet.height}] /Rotate {sheet.rotate} "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        kind = "/Filter /FlateDecode " if packed else ""
        objects.append(f"<< /Length {len(data)} {kind}>>\nstream\n".encode() + data + b"\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    path.write_bytes(assembled(objects))
    return path


def assembled(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of numbered objects, the first its catalog."""
    body, places = b"%PDF-1.5\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + item + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return body + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
