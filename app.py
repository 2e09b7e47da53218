"""The web chat: layout and event wiring.  What is shown is written by ``assistant.render``."""

from __future__ import annotations

import argparse
import ipaddress
import os
import threading
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import gradio as gr

from assistant.core import Assistant
from assistant.feedback import Asked, Feedback
from assistant.model import Answer, Status
from assistant.render import answer_html, cite_key, escaped_lines, evidence_html
from assistant.vectors import keep_up
from ingest.errors import JixiaoError
from ingest.pipeline import Outcome, Result, files_in, ingest_file
from ingest.read import READERS
from ingest.store import Store

_TITLE = "绩效问答"
_EXAMPLES = [
    "三公经费控制率是多少？",
    "本级机构的项目支出是多少？",
    "公务接待费预算数是多少？",
    "单位地址在哪里？",
    "存在哪些问题？",
]
_NOTHING = '<p class="jx-note">点答案下面的出处，这里会打开原表并标出那一格。</p>'
_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "SimHei", "SimSun", "sans-serif")
_MAX_UPLOAD = "100mb"
_PROGRESS = gr.Progress()

Messages = list[dict[str, Any]]


class Page:
    """The chat's handlers over one assistant; visitors share the reports, never their conversations."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._writing = threading.Lock()
        self._feedback = Feedback(assistant.store.folder)

    def respond(
        self, question: str, messages: Messages | None, asked: list[Asked] | None, chosen: list[str] | None
    ) -> tuple[str, Messages, list[Asked], str]:
        """Answer a question; return (emptied box, messages, what was asked so far, evidence of the first citation)."""
        messages, asked = list(messages or []), list(asked or [])
        if not question.strip():
            return "", messages, asked, _NOTHING
        messages.append({"role": "user", "content": _as_text(question)})
        history = tuple(one.question for one in asked)
        try:
            answer = self.assistant.ask(question, history=history, reports=chosen or ())
        except JixiaoError as error:
            messages.append({"role": "assistant", "content": _as_text(str(error))})
            failed = Asked(question, history, tuple(chosen or ()), Answer(Status.NOT_FOUND, str(error)))
            return "", messages, [*asked, failed], _NOTHING
        reports = {report.id: report for report in self.assistant.store.reports()}
        messages.append({"role": "assistant", "content": answer_html(answer, reports)})
        first = answer.citations[0] if answer.citations else None
        evidence = evidence_html(self.assistant.store, cite_key(first)) if first else _NOTHING
        return "", messages, [*asked, Asked(question, history, tuple(chosen or ()), answer)], evidence

    def judge(self, asked: list[Asked] | None, note: str, helpful: bool) -> tuple[str, str]:
        """Keep a verdict on the last answer; return (what to say about it, the emptied note)."""
        if not asked:
            return "请先提问，再说答得对不对。", note
        names = {report.id: Path(report.name).stem for report in self.assistant.store.reports()}
        self._feedback.keep(asked[-1], helpful=helpful, note=note, names=names)
        return f"已记下：“{asked[-1].question[:40]}”{'答得对' if helpful else '答错了'}。", ""

    def show(self, key: str) -> str:
        """Open the evidence behind a citation's link."""
        return evidence_html(self.assistant.store, key) if key else _NOTHING

    def upload(self, paths: list[str] | None, progress: Callable[..., Any] = _PROGRESS) -> tuple[str, Any, None]:
        """Read uploaded files; return (a line a file, the report chooser, the emptied upload box)."""
        lines = []
        with self._writing:
            for number, path in enumerate(paths or []):
                progress((number, len(paths or [])), desc="读入")
                file = Path(path)
                lines.append(_line(ingest_file(self.assistant.store, file, file.name)))
                file.unlink(missing_ok=True)
            lines += _vectors_kept(self.assistant.store)
        return "\n\n".join(lines), self.chooser(), None

    def remove(self, chosen: list[str] | None) -> tuple[str, Any]:
        """Remove the chosen reports from the store."""
        if not chosen:
            return "请先在上面勾选要移除的报告。", self.chooser()
        with self._writing:
            for report in chosen:
                self.assistant.store.delete(report)
        return f"已移除 {len(chosen)} 份报告（原文件没有动）。", self.chooser()

    def chooser(self) -> Any:
        """Return the report chooser with what is loaded now."""
        choices = [(_report_label(report), report.id) for report in self.assistant.store.reports()]
        return gr.CheckboxGroup(choices=choices, value=[])


def _as_text(text: str) -> str:
    return f"<div>{escaped_lines(text)}</div>"


def _report_label(report: Any) -> str:
    return f"{report.organisation or report.title}　{report.year}年　{report.name}"


def _line(result: Result) -> str:
    mark = "✗" if result.outcome is Outcome.FAILED else "✓"
    name = result.file.replace("*", "＊").replace("<", "＜").replace("[", "［")
    extra = "".join(f"；注意：{warning}" for warning in result.warnings)
    return f"{mark} {name}：{result.message}{extra}".replace("<", "＜")


def _vectors_kept(store: Store, *, tried: bool = False) -> list[str]:
    """Bring the search vectors up to date; return what to say about it."""
    said = keep_up(store, tried=tried)
    return [f"注意：{said}"] if said else []


