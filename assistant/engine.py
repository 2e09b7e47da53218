"""The assistant as llama-index parts, so that others can plug it into their pipelines and agents."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import ConfigDict

from assistant.core import Assistant
from ingest.model import Scope


class ReportQueryEngine(CustomQueryEngine):
    """A query engine over the whole assistant; no language model takes part.

    The response's text is the answer, its source nodes are the citations, its metadata the answer
    as JSON.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    assistant: Any
    reports: tuple[str, ...] = ()

    def custom_query(self, query_str: str) -> Response:
        """Answer a question."""
        held: Assistant = self.assistant
        answer = held.ask(query_str, reports=self.reports)
        nodes = [
            NodeWithScore(
                node=TextNode(text=c.quote, metadata={"report": c.report, "place": c.place, "n": c.n}), score=1.0
            )
            for c in answer.citations
        ]
        return Response(response=answer.text, source_nodes=nodes, metadata=answer.to_json())


class PassageRetriever(BaseRetriever):
    """A retriever over the fused passage search."""

    def __init__(self, assistant: Assistant, reports: tuple[str, ...] = (), k: int = 10) -> None:
        super().__init__()
        self._assistant = assistant
        self._scope = Scope(reports)
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.retriever.search(query_bundle.query_str, self._scope, self._k)
        return [
            NodeWithScore(
                node=TextNode(
                    id_=str(stored.id),
                    text=stored.passage.text,
                    metadata={"report": stored.report, "heading": " › ".join(stored.passage.heading_path)},
                ),
                score=score,
            )
            for stored, score in found
        ]
