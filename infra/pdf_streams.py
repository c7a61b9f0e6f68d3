"""A look at a PDF's compressed streams before pdfium, which cannot be interrupted, opens its pages.

It finds pages that unfold without measure and pages whose contents are damaged, which pdfium cuts short in silence.
It looks at the raw file: what each compressed stream inflates to, how often contents are listed for one page, and how
often forms draw other forms. Pictures are not looked at: reading text does not unfold them. A file that is encrypted
cannot be seen through; there only the deadline and the memory limit of the child process hold.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

import msgspec

from domain.errors import PageBombError

_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+obj\b")
_WORD = b"obj"
_WHITE = b" \t\n\r\f\v"
_DIGITS = b"0123456789"
_BODY_END = re.compile(rb"\bendobj\b|\bstream\r?\n?")
_REFERENCE = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+R\b")
_NAMED_REFERENCE = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d{1,9}\s+\d{1,5}\s+R\b)")
_RESOURCES = re.compile(rb"/Resources\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_XOBJECTS = re.compile(rb"/XObject\s*(?:<<([^>]*)>>|(\d{1,9})\s+\d{1,5}\s+R\b)")
_DRAWS = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
_PAGES = re.compile(rb"/Pages\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_FIRST = re.compile(rb"/First\s+(\d+)")
_STEP = 1 << 16
_LONGEST_BODY = 1 << 20
_DEEPEST = 60


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """What the scan learnt: the pages (from 1) whose contents no longer inflate to their end."""

    broken_pages: frozenset[int] = frozenset()


class _Stream(msgspec.Struct, frozen=True, kw_only=True):
    size: int
    whole: bool
    draws: Mapping[bytes, int]


def scan(data: bytes, *, most_unfolded: int = 32 * 1024 * 1024) -> Streams:
    """Raises PageBombError when a page or form of the file unfolds to more bytes than that."""
    bodies: dict[int, bytes] = {}
    streams: dict[int, _Stream] = {}
    for match in _objects(data):
        end = _BODY_END.search(data, match.end(), match.end() + _LONGEST_BODY)
        if end is None:
            continue
        number = int(match.group(1))
        bodies[number] = body = data[match.end() : end.start()]
        if not end.group().startswith(b"stream") or _PICTURE.search(body):
            continue
        kept, size, whole = _inflated(data, end.end(), most_unfolded)
        if size > most_unfolded:
            raise PageBombError(object=number, unfolded=size, limit=most_unfolded)
        if _PACKED.search(body):
            bodies |= _packed(body, kept)
        streams[number] = _Stream(size=size, whole=whole, draws=_counted(kept))
    graph = _Graph(bodies, streams, most_unfolded)
    graph.check()
    return Streams(broken_pages=graph.broken_pages())


def _objects(data: bytes) -> Iterator[re.Match[bytes]]:
    """Every "12 0 obj" in the file: the word is looked for first, for digits are everywhere in compressed data."""
    at = data.find(_WORD)
    while at >= 0:
        start = at
        for kind in (_WHITE, _DIGITS, _WHITE, _DIGITS):
            while start and data[start - 1] in kind:
                start -= 1
        if match := _OBJECT.match(data, start):
            yield match
        at = data.find(_WORD, at + len(_WORD))


def _inflated(data: bytes, start: int, most: int) -> tuple[bytes, int, bool]:
    """What a stream inflates to, at most a little more than `most`, its length, and whether it is whole."""
    if not _is_zlib(data[start : start + 2]):
        return b"", 0, True
    unpack = zlib.decompressobj()
    parts: list[bytes] = []
    size, at, rest = 0, start, b""
    try:
        while not unpack.eof and size <= most:
            if not rest:
                rest, at = data[at : at + _STEP], at + _STEP
                if not rest:
                    return b"".join(parts), size, False
            parts.append(unpack.decompress(rest, 1 << 22))
            size += len(parts[-1])
            rest = unpack.unconsumed_tail
    except zlib.error:
        return b"".join(parts), size, False
    inner = b"".join(parts)
    if size <= most and _is_zlib(inner[:2]):  # folded twice
        return _inflated(inner, 0, most)
    return inner, size, True


def _is_zlib(head: bytes) -> bool:
    return len(head) == 2 and head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and (head[0] * 256 + head[1]) % 31 == 0


def _packed(body: bytes, content: bytes) -> dict[int, bytes]:
    """The objects of an object stream."""
    first = _FIRST.search(body)
    if first is None:
        return {}
    start = int(first.group(1))
    numbers = [int(token) for token in content[:start].split() if token.isdigit()]
    places = [*numbers[1::2], len(content) - start]
    named = zip(numbers[0::2], places, places[1:], strict=False)
    return {number: content[start + begin : start + end] for number, begin, end in named}


def _counted(content: bytes) -> dict[bytes, int]:
    draws: dict[bytes, int] = {}
    if b" Do" in content or b"\nDo" in content:
        for match in _DRAWS.finditer(content):
            draws[match.group(1)] = draws.get(match.group(1), 0) + 1
    return draws


class _Graph:
    """Which stream draws which, and what each unfolds to with all that it draws."""

    def __init__(self, bodies: Mapping[int, bytes], streams: Mapping[int, _Stream], most: int) -> None:
        self._bodies = bodies
        self._streams = streams
        self._most = most
        self._totals: dict[int, int] = {}

    def check(self) -> None:
        for number, body in self._bodies.items():
            found = _CONTENTS.search(body)
            if found is not None:
                self._check_page(number, body, found.group(1))
            elif number in self._streams:
                self._total(number, 0)

    def _check_page(self, number: int, body: bytes, contents: bytes) -> None:
        refs = self._listed(contents)
        known = self._forms(body)
        total = 0
        for ref in refs:
            stream = self._streams.get(ref)
            if stream is not None:
                drawn = sum(times * self._total(known.get(name, -1), 1) for name, times in stream.draws.items())
                total += stream.size + drawn
            self._refuse(total, number)

    def broken_pages(self) -> frozenset[int]:
        """The numbers of the pages with a broken content stream, as far as the tree of pages can be walked."""
        broken = set()
        for page, number in enumerate(self._leaves(), start=1):
            found = _CONTENTS.search(self._bodies[number])
            refs = self._listed(found.group(1)) if found else []
            if any(ref in self._streams and not self._streams[ref].whole for ref in refs):
                broken.add(page)
        return frozenset(broken)

    def _leaves(self) -> list[int]:
        catalogs = [body for body in self._bodies.values() if _CATALOG.search(body)]
        root = _PAGES.search(catalogs[-1]) if catalogs else None
        leaves: list[int] = []
        seen: set[int] = set()
        stack = [int(root.group(1))] if root else []
        while stack:
            number = stack.pop()
            if number in seen or number not in self._bodies:
                continue
            seen.add(number)
            kids = _KIDS.search(self._bodies[number])
            if kids is None:
                leaves.append(number)
            else:
                stack += reversed([int(ref) for ref in _REFERENCE.findall(kids.group(1))])
        return leaves

    def _listed(self, contents: bytes) -> list[int]:
        refs = [int(ref) for ref in _REFERENCE.findall(contents)]
        if len(refs) == 1 and refs[0] not in self._streams:  # the list of contents is an object of its own
            return [int(ref) for ref in _REFERENCE.findall(self._bodies.get(refs[0], b""))]
        return refs

    def _total(self, number: int, depth: int) -> int:
        stream = self._streams.get(number)
        if stream is None or depth > _DEEPEST:
            return 0
        if number not in self._totals:
            self._totals[number] = stream.size  # a form that draws itself is not followed
            known = self._forms(self._bodies.get(number, b"")) if stream.draws else {}
            drawn = sum(times * self._total(known.get(name, -1), depth + 1) for name, times in stream.draws.items())
            self._totals[number] = stream.size + drawn
            self._refuse(self._totals[number], number)
        return self._totals[number]

    def _forms(self, body: bytes) -> dict[bytes, int]:
        """The names under which a page or form knows others."""
        resources = _RESOURCES.search(body)
        if resources is not None:
            body = self._bodies.get(int(resources.group(1)), b"")
        found = _XOBJECTS.search(body)
        if found is None:
            return {}
        names = found.group(1) if found.group(1) is not None else self._bodies.get(int(found.group(2)), b"")
        return {match.group(1): int(match.group(2)) for match in _NAMED_REFERENCE.finditer(names)}

    def _refuse(self, total: int, number: int) -> None:
        if total > self._most:
            raise PageBombError(object=number, unfolded=total, limit=self._most)
