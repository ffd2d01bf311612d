"""Rules as they are read ↔ a file that is read in a tenth of the time; written by a build, and only ever a copy.

To read the rules of danger as they are written takes longer than all else that a first answer waits for. A copy counts
only for the very bytes that it was made of, and for this program; whoever changes a rule needs no build, and
a copy that is missing, damaged or of other rules is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from ingest.durable import read_whole, write_whole
from ingest.phrase_trees import Rule, Stems, WordRules, read_rules
from ingest.program import program
from ingest.written_rules import QUIET, RulesError, rule_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER: Final = "rules"  # in the folder of an index
_HELD_IN: Final = ("triage", "situations")  # folders of a corpus


def rules_of(
    corpus_dir: Path, folder: str, language: str, kinds: Sequence[str], copies: Path | None = None
) -> WordRules:
    """The rules of a language, from their copy in a folder where there is one. Raises RulesError.

    See `ingest.phrase_trees.read_rules`.
    """
    if copies:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            rules = _read_out(_sound(copies / f"{_key(corpus_dir, folder, language)}.json"))
            if {rule.kind for rule in rules.rules} <= {*kinds, QUIET}:
                return rules
    return read_rules(corpus_dir, folder, language, kinds)


def copy_rules(corpus_dir: Path, copies: Path) -> None:
    """Write the copies of a corpus' own rules that are not there yet, and remove those of others.

    Rules that cannot be used get none: whoever reads them says why. Raises OSError.
    """
    wanted = set()
    for folder in _HELD_IN:
        for first in sorted((corpus_dir / folder).glob("*.toml")):
            key = _key(corpus_dir, folder, first.stem)
            copy = copies / f"{key}.json"
            with contextlib.suppress(RulesError):
                if not _is_sound(copy):
                    rules = read_rules(corpus_dir, folder, first.stem, None)
                    if _key(corpus_dir, folder, first.stem) != key:
                        continue  # changed while it was read
                    copies.mkdir(parents=True, exist_ok=True)
                    write_whole(copy, _written_out(rules))
                wanted.add(copy.name)
    for other in copies.glob("*.json"):
        if other.name not in wanted:
            other.unlink()


def _key(corpus_dir: Path, folder: str, language: str) -> str:
    """What the files of a language hold, and what reads them."""
    files = rule_files(corpus_dir, folder, language)
    hashes = [(file, hashlib.sha256((corpus_dir / file).read_bytes()).hexdigest()) for file in files]
    return hashlib.sha256(json.dumps([program(), hashes]).encode()).hexdigest()


def _sound(copy: Path) -> bytes:
    """What a copy holds after the hash of it. Raises OSError or ValueError."""
    seal, _, content = read_whole(copy).partition(b"\n")
    if seal.decode("ascii") != hashlib.sha256(content).hexdigest():
        raise ValueError(copy.name)
    return content


def _is_sound(copy: Path) -> bool:
    try:
        return bool(_sound(copy))
    except (OSError, ValueError):
        return False


def _written_out(rules: WordRules) -> bytes:
    sets = {names: number for number, names in enumerate(dict.fromkeys(rules.begun_by.values()))}
    said: dict[str, Any] = vars(rules) | {
        "rules": [list(vars(rule).values()) for rule in rules.rules],
        "spelling": dict(rules.spelling),
        "lists": dict(rules.lists),
        "begun_by": {word: sets[names] for word, names in rules.begun_by.items()},
        "stems": [sorted(stems) for stems in rules.stems],
        "sets": [sorted(names) for names in sets],
    }
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(content).hexdigest().encode("ascii") + b"\n" + content


def _read_out(content: bytes) -> WordRules:
    said = json.loads(content)
    sets = [frozenset(names) for names in said.pop("sets")]
    rules = [Rule(*entry[:-2], *map(tuple, entry[-2:])) for entry in said["rules"]]
    return WordRules(
        **said
        | {
            "rules": tuple(rules),
            "owners": tuple(tuple(map(tuple, owners)) for owners in said["owners"]),
            "begun_by": {word: sets[number] for word, number in said["begun_by"].items()},
            "stems": Stems(*map(frozenset, said["stems"])),
            "attached": tuple(said["attached"]),
        }
    )
