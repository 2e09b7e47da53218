"""The web chat: layout and event wiring.  What is shown is drawn by ``assistant.web``."""

from __future__ import annotations

import argparse
import logging
import os
import threading
import webbrowser
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "500")  # the queue's own record of what it did, kept in memory
_UPLOADS = "GRADIO_TEMP_DIR"
os.environ.setdefault(_UPLOADS, str(Path(gettempdir()) / "jixiao"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import gradio as gr

from assistant.checks.relations import Severity
from assistant.core import LONGEST_QUESTION, Assistant
from assistant.feedback import Feedback
from assistant.samples import write_samples
from assistant.vectors import keep_up
from assistant.web import library
from assistant.web.chat import Chat
from assistant.web.checking import CHECK_HINT, PLACES_HINT, Desk
from assistant.web.evidence import NOTHING
from assistant.web.examples import Examples
from assistant.web.login import user_of
from assistant.web.review import VERDICTS
from assistant.web.routes import Site, routes
from assistant.web.sentences import in_sentences
from assistant.web.serving import Address, application, listen, run
from assistant.web.uploads import ABANDONED, emptied, sweep, uploads_of
from ingest.apart import read_apart
from ingest.crew import jobs_here
from ingest.errors import JixiaoError
from ingest.pipeline import Outcome, Result, collect, ingest, ingest_any
from ingest.readers.kinds import ENDINGS
from ingest.store import Store

_TITLE = "绩效问答"
_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "SimHei", "SimSun", "sans-serif")
_MAX_UPLOAD_MB = 100
_KINDS = "Word、PDF、Excel、网页、扫描图片、.zip 等"
_UPLOAD_WORDS = {
    Outcome.ADDED: "读入", Outcome.REPLACED: "更新", Outcome.UNCHANGED: "没有变化", Outcome.FAILED: "没读成",
}  # fmt: skip
_PROGRESS = gr.Progress()
_AT_ONCE = 4
#: Events that wait at most; more are refused, and the page says so.
_MOST_WAITING = 64

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class Shelf:
    """The reports' handlers: uploads and removals go one at a time, whoever asks for them."""

    def __init__(self, store: Store, base: str) -> None:
        self.store = store
        self.base = base
        self._writing = threading.Lock()

    def upload(self, paths: list[str] | None, progress: Callable[..., Any] = _PROGRESS) -> tuple[str, None]:
        """Read uploaded files; return (a line a file, the emptied upload box)."""
        lines: list[str] = []
        results: list[Result] = []
        with self._writing:
            for number, path in enumerate(paths or []):
                file = Path(path)
                progress((number, len(paths or [])), desc=f"正在读 {file.name}", unit="份")
                found = self._read(file)
                results += found
                lines += map(_line, found)
            lines += _vectors_kept(self.store)
            sweep(Path(os.environ[_UPLOADS]), ABANDONED)
        if len(results) > 1:
            lines.insert(0, _tally(results))
        return "".join(f'<p class="jx-result">{escape(line)}</p>' for line in lines), None

    def load_samples(self) -> str:
        """Read the samples that come with the program; return a line a file."""
        with TemporaryDirectory() as folder:
            return self.upload([str(path) for path in write_samples(Path(folder))])[0]

    def _read(self, file: Path) -> list[Result]:
        try:
            return list(ingest_any(self.store, file, file.name, read_apart))
        except JixiaoError as error:
            return [Result(file.name, Outcome.FAILED, str(error))]
        except Exception:  # one file must not take the others with it
            logging.getLogger(__name__).exception("an upload could not be read: %r", file.name)
            why = "没能读入（程序内部出错，已记在服务器的输出里）；请把文件交给维护的人看看。"
            return [Result(file.name, Outcome.FAILED, why)]
        finally:
            file.unlink(missing_ok=True)
            with suppress(OSError):
                file.parent.rmdir()

    def listed(self, words: str | None) -> str:
        """List the loaded reports that fit the words."""
        return library.list_html(self.store.reports(), words or "", self.base)

    def confirm(self, chosen: list[str] | None) -> tuple[str, Any]:
        """Ask once more before reports are removed."""
        if not chosen:
            return "请先在左边选要移除的报告。", gr.Button(visible=False)
        names = "、".join(report.name for report in self.store.reports() if report.id in chosen)
        return f"将从程序里移除：{escape(names)}（原文件不动，可以再上传）。", gr.Button(visible=True)

    def remove(self, chosen: list[str] | None) -> tuple[str, Any]:
        """Remove the chosen reports from the store."""
        with self._writing:
            for report in chosen or ():
                self.store.delete(report)
        return f"已移除 {len(chosen or ())} 份报告（原文件没有动）。", gr.Button(visible=False)

    def recalled(self, kept: str | None) -> tuple[Any, ...]:
        """Choose (departments, years, reports) as before a reload, as far as they are loaded."""
        if not kept:  # what was chosen while the page loaded stays
            return (gr.skip(), gr.skip(), gr.skip())
        return tuple(gr.Dropdown(value=names) for names in library.recalled(self.store.reports(), kept or ""))

    def choosers(self) -> tuple[Any, ...]:
        """Return (departments, years, reports, reports to remove) with what is loaded now."""
        reports = self.store.reports()
        departments = sorted({report.organisation or report.title for report in reports})
        years = sorted({report.year for report in reports if report.year}, reverse=True)
        named = [(library.label(report), report.id) for report in reports]
        return (
            gr.Dropdown(choices=departments),
            gr.Dropdown(choices=years),
            gr.Dropdown(choices=named),
            gr.Dropdown(choices=named, value=[]),
        )


def _tally(results: Sequence[Result]) -> str:
    """Say how many files came to what."""
    counts = Counter(result.outcome for result in results)
    told = "，".join(f"{words} {counts[outcome]} 份" for outcome, words in _UPLOAD_WORDS.items() if counts[outcome])
    return f"共 {len(results)} 份：{told}。"


def _line(result: Result) -> str:
    extra = "".join(f"；注意：{warning}" for warning in result.warnings)
    return f"{result.mark} {result.file}：{result.message}{extra}"


def _vectors_kept(store: Store, *, tried: bool = False) -> list[str]:
    """Bring the search vectors up to date; return what to say about it."""
    said = keep_up(store, tried=tried)
    return [f"注意：{said}"] if said else []


@dataclass(frozen=True, slots=True)
class _Empty:
    """What an empty store shows in the middle: its frame, the button that loads samples, what came of that."""

    row: Any
    samples: Any
    told: Any


def _welcomed(handlers: Chat, outputs: list[Any]) -> Callable[[Any], Any]:
    """Return what draws examples and the empty store's frame anew after an event that changes what is loaded."""

    def after(event: Any) -> Any:
        return event.then(handlers.welcome, None, outputs, **_QUIET)

    return after


def build(handlers: Chat, shelf: Shelf) -> gr.Blocks:
    """Lay the page out and wire its events."""
    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True) as blocks:
        head = gr.HTML(handlers.head(None), js_on_load=None, elem_id="jx-head")
        with gr.Tab("提问", id="ask"):
            empty = _empty(handlers)
            chat, scope = _asking(handlers, blocks, head, empty)
        with gr.Tab("报告", id="reports"):
            _reports(shelf, blocks, scope, empty, _welcomed(handlers, [chat, head, empty.row]))
        with gr.Tab("勾稽", id="check", elem_id="jx-check") as checking:
            _checking(handlers.desk, checking)
        with gr.Tab("复核", id="review") as tab:
            _review(handlers, blocks, tab)
        gr.api(handlers.ask, api_name="ask")
    return blocks


