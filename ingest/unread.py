"""What a Word file holds that is not read: pictures, embedded workbooks, charts; each counted and told."""

from __future__ import annotations

from lxml import etree

from ingest.wordml import MC, W

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"


def unread(body: etree._Element) -> list[str]:
    """Return a sentence for each kind of content that only the eye can read; answers that find nothing repeat it."""
    embedded = [one for one in body.iter(_OFFICE + "OLEObject") if not _falls_back(one)]
    sheets = sum((one.get("ProgID") or "").startswith(("Excel", "ET.")) for one in embedded)
    drawn = [(one.get("uri") or "") for one in body.iter(_DRAWING + "graphicData") if not _falls_back(one)]
    pictures = sum(uri.endswith("/picture") for uri in drawn)
    pictures += sum(not _falls_back(one) and not _previews(one) for one in body.iter(_VML + "imagedata"))
    charts = sum(uri.endswith("/chart") for uri in drawn)
    found = (
        (sheets, "处嵌入的 Excel 表", "请在 Word 里把它转成普通表格"),
        (len(embedded) - sheets, "处嵌入的对象", "请把其中的内容粘贴到正文"),
        (pictures, "张图片", "图里若有表格或数字，请查看原件"),
        (charts, "张图表", "请以图表所依据的数据为准"),
    )
    return [f"有 {count} {what}没有读，{then}" for count, what, then in found if count]


def _falls_back(element: etree._Element) -> bool:
    """Tell whether an element is the second rendering of something counted already."""
    return any(above.tag == MC + "Fallback" for above in element.iterancestors())


def _previews(element: etree._Element) -> bool:
    """Tell whether a picture only shows an embedded object."""
    return any(above.tag == W + "object" for above in element.iterancestors())
