"""The command line.  Errors become one sentence and an exit code here, and only here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from assistant.helptext import in_chinese
from assistant.progress import bar, tracked
from assistant.usage import cant_write, write_file, wrong_usage
from ingest import database
from ingest.errors import JixiaoError
from ingest.store import Store

EXIT_FAILED = 3
EXIT_USAGE = 2
DEFAULT_STORE = Path(".jixiao")
_OFF = "off"

app = typer.Typer(
    help="绩效问答：问预算绩效与决算报告，每个数字都指向它所在的单元格。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

StoreOption = Annotated[Path, typer.Option("--store", help="存储目录", envvar="JIXIAO_STORE", show_default=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
ReportOption = Annotated[
    list[str] | None, typer.Option("--report", help="只问这份报告（编号、文件名或标题的一部分），可重复")
]


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("PYTHONUTF8", "1")
    _with_eval()
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        typer.echo(wrong_usage(error.format_message(), _called(error)), err=True)
        code = error.exit_code
    except typer.Abort:
        typer.echo("已取消。", err=True)
        code = 1
    except JixiaoError as error:
        typer.echo(f"错误：{error}", err=True)
        code = EXIT_FAILED
    except BrokenPipeError:  # what reads our output has seen enough of it
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    except OSError as error:
        typer.echo(f"错误：{cant_write(error)}", err=True)
        code = EXIT_FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _called(error: TyperException) -> str:
    return str(getattr(getattr(error, "ctx", None), "command_path", "jixiao"))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"jixiao {version('jixiao')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", help="版本", callback=_version, is_eager=True)] = False,
) -> None:
    """绩效问答：问预算绩效与决算报告，每个数字都指向它所在的单元格。"""


def _with_eval() -> None:
    """Add ``jixiao eval …``; the evaluation package registers itself, nothing imports it."""
    if len(sys.argv) < 2 or sys.argv[1] in ("eval", "--help"):
        from importlib.metadata import entry_points

        for entry in entry_points(group="jixiao.commands"):
            app.add_typer(entry.load(), name=entry.name)
    in_chinese(app)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="文件", help="文件或文件夹", readable=False)],
    store: StoreOption = DEFAULT_STORE,
    jobs: Annotated[int | None, typer.Option(min=1, max=64, help="同时读几份（默认每个处理器一份）")] = None,
    as_json: JsonOption = False,
) -> None:
    """读入报告（Word、PDF、Excel、网页、压缩包……）；同一文件再读一次不会改变什么。"""
    from ingest import crew, pipeline
    from ingest.readers.kinds import kinds_told

    found = pipeline.collect(paths)
    if not found.files:
        for result in found.skipped:
            _show(result)
        typer.echo(f"没有找到可读的文件（{kinds_told()}），请检查路径。", err=True)
        raise typer.Exit(EXIT_USAGE)
    with Store.open(store, write=True) as held:
        reading = pipeline.ingest(held, found.files, jobs=jobs or crew.jobs_here())
        results = []
        for result in tracked(reading, len(found.files), "读入", quiet=as_json):
            results.append(result)
            if not as_json:
                _show(result)
        _embed_new(held, as_json)
    if as_json:
        _print_json([one.to_json() for one in (*results, *found.skipped)])
    for result in () if as_json else found.skipped:
        _show(result)
    if any(result.outcome is pipeline.Outcome.FAILED for result in results):
        raise typer.Exit(EXIT_FAILED)


def _embed_new(store: Store, quiet: bool) -> None:
    """Bring the vectors up to date where a model is set up."""
    from assistant.configured import configured

    if configured(store) is None:
        return
    from assistant.vectors import keep_up

    with bar("算检索向量", quiet=quiet) as advance:
        said = keep_up(store, advance)
    if said:
        typer.echo(f"注意：{said}", err=True)


def _show(result: Any) -> None:
    report = f"（{result.report}）" if result.report else ""
    typer.echo(f"{result.mark} {result.file}{report} {result.message}", err=result.outcome.value == "failed")
    for warning in result.warnings:
        typer.echo(f"  注意：{warning}", err=True)


@contextmanager
def _assistant(store: Path) -> Iterator[Any]:
    from assistant.core import Assistant

    with closing(Assistant.open(_existing(store))) as held:
        yield held


def _existing(store: Path) -> Path:
    if not (store / database.FILE).exists():
        raise JixiaoError(f"存储目录“{store}”里还没有报告，请先运行 jixiao ingest 读入。")
    return store


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="问题", help="要问的问题")],
    store: StoreOption = DEFAULT_STORE,
    report: ReportOption = None,
    after: Annotated[list[str] | None, typer.Option("--after", help="先前问过的一问，可重复，先问的在前")] = None,
    as_json: JsonOption = False,
) -> None:
    """问一个问题，得到带出处的答案；接着上一问问时用 --after 写上一问。"""
    with _assistant(store) as assistant:
        answer = assistant.ask(question, after or (), report or ())
        if assistant.notice:
            typer.echo(f"注意：{assistant.notice}", err=True)
        if as_json:
            _print_json(answer.to_json())
            return
        typer.echo(answer.text)
        for number, choice in enumerate(answer.choices, 1):
            typer.echo(f"  {number}. {choice.shown}\n     问：{choice.question}")
        names = {r.id: r.name for r in assistant.store.reports()}
        for citation in answer.citations:
            name = names.get(citation.report, citation.report)
            typer.echo(f"  [{citation.n}] {name}｜{citation.where}｜{citation.quoted(60)}")


@app.command()
def batch(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="一行一问：{id, turns, reports?}", readable=False)],
    out: Annotated[Path, typer.Option("--out", help="答案写到这里")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """成批回答：每行一组问题，写出最后一问的答案。"""
    from assistant.batch import answer_lines, failed, lines_of

    lines = lines_of(source)
    if out.exists() and source.exists() and out.samefile(source):
        raise JixiaoError(f"--out 不能就是题目文件“{source}”，会把题目盖掉；请换一个文件名。")
    lacking: list[str] = []
    with _assistant(store) as assistant, _target(out) as target:
        for answer in tracked(answer_lines(assistant, lines), len(lines), "回答"):
            lacking += [answer["text"]] if failed(answer) else []
            target.write(json.dumps(answer, ensure_ascii=False) + "\n")
    if lacking:
        typer.echo(f"有 {len(lacking)} 行没能回答，其余都答了；原因写在“{out}”里，例如：{lacking[0]}", err=True)
        raise typer.Exit(EXIT_FAILED)
    typer.echo(f"答完了，写在“{out}”里。")


@contextmanager
def _target(path: Path) -> Iterator[Any]:
    """Open a file to write to; what goes wrong with it, also at its end, is said of it."""
    try:
        with path.open("w", encoding="utf-8") as target:
            yield target
    except OSError as error:
        raise cant_write(error, path) from error


@app.command()
def samples(folder: Annotated[Path, typer.Argument(metavar="目录", help="写到这个目录")]) -> None:
    """写出两份虚构部门的样例报告，用来试读、试问。"""
    from assistant.samples import write_samples

    for path in write_samples(folder):
        typer.echo(str(path))


@app.command()
def reports(store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False) -> None:
    """列出已载入的报告。"""
    from ingest.names import twin_warnings

    with Store.open(_existing(store)) as held:
        loaded = held.reports()
    if as_json:
        _print_json(
            [
                {
                    "id": r.id, "file": r.name, "title": r.title, "organisation": r.organisation, "year": r.year,
                    "tables": r.tables, "facts": r.facts, "passages": r.passages, "warnings": list(r.warnings),
                }
                for r in loaded
            ]
        )  # fmt: skip
        return
    doubled = twin_warnings(loaded)
    for r in loaded:
        typer.echo(f"{r.id}  {r.name}  {r.organisation}  {r.year}年  {r.tables}张表 {r.facts}个事实")
        for warning in (*r.warnings, *filter(None, [doubled.get(r.id)])):
            typer.echo(f"  注意：{warning}")
    if not loaded:
        typer.echo("还没有载入报告，请先运行 jixiao ingest 读入。")


@app.command()
def tables(
    report: Annotated[str, typer.Argument(metavar="报告", help="报告的编号、文件名或标题的一部分")],
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """打印一份报告的表格：读成了什么样，哪些格没有读懂。"""
    from assistant.listing import print_tables, tables_json

    with Store.open(_existing(store)) as held:
        found = held.find_report(report)
        if as_json:
            _print_json(tables_json(held, found.id))
        else:
            print_tables(held, found.id)


@app.command()
def check(
    store: StoreOption = DEFAULT_STORE,
    report: ReportOption = None,
    as_json: JsonOption = False,
    out: Annotated[Path | None, typer.Option("--out", help="写成 .xlsx 清单或 .docx 复核意见")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有没标误报的“错误”时退出码为 1")] = False,
) -> None:
    """勾稽检查：明细与合计、比率、得分、前后不一、与上年报告对不上的地方。"""
    from assistant.checks.listing import has_errors, print_findings
    from assistant.checks.verdicts import Verdicts
    from assistant.web.opinion import writer_of

    write = writer_of(out) if out is not None else None
    with _assistant(store) as assistant:
        with bar("检查", quiet=as_json) as advance:
            run = assistant.checker.run(assistant.library(report or ()).reports, advance)
        found = Verdicts(assistant.store.folder).heeded(run)
        if out is not None and write is not None:
            write_file(out, write(found, assistant.store))
            typer.echo(f"已写到 {out}：{len(found)} 条。")
        elif as_json:
            _print_json([one.to_json() for one in found])
        else:
            print_findings(found, assistant.library(report or ()).reports)
    if strict and has_errors(found):
        raise typer.Exit(1)


@app.command()
def remove(
    report: Annotated[str, typer.Argument(metavar="报告", help="报告的编号、文件名或标题的一部分")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """从存储里删去一份报告（不动原文件）。"""
    with Store.open(_existing(store), write=True) as held:
        found = held.find_report(report)
        held.delete(found.id)
    typer.echo(f"已删去：{found.name}（{found.id}）")


@app.command()
def reindex(
    store: StoreOption = DEFAULT_STORE,
    embedding: Annotated[
        str,
        typer.Option(
            "--embedding",
            help="向量模型：builtin（自带）、sentence-transformers 模型文件夹、off（不用）；省略沿用原来的",
            envvar="JIXIAO_EMBEDDING",
        ),
    ] = "",
    instruction: Annotated[str, typer.Option("--instruction", help="模型要求放在问题前面的话；省略按模型自己的")] = "",
    reranker: Annotated[
        str | None, typer.Option("--reranker", help="重排模型（cross-encoder）文件夹；off 不用")
    ] = None,
) -> None:
    """换检索用的模型，或重建检索向量；建成之前旧的照用，查数从不用它。"""
    from assistant.rerank import set_reranker
    from assistant.vectors import reindex as rebuild
    from assistant.vectors import switch_off

    with Store.open(_existing(store), write=True) as held:
        if reranker is not None:
            set_reranker(held, "" if reranker == _OFF else reranker)
            typer.echo("已不用重排模型。" if reranker == _OFF else f"已设重排模型：{reranker}")
            if not embedding:
                return
        if embedding == _OFF:
            switch_off(held)
            typer.echo("已不用检索向量，文字检索只用全文索引。")
            return
        with bar("算向量、建索引") as advance:
            built = rebuild(held, embedding, instruction, advance)
        typer.echo(f"已为 {built} 段文字建好向量。")


@app.command()
def serve(
    store: StoreOption = DEFAULT_STORE,
    host: Annotated[str, typer.Option("--host", help="监听地址，默认只限本机；别的地址要有 --auth-file")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口", min=1, max=65535)] = 7860,
    samples: Annotated[Path | None, typer.Option("--samples", help="启动前先读入的文件夹")] = None,
    auth_file: Annotated[Path | None, typer.Option("--auth-file", help="口令文件，用 jixiao passwd 建")] = None,
    root_path: Annotated[str, typer.Option("--root-path", help="放在反向代理的哪个路径下，例如 /jixiao")] = "",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="别人用来打开它的主机名（经代理而不用登录时要写），可重复")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="启动后打开浏览器")] = False,
) -> None:
    """打开网页问答。"""
    from app import serve as start
    from assistant.web.serving import Address

    start(
        store, Address(host, port, root_path, auth_file, tuple(name or ())), samples=samples, open_browser=open_browser
    )


@app.command()
def passwd(
    auth_file: Annotated[Path, typer.Argument(metavar="口令文件", help="口令文件；没有就新建")],
    name: Annotated[str, typer.Argument(metavar="用户名", help="用户名")],
    remove: Annotated[bool, typer.Option("--remove", help="删去这个用户")] = False,
) -> None:
    """给网页的登录加用户、改口令、删用户；口令只存加盐的散列。"""
    from assistant.web.accounts import remove_user, set_password

    if remove:
        remove_user(auth_file, name)
        typer.echo(f"已删去用户“{name}”。")
        return
    password = typer.prompt("口令（至少 8 个字符）", hide_input=sys.stdin.isatty(), confirmation_prompt="再输一次")
    replaced = set_password(auth_file, name, password)
    typer.echo(f"已{'改' if replaced else '加'}用户“{name}”。")