def _empty(handlers: Chat) -> _Empty:
    """Lay out what an empty store offers first."""
    with gr.Column(visible=not handlers.store.reports(), elem_id="jx-empty") as row:
        gr.HTML("<p>还没有报告。先载入两份样例试一试，或上传自己的报告。</p>", js_on_load=None)
        with gr.Row():
            samples = gr.Button("载入样例", variant="primary", elem_id="jx-samples")
            upload = gr.Button("上传报告", elem_id="jx-to-upload")
        told = gr.HTML("", js_on_load=None)
    upload.click(None, None, None, js="() => window.jx.upload()", **_QUIET)
    return _Empty(row, samples, told)


def _asking(handlers: Chat, blocks: gr.Blocks, head: gr.HTML, empty: _Empty) -> tuple[gr.Chatbot, list[Any]]:
    """Lay out the chat beside its evidence; return the chat and the choosers of what is asked."""
    turns, judged = gr.State([]), gr.State(None)
    with gr.Row(elem_id="jx-desk"):
        with gr.Column(scale=5, min_width=340):
            chat = gr.Chatbot(
                label="对话", show_label=False, height="58vh", latex_delimiters=[], buttons=["copy", "copy_all"],
                feedback_options=["Like", "Dislike"], autoscroll=False, allow_file_downloads=False,
                placeholder="在下面输入问题，或点一个例子", elem_id="jx-chat",
            )  # fmt: skip
            with gr.Row(elem_id="jx-entry"):
                box = gr.Textbox(
                    label="问题", show_label=False, placeholder="输入问题，回车发送", scale=8, min_width=120,
                    max_length=LONGEST_QUESTION, elem_id="jx-ask", container=False,
                )  # fmt: skip
                send = gr.Button("提问", variant="primary", scale=1, min_width=64, elem_id="jx-send")
                stop = gr.Button("停止", scale=1, min_width=64, elem_id="jx-stop")
                clear = gr.Button("清空", scale=1, min_width=64, elem_id="jx-clear")
            said = gr.HTML("", elem_id="jx-said", js_on_load=None)
            with gr.Row(visible=False, elem_id="jx-noting") as noting:
                note = gr.Textbox(
                    show_label=False, label="说明", scale=6, max_length=2000, elem_id="jx-note",
                    placeholder="可以写明应该是什么，例如：应为12.30万元",
                )  # fmt: skip
                add = gr.Button("记下说明", size="sm", scale=1, min_width=80)
            with gr.Row(elem_id="jx-scope"):
                departments = gr.Dropdown(label="只问这些单位", multiselect=True, choices=[], min_width=120, scale=2)
                years = gr.Dropdown(label="只问这些年度", multiselect=True, choices=[], min_width=100, scale=1)
                chosen = gr.Dropdown(label="只问这些报告", multiselect=True, choices=[], min_width=140, scale=3)
            with gr.Row():
                take = gr.Button("下载整个对话和出处（.docx）", size="sm", elem_id="jx-memo")
                gr.HTML(
                    f'<p class="jx-links"><a href="{handlers.base}lite">简版（旧浏览器用，不需要脚本）</a></p>',
                    js_on_load=None,
                )
            memo = gr.Textbox(visible="hidden")
        with gr.Column(scale=6, min_width=340):
            gr.HTML(f'<h2>出处</h2><div id="jx-evidence" aria-live="polite">{NOTHING}</div>', js_on_load=None)
    keeping = gr.Textbox(visible="hidden", elem_id="jx-kept")
    later = gr.Textbox(visible="hidden", elem_id="jx-later", max_length=LONGEST_QUESTION)  # sent while another ran
    sent = gr.Button("接着问", visible="hidden", elem_id="jx-later-send")
    scope = [departments, years, chosen]
    outputs = [box, chat, turns, keeping]
    asking = [
        box.submit(handlers.respond, [box, turns, keeping, *scope], outputs, **_QUIET),
        send.click(handlers.respond, [box, turns, keeping, *scope], outputs, **_QUIET),
        sent.click(handlers.waited, [later, turns, keeping, *scope], [later, *outputs[1:]], **_QUIET),
        chat.example_select(handlers.example, [turns, keeping, *scope], outputs, **_QUIET),
        chat.option_select(handlers.choose, [turns, keeping, *scope], outputs, **_QUIET),
        chat.retry(handlers.retry, [turns, keeping, *scope], outputs, **_QUIET),
    ]
    for event in asking:
        event.then(None, [keeping], None, js="text => window.jx.answered(text)", **_QUIET)
    stop.click(handlers.stop, [turns, keeping], outputs, cancels=asking, **_QUIET)
    for event in (clear.click, chat.clear):
        event(lambda: ("", [], [], "", ""), None, [*outputs, said], cancels=asking, **_QUIET).then(
            None, None, None, js="() => window.jx.cleared()", **_QUIET
        )
    chat.like(handlers.judge, [turns, keeping], [said, noting, judged], **_QUIET)
    add.click(handlers.add_note, [note, judged], [said, note, noting], **_QUIET)
    note.submit(handlers.add_note, [note, judged], [said, note, noting], **_QUIET)
    take.click(handlers.memo, [turns, keeping], [memo], **_QUIET).success(
        None, [memo], None, js="link => window.jx.take(link)", **_QUIET
    )
    blocks.load(handlers.welcome, None, [chat, head, empty.row], **_QUIET).then(
        handlers.restore, [keeping], [chat, turns, keeping], js="() => window.jx.kept()", concurrency_limit=1, **_QUIET
    ).then(None, None, None, js="() => window.jx.ready()", **_QUIET)
    return chat, scope


