"""``jixiao eval …``: corpora, runs, comparisons, benchmarks.  An entry point; nothing imports it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.progress import bars
from eval.readers import formats, scans
from eval.tables import SharedOption, bound, train_checks, train_choice, train_reports, train_roles

app = typer.Typer(help="评测：生成语料、跑题、比较、计时", no_args_is_help=True, rich_markup_mode=None)

_EXIT_FELL = 4

ReportsOption = Annotated[int, typer.Option("--reports", help="合成报告的份数", min=1, max=100_000)]
SeedOption = Annotated[int, typer.Option("--seed", help="随机种子；同一种子逐字节相同")]


@app.command()
def samples(folder: Annotated[Path, typer.Argument(help="写到这个目录")] = Path("samples")) -> None:
    """写出两份虚构部门的样例报告。"""
    from eval.samples import write_samples

    for path in write_samples(folder):
        typer.echo(str(path))


@app.command()
def corpus(
    folder: Annotated[Path, typer.Argument(help="写到这个目录（reports/、truth/、questions.jsonl）")],
    reports: ReportsOption = 60,
    seed: SeedOption = 1,
    faults: Annotated[bool, typer.Option("--faults", help="注入前后不一、加总不符等错误")] = False,
) -> None:
    """生成虚构部门的合成报告，连同每份报告的真值和由真值出的题。"""
    from eval.corpus.generate import write_corpus
    from eval.goldset import GoldError

    if folder.exists() and any(folder.iterdir()) and not (folder / "corpus.json").exists():
        raise GoldError(f"“{folder}”里有别的文件，为免混在一起没有写，请换一个空目录。")
    with bars() as advance:
        asked = write_corpus(
            folder, reports, seed, faults=faults, progress=lambda done: advance("生成报告", done, reports)
        )
    typer.echo(f"{folder}：{reports} 份报告，{asked} 道题（种子 {seed}{'，带错误' if faults else ''}）")


@app.command()
def run(
    gold: Annotated[
        list[Path] | None, typer.Option("--gold", help="题目文件、合成语料目录或公开题集目录，可重复；省略跑全部")
    ] = None,
    documents: Annotated[Path | None, typer.Option("--documents", help="题目所问的报告（文件或目录）")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="写出网页（.html）")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="写出结果（.json），供 diff 用")] = None,
    shared: SharedOption = None,
    reports: ReportsOption = 60,
    seed: SeedOption = 1,
    baselines: Annotated[bool, typer.Option(help="同一次运行里也跑两个基线")] = True,
    strangers: Annotated[bool, typer.Option(help="也跑陌生题库；指定 --gold 时不跑")] = True,
    recorded: Annotated[Path | None, typer.Option("--recorded", help="低于这份记录就失败（退出码 4）")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="把这次的数写成记录")] = None,
) -> None:
    """跑题：陌生题库、真实报告、合成报告、公开题集，逐题按标准答案核对。"""
    from rich.console import Console

    from eval.compare import falls, read_record, write_record
    from eval.page import page
    from eval.results import run_json, save
    from eval.run import run_sets
    from eval.sets import gold_sets
    from eval.shared import shared_folder
    from eval.show import show

    kept = read_record(recorded) if recorded else None
    beside = None if gold else shared_folder(shared)
    with (
        bars() as advance,
        gold_sets(gold or [], documents, beside, reports, seed, lambda n: advance("生成报告", n, reports)) as sets,
    ):
        asked = _strangers(beside, advance, ()) if beside is not None and strangers else None
        made = run_sets(sets, advance, baselines=baselines)
    result = run_json(made, asked)
    show(result, Console(width=None if Console().is_terminal else 160))
    if out:
        save(result, out)
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page(result), encoding="utf-8")
        typer.echo(f"网页：{report}")
    if record:
        write_record(result, record)
    if kept is not None:
        _hold(falls(kept if strangers else {**kept, "strangers": None}, result))


def _strangers(
    shared: Path, advance: Callable[[str, int, int], None], only: Sequence[str], bank: Path | None = None,
    together: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Run the bank beside the real reports, or another one, or some of its authors; all reports loaded ``together``."""
    from eval.bank.questions import load_bank
    from eval.bank.run import run_author, strangers_json
    from eval.goldset import GoldError

    authors = load_bank(bank or shared / "bank", shared / "reports" / "public")
    chosen = [one for one in authors if not only or one.name in only]
    if not chosen:
        raise GoldError(f"题库里没有这些作者，有的是 {'、'.join(one.name for one in authors)}。")
    others = {one.name: [path for other in authors if other is not one for path in other.documents] for one in authors}
    return strangers_json(run_author(one, advance, others[one.name] if together else ()) for one in chosen)


