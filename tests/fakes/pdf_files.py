"""Small PDFs written by hand, whole or broken in one chosen way.

`a_pdf([text_page("Hola")])` is a file; `stream` and the object list of `pdf_of` allow any other.
"""

import zlib
from collections.abc import Mapping, Sequence

FONTS = (
    b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
    b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >>"
)


def text_page(*lines: str | tuple[str, float, float, float], size: float = 11, bold: bool = False) -> bytes:
    """The contents of a page: lines down from the top, or (text, x, y from the top, size) each."""
    out = []
    for i, line in enumerate(lines):
        text, x, y, at_size = line if isinstance(line, tuple) else (line, 72, 90 + 14 * i, size)
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        out.append(b"BT /%s %g Tf %g %g Td (%s) Tj ET" % (b"F2" if bold else b"F1", at_size, x, 842 - y, escaped))
    return b"\n".join(out)


def stream(content: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    """A stream object, compressed by default."""
    if packed:
        content, entries = zlib.compress(content), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def a_pdf(pages: Sequence[bytes], *, trailer: bytes = b"", entries: bytes = b"", rotate: int = 0) -> bytes:
    """A file with one page for each content; `entries` go into every page."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids)]
    for i, content in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font %s >> %s >>" % (rotate, 4 + 2 * i, FONTS, entries)
        )
        objects.append(stream(content))
    return pdf_of(objects, trailer)


def an_encrypted_pdf() -> bytes:
    """A file whose /Encrypt dictionary fits no empty password."""
    encrypt = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <%s> /U <%s> >> /ID [<00> <00>]"
    return a_pdf([text_page("secreto")], trailer=encrypt % (b"41" * 32, b"42" * 32))


def a_scanned_pdf(pages: int = 1) -> bytes:
    """Pages that hold one picture and no text."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        stream(
            b"\x80" * 64,
            b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
    ]
    for i in range(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /XObject << /Im0 3 0 R >> >> >>" % (5 + 2 * i)
        )
        objects.append(stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q"))
    return pdf_of(objects)


def a_content_bomb(unfolded: int = 600 * 1024 * 1024) -> bytes:
    """One page whose compressed contents inflate to more than any page has."""
    packer = zlib.compressobj(9)
    chunk = b"q Q " * 65536
    packed = b"".join(packer.compress(chunk) for _ in range(unfolded // len(chunk))) + packer.flush()
    content = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
            content,
        ]
    )


def nested_forms(levels: int = 12, times: int = 10) -> bytes:
    """One page that draws a form that draws a form ten times, and so on: ten to the twelfth at the bottom."""
    first = 5
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /X %d 0 R >> >> >>" % first,
        stream(b"/X Do"),
    ]
    for level in range(levels):
        inner = b"/Resources << /XObject << /X %d 0 R >> >>" % (first + level + 1) if level + 1 < levels else b""
        drawn = b"/X Do " * times if level + 1 < levels else b"0 0 10 10 re f " * times
        objects.append(stream(drawn, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + inner))
    return pdf_of(objects)


def a_pdf_that_means(meanings: Mapping[str, Sequence[int]], content: bytes) -> bytes:
    """One page whose font says which UTF-16 units some of its letters stand for."""
    lines = b"\n".join(
        b"<%02X> <%s>" % (ord(letter), b"".join(b"%04X" % unit for unit in units)) for letter, units in meanings.items()
    )
    table = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def "
        b"1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap end end"
    ) % (len(meanings), lines)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 5 0 R >>"
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 %s >> >> >>" % font,
            stream(content),
            stream(table),
        ]
    )