def _reports(shelf: Shelf, blocks: gr.Blocks, scope: list[Any], empty: _Empty, welcomed: Callable[[Any], Any]) -> None:
    """Lay out uploading, the list of reports, and removing."""
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            upload = gr.File(
                label=f"上传报告（{_KINDS}；可多选，每份不超过 {_MAX_UPLOAD_MB} MB；读完就删，PDF 和图片留一份看原页）",
                file_count="multiple", file_types=list(ENDINGS), height=150, elem_id="jx-upload",
            )  # fmt: skip
            outcome = gr.HTML("", elem_id="jx-outcome", js_on_load=None)
        with gr.Column(scale=2, min_width=280):
            unwanted = gr.Dropdown(label="移除报告", multiselect=True, choices=[], elem_id="jx-unwanted")
            with gr.Row():
                remove = gr.Button("移除选中的报告", size="sm")
                sure = gr.Button("确认移除", size="sm", variant="stop", visible=False)
            removed = gr.HTML("", js_on_load=None)
    words = gr.Textbox(label="按单位、年度、文件名找报告", placeholder="例如：水利局 2023年", elem_id="jx-find")
    listing = gr.HTML("", elem_id="jx-reports", js_on_load=None)
    choosers = [*scope, unwanted]

    def refreshed(event: Any) -> Any:
        return event.then(shelf.choosers, None, choosers, **_QUIET).then(shelf.listed, [words], [listing], **_QUIET)

    def changed(event: Any) -> None:
        welcomed(refreshed(event))

    changed(
        empty.samples.click(
            shelf.load_samples, None, [empty.told], show_progress_on=[empty.told], api_visibility="private"
        )
    )

    changed(
        upload.upload(shelf.upload, [upload], [outcome, upload], show_progress_on=[upload], api_visibility="private")
    )
    remove.click(shelf.confirm, [unwanted], [removed, sure], **_QUIET)
    changed(sure.click(shelf.remove, [unwanted], [removed, sure], **_QUIET))
    words.change(shelf.listed, [words], [listing], **_QUIET)
    kept = gr.Textbox(visible="hidden")
    refreshed(blocks.load(None, None, None, js="() => window.jx.loaded()", **_QUIET)).then(
        shelf.recalled, [kept], scope, js="() => window.jx.scope()", **_QUIET
    ).then(None, None, None, js="() => window.jx.scoped()", **_QUIET)
    for one in scope:
        one.change(None, scope, None, js="(...names) => window.jx.choose(names)", **_QUIET)