def build(assistant: Assistant) -> gr.Blocks:
    """Lay the page out and wire its events."""
    page = Page(assistant)
    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True) as blocks:
        gr.Markdown(f"## {_TITLE}\n问预算绩效与决算报告。每个数字都带出处，点出处看原表；报告里没有的，会直说没有。")
        asked = gr.State([])
        with gr.Row():
            with gr.Column(scale=5, min_width=360):
                chat = gr.Chatbot(
                    label="对话", height=480, latex_delimiters=[], buttons=["copy"], feedback_options=None,
                    placeholder="在下面输入问题，例如：三公经费控制率是多少？", allow_file_downloads=False,
                )  # fmt: skip
                with gr.Row():
                    box = gr.Textbox(
                        label="问题",
                        show_label=False,
                        placeholder="输入问题，回车发送",
                        scale=6,
                        max_length=2000,
                        elem_id="jx-ask",
                    )
                    send = gr.Button("提问", variant="primary", scale=1, min_width=80)
                    clear = gr.Button("清空", scale=1, min_width=80)
                with gr.Row():
                    note = gr.Textbox(
                        show_label=False, label="说明", scale=5, max_length=2000, elem_id="jx-note",
                        placeholder="上一答若有错，写明应该是什么，例如：应为12.30万元",
                    )  # fmt: skip
                    good = gr.Button("答得对", size="sm", scale=1, min_width=70)
                    bad = gr.Button("答错了", size="sm", scale=1, min_width=70)
                said = gr.Markdown("", elem_id="jx-said")
                gr.Examples([[example] for example in _EXAMPLES], inputs=[box], label="试试这样问")
            with gr.Column(scale=6, min_width=360):
                gr.Markdown("### 出处")
                evidence = gr.HTML(_NOTHING, elem_id="jx-evidence", js_on_load=None)
                key = gr.Textbox(elem_id="jx-key", visible="hidden", show_label=False)
        with gr.Accordion("报告", open=False):
            chosen = gr.CheckboxGroup(label="只问这些报告（都不勾选就是全部）", choices=[])
            with gr.Row():
                upload = gr.File(
                    label="上传报告（.docx，可多选）",
                    file_count="multiple",
                    file_types=list(READERS),
                    height=120,
                    elem_id="jx-upload",
                )
                with gr.Column():
                    outcome = gr.Markdown("")
                    remove = gr.Button("移除勾选的报告", size="sm")
        inputs, outputs = [box, chat, asked, chosen], [box, chat, asked, evidence]
        box.submit(page.respond, inputs, outputs, show_progress="hidden", api_visibility="private")
        send.click(page.respond, inputs, outputs, show_progress="hidden", api_visibility="private")
        clear.click(lambda: ("", [], [], _NOTHING), None, outputs, api_visibility="private")
        for button, helpful in ((good, True), (bad, False)):
            verdict = partial(page.judge, helpful=helpful)
            button.click(verdict, [asked, note], [said, note], show_progress="hidden", api_visibility="private")
        key.change(page.show, [key], [evidence], show_progress="hidden", api_visibility="private")
        upload.upload(page.upload, [upload], [outcome, chosen, upload], api_visibility="private")
        remove.click(page.remove, [chosen], [outcome, chosen], api_visibility="private")
        blocks.load(page.chooser, None, [chosen], show_progress="hidden", api_visibility="private")
    return blocks


def serve(
    store: Path, *, host: str = "127.0.0.1", port: int = 7860, samples: Path | None = None, open_browser: bool = False,
    block: bool = True,
) -> gr.Blocks:  # fmt: skip
    """Open the store, read in ``samples`` if given, and start the web page.

    Raises ``JixiaoError`` for an address other than this machine's own, or a store held elsewhere.
    """
    if not _is_loopback(host):
        raise JixiaoError(f"目前只能在本机打开（127.0.0.1），不能监听 {host}：还没有登录保护。请去掉 --host。")
    held = Store.open(store, write=True)
    try:
        if samples is not None:
            for path in files_in([samples]):
                print(_line(ingest_file(held, path)))
        for line in _vectors_kept(held, tried=True):
            print(line)
        blocks = build(Assistant.open(held))
        data = files("assistant") / "data"
        blocks.queue(default_concurrency_limit=4).launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=not block,
            quiet=True,
            footer_links=[],
            run_history=False,
            max_file_size=_MAX_UPLOAD,
            ssr_mode=False,
            theme=gr.themes.Default(font=list(_FONTS), font_mono=["Consolas", "monospace"]),
            css=(data / "page.css").read_text(encoding="utf-8"),
            head=(data / "page.html").read_text(encoding="utf-8"),
        )
    except OSError as error:
        held.close()
        raise JixiaoError(f"端口 {port} 打不开（可能被占用），请用 --port 换一个端口。") from error
    except BaseException:
        held.close()
        raise
    return blocks


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main() -> None:
    """Start from ``python app.py``."""
    parser = argparse.ArgumentParser(description="绩效问答网页")
    parser.add_argument("--store", type=Path, default=Path(".jixiao"))
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--samples", type=Path)
    options = parser.parse_args()
    serve(options.store, port=options.port, samples=options.samples)


if __name__ == "__main__":
    main()
