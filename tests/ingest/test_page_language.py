from __future__ import annotations

import pytest

from ingest.page_language import page_language, script

TEXTS = {
    "en": "The staff member may report what happened to the office, and nobody has to give a name.",
    "fr": "Le personnel peut signaler les faits au bureau, et il n’est pas nécessaire de donner son nom.",
    "es": "El personal puede denunciar los hechos a la oficina, y no es necesario dar su nombre en la denuncia.",
    "pt": "O pessoal pode denunciar os factos ao serviço, e não é necessário dar o seu nome na queixa.",
    "it": "Il personale può segnalare i fatti all’ufficio, e non è necessario dare il proprio nome nella denuncia.",
    "de": "Das Personal kann die Vorfälle dem Büro melden, und es ist nicht nötig, den Namen zu nennen.",
    "nl": "Het personeel kan de feiten bij het bureau melden, en het is niet nodig om de naam te geven.",
    "ar": "يجوز للموظف الإبلاغ عما حدث إلى المكتب، ولا يلزم ذكر الاسم.",
    "ru": "Сотрудник может сообщить о случившемся в отдел, имя называть не обязательно.",
    "zh": "工作人员可以向办公室报告所发生的事情，不必说出姓名。",
    "other": "職員は、起こったことをオフィスに報告することができます。名前を言う必要はありません。",
    "": "UNDP OIOS UNHCR Geneva Nairobi Bangkok Santiago 2019 2020 2021",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_page_tells_its_language(language):
    assert page_language(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "12 345", "A/45/696", "ok", "Annex II"])
def test_a_page_with_next_to_nothing_on_it_does_not_tell(text):
    assert page_language(text) == ""


def test_presentation_forms_and_capitals_count_as_letters():
    assert page_language("\ufe97\ufeaa\ufead\ufef3\ufeb2 \ufef3\ufea0\ufeee\ufeaf \ufecb\ufed8\ufeaa") == "ar"
    assert page_language(TEXTS["fr"].upper()) == "fr"


def test_a_page_in_two_languages_has_the_one_that_more_of_it_is_in():
    assert page_language(f"{TEXTS['ar']} {TEXTS['ar']} UN Women, OIOS") == "ar"
    assert page_language(f"{TEXTS['en']} {TEXTS['en']} {TEXTS['zh'][:6]}") == "en"


def test_other_languages_of_the_same_script_are_not_taken_for_those_of_the_united_nations():
    assert page_language("کارمند می‌تواند آنچه را که اتفاق افتاده گزارش دهد.") == "other"
    assert page_language("Співробітник може повідомити про те, що сталося, ім'я називати не обов'язково.") == "other"


@pytest.mark.parametrize(
    ("letter", "name"), [("é", "LATIN"), ("ж", "CYRILLIC"), ("ش", "ARABIC"), ("中", "HAN"), ("か", "HIRAGANA")]
)
def test_the_script_of_a_letter(letter, name):
    assert script(letter) == name
