"""A run in the terminal: one table over all sets and systems, one over the kinds of questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

SYSTEMS = {"assistant": "jixiao", "flat": "基线：平铺文字", "overlap": "基线：行列词重合"}
KINDS = {
    "lookup": "查一格",
    "narrative": "文字里的数",
    "colloquial": "口语",
    "follow_up": "追问",
    "computation": "计算",
    "ranking": "排序",
    "list": "列举",
    "text": "文字答案",
    "conflict": "前后不一",
    "false_premise": "前提不对",
    "absent": "没有的",
}

TYPES = {
    "cell": "查一格", "text-number": "文字里的数", "colloquial": "口语", "follow": "追问", "compute": "计算",
    "rank": "排序", "list": "列举", "text": "文字答案", "conflict": "前后不一", "premise": "前提不对",
    "multi": "几份报告", "abstain": "没有的",
}  # fmt: skip

FAULTS = {
    "total": "合计", "two_values": "一数两处", "roll_forward": "结转", "last_year": "上年数", "difference": "增减额",
    "ratio": "比率", "score_total": "总分", "points": "分值", "target": "目标值", "no_actual": "没有完成值",
    "full_marks": "没完成得满分", "no_reason": "没写原因", "direction": "增减方向", "wrong_year": "年度",
}  # fmt: skip

ASPECTS = {
    "missing": "没读到",
    "value": "数值",
    "unit": "单位",
    "period": "年度",
    "organisation": "单位名称",
    "kind": "口径",
    "hedge": "界限词",
    "measure": "指标名",
    "paths": "表头路径",
}


def share(part: int, whole: int) -> str:
    """Return a share as a percentage with one place, ``—`` of nothing."""
    return f"{part / whole * 100:.1f}" if whole else "—"


def interval(counted: dict[str, Any]) -> str:
    """Return the share that is right with its 95 % interval: 62.2（57–67）."""
    low, high = counted["interval"]
    return f"{share(counted['right'], counted['questions'])}（{low * 100:.0f}–{high * 100:.0f}）"


def show(run: dict[str, Any], console: Console) -> None:
    """Print a run."""
    console.print(f"{run['date']}  {run['commit'] or '（不在 git 里）'}")
    if "strangers" in run:
        for table in strangers_tables(run["strangers"]):
            console.print(table)
    console.print(_systems(run))
    console.print(_kinds(run))
    for one in run["sets"]:
        if one.get("facts"):
            console.print(facts_line(one["name"], one["facts"]))


def strangers_tables(strangers: dict[str, Any]) -> list[Table]:
    """Return what strangers' questions came to, by author and by type."""
    authors = [(f"{one['author']}（{one['documents']}份）", one) for one in strangers["authors"]]
    types = [(TYPES.get(name, name), held) for name, held in strangers["types"].items()]
    whole = ("合计", strangers["total"])
    return [
        _strangers_table("陌生题库，按作者（%，括号内 95% 区间）", "作者", [*authors, whole]),
        _strangers_table("陌生题库，按题型（%，括号内 95% 区间）", "题型", [*types, whole]),
    ]


def _strangers_table(title: str, first: str, rows: Sequence[tuple[str, dict[str, Any]]]) -> Table:
    table = Table(title=title)
    for name in (first, "题数", "对", "错", "反问给到", "未答", "无出处的数"):
        table.add_column(name, justify="left" if name == first else "right")
    for name, held in rows:
        table.add_row(name, *stranger_cells(held))
    return table


def stranger_cells(counted: dict[str, Any]) -> tuple[str, ...]:
    """Return a row of strangers' questions: how many, then shares with their intervals."""
    whole, (low, high) = counted["questions"], counted["wrong_interval"]
    wrong = f"{share(counted['wrong'], whole)}（{low * 100:.0f}–{high * 100:.0f}）"
    rest = (share(counted[key], whole) for key in ("helped", "missed"))
    return str(whole), interval(counted), wrong, *rest, str(counted["unsupported"])


