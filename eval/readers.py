"""The commands that measure the readers of other formats: scans, and one report in several formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.progress import bars
from eval.tables import SharedOption


def scans(
    pages: Annotated[int, typer.Option("--pages", help="每份 PDF 取几页有表的", min=1)] = 3,
    shared: SharedOption = None,
    out: Annotated[Path | None, typer.Option("--json", help="写出结果（.json）")] = None,
) -> None:
    """把公开的 PDF 画成扫描件（分辨率、歪斜、噪声、盖章各不相同）再读，与它自己的文字比。"""
    from eval.scans import measure_scans
    from eval.shared import shared_folder

    pdfs = sorted((shared_folder(shared) / "reports" / "public").glob("*.pdf"))
    with bars() as advance:
        found = measure_scans(pdfs, pages, advance)
    for name, bounds in found["settings"].items():
        for bound, counts in bounds.items():
            low, high = counts["interval"]
            total = sum(counts[one] for one in ("right", "wrong", "unclear"))
            typer.echo(
                f"{name}，可信度 ≥ {bound}：{total} 个数，对 {counts['right']}（{low:.1%}–{high:.1%}），"
                f"错 {counts['wrong']}，看不清 {counts['unclear']}"
            )
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def formats(
    folder: Annotated[Path, typer.Argument(help="原来的 .docx 所在的文件夹")],
    other: Annotated[Path, typer.Argument(help="同名文件的另一种格式所在的文件夹")],
    examples: Annotated[int, typer.Option("--examples", help="列出几个不同的", min=0)] = 0,
) -> None:
    """同一份报告存成两种格式，读出的事实有多少一样（名称、数、单位、年度、口径都要一样）。"""
    from eval.formats import compared

    held = same = extra = 0
    for one in compared(folder, other):
        held, same, extra = held + one.facts, same + one.same, extra + one.extra
        typer.echo(f"{one.same / max(1, one.facts):7.2%} of {one.facts:5d}，多 {one.extra:3d}  {one.name}")
        for line in one.differences[:examples]:
            typer.echo(f"    {line}")
    typer.echo(f"合计 {same} / {held} = {same / max(1, held):.2%}，多出 {extra}")
