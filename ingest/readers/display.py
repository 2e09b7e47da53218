"""A number of a spreadsheet as its cell shows it (ECMA-376 part 1, 18.8.31): the text that a reader sees."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

#: A spreadsheet calculates with so many significant digits; what lies behind them is noise of binary fractions.
_DIGITS = 15
_GENERAL = re.compile(r"general|g/通用格式|@|", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]{0,60})"|\\(.)')
#: A colour, a condition or a language; a currency sign stands in the last kind: [$¥-804].
_BRACKETS = re.compile(r"\[(?!\$)[^\]]{0,40}\]")
_CURRENCY = re.compile(r"\[\$([^\]-]{0,4})(?:-[^\]]{0,12})?\]")
_PADDING = re.compile(r"_.|\*.")
_PLACES = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+")
_MAX_FORMAT = 255
#: Quoted text is held by one private character each while the places of digits are looked for.
_HELD = 0xE100


def shown(value: Decimal, form: str) -> str:
    """Return a number as a number format shows it; a format that is none of figures shows it plainly."""
    value = _significant(value)
    if len(form) > _MAX_FORMAT:
        return plain(value)
    section, is_signed = _section(_sections(form), value)
    if _GENERAL.fullmatch(section) or "/" in section or re.search(r"e[+-]", section, re.IGNORECASE):
        return plain(value)
    return _filled(section, value if is_signed else abs(value))


def plain(value: Decimal) -> str:
    """Return a number without a format, never with an exponent."""
    text = f"{_significant(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _significant(value: Decimal) -> Decimal:
    """Round a number to the digits that a spreadsheet calculates with."""
    if not value:
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(value.adjusted() + 1 - _DIGITS), ROUND_HALF_UP)


@lru_cache(maxsize=1024)
def _sections(form: str) -> tuple[str, ...]:
    """Return a format's sections: for numbers over 0, under 0, for 0; quoted semicolons part nothing."""
    hidden = _QUOTED.sub(lambda found: found.group().replace(";", "\0"), form)
    return tuple(part.replace("\0", ";") for part in hidden.split(";"))


def _section(sections: tuple[str, ...], value: Decimal) -> tuple[str, bool]:
    """Return the section for a number, and whether its sign is still to be written."""
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _filled(section: str, value: Decimal) -> str:
    section = _PADDING.sub("", _CURRENCY.sub(r"\1", _BRACKETS.sub("", section)))
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        quoted.append(found.group(1) if found.group(1) is not None else found.group(2))
        return chr(_HELD + len(quoted) - 1)

    section = _QUOTED.sub(keep, section)
    places = _PLACES.search(section)
    if places is None:
        text = section if section.strip() else ""
    else:
        if "%" in section:
            value *= 100
        text = section[: places.start()] + _figure(places.group(), value) + _after(section[places.end() :])
    return "".join(quoted[place] if 0 <= (place := ord(char) - _HELD) < len(quoted) else char for char in text).strip()


def _after(rest: str) -> str:
    return re.sub(r"[#0?,]", "", rest)


def _figure(places: str, value: Decimal) -> str:
    scaled = len(places) - len(places.rstrip(","))
    value = value.scaleb(-3 * scaled)
    whole, _, fraction = places.rstrip(",").partition(".")
    least, most = len(fraction.rstrip("#?")), len(fraction)
    rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    if most > least and "." in text:
        kept = text.index(".") + 1 + least
        text = text[:kept] + text[kept:].rstrip("0")
        text = text.rstrip(".")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not re.search(r"[1-9]", digits):
        sign = ""
    if not value and "0" not in whole + fraction:
        return ""  # places that show no zero
    integer, dot, decimals = digits.partition(".")
    integer = integer.rjust(whole.count("0"), "0")
    return f"{sign}{integer}{dot}{decimals}"
