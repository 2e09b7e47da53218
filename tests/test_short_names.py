"""Names that a report itself gives for one thing."""

from decimal import Decimal

import pytest

from ingest.model import Block, Document, Fact, Form, Kind, Profile, SourceRef
from ingest.short_names import short_names


def names(*texts, facts=(), aliases=()):
    document = Document("报告.docx", tuple(Block(n, text) for n, text in enumerate(texts)))
    return short_names(document, Profile("报告", "丙山市林业局", aliases, "2023"), facts)


def figure(label, value="3.2"):
    return Fact(
        (label,), ("决算数",), "丙山市林业局", "2023", Kind.ACTUAL, Form.FIGURE, Decimal(value), "万元", value,
        SourceRef(0, ()),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text, pair",
    [
        ("丙山市林业技术推广中心（以下简称“推广中心”）成立", ("推广中心", "推广中心")),
        ("由丙山市工业和信息化局（以下简称市工信局）牵头", ("市工信局", "市工业和信息化局")),
        ("实施森林防火能力提升项目（简称：防火项目）", ("防火项目", "防火能力提升项目")),
    ],
)
def test_what_is_called_what(text, pair):
    short, full = pair
    assert ((short, full) in names(text)) is (short != full)


def test_a_name_that_isnt_a_shortening_is_no_name():
    assert names("森林防火能力提升项目（以下简称甲方案）") == ()


def test_the_departments_short_names():
    assert names(aliases=("市林业局",)) == (("市林业局", "丙山市林业局"),)


def test_labels_of_one_figure_that_drift():
    drifted = names(facts=(figure("公务用车运行费"), figure("公务用车运行维护费")))
    assert drifted == (("公务用车运行费", "公务用车运行维护费"),)
    assert names(facts=(figure("公务用车运行费"), figure("公务用车运行维护费", "4"))) == ()
    assert names(facts=(figure("公务接待费"), figure("公用经费"))) == ()


def test_a_long_column_of_one_figure_costs_no_pairs():
    """20,000 labels of one figure would be 400 million pairs."""
    assert names(facts=[figure(f"森林{n}防火费") for n in range(20_000)]) == ()