@app.command()
def strangers(
    author: Annotated[list[str] | None, typer.Option("--author", help="只跑这位作者，可重复；省略跑全部")] = None,
    shared: SharedOption = None,
    bank: Annotated[Path | None, typer.Option("--bank", help="另一个题库，一位作者一个文件夹")] = None,
    together: Annotated[bool, typer.Option("--together", help="各位作者的报告全都载入，再问每位作者的题")] = False,
    out: Annotated[Path | None, typer.Option("--json", help="写出结果（.json）")] = None,
) -> None:
    """只跑陌生题库：没见过本程序的人写的报告和题，按作者和题型报对、错、未答、反问。"""
    from rich.console import Console

    from eval.shared import shared_folder
    from eval.show import strangers_tables

    with bars() as advance:
        made = _strangers(shared_folder(shared), advance, author or (), bank, together)
    console = Console(width=None if Console().is_terminal else 160)
    for table in strangers_tables(made):
        console.print(table)
    if out:
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")


def _hold(lines: list[str]) -> None:
    if lines:
        typer.echo("低于记录：\n" + "\n".join(lines), err=True)
        raise typer.Exit(_EXIT_FELL)
    typer.echo("没有低于记录。")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="先前的结果（.json）")],
    after: Annotated[Path, typer.Argument(help="现在的结果（.json）")],
) -> None:
    """比较两次结果：哪些题变好、哪些变差。"""
    from eval.compare import moved
    from eval.results import load

    changed = list(moved(load(before), load(after)))
    for title, worse in (("变差", True), ("变好", False)):
        of_title = [(name, question) for name, question in changed if question.worse is worse]
        typer.echo(f"{title} {len(of_title)} 题")
        for name, question in of_title:
            typer.echo(
                f"  {name} {question.id} {question.before} → {question.after}：{question.question} {question.why}"
            )


@app.command()
def adopt(
    feedback: Annotated[Path, typer.Argument(help="网页记下的反馈（存储目录里的 feedback.jsonl）")],
    gold: Annotated[Path, typer.Option("--gold", help="加到这份题目文件")],
) -> None:
    """把网页上的反馈变成评测题；只说答错、没说正确答案的列出来待补。"""
    from eval.adopt import adopt as turn
    from eval.adopt import append
    from eval.goldset import GoldError

    try:
        lines = feedback.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"反馈文件“{feedback}”读不了，请检查路径。") from error
    adopted = turn(lines)
    typer.echo(
        f"写进 {gold} {append(gold, adopted.gold)} 题（反馈里可用的共 {len(adopted.gold)} 题，没有变的不重写）。"
    )
    for number, why in adopted.left:
        typer.echo(f"  第 {number} 行待补：{why}；请在该行加上 right 字段再运行一次。", err=True)


