"""What answering in words works with: the reports to read, and what a title or sentence must say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.lookup import Finder
from assistant.model import Query
from assistant.texts import Texts
from ingest.labels import normalise

TOPIC = re.compile(
    r"(?:自评)?报告(?:里|中)|怎么(?:做|办|干)|为什么|为何|为啥|有?(?:哪些|什么|啥)|怎么样?|如何|在哪(?:里|儿|$)|哪里|是否|有没有|哪[几一]?[个些条]?|主要|情况|说(?!明)|讲"
)
#: What reports have a section for; asked for with words around it that no title has.
_TOPICS = frozenset(("存在的问题", "改进措施", "职能职责", "绩效评价结果应用", "有关建议", "主要做法"))


@dataclass(frozen=True, slots=True)
class Reader:
    """What answering in words works with."""

    finder: Finder
    texts: Texts

    def reports(self, query: Query) -> list[str]:
        """Return the reports to read: of the years asked for, where there are any."""
        ids = list(self.finder.scope(query).reports)
        dated = [i for i in ids if self.finder.reports[i].year in query.periods]
        return dated or ids

    def topics(self, query: Query) -> list[str]:
        """Return the sections that reports have which the question's everyday words mean."""
        lexicon = self.finder.lexicon
        content = normalise(TOPIC.sub("", query.content))
        spoken = sorted((word for word in lexicon.everyday if word in content), key=len, reverse=True)
        found = [term for word in spoken for term in lexicon.everyday[word] if term in _TOPICS]
        return list(dict.fromkeys([*found, *(term for term in _TOPICS if term in lexicon.canonical(content))]))

    def beside_topic(self, query: Query) -> int:
        """Return how many characters of a question name something beside the sections it may mean."""
        lexicon = self.finder.lexicon
        content = normalise(TOPIC.sub("", query.content))
        for word in sorted(lexicon.everyday, key=len, reverse=True):
            if word in content and any(term in _TOPICS for term in lexicon.everyday[word]):
                content = content.replace(word, "")
        content = lexicon.canonical(content)
        for topic in _TOPICS:
            content = content.replace(topic, "")
        return sum(weight == 1.0 for weight in lexicon.weights(content))

    def wanted(self, query: Query) -> list[str]:
        """Return what a title or sentence must say, the likeliest first: as asked, then in the lexicon's terms."""
        lexicon = self.finder.lexicon
        content = normalise(TOPIC.sub("", query.content))
        readings = [content, *lexicon.readings(content)]
        return [text for text in dict.fromkeys(map(lexicon.canonical, readings)) if len(text) > 1]
