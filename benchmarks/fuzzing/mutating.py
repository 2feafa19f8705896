"""Sound inputs spoilt by a seeded random process: bytes, the parts of archives, markup, numbers, JSON."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from lxml import etree

LARGEST = 400_000
"""Bytes of an input; larger ones are slow rather than odd."""

TOKENS = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        "", "\0", " ", "\n", "\r", "\r\n", "\f", "\t", "\x0b", "\x1f", "\x85", "\u2028", "\u2029", "\ufeff",
        "\u200b", "\u200d", "\u202e", "\u0301", "\U0001f468\u200d\U0001f469", "\ud800", "\udfff", "\uffff",
        "א", "ﬁ", "İ", "ß", "Ａ", "½", "²", "٣", "१", "0", "-1", "1e999", "NaN", "-0", "2147483648", "1" * 60,
        "%s", "%n", "{}", "{0}", "\\", "\\x", "\"", "'", "`", "$", "<", ">", "&", "&#0;", "&#xD800;", "&lol;",
        "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<?xml version='1.0'?>", "</p>",
        "<note n='1'>", "<pb n='-1'/>", "<pb n='MMMMMMMM'/>", "[Page 0]", "[Page 99999999999]", "1945-00-00",
        "0000-01-01", "9999-12-31", "1945-02-30", "1945/..", "../" * 5, "C:\\", "/dev/zero", "file:///etc/passwd",
        "(", ")", "[", "]", "{", "}", "*", "?", "(?:a|a)*", "[[[[", "((((", "obj", "endobj", "stream",
        "endstream", "xref", "trailer", "/Length", "/Kids", "/Parent 1 0 R", "TY  - ", "ER  - ", "@article{",
        "@string{", "#", "=", ",", ";", "~", "@", "--",
    )
)  # fmt: skip

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1.5, float("nan"), float("inf"), "", " ", "\ud800", "\0", "a" * 5_000,
    [], {}, [[]], [None], {"": None}, {"a": {"b": []}}, "\u202e", "1945-99-99", "../../x", -(2**63),
)  # fmt: skip

_NUMBER = re.compile(rb"\d+")
_PIECE = re.compile(rb"<[^<>]*>|\{|\}|\[|\]|\n|[^<>{}\[\]\n]+")


def mutated(chance: random.Random, shape: str, corpus: list[bytes]) -> bytes:
    """One of ``corpus`` spoilt once or several times. ``shape`` is "zip", "json" or "text"."""
    data = chance.choice(corpus)
    if shape == "zip" and chance.random() < 0.8:
        return _archive(chance, data)
    if shape == "json" and chance.random() < 0.7:
        return _json(chance, data)
    return _bytes(chance, data, corpus)


def _bytes(chance: random.Random, data: bytes, corpus: list[bytes]) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 10))):
        data = chance.choice(_WAYS)(chance, data, corpus)[:LARGEST]
    return data


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randint(0, len(data))


def _flip(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _insert(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    at = _place(chance, data)
    return data[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 3, 50, 3_000)) + data[at:]


def _replace(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    at = _place(chance, data)
    return data[:at] + chance.choice(TOKENS) + data[at + chance.choice((1, 2, 4, 20)) :]


def _cut(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    one, two = sorted((_place(chance, data), _place(chance, data)))
    return data[:one] + data[two:] if chance.random() < 0.7 else data[:one]


def _repeat(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    one = _place(chance, data)
    two = min(len(data), one + chance.choice((1, 4, 30, 300)))
    return data[:two] + data[one:two] * chance.choice((1, 2, 20, 1_000)) + data[two:]


def _splice(chance: random.Random, data: bytes, corpus: list[bytes]) -> bytes:
    other = chance.choice(corpus)
    return data[: _place(chance, data)] + other[_place(chance, other) :]


def _number(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    number = chance.choice(found)
    new = chance.choice((b"0", b"-1", b"1", b"65536", b"4294967296", b"9" * 30, b"1e9", b"00", b"7.5", b""))
    return data[: number.start()] + new + data[number.end() :]


def _pieces(chance: random.Random, data: bytes, _corpus: list[bytes]) -> bytes:
    """Tags, brackets and lines moved, doubled, dropped or nested."""
    parts = _PIECE.findall(data)
    if len(parts) < 2:
        return data
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    way = chance.randrange(5)
    if way == 0:
        parts[one], parts[two] = parts[two], parts[one]
    elif way == 1:
        del parts[one]
    elif way == 2:
        parts.insert(one, parts[two])
    elif way == 3:
        parts[one] *= min(chance.choice((2, 10, 1_000, 20_000)), LARGEST // len(parts[one]) + 1)
    else:
        first, last = sorted((one, two))
        parts[first:last] = parts[first:last] * 2
    return b"".join(parts)


def _tree(chance: random.Random, data: bytes, corpus: list[bytes]) -> bytes:
    """Markup that stays well-formed: elements doubled, nested, renamed, taken out; odd words in them."""
    try:
        root: Any = etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return _pieces(chance, data, corpus)
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    for _ in range(chance.choice((1, 2, 5, 20))):
        one, two = chance.choice(elements), chance.choice(elements)
        way = chance.randrange(6)
        if way == 0 and two is not root and one not in two.iter():
            one.append(copy.deepcopy(two))
        elif way == 1 and one is not root and one.getparent() is not None:
            one.getparent().remove(one)
        elif way == 2:
            one.tag = two.tag
        elif way == 3 and one.attrib:
            with contextlib.suppress(ValueError):
                one.set(chance.choice(list(one.attrib)), _word(chance))
        elif way == 4 and two.attrib:
            one.attrib.update(two.attrib)
        else:
            with contextlib.suppress(ValueError):
                one.text = (one.text or "") + _word(chance)
    return bytes(etree.tostring(root))


def _word(chance: random.Random) -> str:
    return chance.choice(TOKENS).decode("utf-8", "replace") * chance.choice((1, 1, 1, 200))


_WAYS: tuple[Callable[[random.Random, bytes, list[bytes]], bytes], ...] = (
    _flip, _flip, _insert, _insert, _replace, _replace, _cut, _repeat, _splice, _number, _number, _pieces,
    _pieces, _tree, _tree, _tree,
)  # fmt: skip


def _archive(chance: random.Random, data: bytes) -> bytes:
    """A zip archive with one part spoilt, dropped, renamed or doubled."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # what was spoilt before need be no archive any more
        return _bytes(chance, data, [data])
    if not parts:
        return data
    at = chance.randrange(len(parts))
    name, body = parts[at]
    way = chance.random()
    if way < 0.85:
        parts[at] = name, _bytes(chance, body, [each for _, each in parts])
    elif way < 0.9:
        del parts[at]
    elif way < 0.95:
        parts[at] = chance.choice(("../" + name, name.upper(), name + "/", "", "word/styles.xml")), body
    else:
        parts.append((name, body[:50]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two parts of one name
        for number, (name, body) in enumerate(parts):
            how = zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name or "x"), body, compress_type=how)
    made = out.getvalue()
    return made if chance.random() < 0.9 else _bytes(chance, made, [made])


