"""A report being written: paragraphs and tables in order, and what each of them states."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from eval.corpus.model import Figure, Note, Printed, Spot, Statement
from eval.corpus.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``level`` 1–3 is a heading."""

    text: str
    level: int = 0


@dataclass(slots=True)
class Story:
    """What a report holds so far.  Tables are numbered in reading order, nested ones after their holder."""

    report: str
    blocks: list[Paragraph | Sheet] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    layouts: list[str] = field(default_factory=list)
    faults: list[tuple[str, Spot]] = field(default_factory=list)

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading."""
        self.blocks.append(Paragraph(text, level))

    def say(self, text: str, *stated: tuple[Figure, Printed], notes: tuple[Note, ...] = (), fault: str = "") -> None:
        """Add a paragraph; each ``{}`` of the text takes the next figure, which its clause then states.

        ``fault`` is the id of a fault that the paragraph as a whole holds.
        """
        whole, clauses = fill(text, [printed for _, printed in stated])
        self.blocks.append(Paragraph(whole))
        for (figure, printed), clause in zip(stated, clauses, strict=True):
            self.statements.append(Statement(figure, printed, Spot(self.report, clause=clause)))
        self.notes += [replace(note, spot=Spot(self.report, clause=note.text)) for note in notes]
        if fault:
            self.faults.append((fault, Spot(self.report, clause=whole)))

    def draw(self, sheet: Sheet) -> None:
        """Add a table, and those nested in it."""
        self.blocks.append(sheet)
        self._account(sheet)

    def _account(self, sheet: Sheet) -> None:
        number = len(self.layouts)
        self.layouts.append(sheet.layout)
        self.statements += sheet.statements(self.report, number)
        for drawn in sheet.drawn:
            note = drawn.box.note
            spot = Spot(self.report, number, drawn.row, drawn.column)
            if note is not None:
                self.notes.append(replace(note, spot=spot))
            if drawn.box.fault:
                self.faults.append((drawn.box.fault, spot))
        for drawn in sorted(sheet.drawn, key=lambda d: (d.row, d.column)):
            if drawn.box.nested is not None:
                self._account(drawn.box.nested)

    def fault_places(self) -> list[tuple[str, Spot]]:
        """Return (fault id, place) of every fault that was printed."""
        stated = [(s.printed.fault, s.spot) for s in self.statements if s.printed.fault]
        return [*stated, *self.faults]


def fill(text: str, printed: list[Printed]) -> tuple[str, list[str]]:
    """Return (the text with its figures, for each figure the clause that states it).

    >>> fill("支出{}，其中基本支出{}。", [Printed("9元", None, ""), Printed("3元", None, "")])
    ('支出9元，其中基本支出3元。', ['支出9元', '其中基本支出3元'])
    """
    whole, clauses, clause, waiting = "", [], "", 0
    figures = iter(printed)
    for number, piece in enumerate(text.split("{}")):
        if number:
            shown = next(figures).text
            whole, clause, waiting = whole + shown, clause + shown, waiting + 1
        for char in piece:
            whole += char
            if char in "，。；（）":
                clauses += [clause] * waiting
                clause, waiting = "", 0
            else:
                clause += char
    return whole, clauses + [clause] * waiting
