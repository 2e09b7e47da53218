"""The sample reports: what the generator writes, the same bytes every time."""

from decimal import Decimal

from docx import Document

from eval.samples import write_samples


def test_the_committed_samples_are_what_the_script_writes(tmp_path, samples):
    written = write_samples(tmp_path)
    assert [p.name for p in written] == [p.name for p in sorted(samples.glob("*.docx"))]
    for path in written:
        assert path.read_bytes() == (samples / path.name).read_bytes()


def test_every_figure_cell_of_a_sample_is_a_fact(two, samples):
    """python-docx, which shares nothing with our reader, gives the cells."""
    for report in two.store.reports():
        values = [f.fact.value for f in two.store.all_facts(report.id)]
        for table in Document(str(samples / report.name)).tables:
            for row in table.rows:
                for cell in row.cells:
                    text = cell.text.strip()
                    if text.replace(".", "", 1).isdigit():
                        assert Decimal(text) in values, (report.name, text)


def test_the_samples_agree_with_themselves(two):
    from assistant.checks.listing import tally

    assert tally(two.checker.run(two.library().reports)) == "没有发现问题"
