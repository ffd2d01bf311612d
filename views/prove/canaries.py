"""Nothing → questions as a person asks them, each with a random word of its own that is nowhere else."""

from __future__ import annotations

import secrets
from typing import Final

_CONSONANTS: Final = "bdfgklmnprtvz"
_VOWELS: Final = "aeiou"
_ROOT_SYLLABLES: Final = 5
_OWN_SYLLABLES: Final = 2

_QUESTIONS: Final = (
    "Can I report something without giving my name if I work in the {} team?",
    "Who can I talk to in confidence about what happened at {}?",
    "What happens after I file a formal complaint with {}?",
    "Does the ombudsman have to pass on what I say about {}?",
    "Is there a time limit for reporting what {} did?",
    "I am a consultant called {}. Do the rules protect me too?",
    "My manager {} keeps asking me out. Do I have to report it?",
    "Can an intern from {} make a complaint?",
    "How is retaliation by {} prevented?",
    "May I bring a colleague named {} to the interview?",
    "What support is there for somebody who was touched at the {} office?",
    "Will my name be told to {}?",
    "Can I take back my report about {}?",
    "Who investigates when the person is the head of {}?",
    "What can I do if {} makes remarks about my body?",
    "Is an informal way possible in the case of {}?",
    "Can I get counselling after {}, and who pays for it?",
    "What are interim measures, and could {} be moved away from me?",
    "I saw {} harass a colleague. What should I do?",
    "How long does an investigation of {} take?",
    "What does sexual harassment mean, and does it include messages from {}?",
    "{} sent me pictures that I did not want. Where can I turn?",
    "Can I talk to a doctor in {} without starting anything?",
    "Does it count if it happened at a party in {}?",
    "What if {} works for another organisation?",
    "Do I need proof before I speak to somebody about {}?",
    "Can I be dismissed because I complained about {}?",
    "Is the helpline open at night in {}?",
    "What is the role of the ethics office for people in {}?",
    "And what about the time before I came to {}?",
    "I was told to keep quiet about {}. Is that allowed?",
    "What can a volunteer at {} do?",
    "Who decides on a sanction against {}?",
    "Can I see the report on {}?",
    "Où puis-je parler en confiance de {} ?",
    "¿Puedo denunciar a {} sin dar mi nombre?",
    "my email is {}@example.org please help me find the policy",
    "I am afraid that {} will hurt me tonight",
    "What is the procedure for people on a short contract in {}?",
    "Can HR in {} keep this between us?",
    "Is it my fault that {} did this?",
    "Where do I find the staff counsellor for {}?",
    "What should a supervisor do who hears about {}?",
    "May the focal point tell my story about {} to others?",
    "Is there mediation with {}, and can I refuse it?",
    "How are witnesses from {} protected?",
    "Can I speak to somebody outside {} first?",
    "What if the complaint about {} turns out to be unfounded?",
    "Does the policy cover what {} writes online?",
    "WHAT CAN I DO ABOUT {}???",
)

_PASTED: Final = "A staff member may speak to the ombudsman in confidence about {}, and decides what happens next."
_SEARCHED: Final = '"in confidence" {}'
_REFERENCE: Final = "AV1-{}"
_TABLED: Final = "Is there a time limit for reporting what {} did?"


class Canaries:
    """The marks of one run: every word begins with ``root``, every planted control with ``control_root``."""

    def __init__(self) -> None:
        self.root, self.control_root = _syllables(_ROOT_SYLLABLES), _syllables(_ROOT_SYLLABLES)
        self._used: set[str] = set()

    def word(self) -> str:
        """A new word for a question."""
        return self.root + self._own()

    def control(self) -> str:
        """A new word that must be found."""
        return self.control_root + self._own()

    def questions(self, count: int) -> list[str]:
        """As many questions, each with a word of its own."""
        return [_QUESTIONS[number % len(_QUESTIONS)].format(self.word()) for number in range(count)]

    def looked_up(self) -> tuple[str, str, str, str]:
        """What is pasted, searched, looked up as a reference and put to each document, each with a word of its own."""
        pasted, searched, reference, tabled = (
            text.format(self.word()) for text in (_PASTED, _SEARCHED, _REFERENCE, _TABLED)
        )
        return pasted, searched, reference, tabled

    def _own(self) -> str:
        while (own := _syllables(_OWN_SYLLABLES)) in self._used:
            pass
        self._used.add(own)
        return own


def _syllables(count: int) -> str:
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(count))
