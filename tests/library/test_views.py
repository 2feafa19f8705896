"""What one thread reads stays of one generation as long as it holds it, in a folder and on a server."""

from __future__ import annotations

import threading
import time

import pytest

from qa import cores
from qa.errors import LibraryBusy, LibraryError, UnknownDocument
from qa.library import Library, views
from tests.library.shelf import (
    BOTH,
    ENCODER,
    LETTER,
    NEITHER,
    SPOKE,
    TELEGRAM,
    WHEAT,
    change,
    document,
    elsewhere,
    finds,
    opened,
    put,
    stands,
    texts,
)  # fmt: skip


def everything(library: Library) -> list[object]:
    """All that can be read of a library, and searched, as it was filled."""
    names = [one.name for one in library.documents()]
    ids = [passage.id for name in names for passage in library.passages_of(name)]
    scope = library.scope(["telegram.txt", "v1"], "1945", "1961")
    assert scope is not None
    query = ENCODER.encode([SPOKE])[0]
    return [
        library.generation(),
        library.searched(),
        library.sources(),
        library.documents(),
        [library.document(name) for name in names],
        [library.source_of(name) for name in names],
        library.passages(ids),
        library.vectors(ids).tolist(),
        scope.passages.tolist(),
        scope.searched,
        library.within(["v1"]),
        library.known(["v1", "letter.txt", "telegram.txt"]),
        library.nearest(query, 100),
        library.nearest(query, 3),
        library.nearest(query, 100, scope),
        # Their scores hang on what Tantivy has not yet forgotten of passages that went before.
        sorted(id_ for id_, _ in library.matching("Litvinov letter Berlin notes wheat", 100)),
        sorted(id_ for id_, _ in library.matching("Litvinov letter Berlin", 100, scope)),
        [library.document_frequency(term) for term in library.terms(f"{SPOKE} {WHEAT}")],
    ]


@pytest.mark.parametrize("searched", [False, True], ids=["not yet searched", "searched before"])
@pytest.mark.parametrize("who", ["a thread", "another"])
def test_all_that_is_read_stays_as_it_was(library: Library, place: str, searched: bool, who: str) -> None:
    before = everything(library)
    other = library if who == "a thread" else opened(place)
    put(library, "/papers/late.txt", document("late.txt", "Late", "It came late."))
    library.remove(["late.txt"])  # so that the indexes have something to catch up with
    before[0] = library.generation()
    with library.view():
        if searched:
            assert everything(library) == before
            scored = library.matching(SPOKE, 9)
        change(other)
        assert everything(library) == before
        assert not searched or library.matching(SPOKE, 9) == scored
        assert texts(library, [id_ for id_, _ in library.matching(SPOKE, 1)]) == [SPOKE]
        with pytest.raises(UnknownDocument):
            library.document("letter.txt")
        with library.view():
            assert everything(library) == before
        assert library.generation() == before[0]
    assert finds(library, SPOKE) == NEITHER
    assert finds(library, WHEAT) == BOTH
    with pytest.raises(UnknownDocument):
        library.document("telegram.txt")
    with library.view():
        assert [one.name for one in library.documents()] == ["letter.txt", "notes/reading.md"]
        stands(library)
    if other is not library:
        other.close()


def test_what_did_not_say_that_it_would_search_may(library: Library) -> None:
    before = everything(library)
    with library.view(searching=False):
        change(library)
        assert everything(library) == before
    stands(library)


def test_each_thread_holds_its_own(library: Library) -> None:
    before = everything(library)
    with library.view():
        elsewhere(lambda: library.remove(["telegram.txt"]))

        def later() -> list[tuple[bool, bool]]:
            with library.view():
                put(library, "/papers/letter.txt", LETTER)
                inside = [finds(library, SPOKE), finds(library, WHEAT)]
            return [*inside, finds(library, WHEAT)]

        assert elsewhere(later) == [NEITHER, NEITHER, BOTH], "what it changes shows behind the view"
        assert everything(library) == before


