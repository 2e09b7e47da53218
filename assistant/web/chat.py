"""The chat's handlers: from what a visitor does to what the page shows; one visitor's turns never reach another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.edge import answered
from assistant.feedback import Asked
from assistant.model import Answer, Status
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
)
from assistant.web.downloads import Download
from assistant.web.memo import conversation_document
from assistant.web.review import VERDICTS, review_html
from assistant.web.routes import Site
from ingest.errors import JixiaoError

Messages = list[Message]
Turns = list[Asked]

#: A program sends so many questions and reports at most.
_MOST_SENT = 200
_STOPPED = "已停止，可以接着问。"


class Chat:
    """The page's handlers over one assistant; visitors share the reports, never their conversations."""

    def __init__(self, site: Site) -> None:
        self.assistant = site.assistant
        self.store = site.assistant.store
        self.base = site.base
        self.feedback = site.feedback
        self.examples = site.examples
        self.downloads = site.downloads
        self.desk = site.desk

    def respond(
        self, question: str, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer; yields (emptied box, messages, turns, turns to keep).

        What the chat shows is drawn from the turns held here, never taken from what the browser sends.
        """
        turns = self._recalled(turns, memory)
        if not question.strip():
            yield self._shown(turns)
            return
        try:
            reports = library.chosen(self.store.reports(), *(names or () for names in scope))
        except JixiaoError as error:
            refused = Asked(question, questions(turns), (), Answer(Status.NOT_FOUND, str(error)))
            yield self._shown([*turns, refused], box=question)
            return
        yield from self._answered(question, turns, reports)

    def _recalled(self, turns: Turns | None, memory: str | None) -> Turns:
        """Return a visitor's turns; those of before a restart come back from the page's own memory of them."""
        return list(turns or [])[-MOST_TURNS:] or brought_back(self.assistant, memory or "")

    def _answered(self, question: str, turns: Turns, reports: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """Answer a question; until then its turn says that it was stopped, which holds if it is."""
        stopped = Asked(question, questions(turns), reports, Answer(Status.NOT_FOUND, _STOPPED))
        box, messages, pending, kept_so_far = self._shown([*turns, stopped])
        yield box, messages[:-1], pending, kept_so_far
        yield self._shown([*turns, answer_turn(self.assistant, question, questions(turns), reports)])

    def _shown(self, turns: Turns, box: str = "") -> tuple[str, Messages, Turns, str]:
        """Return the outputs that show a conversation.

        Values, not gr.skip(): every skipped component is built anew, and the session keeps them all.
        """
        messages: Messages = []
        for one in turns:
            messages += [asked_message(one.question), answered_message(self.assistant, one, self.base)]
        return box, messages, turns, kept(turns)

    def choose(
        self, picked: gr.SelectData, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Ask what a button under an answer offers, narrowed as it says."""
        turns = self._recalled(turns, memory)
        offered = turns[-1].answer.choices if turns else ()
        choice = next((one for one in offered if one.question == picked.value), None)
        if choice is None or not choice.reports:
            yield from self.respond(str(picked.value), turns, memory, *scope)
        else:
            yield from self._answered(choice.question, turns, choice.reports)

    def waited(
        self, text: str, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Ask what was sent while another question ran: typed, or a button that an answer before offered."""
        turns = self._recalled(turns, memory)
        offered = (choice for turn in reversed(turns) for choice in turn.answer.choices)
        choice = next((one for one in offered if text in (one.shown, one.label, one.question)), None)
        if choice is None or not choice.reports:
            yield from self.respond(choice.question if choice else text, turns, memory, *scope)
        else:
            yield from self._answered(choice.question, turns, choice.reports)

    def example(
        self, picked: gr.SelectData, turns: Turns | None, memory: str, *scope: list[str] | None
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the empty chat's examples."""
        yield from self.respond(str(picked.value["text"]), turns, memory, *scope)

    def retry(self, turns: Turns | None, memory: str, *scope: list[str] | None) -> Iterator[tuple[Any, ...]]:
        """Ask the last question again, of the reports as they are now."""
        turns = self._recalled(turns, memory)
        if not turns:
            yield self._shown(turns)
            return
        yield from self._answered(turns[-1].question, turns[:-1], turns[-1].reports)

    def restore(self, text: str) -> tuple[Messages, Turns, str]:
        """Bring a conversation back that the visitor's browser kept, after a reload or a restart of the server."""
        _, messages, turns, memory = self._shown(brought_back(self.assistant, text))
        return messages, turns, memory

    def stop(self, turns: Turns | None, memory: str) -> tuple[Any, ...]:
        """Say that a question was given up; returns as ``respond`` yields."""
        return self._shown(self._recalled(turns, memory))

    def ask(self, question: str, history: list[str] | None = None, reports: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from a program; the same JSON as ``jixiao ask --json``."""
        texts = [question, *(history or ()), *(reports or ())]
        if not all(isinstance(one, str) for one in texts) or len(texts) > _MOST_SENT:
            raise gr.Error(f"参数应为：问题、先前的问题、限定的报告，都是文字，合起来不超过 {_MOST_SENT} 项。")
        try:
            self.assistant.library(tuple(reports or ()))
        except JixiaoError as error:
            raise gr.Error(str(error)) from error
        return answered(self.assistant, question, history or (), reports or ()).to_json()

    def memo(self, turns: Turns | None, memory: str) -> str:
        """Write the conversation with its evidence as a Word file; return the link that fetches it."""
        turns = self._recalled(turns, memory)
        if not turns:
            raise gr.Error("还没有问答，请先提问再下载。", title="没有可下载的", print_exception=False)
        data = conversation_document(turns, self.store)
        token = self.downloads.put(Download(f"绩效问答记录{datetime.now():%Y%m%d%H%M}.docx", data))
        return f"{self.base}download/{token}"

    def judge(self, picked: gr.LikeData, turns: Turns | None, memory: str, request: gr.Request) -> tuple[Any, ...]:
        """Keep a verdict on an answer; return (what to say, the row for a note, the answer judged)."""
        asked = turn_at(picked.index, self._recalled(turns, memory))
        if asked is None:
            return "这一答已经不能评价，请再问一次后评价。", gr.Row(visible=False), None
        if not isinstance(picked.liked, bool):  # the thumb was taken back: what was kept stays, and is said to
            return "评价已取消选中；先前记下的仍在“复核”里。", gr.Row(visible=False), None
        helpful = picked.liked
        try:
            self._keep(asked, helpful, "", request)
        except JixiaoError as error:
            return escape(str(error)), gr.Row(visible=False), None
        words = VERDICTS["helpful" if helpful else "wrong"]
        return f"已记下：“{escape(asked.question[:40])}”{words}。", gr.Row(visible=True), (asked, helpful)

    def add_note(self, note: str, judged: tuple[Asked, bool] | None, request: gr.Request) -> tuple[Any, ...]:
        """Keep what the judged answer should have been; return (what to say, the emptied note, the row)."""
        if not judged or not note.strip():
            return "请先点“答得对”或“答错了”，再写说明，例如：应为12.30万元。", note, gr.Row(visible=bool(judged))
        asked, helpful = judged
        try:
            self._keep(asked, helpful, note, request)
        except JixiaoError as error:
            return escape(str(error)), note, gr.Row(visible=True)
        return "说明已记下，谢谢。", "", gr.Row(visible=False)

    def _keep(self, asked: Asked, helpful: bool, note: str, request: gr.Request) -> None:
        names = {report.id: Path(report.name).stem for report in self.store.reports()}
        self.feedback.keep(asked, helpful=helpful, note=note, names=names, user=visitor(request))

    def reviewed(self, verdict: str) -> str:
        """List what was said of answers."""
        wanted = {words: name for name, words in VERDICTS.items()}.get(verdict, "")
        return review_html(self.feedback.entries(), wanted)

    def welcome(self, request: gr.Request) -> tuple[Any, str, Any]:
        """Return (the empty chat's examples, the head with who is logged in, what an empty store offers)."""
        examples = gr.Chatbot(examples=[{"text": question} for question in self.examples.now()])
        return examples, self.head(request), gr.Column(visible=not self.store.reports())

    def head(self, request: gr.Request | None) -> str:
        """Draw the page's head."""
        user = visitor(request)
        who = f'<span class="jx-who">{escape(user)}　<a href="{self.base}logout">退出</a></span>' if user else ""
        return (
            f"{who}<h1>绩效问答</h1><p>问预算绩效与决算报告。每个数字都带出处，点出处看原表；"
            "报告里没有的，会直说没有。</p>"
        )


def turn_at(index: Any, turns: Turns) -> Asked | None:
    """Return the turn of an answer by its message's index: each turn is two messages, the answer the second."""
    place = index[0] if isinstance(index, (list, tuple)) and index else index
    if not isinstance(place, int) or place % 2 == 0:
        return None
    return turns[place // 2] if 0 <= place < 2 * len(turns) else None


def visitor(request: gr.Request | None) -> str:
    """Return the name that a visitor logged in with, empty without a login."""
    return str(getattr(request, "username", None) or "") if request is not None else ""