def _checking(desk: Desk, tab: gr.Tab) -> None:
    """Lay out what the checks find beside the places that contradict each other."""
    with gr.Row():
        chosen = gr.Dropdown(label="核对哪些报告（不选就是全部）", multiselect=True, choices=[], scale=4, min_width=260)
        severity = gr.Radio(
            ["全部", *(one.value for one in Severity)], value="全部", label="看哪些", scale=2, min_width=220
        )
        start = gr.Button("开始核对", variant="primary", scale=1, min_width=90, elem_id="jx-start")
    with gr.Row():
        with gr.Column(scale=5, min_width=340):
            found = gr.HTML(CHECK_HINT, elem_id="jx-findings", js_on_load=None)
        with gr.Column(scale=6, min_width=340):
            gr.HTML(
                f'<h2>原表</h2><div id="jx-places" aria-live="polite">{PLACES_HINT}</div>',
                elem_id="jx-beside", js_on_load=None,
            )  # fmt: skip
    running: dict[str, Any] = {"show_progress_on": [found], "api_visibility": "private"}
    start.click(desk.run, [chosen, severity], [found], **running)
    severity.change(desk.run, [chosen, severity], [found], **running)
    tab.select(desk.choices, None, [chosen], **_QUIET)


def _review(handlers: Chat, blocks: gr.Blocks, tab: gr.Tab) -> None:
    """Lay out what visitors said of answers."""
    with gr.Row():
        verdict = gr.Radio(["全部", VERDICTS["wrong"], VERDICTS["helpful"]], value="全部", label="看哪些评价")
        gr.HTML(
            f'<p class="jx-links"><a href="{handlers.base}feedback.xlsx" download>导出 .xlsx</a>　'
            f'<a href="{handlers.base}feedback.jsonl" download>导出 .jsonl</a>　'
            "写明“应为……”的，维护的人会拿去改进</p>",
            js_on_load=None,
        )
    listing = gr.HTML("", elem_id="jx-reviewed", js_on_load=None)
    verdict.change(handlers.reviewed, [verdict], [listing], **_QUIET)
    tab.select(handlers.reviewed, [verdict], [listing], **_QUIET)


