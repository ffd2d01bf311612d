"""views.visits: who is here, how many pages they have open, and for how long nobody has been."""

from __future__ import annotations

import time

from views import visits
from views.visits import Visits


def test_pages_are_counted_for_all_and_for_each():
    here = Visits(most=3, most_each=2)
    one, other = here.find(here.begin()), here.find(here.begin())
    assert [here.open(one, close) for close in (print, repr, len)] == [True, True, False]
    assert [here.open(other, close) for close in (print, repr)] == [True, False]
    here.closed(one, print)
    assert here.open(other, repr) and here.pages == 3


def test_a_visit_that_ends_closes_its_own_pages_and_is_unknown_from_then_on():
    here, closed = Visits(most=9, most_each=9), []
    cookies = [here.begin(), here.begin()]
    for number, cookie in enumerate(cookies):
        here.open(here.find(cookie), lambda number=number: closed.append(number))
    assert here.end(cookies[0]).name and closed == [0]
    assert here.find(cookies[0]) is None and here.find(cookies[1])
    assert here.end(cookies[0]) is None and here.end("") is None


def test_time_without_a_page_is_counted_from_the_last_one_on():
    here = Visits(most=9, most_each=9)
    visit = here.find(here.begin())
    assert here.empty_for() == 0
    here.open(visit, print)
    here.open(visit, repr)
    here.closed(visit, print)
    assert here.empty_for() == 0
    here.closed(visit, repr)
    time.sleep(0.02)
    assert here.empty_for() >= 0.02
    here.open(visit, print)
    assert here.empty_for() == 0


def test_visits_without_a_page_do_not_pile_up_and_those_with_one_stay(monkeypatch):
    monkeypatch.setattr(visits, "_MOST_KEPT", 3)
    here = Visits(most=9, most_each=9)
    first = here.begin()
    here.open(here.find(first), print)
    others = [here.begin() for _ in range(5)]
    assert here.find(first)
    assert [bool(here.find(cookie)) for cookie in others] == [False, False, False, True, True]
