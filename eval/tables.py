"""Commands about tables and training: how figures are bound to names, the cells' roles, how readings are chosen."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from eval.progress import bars

SharedOption = Annotated[
    Path | None,
    typer.Option("--shared", help="真实报告和题集所在的目录；在源码里运行时默认是旁边的 shared"),
]

#: Where weights and cards are written, and a bank beside the shared one.
DataFolder = Annotated[
    Path, typer.Argument(help="权重和说明写到这个目录（assistant/data）", file_okay=False, exists=True)
]
AlsoOption = Annotated[Path | None, typer.Option("--also", help="另外的陌生题库（一位作者一个文件夹）；默认随源码的")]


def bound(
    reports: Annotated[list[Path] | None, typer.Argument(help="报告（.docx）；省略为陌生题库和公开的 PDF")] = None,
    shared: SharedOption = None,
    examples: Annotated[int, typer.Option("--examples", help="列出几个读错的格", min=0)] = 10,
) -> None:
    """核对表格里的数各叫什么：有没有自己的名称，与人写下的行名、列名是否一致。"""
    from eval.bound import Told, held_against_truth, told_apart
    from eval.training.lessons import published_as_word
    from ingest.read import read_report

    with TemporaryDirectory() as folder:
        if reports:
            files = reports
        else:
            from eval.shared import shared_folder

            at = shared_folder(shared)
            public = published_as_word(at, Path(folder))
            files = [*public, *sorted((at / "bank").glob("*/docs/*.docx"))]
        total = Told()
        with bars() as advance:
            for done, file in enumerate(files, 1):
                one = told_apart(read_report(file))
                for name in Told.__slots__:
                    setattr(total, name, getattr(total, name) + getattr(one, name))
                advance("读报告", done, len(files))
        typer.echo(
            f"{len(files)} 份报告，表里 {total.figures} 个数：有行名且分得清的 {total.apart}"
            f"（{total.apart / max(total.figures, 1):.2%}）；"
            f"没有行名 {total.nameless}，同名 {total.alike}，没读到 {total.unread}"
        )
        if reports:
            return
        for name, held in held_against_truth(at, Path(folder)):
            typer.echo(f"{name}：{held.figures} 个数，行名列名都对 {held.bound}，整条路径都对 {held.whole}")
            for example in held.wrong[:examples]:
                typer.echo(f"  {example}")


def train_roles(
    folder: Annotated[Path, typer.Argument(help="权重和说明写到这个目录（ingest/data）", file_okay=False, exists=True)],
    shared: SharedOption = None,
    reports: Annotated[int, typer.Option("--reports", help="合成报告的份数", min=0)] = 40,
) -> None:
    """训练表格各格的角色（表头、行名、值）的模型：公开集、合成报告、真报告；逐折、逐来源检验（约十分钟）。"""
    from eval.shared import shared_folder
    from eval.training.lessons import all_lessons
    from eval.training.roles import Recipe, write_trained
    from eval.training.roles import train_roles as train

    with bars() as advance:
        lessons = all_lessons(shared_folder(shared), reports, Recipe().seed, advance)
        trained = train(lessons, Recipe(), advance)
    write_trained(trained, folder)
    typer.echo(f"{folder}：{trained.card['cells']} 格，逐折：{trained.card['out_of_fold']}")


def train_checks(
    folder: DataFolder,
    shared: SharedOption = None,
    also: AlsoOption = None,
) -> None:
    """训练勾稽检查“哪些是真的不一致”：陌生人的报告里写下的矛盾、放进去的笔误，按作者留出检验（约八分钟）。"""
    from importlib.resources import files

    from eval.shared import shared_folder
    from eval.training.checking import train_checks as train
    from eval.training.checking import write_cards
    from eval.training.marked import marked_reports
    from eval.training.tasks import sources

    own = Path(str(files("eval") / "gold" / "strangers"))
    at = shared_folder(shared)
    teaching = [one for one in sources(at, also or (own if own.is_dir() else None)) if one.teaches]
    with bars() as advance, TemporaryDirectory() as drawn:
        taught, figures = train(teaching, marked_reports(at, Path(drawn)), advance)
    write_cards(taught, figures, folder)
    typer.echo(f"{figures['reports']} 份报告，界 {figures['bounds']}")
    for one in figures["curve"]:
        typer.echo(f"  把握 {one['odds']}：写下的矛盾查出 {one['planted found']}，误报每份 {one['false a report']}")


def train_choice(
    folder: DataFolder,
    shared: SharedOption = None,
    also: AlsoOption = None,
) -> None:
    """训练“选哪种读法、有几分把握”：陌生题库按作者逐一留出检验，写出权重、说明和取舍的界（约一小时）。"""
    from importlib.resources import files

    from eval.shared import shared_folder
    from eval.training.train import train_choice as train
    from eval.training.train import train_words

    own = Path(str(files("eval") / "gold" / "strangers"))
    at = shared_folder(shared)
    with bars() as advance:
        advance("数问法", 0, 1)
        words = train_words(at, folder)
        advance("数问法", 1, 1)
        card = train(at, also or (own if own.is_dir() else None), folder, advance)
    left = card["out of author"]
    typer.echo(f"问法：{words['pairs']} 对字，跨作者 {words['across authors']}")
    typer.echo(
        f"留出作者 {left['questions']} 题：对 {left['right']}、错 {left['wrong']}、"
        f"反问里有答案 {left['helped']}、没答上 {left['missed']}；界 {card['bounds']}"
    )


def train_reports(
    folder: DataFolder,
    shared: SharedOption = None,
    also: AlsoOption = None,
) -> None:
    """训练“问的是哪几份报告”：各位陌生人的报告放进一个库，题一道道问，按作者留出检验（约半小时）。"""
    from importlib.resources import files

    from eval.shared import shared_folder
    from eval.training.reporting import train_reports as train
    from eval.training.tasks import sources

    own = Path(str(files("eval") / "gold" / "strangers"))
    with bars() as advance:
        card = train(sources(shared_folder(shared), also or (own if own.is_dir() else None)), folder, advance)
    found = card["out of author, the report among the first"]["all"]
    typer.echo(
        f"{card['reports']} 份报告、{found['questions']} 题：头一份就是的 {found['1']}%，前八份里有的 {found['8']}%"
    )
