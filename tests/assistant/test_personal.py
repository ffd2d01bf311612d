"""assistant.personal: names and numbers of persons go, places, symbols, dates and sums stay."""

from __future__ import annotations

import csv
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.personal import LEFT_OUT, as_shown, without_personal
from tests.small_corpus import ROOT


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Mr. Smith touched me", "Mr. […] touched me"),
        ("My boss is called Mr Smith. Is he guilty?", "My boss is called Mr […]. Is he guilty?"),
        ("dr john keeps calling", "dr […] keeps calling"),
        ("I wrote to Ms. Maria del Carmen Lopez in Nairobi", "I wrote to Ms. […] in Nairobi"),
        ("Dr. A. B. Khan said so", "Dr. […] said so"),
        ("Mr Pim Oosterlaak or Mme Delacroix-Sauvy", "Mr […] or Mme […]"),
        ("H.E. Mr. António Guterres", "H.E. Mr. […]"),
        ("my name is Fatima Zahra and I work in Beirut", "my name is […] and I work in Beirut"),
        ("M. Dupont m'a touchée", "M. […] m'a touchée"),
        ("Sr. García me tocó", "Sr. […] me tocó"),
        ("я работаю с г-н Иванов", "я работаю с г-н […]"),
        ("王先生摸我", "[…]先生摸我"),
        ("我叫李小明", "我叫[…]"),
        ("call me +41 22 917 1234 please", "call me […] please"),
        ("phone (212) 555-0199 now", "phone […] now"),
        ("my index number is 1234567", "my index number is […]"),
        ("staff no. 123 456", "staff no. […]"),
        ("john.doe@un.org", "[…]"),
        ("write to john (at) undp (dot) org", "write to […]"),
    ],
)
def test_what_names_a_person_is_left_out_and_the_rest_stays(said, left):
    assert without_personal(said) == (left, True)
    assert without_personal(left).text == left


@pytest.mark.parametrize(
    "said",
    [
        "ST/SGB/2019/8 2.4(b), A/RES/77/278, ST/SGB/2017/2/Rev.1 and resolution 62/208 of 2007",
        "between 2019-2023, 2020 2021 and Law 205/2020",
        "on 12/05/2024 or 2024-05-12 at 10:30",
        "they paid $50,000 for 2,000,000 people in 60 days",
        "I work in Geneva, room 12345, and I miss Nairobi",
        "What is the role of the General Assembly?",
        "Major concerns about Judge decisions",
        "my dr said to report, the doctor UNHCR sent knows, and dr raped me",
        "is telling the doctor a report",
        "my name is finished and he calls my name",
        "这位先生 and mr and mrs",
        "un monsieur de l'ONU",
        "rule 10.4, staff rule 1.2 (f), Article 101.3",
        "call 911",
    ],
)
def test_places_symbols_dates_and_sums_stay(said):
    assert without_personal(said) == (said, False)


def test_hidden_characters_do_not_save_an_address_from_being_left_out():
    assert as_shown("write to john\u200b.doe@\u2060un.org") == "write to […]"
    assert as_shown("two\n\nlines  stay") == "two\n\nlines  stay"


def test_of_what_people_ask_hardly_anything_is_left_out():
    asked = [row["question"] for row in csv.DictReader((ROOT / "corpus" / "asked.csv").open(encoding="utf-8"))]
    assert len(asked) > 3000
    assert [question for question in asked if without_personal(question).found] == []


@given(st.text(max_size=300))
def test_any_text_is_read_and_a_change_is_always_told(text):
    left = without_personal(text)
    assert left.found == (left.text != text)
    assert LEFT_OUT in left.text or not left.found


@pytest.mark.parametrize(
    "piece", ["mr ", "a.", "1 ", "@a", "Dr. A", "staff number ", "my name is ", "王", "\u0660", "(at) "]
)
def test_a_very_long_text_takes_little_time(piece):
    started = time.perf_counter()
    without_personal((piece * 50_000)[:50_000])
    assert time.perf_counter() - started < 2.0