def test_questions_without_a_pause_see_whole_generations(library: Library) -> None:
    """Files come and go in pairs that are one commit each: nobody sees half of one."""
    wrong: list[object] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                with library.view():
                    listed = {one.name for one in library.documents()}
                    found = library.passages([id_ for id_, _ in library.matching("wheat", 100)])
                    near = [id_ for id_, _ in library.nearest(ENCODER.encode(["wheat"])[0], 100)]
                    if {one.document for one in found} - {"v1/d30"} != {n for n in listed if "pair" in n}:
                        wrong.append((listed, found))
                    if len(library.passages(near)) != len(near) or len(near) != library.searched().passages:
                        wrong.append((near, library.searched()))
                    library.vectors(near)
                    for one in found:
                        if library.document(one.document).text[one.start : one.end] != one.text:
                            wrong.append(one)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(6):
        pair = [document(f"pair{number}/{half}", "Pair", f"Of wheat, half {half}.") for half in (1, 2)]
        put(library, f"/more/{number}.txt", *pair)
        if number % 2:
            library.remove([f"{number - 1}.txt"])
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_held_for_too_long_it_goes_on_where_nothing_was_changed(library: Library) -> None:
    before = everything(library)
    with library.view():
        held = library._store.held  # type: ignore[attr-defined]
        held.end()  # as after HELD_SECONDS, or where the server went away
        assert everything(library) == before
        held.end()
        elsewhere(lambda: library.remove(["telegram.txt"]))
        for _ in range(2):
            with pytest.raises(LibraryBusy, match="was changed meanwhile"):
                library.document("telegram.txt")
    with pytest.raises(UnknownDocument):
        library.document("telegram.txt")


def test_a_forgotten_one_lets_go(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "HELD_SECONDS", 0.05)
    with library.view():
        held = library._store.held  # type: ignore[attr-defined]
        end = time.monotonic() + 60
        while held.holds and time.monotonic() < end:
            time.sleep(0.01)
        assert not held.holds
        assert library.document("telegram.txt") == TELEGRAM


def test_one_that_is_read_without_a_pause_lets_go_too(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HELD_SECONDS", 0.3)
    end = time.monotonic() + 60

    def read_on() -> None:
        while time.monotonic() < end:
            assert library.document("telegram.txt") == TELEGRAM

    with library.view(searching=False):
        elsewhere(lambda: library.remove(["telegram.txt"]))
        with pytest.raises(LibraryBusy, match="was changed meanwhile"):
            read_on()


def test_after_an_error_of_the_engine_it_goes_on(library: Library) -> None:
    before = everything(library)
    with library.view():
        with pytest.raises(LibraryError), library._store.reading() as connection:  # type: ignore[attr-defined]
            connection.execute("SELECT nothing FROM nowhere")
        assert everything(library) == before
        elsewhere(lambda: library.remove(["telegram.txt"]))
        with pytest.raises(UnknownDocument):
            library.document("letter.txt")  # no error of the engine: it holds on
        assert everything(library) == before


def test_who_comes_when_all_views_are_held_waits(library: Library) -> None:
    """Many ask at once, more than a server's library has connections: each is answered in its turn."""
    told: list[int] = []
    gate = threading.Barrier(30)

    def ask() -> None:
        gate.wait()
        with library.view():
            told.append(library.searched().documents)
            time.sleep(0.02)
            told.append(len(library.documents()))

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [5] * 60


def test_an_error_in_whoever_reads_stays_what_it_is(library: Library) -> None:
    with pytest.raises(FileNotFoundError, match=r"model\.bin"), library.view():
        raise FileNotFoundError(2, "There is none", "model.bin")
    library.close()
    with pytest.raises(LibraryError, match="was closed"), library.view():
        pytest.fail("it was closed")


def test_cores_are_not_kept_waiting_by_those_who_wait_for_them(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All views that may be held are, by threads that wait for a core; questions wait there for theirs."""
    from qa.library.postgres import store as server_store

    monkeypatch.setattr(server_store, "HELD_SECONDS", 60.0)
    held = threading.Barrier(server_store.MOST_VIEWS + 1)
    told: list[int] = []

    def asked(_: object = None) -> int:
        with library.view():
            return library.searched().documents

    def ask() -> None:
        with library.view():
            held.wait()
            held.wait()
            told.append(cores.alone(lambda: library.searched().documents))

    threads = [threading.Thread(target=ask) for _ in range(server_store.MOST_VIEWS)]
    for thread in threads:
        thread.start()
    held.wait()
    beside = [cores.submit(asked, None) for _ in range(2 * cores.count())]
    held.wait()
    assert [one.result() for one in beside] == [5] * len(beside)
    for thread in threads:
        thread.join()
    assert told == [5] * len(threads)
