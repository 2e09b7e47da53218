"""Questions to cited answers: question → query → evidence → answer."""

from assistant.core import Assistant
from assistant.model import Answer, Citation, Status, Value

__all__ = ["Answer", "Assistant", "Citation", "Status", "Value"]
