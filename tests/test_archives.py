"""Archives of attachments: members read one by one, names as Chinese systems write them, traps refused."""

import io
import zipfile

import pytest

from assistant.samples import write_samples
from ingest.errors import UnreadableFileError
from ingest.pipeline import Outcome, ingest
from ingest.read import read_report
from ingest.store import Store


@pytest.fixture
def report(tmp_path):
    (tmp_path / "s").mkdir()
    return write_samples(tmp_path / "s")[0]


def read(tmp_path, data):
    path = tmp_path / "附件.zip"
    path.write_bytes(data)
    with Store.open(tmp_path / "store", write=True) as store:
        results = list(ingest(store, [path]))
        return results, [one.name for one in store.reports()]


def zipped(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def test_each_member_is_read_and_what_isn_t_is_named(tmp_path, report):
    inner = zipped([("深.docx", report.read_bytes()), ("更深.zip", b"PK")])
    results, names = read(
        tmp_path,
        zipped(
            [
                ("2023/决算.docx", report.read_bytes()), ("图片.bmp", b"BM"), ("里面.zip", inner), ("坏.docx", b"PK\x03\x04"),
                ("__MACOSX/._决算.docx", b"x"), ("~$决算.docx", b"x"),
            ]
        ),
    )  # fmt: skip
    told = {result.file: (result.outcome, result.message) for result in results}
    assert told["附件.zip › 2023/决算.docx"][0] is Outcome.ADDED
    assert told["附件.zip › 图片.bmp"][0] is Outcome.SKIPPED
    assert told["附件.zip › 深.docx"] == (Outcome.UNCHANGED, "与已读入的“决算.docx”内容完全相同，没有再读一遍")
    assert told["附件.zip › 更深.zip"][0] is Outcome.SKIPPED
    assert told["附件.zip › 坏.docx"][0] is Outcome.FAILED
    assert "“坏.docx”" in told["附件.zip › 坏.docx"][1]
    assert len(told) == 5
    assert names == ["决算.docx"]


def test_names_in_the_system_s_code_page_are_read(tmp_path, report):
    name = "水利局决算.docx".encode("gb18030")  # as old programs write it, not marked as UTF-8
    data = zipped([("x" * len(name), report.read_bytes())]).replace(b"x" * len(name), name)
    results, names = read(tmp_path, data)
    assert [one.outcome for one in results] == [Outcome.ADDED]
    assert names == ["水利局决算.docx"]


@pytest.mark.parametrize("name", ["../../../../tmp/越界.docx", "/etc/越界.docx", "a/../../越界.docx"])
def test_a_name_never_becomes_a_path(tmp_path, report, name):
    before = {path for path in tmp_path.rglob("*") if "store" not in path.parts}
    results, names = read(tmp_path, zipped([(name, report.read_bytes())]))
    assert names == ["越界.docx"]
    assert {path for path in tmp_path.rglob("*") if "store" not in path.parts} - before <= {tmp_path / "附件.zip"} | {
        path for path in (tmp_path / "store").rglob("*")
    }
    assert results[0].outcome is Outcome.ADDED


def test_too_many_or_too_large_is_refused(tmp_path):
    for members in ([(f"{n}.docx", b"") for n in range(301)], [("大.docx", b"\0" * (513 * 1024**2))]):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        (result,), names = read(tmp_path, target.getvalue())
        assert (result.outcome, names) == (Outcome.FAILED, [])
        assert "过多或过大" in result.message


def test_a_broken_archive_is_refused(tmp_path):
    (result,), _ = read(tmp_path, b"PK\x03\x04 broken")
    assert result.outcome is Outcome.FAILED


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".xlsm", ".ods", ".odt", ".zip"])
@pytest.mark.parametrize("field", [6, 8, 10], ids=["version", "flags", "method"])
def test_a_zipped_file_of_a_kind_that_nobody_reads_is_refused(tmp_path, ending, field):
    """What says that it needs a later version, a password or another compression than there is."""
    path = tmp_path / f"甲县财政局2023年度决算{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("xl/workbook.xml", "<a/>")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + field : at + field + 2] = b"\xc1\x00"
    path.write_bytes(bytes(data))
    with Store.open(tmp_path / "store", write=True) as store:
        results = list(ingest(store, [path]))
    assert {result.outcome for result in results} <= {Outcome.FAILED, Outcome.SKIPPED}
    assert not any("故障" in result.message for result in results)
    if ending != ".zip":
        with pytest.raises(UnreadableFileError):
            read_report(path)