def _theme() -> Any:
    """Return Gradio's plain theme with local fonts, in colours whose contrast is 4.5:1 or more."""
    blue, dark, grey = "#0b57a4", "#0a3d78", "#5a5a5f"
    return gr.themes.Default(
        primary_hue=gr.themes.colors.blue, font=list(_FONTS), font_mono=["Consolas", "monospace"]
    ).set(
        color_accent=blue, button_primary_background_fill=blue, button_primary_background_fill_hover=dark,
        button_primary_text_color="#ffffff", link_text_color=blue, link_text_color_hover=dark,
        body_text_color_subdued=grey, block_label_text_color=grey, block_title_text_color=grey,
        block_info_text_color=grey, input_placeholder_color="#6b6b70",
    )  # fmt: skip


def mount(assistant: Assistant, address: Address) -> Any:
    """Return the whole site: the plain pages, and the chat at its root."""
    site = Site(assistant, Feedback(assistant.store.folder), Examples(assistant), address.base)
    router = routes(site)
    app = application(address, assistant.store.folder, router.routes)
    app.include_router(router)
    blocks = build(Chat(site), Shelf(assistant.store, address.base))
    blocks.queue(default_concurrency_limit=_AT_ONCE, max_size=_MOST_WAITING)
    # Gradio checks that a path it is sent was uploaded only once an app has launched, and mounting doesn't say so.
    blocks.has_launched = True
    data = files("assistant") / "data"
    site_app = gr.mount_gradio_app(
        app, blocks, path="/", server_name=address.host, server_port=address.port, root_path=address.root or None,
        footer_links=[], run_history=False, allowed_paths=[], max_file_size=f"{_MAX_UPLOAD_MB}mb", ssr_mode=False,
        show_error=False, auth_dependency=user_of if address.auth_file else None,
        theme=_theme(),
        css=(data / "page.css").read_text(encoding="utf-8"),
        head=(data / "page.html").read_text(encoding="utf-8").replace("{{ base }}", address.base),
    )  # fmt: skip
    in_sentences(site_app)
    return site_app


def serve(store: Path, address: Address, *, samples: Path | None = None, open_browser: bool = False) -> None:
    """Open the store, read in ``samples`` if given, and serve the page until stopped.

    Raises ``JixiaoError`` for an address that needs a login, a port that is taken, or a store held elsewhere.
    """
    address.check()
    listener = listen(address)
    try:
        with Store.open(store, write=True) as held, emptied(uploads_of(held.folder)) as uploads:
            os.environ[_UPLOADS] = str(uploads)
            for result in ingest(held, collect([samples]).files, jobs=jobs_here()) if samples is not None else ():
                print(_line(result))
            for line in _vectors_kept(held, tried=True):
                print(line)
            site = mount(Assistant.open(held), address)
            url = f"http://{address.host}:{listener.getsockname()[1]}{address.base}"
            ready: list[Callable[[], Any]] = [lambda: print(f"已打开 {url} ，按 Ctrl+C 停止。", flush=True)]
            if open_browser:
                ready.append(partial(webbrowser.open, url))
            run(site, address, listener, ready)
    finally:
        listener.close()


def main() -> None:
    """Start from ``python app.py``."""
    parser = argparse.ArgumentParser(description="绩效问答网页")
    parser.add_argument("--store", type=Path, default=Path(".jixiao"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--root-path", default="")
    parser.add_argument("--auth-file", type=Path)
    parser.add_argument("--samples", type=Path)
    options = parser.parse_args()
    address = Address(options.host, options.port, options.root_path, options.auth_file)
    try:
        serve(options.store, address, samples=options.samples)
    except JixiaoError as error:
        raise SystemExit(f"错误：{error}") from error


if __name__ == "__main__":
    main()