def _json(chance: random.Random, data: bytes) -> bytes:
    """JSON (or JSON lines) with values put in place of others of another kind."""
    lines = data.split(b"\n") if data.count(b"\n{") else [data]
    at = chance.randrange(len(lines))
    try:
        value = json.loads(lines[at])
        for _ in range(chance.choice((1, 1, 2, 4))):
            value = _altered(chance, value)
        made = json.dumps(value, ensure_ascii=chance.random() < 0.7)
    except (ValueError, RecursionError):
        return _bytes(chance, data, [data])
    lines[at] = made.encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _altered(chance: random.Random, value: Any) -> Any:
    keys: list[Any] = list(value) if isinstance(value, dict) else []
    if isinstance(value, list):
        keys = list(range(len(value)))
    if not keys or chance.random() < 0.15:
        if isinstance(value, str) and chance.random() < 0.6:
            at = chance.randint(0, len(value))
            return value[:at] + chance.choice(TOKENS).decode("utf-8", "surrogatepass") + value[at:]
        return copy.deepcopy(chance.choice(ODD))
    key = chance.choice(keys)
    if chance.random() < 0.1:
        del value[key]
    elif chance.random() < 0.05 and isinstance(value, list):
        value.append(copy.deepcopy(value[key]))
    else:
        value[key] = _altered(chance, value[key])
    return value
