"""Streamed XML: elements that start and end, and no other feature of XML.

Safe for any content: a document type, an entity, a processing instruction or an inclusion rejects the file,
and so does deeper nesting than any statement has; libxml2 itself limits names, attributes and texts. Nothing
external is loaded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from ingestion.files.readers.decoding import Decoding
from ingestion.files.reasons import (
    HEADER_INVALID,
    TRUNCATED,
    UNDECODABLE,
    UNSAFE_CONTENT,
    CheckFailedError,
)

_CHUNK = 2**18
_DEEPEST = 64
_LONGEST = 4 * 2**20  # characters without an element: the parser buffers what is incomplete
_TAIL = 1000
_END_MARK = "\x1a"
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_DECLARED = re.compile(r"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BEFORE_ROOT = re.compile(r"\s+|<\?xml\s.*?\?>|<!--.*?-->", re.DOTALL)
_FORBIDDEN = re.compile(r"<!D|<\?(?!xml\s)[^>]*\?>")
_UNSAFE_FEATURE = "the XML has a document type, an entity, an inclusion or a processing instruction"
_CUT = "the file ends inside its XML document"
_INCLUSION = "{http://www.w3.org/2001/XInclude}"
_CHINESE = frozenset({"gb2312", "gbk", "gb18030"})
_UNSAFE = frozenset(
    {
        etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY,
        etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT,
    }
)  # fmt: skip


class XmlStream:
    """Iterates over (event, element); event is start or end. Elements are kept until ``forget`` is called.

    ``has_bom``, ``has_crlf``, ``has_end_mark`` (one 0x1A behind the document) and ``is_blank`` are final once
    iteration has ended.

    Raises: CheckFailedError (UNSAFE_CONTENT, UNDECODABLE, TRUNCATED; HEADER_INVALID when it is no XML).
    """

    def __init__(self, handle: BinaryIO, *, encoding: str) -> None:
        """Read ``handle`` from its position, as text in ``encoding``."""
        self.has_bom = self.has_crlf = self.has_end_mark = False
        self.is_blank = True
        self._handle = handle
        self._encoding = encoding
        self._decoding = Decoding.of(encoding)
        self._depth = 0
        self._root = self._tail = ""

    def __iter__(self) -> Iterator[tuple[str, etree._Element]]:
        """Yield elements that start and end, in the order of the file."""
        # Without a document type no entity is ever declared. With entities unresolved, the parser would skip
        # an undeclared one and start a new document behind it; hence "internal".
        parser = etree.XMLPullParser(
            events=("start", "end", "pi"), encoding="utf-8", resolve_entities="internal", no_network=True,
            load_dtd=False, huge_tree=False, remove_comments=True,
        )  # fmt: skip
        texts, waiting = self._texts(), 0
        for text in texts:
            try:
                parser.feed(text.encode())
                events = list(parser.read_events())
            except etree.XMLSyntaxError as error:
                failure = _failure(error)
                break
            waiting = 0 if events else waiting + len(text)
            if waiting > _LONGEST and not self.is_blank:
                raise CheckFailedError(
                    UNSAFE_CONTENT, "one piece of the XML is longer than any statement has"
                )
            for event, element in events:
                self._check(event, element)
                yield event, element
        else:
            self._end(parser)
            return
        if failure.verdict.reason != UNSAFE_CONTENT:
            for _ in texts:  # a byte that does not decode has precedence, wherever it is
                pass
        raise failure

    def _end(self, parser: etree.XMLPullParser) -> None:
        if self.is_blank:
            return
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            failure = _failure(error)
            # The parser may wait for the rest of a reference until the end: that alone does not mean cut.
            is_whole = self._root and re.search(rf"</{re.escape(self._root)}\s*>\s*\Z", self._tail)
            is_cut = failure.verdict.reason == HEADER_INVALID and not is_whole
            raise (CheckFailedError(TRUNCATED, _CUT) if is_cut else failure) from None

    def _check(self, event: str, element: etree._Element) -> None:
        if event == "end":
            self._depth -= 1
            return
        is_safe = event == "start" and not element.tag.startswith(_INCLUSION)
        if self._depth == 0 and is_safe:
            is_safe = element.getroottree().docinfo.internalDTD is None
        if not is_safe:
            raise CheckFailedError(UNSAFE_CONTENT, f"{_UNSAFE_FEATURE} (line {element.sourceline})")
        if not self._root:
            name = element.tag.rpartition("}")[2]
            self._root = f"{element.prefix}:{name}" if element.prefix else name
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CheckFailedError(UNSAFE_CONTENT, f"elements are nested more than {_DEEPEST} deep")

    def _texts(self) -> Iterator[str]:
        """Yield the document's text, strictly decoded; its beginning is checked first."""
        first = self._handle.read(_CHUNK)
        beginning = first.decode(self._decoding.codec, errors="replace").removeprefix(_BOM)
        self._check_beginning(beginning, is_all=len(first) < _CHUNK)
        decoder = self._decoding.decoder()
        position, block, held = 0, first, ""
        while True:
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                at = position + error.start
                raise CheckFailedError(
                    UNDECODABLE, f"near byte {at} the file is not {self._encoding}; have it sent again"
                ) from None
            if position == 0 and text.startswith(_BOM):
                self.has_bom, text = True, text.removeprefix(_BOM)
            text, held = self._without_end_mark(held + text, is_end=not block)
            self.has_crlf = self.has_crlf or "\r\n" in text
            self.is_blank = self.is_blank and not text.strip()
            self._tail = (self._tail + text[-_TAIL:])[-_TAIL:]
            yield text
            if not block:
                return
            position += len(block)
            block = self._handle.read(_CHUNK)

    def _without_end_mark(self, text: str, *, is_end: bool) -> tuple[str, str]:
        """Return a text without what may be one end mark behind the document, and that, to be held back."""
        before = text.rstrip(_END_MARK + "\r\n")
        tail = text[len(before) :]
        if _END_MARK not in tail:
            return text, ""
        if not is_end:
            return (before, tail) if len(tail) <= _TAIL else (text, "")
        self.has_end_mark = tail.count(_END_MARK) == 1
        return (before if self.has_end_mark else text), ""

    def _check_beginning(self, text: str, *, is_all: bool) -> None:
        """Reject what may not precede the first element, and another encoding than the manifest's."""
        place = 0
        while match := _BEFORE_ROOT.match(text, place):
            place = match.end()
        if _FORBIDDEN.match(text, place) or (text.startswith("<!--", place) and not is_all):
            raise CheckFailedError(UNSAFE_CONTENT, _UNSAFE_FEATURE)
        declared = _DECLARED.match(text)
        if declared and not _agree(declared[1], self._encoding):
            raise CheckFailedError(
                UNDECODABLE, f"the manifest says {self._encoding}, the XML declares another encoding"
            )


def forget(element: etree._Element) -> None:
    """Empty an element that has ended and remove those before it, so that the tree does not grow."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _agree(declared: str, stated: str) -> bool:
    """Return whether two encodings are one, of one family, or one of them ASCII."""
    try:
        pair = {codecs.lookup(declared).name, codecs.lookup(stated).name}
    except LookupError:
        return False
    return len(pair) == 1 or "ascii" in pair or pair <= _CHINESE


def _failure(error: etree.XMLSyntaxError) -> CheckFailedError:
    """Return the error of a malformed document, without the parser's message, which could quote it."""
    if error.code in _UNSAFE:
        return CheckFailedError(
            UNSAFE_CONTENT, f"line {error.lineno} holds an entity, or more than XML is read with"
        )
    return CheckFailedError(HEADER_INVALID, f"line {error.lineno} is not well-formed XML")
