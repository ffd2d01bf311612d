"""views.memory: what stays is spared, and nothing of a person's is among it for good."""

from __future__ import annotations

import gc
import weakref

import pytest

from views import memory


class Thing:
    """Something that only a look through the memory finds, once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


def spared(thing: Thing) -> bool:
    """Whether thing is among what no look goes through; how many are may change, as other threads let theirs go."""
    return not any(other is thing for other in gc.get_objects())


@pytest.fixture(autouse=True)
def as_before():
    yield
    memory._doubtful[0] = False
    gc.unfreeze()


@pytest.mark.parametrize("others", [True, False])
def test_what_was_a_persons_when_all_was_spared_is_found_when_somebody_leaves(others):
    thing = Thing()
    seen = weakref.ref(thing)
    memory.settle(people=True)
    del thing
    gc.collect()
    assert seen() is not None  # spared, and found all the same:
    memory.give_back(people=others)
    assert seen() is None
    assert (gc.get_freeze_count() > 0) is not others  # what stays is spared again as soon as nobody is there


def test_what_was_there_before_anybody_came_is_spared_for_good():
    before = Thing()
    memory.settle(people=False)
    after, thing = Thing(), Thing()
    seen = weakref.ref(thing)
    del thing
    memory.give_back(people=True)
    assert seen() is None
    assert spared(before) and not spared(after)
