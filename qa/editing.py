"""What a person says of a document, in place of what the file and the lists beside it say.

Edits are kept apart from what was read: reading the file anew leaves them, and taking one back gives what
the file says again. A document's title and date are searched with its passages, so that an edit of these
embeds its passages anew; any other leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.library.protocol import Revision
from qa.reading.dates import dated
from qa.reading.fields import TYPES, described, known_field, value
from qa.splitting import context_of, embedded_text, passages
from qa.types import Metadata

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Library

_BLOCK = 500
"""Documents revised in one transaction: bounds what is held of a volume of thousands."""


@dataclass(frozen=True, slots=True)
class Edited:
    """One document as it is now: ``metadata`` with its edits, and these (field → value). ``changed`` says
    whether this edit changed anything, ``embedded`` how many passages it embedded anew."""

    document: str
    metadata: Metadata
    edits: Mapping[str, Any]
    changed: bool
    embedded: int = 0


def edit(
    library: Library,
    encoder: Encoder,
    names: Sequence[str],
    *,
    put: Mapping[str, str] | None = None,
    unset: Sequence[str] = (),
) -> tuple[Edited, ...]:
    """Edits the documents that ``names`` mean (a document, or a source file with all its documents). ``put``
    gives fields their values in words: "" says that nothing is known. ``unset`` takes edits back. Fields
    are named as in qa.reading.fields ("title", "file number", "csl.publisher").

    Raises UnknownDocument, UsageError for an unknown field or a date that cannot be read, LibraryError;
    then nothing was changed."""
    told = {known_field(name): _checked(known_field(name), words) for name, words in (put or {}).items()}
    taken = {known_field(name) for name in unset}
    both = sorted(taken & told.keys())
    if both:
        raise UsageError(f"{both[0]} is set and unset at once. Say one of them.")
    documents = library.chosen(names)
    done: list[Edited] = []
    for first in range(0, len(documents), _BLOCK):
        made = [_revision(library, encoder, name, told, taken) for name in documents[first : first + _BLOCK]]
        revisions = [revision for revision, each in made if each.changed]
        if revisions:
            library.revise(revisions)
        done += [each for _, each in made]
    if any(each.embedded for each in done):
        library.flush()
    return tuple(done)


def _checked(field: str, words: str) -> Any:
    """A field's value as it is stored. Raises UsageError."""
    if field in ("date", "issued", "original-date") and words.strip():
        when = dated(words)
        if not when.is_read:
            how = "can be read in two ways" if when.date else "is no date that can be read"
            raise UsageError(
                f'"{words}" {how}. Write 1945-11-22, 1945-11, 1945, about 1945, 1945?, 1940s or '
                "1945-11-20/1945-11-22."
            )
        return (when.edtf or when.date) if field == "date" else when.csl
    found = value(field, words)
    if field == "type" and found is not None and found not in TYPES:
        raise UsageError(f'There is no type "{words}". Choose one of: {", ".join(sorted(TYPES))}.')
    return found


def _revision(
    library: Library, encoder: Encoder, name: str, told: Mapping[str, Any], taken: set[str]
) -> tuple[Revision, Edited]:
    document, read, before = library.document(name), library.as_read(name), dict(library.edits(name))
    edits = {field: told for field, told in {**before, **told}.items() if field not in taken}
    after = described(replace(document, metadata=read), edits)
    changed = edits != before
    revision = Revision(after, read, edits)
    if changed and context_of(after) != context_of(document):
        parts = passages(after)
        vectors = encoder.encode([embedded_text(part) for part in parts])
        if not parts:
            vectors = vectors.reshape(0, encoder.encode(["a"]).shape[1])
        revision = replace(revision, passages=parts, vectors=vectors)
    return revision, Edited(name, after.metadata, edits, changed, len(revision.passages or ()))
