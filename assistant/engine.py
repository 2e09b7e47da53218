"""The assistant as llama-index parts, so that others can plug it into their pipelines and agents."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import ConfigDict, PrivateAttr

from assistant.core import Assistant
from assistant.embedding import Encoder


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


class ModelEmbedding(BaseEmbedding):
    """One of our embedding models as llama-index has them; its own adapter refuses static models."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(model_name=encoder.name)
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        """Return the name that llama-index stores settings under."""
        return "ModelEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._encoder.query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class PassageRetriever(BaseRetriever):
    """A retriever over the fused passage search, narrowed by the department and years that a question names."""

    def __init__(self, assistant: Assistant, reports: tuple[str, ...] = (), k: int = 10) -> None:
        super().__init__()
        self._assistant = assistant
        self._reports = reports
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.retrieve(query_bundle.query_str, self._reports, self._k)
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
