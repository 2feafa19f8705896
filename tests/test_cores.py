import sys
import threading
from collections.abc import Iterator

import pytest
import torch

from qa import cores


def test_pieces_are_computed_in_order_by_one_thread_each() -> None:
    assert cores.each(lambda n: (n * n, torch.get_num_threads()), range(7)) == [(n * n, 1) for n in range(7)]
    assert cores.alone(lambda: threading.current_thread().name).startswith("core")


def test_what_is_begun_ahead_comes_in_order_and_no_more_is_begun_than_that() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for piece in range(9):
            taken.append(piece)
            yield piece

    made = cores.in_order(lambda n: n * n, pieces(), ahead=3)
    assert taken == []
    assert next(made) == 0
    assert taken == [0, 1, 2, 3]
    assert list(made) == [n * n for n in range(1, 9)]


def test_a_core_shares_its_work_with_no_other() -> None:
    def work(_: int) -> set[str]:
        own = threading.current_thread().name
        return {own, cores.alone(lambda: threading.current_thread().name), *cores.each(_name, range(5))}

    assert all(len(names) == 1 for names in cores.each(work, range(3 * cores.count())))


def _name(_: int) -> str:
    return threading.current_thread().name


def test_other_threads_keep_the_number_of_threads_that_they_had() -> None:
    before = torch.get_num_threads()
    cores.each(_name, range(3))
    assert torch.get_num_threads() == before
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen == [before]


def test_what_fails_is_told() -> None:
    def fails(_: int) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cores.each(fails, [1])


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[float]:
    """The interpreter's usual interval (whole microseconds, cut), with no batch of another test under way."""
    monkeypatch.setattr(cores, "_turns", cores._Turns())
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield sys.getswitchinterval()
    sys.setswitchinterval(before)


def test_turns_are_short_until_the_last_batch_is_done(usual: float) -> None:
    other = cores.short_turns()
    with cores.short_turns():
        assert sys.getswitchinterval() == pytest.approx(cores.TURN, abs=2e-6)
        other.__enter__()
    assert sys.getswitchinterval() == pytest.approx(cores.TURN, abs=2e-6)
    other.__exit__(None, None, None)
    assert sys.getswitchinterval() == usual


def test_turns_that_were_shorter_before_stay_so(usual: float) -> None:
    sys.setswitchinterval(cores.TURN / 2)
    with cores.short_turns():
        assert sys.getswitchinterval() == pytest.approx(cores.TURN / 2, abs=2e-6)


def test_a_core_at_its_work_has_no_other_at_hand() -> None:
    assert cores.at_hand() == cores.count()
    assert cores.each(lambda _: cores.at_hand(), range(3)) == [1, 1, 1]
