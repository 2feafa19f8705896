"""PDFs written byte by byte: very long ones in little time, and broken ones."""

from __future__ import annotations

from collections.abc import Sequence


def raw_pdf(pages: Sequence[Sequence[str]], *, extra: str = "") -> bytes:
    """A PDF whose pages hold the given lines in Times, 12 points. ``extra`` goes into the page's
    dictionaries."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
    ]
    for at, lines in enumerate(pages):
        shown = b"".join(b"(%s) Tj T*\n" % line.encode("latin-1") for line in lines)
        content = b"BT /F 12 Tf 1 0 0 1 54 600 Tm 14 TL\n" + shown + b"ET"
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R%s>>" % (5 + 2 * at, extra.encode()),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    out = [b"%PDF-1.4\n"]
    places = []
    at = len(out[0])
    for number, body in enumerate(objects, 1):
        places.append(at)
        out.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(out[-1])
    out.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out += [b"%010d 00000 n \n" % place for place in places]
    out.append(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    return b"".join(out)
