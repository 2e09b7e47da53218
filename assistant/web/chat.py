"""The chat's handlers: from what a visitor does to what the page shows; one visitor's turns never reach another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import gradio as gr

from assistant.feedback import Asked
from assistant.web import library
from assistant.web.conversation import (
    MOST_TURNS,
    Message,
    answer_turn,
    answered_message,
    asked_message,
    brought_back,
    kept,
    questions,
    said_message,
)
from assistant.web.memo import conversation_document
from assistant.web.review import VERDICTS, review_html
from assistant.web.routes import Site
from ingest.errors import JixiaoError

Messages = list[Message]
Turns = list[Asked]


class Chat:
    """The page's handlers over one assistant; visitors share the reports, never their conversations."""

    def __init__(self, site: Site) -> None:
        self.assistant = site.assistant
        self.store = site.assistant.store
        self.base = site.base
        self.feedback = site.feedback
        self.examples = site.examples

    def respond(
        self, question: str, messages: Messages | None, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer; yields (emptied box, messages, turns, turns to keep)."""
        turns = self._recalled(turns, memory)
        if not question.strip():
            yield "", messages or [], turns, kept(turns)
            return
        try:
            reports = library.chosen(self.store.reports(), *(names or () for names in scope))
        except JixiaoError as error:
            yield question, [*(messages or []), asked_message(question), said_message(str(error))], turns, kept(turns)
            return
        yield from self._answered(question, list(messages or []), turns, reports)

    def _recalled(self, turns: Turns | None, memory: str | None) -> Turns:
        """Return a visitor's turns; those of before a restart come back from the page's own memory of them."""
        return list(turns or [])[-MOST_TURNS:] or brought_back(self.assistant, memory or "")

    def _answered(
        self, question: str, messages: Messages, turns: Turns, reports: tuple[str, ...]
    ) -> Iterator[tuple[Any, ...]]:
        messages.append(asked_message(question))
        # Values, not gr.skip(): every skipped component is built anew, and the session keeps them all.
        yield "", messages, turns, kept(turns)
        turns = [*turns, answer_turn(self.assistant, question, questions(turns), reports)]
        yield "", [*messages, answered_message(self.assistant, turns[-1], self.base)], turns, kept(turns)

    def choose(
        self,
        picked: gr.SelectData,
        messages: Messages | None,
        turns: Turns | None,
        memory: str,
        *scope: list[str] | None,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask what a button under an answer offers, narrowed as it says."""
        turns = self._recalled(turns, memory)
        offered = turns[-1].answer.choices if turns else ()
        choice = next((one for one in offered if one.question == picked.value), None)
        if choice is None or not choice.reports:
            yield from self.respond(str(picked.value), messages, turns, memory, *scope)
        else:
            yield from self._answered(choice.question, list(messages or []), turns, choice.reports)

    def example(
        self,
        picked: gr.SelectData,
        messages: Messages | None,
        turns: Turns | None,
        memory: str,
        *scope: list[str] | None,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the empty chat's examples."""
        yield from self.respond(str(picked.value["text"]), messages, turns, memory, *scope)

    def retry(
        self, messages: Messages | None, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Ask the last question again, of the reports as they are now."""
        turns = self._recalled(turns, memory)
        if not turns:
            yield "", messages or [], turns, kept(turns)
            return
        last = turns.pop()
        users = [number for number, message in enumerate(messages or []) if message["role"] == "user"]
        before = list(messages or [])[: users[-1]] if users else []
        yield from self._answered(last.question, before, turns, last.reports)

    def restore(self, text: str) -> tuple[Messages, Turns, str]:
        """Bring a conversation back that the visitor's browser kept, after a reload or a restart of the server."""
        turns = brought_back(self.assistant, text)
        messages: Messages = []
        for one in turns:
            messages += [asked_message(one.question), answered_message(self.assistant, one, self.base)]
        return messages, turns, kept(turns)

    def stop(self, messages: Messages | None) -> Messages:
        """Say that a question was given up."""
        messages = list(messages or [])
        return (
            [*messages, said_message("已停止，可以接着问。")]
            if messages and messages[-1]["role"] == "user"
            else messages
        )

    def ask(self, question: str, history: list[str] | None = None, reports: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from a program; the same JSON as ``jixiao ask --json``."""
        try:
            return self.assistant.ask(question, history=history or (), reports=reports or ()).to_json()
        except JixiaoError as error:
            raise gr.Error(str(error)) from error

    def memo(self, turns: Turns | None) -> Any:
        """Write the conversation with its evidence as a Word file; return what to download."""
        if not turns:
            raise gr.Error("还没有问答，请先提问再下载。", title="没有可下载的", print_exception=False)
        path = Path(mkdtemp(prefix="jixiao-")) / f"绩效问答记录{datetime.now():%Y%m%d%H%M}.docx"
        path.write_bytes(conversation_document(turns, self.store))
        return gr.DownloadButton(value=str(path))

    def judge(self, picked: gr.LikeData, turns: Turns | None, request: gr.Request) -> tuple[Any, ...]:
        """Keep a verdict on an answer; return (what to say, the row for a note, the answer judged)."""
        number = self._turn_at(picked, turns or [])
        if number is None:
            return gr.skip(), gr.skip(), gr.skip()
        if not isinstance(picked.liked, bool):  # the thumb was taken back: what was kept stays, and is said to
            return "评价已取消选中；先前记下的仍在“复核”里。", gr.Row(visible=False), None
        helpful = picked.liked
        self._keep((turns or [])[number], helpful, "", request)
        words = VERDICTS["helpful" if helpful else "wrong"]
        said = f"已记下：“{(turns or [])[number].question[:40]}”{words}。"
        return said, gr.Row(visible=True), {"turn": number, "helpful": helpful}

    @staticmethod
    def _turn_at(picked: gr.LikeData, turns: Turns) -> int | None:
        index = picked.index[0] if isinstance(picked.index, (list, tuple)) else picked.index
        number = int(index) // 2
        return number if 0 <= number < len(turns) else None

    def add_note(
        self, note: str, judged: dict[str, Any] | None, turns: Turns | None, request: gr.Request
    ) -> tuple[Any, ...]:
        """Keep what the judged answer should have been; return (what to say, the emptied note, the row)."""
        if not judged or not note.strip() or judged["turn"] >= len(turns or []):
            return "请先写上说明，例如：应为12.30万元。", note, gr.skip()
        self._keep((turns or [])[judged["turn"]], judged["helpful"], note, request)
        return "说明已记下，谢谢。", "", gr.Row(visible=False)

    def _keep(self, asked: Asked, helpful: bool, note: str, request: gr.Request) -> None:
        names = {report.id: Path(report.name).stem for report in self.store.reports()}
        self.feedback.keep(asked, helpful=helpful, note=note, names=names, user=visitor(request))

    def reviewed(self, verdict: str) -> str:
        """List what was said of answers."""
        wanted = {words: name for name, words in VERDICTS.items()}.get(verdict, "")
        return review_html(self.feedback.entries(), wanted)

    def welcome(self, request: gr.Request) -> tuple[Any, str]:
        """Return (the empty chat's examples, the head with who is logged in)."""
        return gr.Chatbot(examples=[{"text": question} for question in self.examples.now()]), self.head(request)

    def head(self, request: gr.Request | None) -> str:
        """Draw the page's head."""
        user = visitor(request)
        who = f'<span class="jx-who">{escape(user)}　<a href="{self.base}logout">退出</a></span>' if user else ""
        return (
            f"{who}<h1>绩效问答</h1><p>问预算绩效与决算报告。每个数字都带出处，点出处看原表；"
            "报告里没有的，会直说没有。</p>"
        )


def visitor(request: gr.Request | None) -> str:
    """Return the name that a visitor logged in with, empty without a login."""
    return str(getattr(request, "username", None) or "") if request is not None else ""
