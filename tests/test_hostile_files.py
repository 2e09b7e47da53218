"""PDFs that are traps: refused or read within their time, in a process of its own, whatever the library does."""

import time
import zlib

import pytest

from ingest.apart import read_apart
from ingest.errors import UnreadableFileError
from ingest.pipeline import Outcome, ingest
from ingest.store import Store
from tests.pdffile import Sheet, assembled, write

pytestmark = pytest.mark.slow
_SECONDS = 20  # for a busy machine; alone each takes under ten

PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >> >>"
)


def stream(data, more=b""):
    return b"<< /Length %d %s >>\nstream\n" % (len(data), more) + data + b"\nendstream"


def bomb():
    return assembled(
        [CATALOG, PAGES, PAGE, stream(zlib.compress(b"0 0 m 1 1 l S\n" * 20_000_000), b"/Filter /FlateDecode")]
    )


def packed_twice():
    inner = zlib.compress(zlib.compress(b"0 0 m 1 1 l S\n" * 1000))
    return assembled([CATALOG, PAGES, PAGE, stream(inner, b"/Filter [/FlateDecode /FlateDecode]")])


def endless_forms():
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> >>"
    return assembled([CATALOG, PAGES, PAGE, stream(b"/A Do"), stream(b"/A Do /A Do /A Do", form)])


def endless_tree():
    return assembled([CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999 >>"])


def scripted():
    """A file that would run a script, fetch a page and start a program when it is opened."""
    action = b"<< /S /JavaScript /JS (app.launchURL('http://127.0.0.1:9/x');) /Next << /S /Launch /F (/bin/true) >> >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % action
    return assembled([catalog, PAGES, PAGE, stream(b"q Q")])


@pytest.mark.parametrize("made", [bomb, packed_twice, endless_forms, endless_tree, scripted])
def test_a_trap_is_refused_in_time(tmp_path, made):
    path = tmp_path / "陷阱.pdf"
    path.write_bytes(made())
    start = time.monotonic()
    with pytest.raises(UnreadableFileError, match="陷阱"):
        read_apart(path)
    assert time.monotonic() - start < _SECONDS


def test_a_trap_under_another_name_is_read_apart_too(tmp_path):
    """What a file holds says who reads it, so it must say where."""
    path = tmp_path / "陷阱.docx"
    path.write_bytes(endless_forms())
    with Store.open(tmp_path / "store", write=True) as store:
        (result,) = ingest(store, [path])
    assert result.outcome is Outcome.FAILED
    assert "已经停下" in result.message


def crowded_lines():
    sheet = Sheet().text(60, 60, "某某县水利局2023年度部门决算")
    sheet.ops += [f"{n % 595} {n % 842} m {(n * 7) % 595} {(n * 3) % 842} l S" for n in range(60_000)]
    return [sheet]


def crowded_grid():
    sheet = Sheet().text(60, 60, "某某县水利局2023年度部门决算")
    for n in range(400):
        sheet.line(10, 10 + 2 * n, 580, 10 + 2 * n)
    for n in range(280):
        sheet.line(10 + 2 * n, 10, 10 + 2 * n, 810)
    return [sheet]


def crowded_text():
    sheet = Sheet()
    sheet.ops += [f"BT /F1 10 Tf 1 0 0 1 {n % 595} {n % 842} Tm <5e74> Tj ET" for n in range(90_000)]
    return [sheet]


@pytest.mark.parametrize(
    "made", [crowded_lines, crowded_grid, crowded_text, lambda: [Sheet().text(60, 60, "一页")] * 1400]
)
def test_a_crowded_file_is_read_in_time(tmp_path, made):
    path = write(tmp_path / "多.pdf", made())
    start = time.monotonic()
    assert read_apart(path).document.blocks
    assert time.monotonic() - start < _SECONDS