@app.command()
def facts(
    folder: Annotated[Path, typer.Argument(help="合成语料目录")],
    examples: Annotated[int, typer.Option("--examples", help="列出几个读错的例子", min=0)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """核对读表：每个真事实是否读到，值、单位、年度、单位名称、口径、表头路径是否都对。"""
    from eval.facts import FactTally, measure_reader
    from eval.goldset import GoldError
    from eval.show import facts_line

    documents = sorted((folder / "reports").glob("*.docx"))
    if not documents:
        raise GoldError(f"“{folder}”不是合成语料目录，请先运行 jixiao eval corpus。")
    tally = FactTally()
    with bars() as advance:
        for done in measure_reader(documents, folder / "truth", tally):
            advance("核对", done, len(documents))
    found = tally.to_json()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    typer.echo(facts_line(folder.name, found))
    for example in found["examples"][:examples]:
        typer.echo(f"  {example}")


@app.command()
def headers(
    folder: Annotated[Path, typer.Argument(help="公开表格问答集目录（questions.jsonl、docs/）")],
    examples: Annotated[int, typer.Option("--examples", help="列出几个读错的格", min=0)] = 20,
) -> None:
    """核对表头：公开集给出的每个格子，是否读在它的行名和列名之下。"""
    from eval.goldset import GoldError
    from eval.headers import HeaderTally, measure_headers

    documents = len(list((folder / "docs").glob("*.docx")))
    if not documents or not (folder / "questions.jsonl").is_file():
        raise GoldError(f"“{folder}”里没有 questions.jsonl 和 docs/，请指向公开表格问答集的目录。")
    tally = HeaderTally()
    with bars() as advance:
        for done in measure_headers(folder, tally):
            advance("核对", done, documents)
    for name, counts in sorted(tally.by_type.items()):
        share = 100 * counts["right"] / counts["cells"]
        pairs = f"，其中 {counts['paired']} 格按“名目—内容”读" if counts["paired"] else ""
        typer.echo(f"{name}：{counts['cells']} 格中 {counts['right']} 格的行名列名读对（{share:.1f}%{pairs}）")
    for example in tally.examples[:examples]:
        typer.echo(f"  {example}")


@app.command()
def search(
    embedding: Annotated[str, typer.Option("--embedding", help="再比一个 sentence-transformers 模型文件夹")] = "",
    shared: SharedOption = None,
    reports: ReportsOption = 1000,
    seed: SeedOption = 5,
    out: Annotated[Path | None, typer.Option("--json", help="写出结果（.json）")] = None,
) -> None:
    """量检索：真实报告新题、合成报告文字题、公开题集的行，逐级比较召回率和 MRR。"""
    from tempfile import TemporaryDirectory

    from rich.console import Console

    from eval.search import measure, to_json
    from eval.searchsets import search_sets
    from eval.shared import shared_folder
    from eval.show import search_table

    made = []
    with (
        bars() as advance,
        search_sets(shared_folder(shared), reports, seed, lambda n: advance("生成报告", n, reports)) as sets,
    ):
        for gold_set in sets:
            with TemporaryDirectory() as folder:
                made.append(to_json(gold_set.name, measure(gold_set, Path(folder), embedding, advance)))
    Console(width=None if Console().is_terminal else 160).print(search_table(made))
    if out:
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")


app.command()(bound)
app.command("train-roles")(train_roles)
app.command("train-choice")(train_choice)
app.command("train-checks")(train_checks)
app.command("train-reports")(train_reports)
app.command()(scans)
app.command()(formats)


@app.command("train-embedding")
def train_embedding(
    folder: Annotated[Path, typer.Argument(help="模型写到这个目录")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="训练语料目录；默认 shared/corpus")] = None,
    lexicon: Annotated[Path | None, typer.Option("--lexicon", help="预算术语表；默认 shared/lexicon.tsv")] = None,
    reports: Annotated[int, typer.Option("--reports", help="合成报告的份数", min=0)] = 200,
) -> None:
    """训练自带的词项向量模型（两核约三分钟）。"""
    from importlib.resources import files

    from eval.embedding.build import Recipe, build
    from eval.embedding.data import training_data
    from eval.goldset import GoldError
    from eval.shared import shared_folder

    if folder.exists() and any(folder.iterdir()) and not (folder / "modules.json").exists():
        raise GoldError(f"“{folder}”里有别的文件，为免混在一起没有写，请换一个空目录。")
    own = Path(str(files("assistant") / "data" / "lexicon.tsv"))
    corpus = corpus or shared_folder(None) / "corpus"
    lexicon = lexicon or shared_folder(None) / "lexicon.tsv"
    with bars() as advance:
        advance("读语料", 0, 1)
        data = training_data(corpus, [lexicon, own], reports)
        advance("读语料", 1, 1)
        build(data, folder, Recipe(), advance)
    typer.echo(f"{folder}：{len(data.texts)} 段文字、{len(data.pairs)} 对训练样本")


@app.command("check")
def score_checks(
    folder: Annotated[Path | None, typer.Argument(help="合成语料目录；省略就现生成带错误的和不带错误的各一套")] = None,
    shared: SharedOption = None,
    reports: ReportsOption = 200,
    seed: SeedOption = 5,
    examples: Annotated[int, typer.Option("--examples", help="列出几个漏报、误报", min=0)] = 10,
    out: Annotated[Path | None, typer.Option("--json", help="写出结果（.json）")] = None,
) -> None:
    """给勾稽检查打分：注入的错误查出多少、干净的报告有没有误报、真实报告上人找出的不一致对上多少。"""
    from tempfile import TemporaryDirectory

    from eval.checks import REVIEWED, measure_checks
    from eval.shared import shared_folder
    from eval.show import check_lines

    with bars() as advance, TemporaryDirectory() as held:
        made = measure_checks(folder, shared_folder(shared), Path(held), (reports, seed), advance)
    for name, result in made.items():
        for line in check_lines(name, result, examples, reviewed=name == REVIEWED):
            typer.echo(line)
    if out:
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")


@app.command()
def bench(
    report: Annotated[Path | None, typer.Argument(help="再为这份报告单独计时（.docx）")] = None,
    sizes: Annotated[list[int] | None, typer.Option("--reports", help="合成报告的份数，可重复", min=1)] = None,
    rounds: Annotated[int, typer.Option("--rounds", help="单份报告每项跑几遍", min=3)] = 20,
    reading: Annotated[bool, typer.Option("--reading", help="只量读文件：20 页、随大小的增长、合并行、内存")] = False,
) -> None:
    """计时：1、100、1000 份合成报告的读入、建索引、回答、内存；同一次运行里与 FTS5、python-docx、docling 相比。"""
    from eval.bench import bench_report
    from eval.scale import bench_sizes

    if reading:
        from eval.reading import bench_reading

        bench_reading(rounds)
        return
    if report is not None:
        bench_report(report, rounds)
    if report is None or sizes:
        with bars() as advance:
            bench_sizes(sizes or [1, 100, 1000], advance)


@app.command()
def web(
    report: Annotated[Path, typer.Argument(help="用这份报告（.docx）")],
    visitors: Annotated[int, typer.Option("--visitors", help="同时提问的人数", min=1)] = 20,
    seconds: Annotated[int, typer.Option("--seconds", help="提问多久", min=1)] = 60,
) -> None:
    """网页计时：启动、打开、回车到答案、点出处到标出的格、多人同时提问、百页报告全文。"""
    from eval.web import bench_web

    bench_web(report, visitors, seconds)
