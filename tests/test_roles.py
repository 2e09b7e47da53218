"""Learned roles of a table's cells: the trees against scikit-learn's own, the bundled model, and what it reads."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.training.roles import _exported
from ingest.context import Context
from ingest.facts import TableReader
from ingest.honest import honest, trusted
from ingest.model import Cell, Role, Table
from ingest.outline import Place
from ingest.read import read_report
from ingest.reading import looseness
from ingest.rolefacts import RoleReader
from ingest.roles import WIDTH, features, learned, likelier
from ingest.trees import Trees
from ingest.view import TableView
from tests import wordfile
from tests.wordfile import p, plain_table, tbl, tc


def view_of(rows):
    cells = tuple(Cell(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return TableView(Table(len(rows), max(map(len, rows)), cells))


def test_the_trees_score_as_scikit_learn_does():
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(3)
    cases = rng.normal(size=(400, 6)).astype(np.float32)
    kinds = (cases[:, 0] > 0).astype(int) + (cases[:, 1] * cases[:, 2] > 0.3)
    model = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=9, random_state=0).fit(cases, kinds)
    arrays = _exported(model)
    trees = Trees(**{k: v for k, v in arrays.items() if k != "depth"}, depth=int(arrays["depth"]))
    assert np.allclose(trees.scores(cases), model.predict_proba(cases), atol=1e-4)


def test_the_bundled_model_is_this_programs_and_has_its_card():
    card = json.loads((files("ingest") / "data" / "roles.json").read_text(encoding="utf-8"))
    assert card["features"] == WIDTH
    assert learned().margins == (card["margins"]["loose"], card["margins"]["tight"])
    assert {"imtqa", "synthetic", "public"} <= set(card["tables"])
    for kind, least in {"horizontal": 92, "complex": 75, "vertical": 97, "hierarchical": 97}.items():
        assert card["out_of_fold"][kind]["right"] >= least
        assert card["out_of_fold"][kind]["right"] >= card["out_of_fold"][kind]["rules alone"]


def test_a_model_of_other_features_is_refused(monkeypatch):
    monkeypatch.setattr("ingest.roles.WIDTH", WIDTH + 1)
    learned.cache_clear()
    with pytest.raises(RuntimeError, match="特征不一致"):
        learned()
    monkeypatch.undo()
    learned.cache_clear()


texts = st.sampled_from(
    ["", "项目", "合计", "12.5", "——", "甲公司", "2023年", "一、收入", "是", "95%", "其中：", "2080501"]
)


@given(st.lists(st.lists(texts, min_size=1, max_size=5), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_table_has_features_and_can_be_read_by_any_roles(rows):
    view = view_of(rows)
    cells, found = features(view)
    assert found.shape == (len(view.table.cells), WIDTH)
    assert np.isfinite(found).all()
    reader = TableReader(view, 0, 0, Place(), Context("甲局", "2023"))
    odds = learned().odds(view)
    assert np.allclose([chances.sum() for chances in odds.values()], 1, atol=1e-4)
    reader.read()
    assert likelier(odds, reader.roles()) >= 0
    for turn in range(3):
        roles = {cell: Role((cell.row + cell.column * turn) % 3) for cell in cells}
        reading = honest(RoleReader(reader, roles).read(), view)
        assert reading.ledger.cells == len(view.table.cells)
        assert all((f.source.row, f.source.column) in {(c.row, c.column) for c in cells} for f in reading.facts)


def test_reading_is_the_same_every_time():
    view = view_of([["名称", "关系"], ["甲公司", "子公司"], ["乙公司", "联营企业"]])
    first, second = learned().odds(view), learned().odds(view)
    assert all((first[cell] == second[cell]).all() for cell in view.table.cells)


def read(tmp_path, body):
    return read_report(wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", p("甲县财政局2023年度报告") + body))


def test_a_table_of_words_has_its_header_read(tmp_path):
    rows = [
        ["关联方名称", "与本单位的关系"],
        ["甲公司", "受同一单位控制"],
        ["乙公司", "下属企业"],
        ["丙公司", "参股企业"],
    ]
    found = {f.raw: {*f.row_path, *f.column_path} for f in read(tmp_path, plain_table(rows)).facts}
    assert found["下属企业"] == {"乙公司", "与本单位的关系"}


def test_a_form_whose_pairs_stand_over_a_header_keeps_both(tmp_path):
    body = tbl(
        tc("主管部门", 2) + tc("甲县林业局", 2) + tc("资金使用单位") + tc("各乡镇及国有林场总场", 2),
        tc("资金投入情况（万元）", 2, "start")
        + tc("", 2)
        + tc("全年预算数（A）")
        + tc("全年执行数（B）")
        + tc("预算执行率（B/A）"),
        tc("", 2, "go") + tc("年度资金总额：", 2) + tc("36,001.80") + tc("34,349.09") + tc("95.41%"),
        tc("", 2, "go") + tc("其中：中央财政资金", 2) + tc("31,480.80") + tc("30,216.74") + tc("95.98%"),
        tc("", 2, "go") + tc("省级财政资金", 2) + tc("4,521.00") + tc("4,132.35") + tc("91.40%"),
    )
    found = {f.raw: (f.row_path[-1], f.column_path) for f in read(tmp_path, body).facts if f.value is not None}
    assert found["30,216.74"] == ("其中：中央财政资金", ("全年执行数（B）",))


#: Tables whose rows are told apart only by words that stand right of the rows' first label.
NAMED_TWICE = {
    "one header over both, a word that heads values too": ([["股份性质", "股份性质", "数量"], ["无限售股", "总数", "51"], ["无限售股", "核心员工", "42"], ["有限售股", "总数", "8"]], "核心员工", "42"),
    "one header over both, plain": ([["相关统计数", "相关统计数", "数量"], ["公务用车", "购置数量（辆）", "3"], ["公务用车", "保有量（辆）", "6"], ["公务接待", "批次（个）", "58"]], "保有量（辆）", "6"),
    "codes before names": ([["功能分类", "科目名称", "年初预算数", "决算数"], ["208", "社会保障支出", "2,050.00", "2,106.55"], ["210", "卫生健康支出", "14,638.20", "17,892.63"], ["213", "农林水支出", "—", "120.00"]], "卫生健康支出", "17,892.63"),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "name", "raw"), NAMED_TWICE.values(), ids=NAMED_TWICE)
def test_a_row_is_named_by_the_words_that_tell_it_apart(tmp_path, rows, name, raw):
    first = rows[0][0]
    body = plain_table(rows)
    if rows[0][1] == first:
        body = tbl(tc(first, 2) + tc(rows[0][2]), *("".join(map(tc, row)) for row in rows[1:]))
    facts = [f for f in read(tmp_path, body).facts if f.value is not None]
    assert [f.row_path[-1] for f in facts if f.raw == raw] == [name]
    assert not any(name in f.column_path or f.raw == name for f in facts)


def test_a_further_form_in_the_same_table_has_its_own_header(tmp_path):
    """A self-assessment form: funds on top, indicators below, each with a header of its own."""
    body = tbl(
        tc("项目资金") + tc("资金性质") + tc("年初预算数") + tc("全年预算数") + tc("全年执行数"),
        tc("项目资金") + tc("年度资金总额") + tc("3,959.86") + tc("4,306.02") + tc("4,094.06"),
        tc("项目资金") + tc("其中：当年财政拨款") + tc("3,900.00") + tc("4,200.00") + tc("4,000.00"),
        tc("一级指标") + tc("二级指标") + tc("指标名称") + tc("年度指标值") + tc("实际完成值"),
        tc("产出指标", merge="start") + tc("数量指标") + tc("工作站数量") + tc("≥120个") + tc("126个"),
        tc("产出指标", merge="go") + tc("时效指标") + tc("按期完工率") + tc("100%") + tc("96.97%"),
    )
    found = {f.raw: f.column_path for f in read(tmp_path, body).facts if f.value is not None}
    assert found["126个"] == ("实际完成值",)
    assert found["4,094.06"] == ("全年执行数",)
    roles = [
        [Role.LEFT, Role.LEFT, Role.TOP, Role.TOP, Role.TOP], [Role.LEFT, Role.LEFT, Role.VALUE, Role.VALUE, Role.VALUE]
    ]  # fmt: skip
    view = view_of([
        ["项目资金", "资金性质", "年初预算数", "全年预算数", "全年执行数"], ["", "总额", "1.5", "2.5", "3.5"],
        ["一级", "二级", "年度指标值", "实际完成值", "分值"], ["产出", "工作站数量", "120", "126", "5"],
    ])  # fmt: skip
    reader = TableReader(view, 0, 0, Place(), Context("甲局", "2023"))
    reader.read()
    given = {cell: roles[cell.row % 2][cell.column] for cell in view.table.cells}
    own = {f.raw: f.column_path for f in RoleReader(reader, given).read().facts if f.value is not None}
    assert own["126"] == ("实际完成值",)
    assert own["2.5"] == ("全年预算数",)


def test_where_nothing_is_in_doubt_no_model_is_asked():
    view = view_of([["项目", "预算数", "决算数"], ["办公费", "12.5", "11.2"], ["印刷费", "3.0", "2.9"]])
    reader = TableReader(view, 0, 0, Place(), Context("甲局", "2023"))
    assert looseness(reader, reader.read()) is None


#: Tables of whose learned roles some can't be right: they are read by rules or not at all, never wrongly.
TRICKY = {
    "counts": ([["部门", "A局", "", "B局", ""], ["科目", "预算", "决算", "预算", "决算"], ["工资", "1", "2", "3", "4"], ["公用", "5", "6", "7", "8"]], "公用", "6", "A局"),
    "repeated heads": ([["地区", "政府债务限额", "政府债务限额", "政府债务余额", "政府债务余额"], ["地区", "一般债务", "专项债务", "一般债务", "专项债务"], ["某县", "10.5", "20.5", "9.5", "18.5"], ["某镇", "1.5", "2.5", "1.1", "2.2"]], "某县", "10.5", "一般债务"),
    "pairs": ([["单位名称", "某局", "法人", "张三"], ["编制数", "20", "在职", "18"], ["固定资产（万元）", "200", "车辆", "3"], ["年初预算", "1,200", "决算", "1,100"]], "车辆", "3", ""),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "row", "raw", "head"), TRICKY.values(), ids=TRICKY)
def test_a_figure_is_bound_rightly_or_not_at_all(tmp_path, rows, row, raw, head):
    bundle = read(tmp_path, plain_table(rows))
    facts = trusted(bundle.facts, bundle.ledger)
    assert not any(text.replace(".", "").isdecimal() for f in facts for text in (*f.row_path, *f.column_path))
    found = [f for f in facts if f.raw == raw and f.row_path[-1:] == (row,)]
    assert all(not head or any(head in text for text in f.column_path) for f in found)
    assert all(f.column_path == () and f.unit != "万元" for f in found) or head


def test_a_long_list_is_read_in_time_that_grows_with_it():
    from time import process_time

    taken = []
    for rows in (300, 1200):
        view = view_of([["序号", "项目", "金额"]] + [[str(n), f"项目{n}", f"{n}.5"] for n in range(1, rows)])
        roles = {cell: Role.TOP if cell.row == 0 else Role(2 * (cell.column < 2)) for cell in view.table.cells}
        reader = TableReader(view, 0, 0, Place(), Context("甲局", "2023"))
        started = process_time()
        RoleReader(reader, roles).read()
        taken.append(process_time() - started)
    assert taken[1] < 4 * 4 * max(taken[0], 0.02)


@pytest.mark.parametrize("first", [(0, 0, 3, 3), (1, 1, 2, 2), (0, 1, 1, 2)])
def test_merges_that_overlap_stop_no_reading(first):
    """A damaged workbook merges what is merged already; a cell may lie wholly under another."""
    row, column, down, across = first
    cells = (
        Cell(row, column, down, across, "合计"), *(Cell(r, c, 1, 1, f"{r}{c}.5") for r in range(3) for c in range(3)),
        Cell(0, 0, 2, 3, "项目"),
    )  # fmt: skip
    for order in (cells, cells[::-1]):
        view = TableView(Table(3, 3, tuple(order)))
        found, rows = features(view)
        assert len(found) == len(rows) == len(order)
        reader = TableReader(view, 0, 0, Place(), Context("甲局", "2023"))
        reading = reader.read()
        assert reading.ledger.cells == reading.ledger.understood + len(reading.ledger.unclear)
