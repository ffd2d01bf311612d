import subprocess
import sys
from pathlib import Path

import pytest

from assistant.language import detect

QUESTIONS = {
    "en": [
        "How do I report?",
        "mein Kampf",
        "Man war die",
        "Nicht nicht nicht",
        "Ursula von der Leyen",
        "bonjour bonjour",
        "help",
        "Who is the ombudsman?",
        "OIOS",
        "What is ST/SGB/2019/8?",
        "My chef de cabinet touched me",
        "résumé",
        "déjà vu",
        "harcèlement",
        "Is he allowed?",
        "rape",
        "can he fire me",
        "Where is Marie de la Cruz",
        "La Paz office",
        "UNICEF Côte d'Ivoire",
        "Señor Garcia said no",
        "no",
        "a",
        "12345",
        "???",
        "i need help pls",
        "he touch me no consent",
        "boss touch me what do",
        "SEA vs SH",
        "report anonymous",
        "Can I report in French?",
        'What does "harcèlement sexuel" mean?',
        "time limit",
        "Does Médecins Sans Frontières staff count?",
        "Please, que faire?",
        "policy en français?",
        "who is chef",
        "la politique",
        "de facto",
        "Comment on the policy",
        "He is in Dar es Salaam",
        "informal complaint versus formal",
        "interim measures",
        "sexual harassment",
        "acoso sexual policy of UNDP please",
        "retaliation",
        "me too",
        "Can a man be a victim?",
        "on leave",
        "no me",
        "die was man an in",
        "Is it sexual abuse in Mali?",
        "UN",
        "ok",
        "Peur",
    ],
    "fr": [
        "mon chef me touche, que puis je faire",
        "Comment signaler un harcèlement sexuel ?",
        "où puis-je trouver de l'aide ?",
        "A qui dois-je parler?",
        "je veux porter plainte",
        "est ce que je peux rester anonyme",
        "J'ai peur de mon supérieur",
        "que faire si mon collegue me harcele",
        "Quel est le délai pour déposer une plainte ?",
        "Qui est l’ombudsman ?",
        "il m'a touchée hier",
        "je ne sais pas quoi faire",
        "harcèlement sexuel au travail",
        "J'ai été agressée",
        "aidez-moi s'il vous plaît",
    ],
    "es": [
        "mi jefe me toca, que puedo hacer",
        "¿Cómo denuncio el acoso sexual?",
        "donde puedo pedir ayuda",
        "Tengo miedo de mi jefe",
        "quiero hacer una denuncia",
        "¿Quién es el ombudsman?",
        "¿Puedo denunciar de forma anónima?",
        "me acosan en el trabajo",
        "necesito ayuda",
        "cuanto tiempo tengo para denunciar",
        "acoso sexual en el trabajo",
    ],
    "ar": [
        "كيف أبلغ عن التحرش الجنسي؟",
        "أحتاج إلى مساعدة",
        "من هو OIOS؟",
    ],
    "zh": [
        "ombudsman 是谁，怎么联系他",
        "我该如何举报性骚扰？",
        "谁可以帮助我",
        "如何联系 OIOS？",
    ],
    "ru": [
        "Как сообщить о домогательствах?",
        "мне нужна помощь",
        "Что такое OIOS и как пожаловаться?",
    ],
    "other": [
        "Wie kann ich eine Belästigung melden?",
        "mein chef belästigt mich, was kann ich tun",
        "Come posso denunciare una molestia?",
        "il mio capo mi tocca, cosa posso fare",
        "Como posso denunciar um assédio? Não sei o que fazer",
        "چگونه می\u200cتوانم گزارش دهم؟",
        "Як повідомити про домагання? Мені потрібна допомога",
        "セクハラを報告するにはどうすればいいですか",
        "यौन उत्पीड़न की शिकायत कैसे करें",
        "성희롱을 어떻게 신고하나요",
    ],
}
ALL = [(language, question) for language, questions in QUESTIONS.items() for question in questions]


@pytest.mark.parametrize(("language", "question"), ALL)
def test_the_language_of_a_short_question_is_told(language, question):
    assert detect(question) == language


@pytest.mark.parametrize("question", ["", " ", "?!", "12345", "\x00", "🙂🙂", "\u202e", "́", "a" * 10_000])
def test_what_has_no_language_is_taken_as_english(question):
    assert detect(question) == "en"


@pytest.mark.parametrize(("language", "question"), ALL)
def test_capitals_make_no_difference_to_a_sentence_of_another_language(language, question):
    if language in {"fr", "es"}:
        assert detect(question.capitalize()) == language


def test_decomposed_accents_read_like_composed_ones():
    assert detect("Comment signaler un harce\u0300lement ?") == detect("Comment signaler un harcèlement ?") == "fr"


def test_decomposed_accents_count_as_accents():
    assert detect("harce\u0300lement tre\u0300s grave") == detect("harcèlement très grave") == "fr"


def test_english_with_a_foreign_name_or_word_in_it_stays_english():
    for word in ("Médecins Sans Frontières", "Señor Muñoz", "性骚扰", "ООН", "chef de mission", "الأمم"):
        assert detect(f"Can I report it when he works for {word}?") == "en"


def test_a_long_text_takes_no_special_path():
    assert detect("mon chef me touche et je ne sais pas quoi faire. " * 200) == "fr"


def test_the_guess_is_the_same_in_every_process():
    code = "from assistant.language import detect; print(detect('acoso sexual no trabalho de la oficina'))"
    root = str(Path(__file__).parents[2])
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1
