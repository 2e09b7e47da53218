"""``jixiao eval …``: samples and benchmarks.  Registered as an entry point; nothing imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="评测与样例", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def samples(folder: Annotated[Path, typer.Argument(help="写到这个目录")] = Path("samples")) -> None:
    """写出两份虚构部门的样例报告。"""
    from eval.samples import write_samples

    for path in write_samples(folder):
        typer.echo(str(path))


@app.command()
def bench(
    report: Annotated[Path, typer.Argument(help="用来计时的报告（.docx）")],
    rounds: Annotated[int, typer.Option("--rounds", help="每项跑几遍", min=3)] = 20,
) -> None:
    """计时：读入并建索引、回答、冷启动；同一次运行里与 python-docx 对比。"""
    from eval.bench import run

    run(report, rounds)
