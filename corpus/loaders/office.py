"""Word and PowerPoint files: Word by way of the HTML that mammoth makes of it; slides count as pages."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from corpus.encoding import one_line
from corpus.errors import LoadError
from corpus.loaders import html
from corpus.loaders.archive import open_archive
from corpus.loaders.loaded import Loaded, meaningful_title
from corpus.loaders.slides import slide_blocks
from corpus.loaders.word import NUMBER, written_out

if TYPE_CHECKING:
    from lxml.etree import _Element

# What mammoth makes of Word's styles, besides headings, lists and tables.
_STYLES = f"""
p[style-name='Title'] => h1:fresh
p[style-name^='toc '] => p.contents:fresh
p[style-name^='Contents '] => p.contents:fresh
r.{NUMBER} => span.number:fresh
"""
# The authors that python-docx, python-pptx and their templates write.
_PROGRAM_AUTHORS = ("python-docx", "Steve Canny", "Microsoft Office User", "user", "admin", "PptxGenJS")


def read_docx(data: bytes, name: str) -> Loaded:
    import mammoth
    from markitdown.converter_utils.docx.pre_process import pre_process_docx

    archive = open_archive(data, name)
    try:
        whole, faults = written_out(pre_process_docx(io.BytesIO(data)))  # equations as LaTeX
        page = mammoth.convert_to_html(
            whole, style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _: {})
        ).value
    except Exception as error:  # mammoth raises whatever a broken file trips it into
        raise _corrupt(name, error) from error
    title, metadata = _properties(archive, name)
    return Loaded(html.visible_blocks(page, _furniture_of_word) if page else [], title, metadata | faults)


def _furniture_of_word(root: _Element) -> dict[_Element, str]:
    """The contents that Word makes of the headings. Arrows back from footnotes go, and lists within the cells
    of tables become text: such a table is one of data all the same."""
    from lxml.etree import strip_tags

    for number in root.xpath("//span[@class='number']"):
        _put_first(number)
    for arrow in root.xpath("//li//a[contains(@href, 'note-ref-')]"):
        arrow.text = None
    for table in root.xpath("//table[count(.//tr) > 1][.//td[2] or .//th[2]]"):
        for line in table.iter("li", "h1", "h2", "h3"):
            marker = line.attrib.pop(html.MARKER, "- ") if line.tag == "li" else ""
            line.text = f" {marker}{line.text or ''}"
            line.tail = " "
        strip_tags(table, "ul", "ol", "li", "h1", "h2", "h3")
    html.describe_pictures(root)
    return dict.fromkeys(root.xpath("//p[@class='contents']"), "contents")


def _put_first(number: _Element) -> None:
    """What Word writes before a paragraph goes there; before an item, in place of the list's own marker."""
    holder = next(number.iterancestors("li", "p", "h1", "h2", "h3", "h4", "h5", "h6"))
    text, number.text = number.text, ""
    number.drop_tag()
    if holder.tag == "li":
        holder.set(html.MARKER, text)
    else:
        holder.text = f"{text}{holder.text or ''}"


def read_pptx(data: bytes, name: str) -> Loaded:
    archive = open_archive(data, name)
    blocks = slide_blocks(data, name)
    title, metadata = _properties(archive, name)
    return Loaded(blocks, title, metadata)


def _corrupt(name: str, error: Exception) -> LoadError:
    return LoadError(name, f"corrupt: {one_line(str(error)) or type(error).__name__}")


def _properties(archive: zipfile.ZipFile, name: str) -> tuple[str | None, dict[str, str]]:
    """Title and author from the core properties of an office file, where it has any."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if "docProps/core.xml" not in archive.namelist():
        return None, {}
    try:
        root = fromstring(archive.read("docProps/core.xml"))
    except (ParseError, DefusedXmlException) as error:
        raise LoadError(name, f"corrupt: its properties are no XML: {error}") from error
    namespace = "{http://purl.org/dc/elements/1.1/}"
    author = one_line(root.findtext(f"{namespace}creator") or "")
    title = meaningful_title(root.findtext(f"{namespace}title") or "")
    return title, {} if not author or author in _PROGRAM_AUTHORS else {"author": author}
