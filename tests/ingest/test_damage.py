from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.build import CORPUS_DIR
from ingest.damage import SIGNS, apart, damage, is_unreadable, presentation_forms
from ingest.drawn import signs
from ingest.pages import UnreadableError, read_pages

SOUND = """Staff members may ask for confidential advice at any time. The Ombudsman keeps no record of it.
See para. 3.2 (a) of ST/SGB/2019/8 of 10 September 2019. Naïve façade: a résumé of HR, IT and UNHCR policy at 24/7.
A report can be made within 180 days, by e-mail or in person, in any of the six official languages.
"""


def changed(share, into):
    """The sound text with every so many letters replaced."""
    return "".join(into if n % share == 0 and letter.isalpha() else letter for n, letter in enumerate(SOUND))


DAMAGED = {
    "lost": changed(20, "\ufffd"),
    "private": changed(5, "\ue123"),
    "control": changed(15, "\x03"),
    "names": SOUND.replace("the", "(cid:21)"),
    "encoding": "Le rÃ©sumÃ© dâ€™une enquÃªte a Ã©tÃ© dÃ©posÃ© Ã  GenÃ¨ve.\n" * 3,
    "vowelless": "".join(c for c in SOUND if c not in "aeiouyéïçAE") * 2,
    "single": " ".join(SOUND),
    "digits": SOUND.replace("ai", "a1").replace("o", "0").replace("l", "1"),
}


@pytest.mark.parametrize("sign", [sign.name for sign in SIGNS])
def test_each_sign_of_damage_is_found_in_a_text_that_has_it(sign):
    assert sign in damage(DAMAGED[sign])


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        "",
        "I. II. III. IV.",
        "\uf0b7 one\n\uf0b7 two\n\uf0b7 three",
        "L’été à Genève, où l’âge n’a pas d’intérêt ; ça s’est passé là-bas.\n" * 4,
        "Домогательства на рабочем месте запрещены. Жалобу можно подать в любое время.\n" * 3,
        "禁止性骚扰。任何人都可以随时寻求保密咨询。" * 5,
        "التحرش الجنسي محظور. يمكن طلب المشورة في أي وقت.\n" * 4,
        "x² + y² = z², a + b = c, 3 h, 5 m",
    ],
)
def test_a_sound_text_in_any_language_has_no_sign(text):
    assert damage(text) == ()
    assert not is_unreadable(text)


def test_a_text_whose_letters_are_others_is_found_by_its_vowels():
    assert damage("".join(chr(ord(c) + 1) if c.isascii() and c.isalpha() else c for c in SOUND * 2)) == ("vowelless",)


def test_the_guides_have_no_sign():
    pages = [page for name in ("entities", "time-limits") for page in read_pages(CORPUS_DIR / f"documents/{name}.pdf")]
    assert {damage(page.raw) for page in pages} == {()}


def test_letters_that_the_page_does_not_draw_are_a_sign():
    drawn = signs(SOUND)
    assert damage(SOUND, drawn) == ()
    assert apart(SOUND, drawn[: len(drawn) // 2]) == pytest.approx(0.5, abs=0.01)
    assert damage(SOUND, drawn[: len(drawn) // 2]) == ("apart",)


def test_a_page_of_which_most_is_lost_cannot_be_read():
    assert is_unreadable("\ufffd" * 30 + "Policy")
    assert not is_unreadable(DAMAGED["lost"])


def test_presentation_forms_are_told_and_are_no_damage():
    shaped = "\ufe97\ufeaa\ufead\ufef3\ufeb2 \ufef3\ufea0\ufeee\ufeaf"
    assert presentation_forms(shaped)
    assert damage(shaped) == ()
    assert not presentation_forms("تدريس يجوز")
    assert not presentation_forms(SOUND)


@pytest.mark.long
def test_no_page_of_a_sound_real_document_has_a_sign():
    folder = os.environ.get("AVENUES_PDFS")
    if not folder:
        pytest.skip("AVENUES_PDFS names no folder of PDFs to read.")
    found, pages = {}, 0
    for path in sorted(Path(folder).glob("*.pdf")):
        try:
            read = read_pages(path)
        except UnreadableError:
            continue
        pages += len(read)
        found |= {(path.name, page.number): damage(page.raw) for page in read if damage(page.raw)}
    assert pages > 300
    assert found == {}