def _systems(run: dict[str, Any]) -> Table:
    table = Table(title="各集、各系统（%）")
    for name in (
        "集",
        "系统",
        "题数",
        "对（95%区间）",
        "出处错",
        "错",
        "未答",
        "无出处的数",
        "出处准确",
        "p50/p95/p99 毫秒",
        "内存 MB",
    ):
        table.add_column(name, justify="left" if name in ("集", "系统") else "right")
    for one in run["sets"]:
        for system in one["systems"]:
            whole, ms = system["questions"], system["ms"]
            table.add_row(
                f"{one['name']}（{one['documents']}份）" if system["system"] == "assistant" else "",
                SYSTEMS.get(system["system"], system["system"]), str(whole), interval(system),
                *(share(system[key], whole) for key in ("misplaced", "wrong", "missed")), str(system["unsupported"]),
                share(*system["cited"]), "—" if ms is None else "/".join(f"{ms[q]:g}" for q in ("p50", "p95", "p99")),
                str(system["megabytes"] or "—"),
            )  # fmt: skip
        table.add_section()
    return table


def _kinds(run: dict[str, Any]) -> Table:
    table = Table(title="jixiao 按题型：对 / 错 / 未答（题数）")
    table.add_column("题型")
    for one in run["sets"]:
        table.add_column(one["name"], justify="right")
    assistants = [one["systems"][0]["kinds"] for one in run["sets"]]
    for kind, name in KINDS.items():
        if any(kind in kinds for kinds in assistants):
            table.add_row(name, *(_kind_cell(kinds.get(kind)) for kinds in assistants))
    return table


def _kind_cell(counted: dict[str, Any] | None) -> str:
    if counted is None:
        return ""
    wrong = counted["wrong"] + counted["misplaced"]
    return f"{counted['right']} / {wrong} / {counted['missed']}（{counted['questions']}）"


def facts_line(name: str, facts: dict[str, Any]) -> str:
    """Return how the reader stands beside the truth, in one line."""
    lacking = "、".join(f"{ASPECTS[aspect]} {count}" for aspect, count in facts["lacking"].items())
    return (
        f"{name} 读表：{facts['true']} 个事实读对 {facts['right']}（{share(facts['right'], facts['true'])}%），"
        f"多出 {facts['false']}；缺：{lacking or '无'}"
    )


def search_table(made: Sequence[dict[str, Any]]) -> Table:
    """Return the figures of search, a row a set and stage."""
    table = Table(title="检索（%；MRR 括号内为 95% 区间）")
    for column in ("题集", "题数", "级", "前1", "前5", "前10", "MRR", "p50 / p95 毫秒"):
        table.add_column(column, justify="left" if column in ("题集", "级") else "right")
    for one in made:
        for number, stage in enumerate(one["stages"]):
            low, high = stage["interval"]
            table.add_row(
                one["set"] if number == 0 else "", str(one["questions"]) if number == 0 else "", stage["stage"],
                *(str(stage[f"recall@{cut}"]) for cut in (1, 5, 10)), f"{stage['mrr']}（{low:.0f}–{high:.0f}）",
                f"{stage['p50']} / {stage['p95']}",
            )  # fmt: skip
    return table


def check_lines(name: str, result: dict[str, Any], examples: int, *, reviewed: bool) -> Iterator[str]:
    """Yield what the checks' score says: recall and precision of a corpus, or a reviewer's list met."""
    if reviewed:
        listed = len(result["met"]) + len(result["missed"])
        yield (
            f"{name}：人找出的 {listed} 处不一致对上 {len(result['met'])} 处，报出 {result['findings']} 处，"
            f"其中人没有写下的 {len(result['false'])} 处，用时 {result['seconds']:.2f} 秒"
        )
        yield from (f"  没有报出：{key} {title}" for key, title in list(result["missed"].items())[:examples])
        yield from (f"  人没有写下：{one}" for one in result["false"][:examples])
        return
    faults = (
        f"错误 {result['faults']} 处，查出 {share(sum(result['found'].values()), result['faults'])}%；"
        if result["faults"]
        else ""
    )
    right = result["findings"] - len(result["false"])
    held = f"报出 {result['findings']} 处，对的 {share(right, result['findings'])}%"
    yield f"{name}：{result['reports']} 份，{faults}{held}，用时 {result['seconds']:.1f} 秒"
    for kind in sorted({*result["found"], *result["missed"]}):
        found, missed = result["found"].get(kind, 0), result["missed"].get(kind, 0)
        yield f"  {FAULTS.get(kind, kind)}：{found}/{found + missed}"
    yield from (f"  漏报：{one}" for one in result["missing"][:examples])
    yield from (f"  误报：{one}" for one in result["false"][:examples])
