import threading

import pytest
import torch

from qa import cores


def test_pieces_are_computed_in_order_by_one_thread_each() -> None:
    assert cores.each(lambda n: (n * n, torch.get_num_threads()), range(7)) == [(n * n, 1) for n in range(7)]
    assert cores.alone(lambda: threading.current_thread().name).startswith("core")


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
