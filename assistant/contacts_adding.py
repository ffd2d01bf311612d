"""what was typed, and questions for what was not → a new line of an office's own, for `contacts add`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.contacts_on_file import UsageError, a_name
from assistant.referral import SYSTEM
from ingest.avenues import field_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.contacts_changing import Terminal
    from assistant.contacts_on_file import OnFile

ROLE_WORDS = {
    "emergency": "a number to call at once: police, ambulance, the duty officer. Shown when someone may be in danger",
    "security": "a security desk or officer",
    "medical": "a clinic, a doctor, a hospital",
    "counsellor": "a staff counsellor or psychologist",
    "focal_point": "a focal point for sexual harassment, for women, for protection, or the like",
    "helpline": "a line to call for support",
    "victim_support": "an office that supports people who were harmed",
    "ombudsman": "an ombudsman or mediator",
    "legal": "legal advice",
    "ethics": "an ethics office",
    "information": "a page to read; nobody is told",
    "report": "a place that takes reports",
}


class _Question(NamedTuple):
    """What is asked for one field, in plain words."""

    key: str
    words: str


_REACH = (
    _Question("phone", "Phone number (empty if there is none): "),
    _Question("email", "E-mail address of the office, not of a person (empty if there is none): "),
    _Question("url", "Its own web page, beginning with https:// (empty if there is none): "),
)
_MORE = (
    _Question("hours", "When does somebody answer? (empty if not known): "),
    _Question("source_url", "The official page where this stands (empty if there is none): "),
)
_TELLING = _Question("telling_is_a_report", "Is telling them a report? Type no, yes, may become one, or nothing: ")


class NewLine(NamedTuple):
    """A line to add: for which entity, which office answers for it, and its fields."""

    entity: str
    by: str
    fields: dict[str, str]


def new_line(here: OnFile, typed: Mapping[str, str], terminal: Terminal) -> NewLine:
    """Put together a line; asks at a terminal for what is missing, each again until its answer can be used.

    Raises UsageError when something is missing and nobody can be asked, when what was typed cannot be used, or for an
    entity that is not on file.
    """
    fields = {key: text.strip() for key, text in typed.items()}
    asking = any(key not in fields for key in ("role", "name", "by")) or not _reached(fields)
    if asking and terminal.ask is None:
        raise UsageError("Give at least --role, --name, --by and one of --phone, --email, --url.")
    if problems := [problem for key, text in fields.items() for problem in _problems(here, key, text)]:
        raise UsageError("\n".join((*problems, "Nothing was changed.")))
    if "role" not in fields:
        fields["role"] = _role(terminal)
    if "entity" not in fields:
        fields["entity"] = SYSTEM if fields["role"] == "emergency" else _entity(here, terminal)
    here.entity(fields["entity"])
    if asking:
        _ask_for_rest(here, fields, terminal)
    return NewLine(fields.pop("entity"), fields.pop("by"), {"telling_is_a_report": "", **fields})


def _ask_for_rest(here: OnFile, fields: dict[str, str], terminal: Terminal) -> None:
    _ask_for(here, (_Question("name", "Name of the office, as it is known here: "),), fields, terminal)
    while not _reached(fields):
        _ask_for(here, [question for question in _REACH if not fields.pop(question.key, "")], fields, terminal)
        if not _reached(fields):
            terminal.say("There is no way to reach it yet. Give a phone number, an e-mail address or a web page.")
    more = [*_MORE] if fields["role"] in ("emergency", "information") else [*_MORE, _TELLING]
    _ask_for(
        here, [*more, _Question("by", "Which office answers for this line? It is shown with it: ")], fields, terminal
    )


def _ask_for(here: OnFile, questions: Sequence[_Question], fields: dict[str, str], terminal: Terminal) -> None:
    """Put the questions that are open, each again until its answer can be used."""
    for question in questions:
        while question.key not in fields and terminal.ask:
            answer = terminal.ask(question.words).strip()
            problems = _problems(here, question.key, answer)
            for problem in problems:
                terminal.say(problem)
            if not problems:
                fields[question.key] = answer


def _problems(here: OnFile, key: str, text: str) -> list[str]:
    """Say what is wrong with one field of a line, or with its entity or office."""
    try:
        if key == "entity":
            here.entity(text)
        elif key == "by":
            a_name("--by", text)
    except UsageError as error:
        return [str(error)]
    return [] if key in ("entity", "by") else field_problems(key, text)


def _reached(fields: Mapping[str, str]) -> bool:
    return any(fields.get(key) for key in ("phone", "email", "url"))


def _role(terminal: Terminal) -> str:
    """Ask which kind of contact it is, until one of the list is typed."""
    names = list(ROLE_WORDS)
    for number, (name, words) in enumerate(ROLE_WORDS.items(), start=1):
        terminal.say(f"{number:>2}  {name}: {words}.")
    while terminal.ask:
        answer = terminal.ask("What is it? Type the number or the word: ").strip().casefold().replace(" ", "_")
        if answer.isdecimal() and 1 <= int(answer) <= len(names):
            return names[int(answer) - 1]
        if answer in names:
            return answer
    raise UsageError("Give --role.")


def _entity(here: OnFile, terminal: Terminal) -> str:
    """Ask whom the line is for; without somebody to ask, it must have been typed."""
    if terminal.ask is None:
        raise UsageError("Give --entity: the id of one from `contacts list`, or un-system for everybody.")
    while True:
        typed = terminal.ask("Whom is it for? Type the id of an entity, or nothing for everybody: ").strip().casefold()
        if not (problems := _problems(here, "entity", typed or SYSTEM)):
            return typed or SYSTEM
        terminal.say(problems[0])
