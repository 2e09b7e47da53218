"""The plain pages' templates: escaped by default, an unknown name in one is an error."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("assistant", "data"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def render(template: str, /, **values: Any) -> str:
    """Fill in a template of ``assistant/data``; values that are HTML already come as ``Markup``."""
    return _environment().get_template(template).render(**values)
