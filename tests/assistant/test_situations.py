"""assistant.situations: questions that only people can judge get the same words and paragraphs, whoever asks."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib

import pytest

from assistant import situations
from assistant.confidence import read_confidence
from assistant.intent import asks
from assistant.placing import Placed, placed
from assistant.situations import read_situations, situation, situation_quotes
from assistant.word_rules import matching_rules
from evals.questions import HALVES, Question
from ingest.build import CORPUS_DIR
from ingest.chosen import read_options
from ingest.guide_text import guide_paragraphs
from ingest.written_rules import RulesError
from tests.small_corpus import ROOT

CORPUS = ROOT / "corpus"
KNOWN = read_situations(CORPUS)
OPTIONS = ("all of them",)  # stands for the options
JUDGED = {"meaning", "choices", "fair_process"}
LEADS = tomllib.loads((CORPUS / "wording" / "en.toml").read_text(encoding="utf-8"))["situation"]
# The last of several rounds, each written before the rules had seen it: one question a line.
LAST_ROUND = {
    "meaning": """
My manager keeps calling me his work wife. Does that count as sexual harassment?
Is it harassment if she only did it when drunk?
at the workshop dinner he put a strawberry in my mouth in front of all. is it sexual harassment or a bad joke
I am not sure if I was sexually harassed. He stroked my hand and told me about his lonely nights.
Would a picture of a woman in lingerie as screen background be regarded as harassment?
do you think it's harassment that my chief asks for a hug each time he signs my leave
My intern says my compliments are harassment. I only said she has nice eyes. Is that really so?
was this sexual harassment? we were on the ferry and he pressed himself against me in the crowd
Can a gift be sexual harassment if it's perfume and lingerie
Am I too sensitive because I hate when he calls me princess?
Is asking a colleague about her sex life over coffee considered harassment?
they rate women on a list in the male toilet. I'm on it. does this amount to harassment?
I don't know if it counts as sexual harassment because it was a woman who slapped my behind
Has he crossed a line when he asked to see my tattoo under my shirt?
is a boss sleeping with his secretary harassment when she agrees
He texted 'send me something nice' at midnight. Is this how harassment starts or is it already harassment?
Tell me please, did my colleague sexually harass me by exposing himself on a video call?
Is it ok for a supervisor to comment on my bikini picture?
so when i refuse his invitation he gives me night shifts. would this be sexual harassment?
How can I know if what my professor at the UN university does is sexual harassment?
we joke about sex in the team, all of us. when she left the room, was it harassment what we did
Are comments on my weight and my breasts sexual harassment or bullying?
my ex wife works in the same agency and sends me naked photos of her. am I being harassed?
Does unwanted touching on the dance floor of a staff party qualify as sexual harassment?
It happened only by phone, he was breathing heavily. Can that be harassment?
a local partner greets me with 'my sexy friend', is that something I should call harassment?
I think my boss flirts with me but maybe it's harassment, what do you say it is?
is licking an ice cream while looking at a colleague in that way harassment lol
Whether persistent questions about my marital status and intimate life constitute sexual harassment is unclear.
he gropes everybody as a joke, men also. is this sexual harassment in your opinion
""".strip().splitlines(),
    "choices": """
Should I report my colleague for what he said?
how can i make her take back what she wrote to HR
What would you advise me to do, stay or leave?
Can we close this case before it gets to the Secretary-General?
do I have enough proof to win
How do I stop an investigation into my department?
Is it worth it to report someone who is so well connected?
is the man a liar? read what he wrote me
My team leader wants to keep the problem in the team, how can he convince her not to go to HR?
should I withdraw my complaint, everybody hates me now
How do I get people to stop talking about what I did at the party?
Will I regret it if I say nothing
who is right, the complainant or my husband?
what is the best way to hush up an incident with a donor
Would it be better for me to resign before he gets me fired
I was harassed in June. Do you think I should still report it?
how can we persuade the trainee to accept an apology and not file anything
does he deserve to be fired for one kiss
I need this to go away before Friday
can the complaint be made to disappear if she leaves the organization
should I sleep with him once so that it stops
How likely is it that they decide in my favour?
should we warn the other women or keep silent
What's your honest opinion, did I provoke it
How to prevent a colleague from filing a report against our chief
I'm asking you as a friend: do I go to OIOS or do I keep my mouth shut?
is it wrong to report anonymously, like a coward
the ministry wants that we drop the allegation. how can we do that discreetly?
will he get away with it again?
Should I give the boss a warning first and report him only if he goes on?
""".strip().splitlines(),
    "fair_process": """
I was told that a colleague has made a complaint against me. What happens next?
someone accused me of sexual harassment and it's a lie, how do i defend myself
Can I have a lawyer if I am under investigation?
My assistant reported me after I gave her a low rating. What can I do?
they accuse me. can they look at my private phone
Do I get told what exactly the allegations against me are?
I'm a team leader and my whole team complained about my jokes. Will there be an investigation?
As an alleged offender, can I call witnesses?
i have been reported to OIOS. may i still apply for jobs in the UN
What can I do if a false complaint is made against me?
A lady says I touched her in the elevator but I was on leave that day. Who do I tell?
Will the person accusing me see my statement?
How do I prepare for my interview as the person accused?
my name was cleared but my boss still treats me as guilty
I'm the subject of an investigation in WFP, is there an ombudsman for me
May I refuse to answer questions about the complaint against me?
she told HR that i follow her home. i live in the same street!
Who can be at my side when I'm questioned? I'm accused of harassing a trainee.
I was put on administrative leave because of a complaint. How long can that be?
is it allowed that my boss tells the team that I'm being investigated
I hugged a colleague to comfort her and now she has reported me
can i file a complaint for defamation against the person who accused me
I did not harass anybody. How can I clear my name?
Am I suspended automatically when there's an allegation against me?
i am a volunteer and a staff member has complained about me. are there any rules to protect me
The investigators have invited me as subject, not as witness. What does it mean for me?
what are my rights as respondent
I lost my job after an accusation of harassment that was never proven, can I get it back?
Can my colleague be told to stop telling people that I'm a harasser?
I'm afraid a woman in my office will accuse me, how should I behave?
""".strip().splitlines(),
    "none": """
Where do I report sexual harassment in UNICEF?
What is the definition of sexual harassment in the UN?
How long do I have to report?
who can accompany me to the interview if I am the victim
Can I report my boss anonymously?
What happens when someone is accused of sexual harassment?
does an accused staff member have the right to a lawyer
what support does the UN give to victims
My colleague is sexually harassing me, what are my options?
Is my conversation with the ombudsman confidential?
what is OIOS
how many UN staff have been dismissed for sexual harassment
Can I change my mind after I have reported?
Which behaviour is prohibited by the code of conduct?
is there a time limit for the investigation
I was raped by a colleague two days ago, where should I go
can the harasser be moved while the investigation is on
how do I file a complaint against a director
I told my manager and he did nothing. What is the next step?
are there posters on sexual harassment in French
What does the ClearCheck database contain?
how to get a protection from revenge after a complaint
My boss wants sex for a promotion, who can help?
Is sexual harassment the same in all UN agencies?
can I see a counsellor without my boss knowing
When will I hear about the result?
Do I have to give my name to the hotline?
what if the investigator is a friend of my boss
I need a lawyer because my supervisor assaulted me
does a consultant have the same protection as staff
Can I go to the local police too?
What is the procedure for an informal resolution?
who appoints the panel
can I refuse mediation with the person who harassed me
how does the UN prevent sexual harassment at conferences
Does the policy forbid relationships between colleagues?
is it possible to report on behalf of a group
my case was closed, may I ask for a review
the harasser is the head of my agency. Who investigates?
What if I have no evidence?
A staff member has told me that she is sexually harassed by a peer. What is my duty as manager?
A colleague told me she was raped on mission. How do I react?
someone confided in me, may I tell HR without her agreement
I manage an office where two people complained to me about the same man, what do I have to do
As a focal point I heard about a case informally. Must I act?
My supervisee says a delegate harassed her. To whom do I pass it?
I saw a manager hug an intern too long, what can I do as a bystander?
I was a witness of a sexual joke in a meeting. Can I report that?
How can I help when I see harassment at a conference?
do witnesses have to testify
I noticed a colleague crying after a meeting with our chief, how can I speak with her
What if I saw it but the woman says nothing happened?
My friend in UNDP is being harassed. Who can she call?
How can I support a colleague who reported harassment?
My mother cleans at a UN office and a guard touches her, what can she do
can a relative file a complaint for the victim
a friend asks if consultants can report
my partner is depressed since the harassment, where is help for him
she is my roommate and her boss stalks her. Is there a 24 hour number?
My husband is accused of harassment at work, what support is there for families?
""".strip().splitlines(),
}
SEEN = {"meaning": 27, "choices": 26, "fair_process": 28}  # of 30 each, before the rules were mended with them


@pytest.mark.parametrize("rule", KNOWN.rules.rules, ids=lambda rule: rule.id)
def test_every_rule_speaks_on_its_examples_and_none_on_its_counter_examples(rule):
    alike = JUDGED if rule.kind in {*JUDGED, "quiet"} else {rule.kind}
    of_its_kind = {other.id for other in KNOWN.rules.rules if other.kind in alike}
    for text in rule.examples:
        assert (rule.id in matching_rules(text, KNOWN.rules)) == (rule.kind != "quiet"), text
    for text in rule.counter_examples:  # those of a quiet rule are not silenced
        assert of_its_kind.isdisjoint(matching_rules(text, KNOWN.rules)) == (rule.kind != "quiet"), text


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("How do I make it go away?", "situation.choices"),
        ("should I report him", "situation.choices"),
        ("my chief hugs me every morning. Is that sexual harassment?", "situation.meaning"),
        ("somebody complained about me", "situation.fair_process"),
        ("Where can I report?", None),
        ("What is sexual harassment?", None),
        ("My friend was harassed. How can I help?", None),
        ("Someone in my team told me she was harassed. What must I do?", "situation.manage"),
        ("A complaint was made against me. Am I going to be told what I am accused of?", "situation.fair_process"),
        ("saw it happen in a meeting and said nothing. feel awful. what now", "situation.saw"),
        ("I only told a joke. I never meant to hurt anyone. Does it matter what I intended?", None),
    ],
)
def test_only_what_people_must_judge_gets_fixed_words(question, lead):
    found = situation(question, KNOWN)
    assert (found and found.lead) == lead


@pytest.mark.parametrize(("name", "seen"), SEEN.items())
def test_most_questions_of_a_situation_are_brought_to_it(name, seen):
    assert len(LAST_ROUND[name]) == 30
    missed = [text for text in LAST_ROUND[name] if situation(text, KNOWN) is not KNOWN.by_name[name]]
    assert len(missed) <= 30 - seen, missed


def comes_first(text):
    """Whether a situation that no other guide answers opens the answer, unless what is found is sure."""
    return situation(text, KNOWN) in [KNOWN.by_name[name] for name in (*JUDGED, "happened")]


def test_ordinary_questions_and_those_of_managers_bystanders_and_friends_are_left_to_the_search():
    assert len(LAST_ROUND["none"]) == 60
    taken = [text for text in LAST_ROUND["none"] if comes_first(text)]
    assert len(taken) <= 1, taken


def test_no_words_judge_or_label_whoever_asks():
    for name in ("meaning", "choices", "fair_process"):
        assert not re.search(
            r"\b(?:victim|survivor|accused|alleged|perpetrator|offender|harasser|guilty|you did)\b", LEADS[name]
        )
    assert not {"accused", "victim", "perpetrator", "survivor"} & set(KNOWN.by_name)


def test_every_paragraph_that_is_shown_stands_in_a_guide():
    guides = {
        path.stem: {paragraph.number for paragraph in guide_paragraphs(path)}
        for path in (CORPUS / "guides").glob("*.md")
    }
    for found in (*(each.chosen for each in KNOWN.by_name.values()), *read_options(CORPUS).of.values()):
        for name in (
            *found.paragraphs,
            *(found.elsewhere or ()),
            *(name for own in found.own.values() for name in own),
        ):
            guide, number = name.split(" ")
            assert number in guides[guide], name
    assert {name for each in KNOWN.by_name.values() for name in (*each.found_first, *each.unless_found)} <= set(guides)


def test_few_questions_that_guides_answer_are_taken_from_them():
    asked = [row["question"] for row in csv.DictReader((CORPUS / "asked.csv").open(encoding="utf-8"))][::4]
    taken = [question for question in asked if comes_first(question)]
    assert len(taken) / len(asked) < 0.035, taken


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('lead = "meaning"', 'lead = "verdict"', r"\[meaning\] lead must be one of"),
        ('paragraphs = ["your-options 10"', 'paragraph = ["your-options 10"', r"\[fair_process\] must hold"),
        ("found_from = 0.6", "found_from = 6", "found_from must be a number from 0 to 1"),
        ("[choices]", "[choices", "cannot be read"),
        ("\nanswers = false", '\nanswers = "no"', r"\[choices\] answers must be true or false"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path, old, new, told):
    shutil.copytree(CORPUS / "situations", tmp_path / "situations")
    text = (CORPUS / "situations.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "situations.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        read_situations(tmp_path)


def test_messages_that_tell_and_ask_for_nothing_are_told_from_those_that_ask():
    missed, taken = dict.fromkeys(HALVES, 0), list[str]()
    lines = (ROOT / "evals" / "questions" / "fitting" / "telling.jsonl").read_text(encoding="utf-8").splitlines()
    for question in map(Question.from_row, map(json.loads, lines)):
        found = situation(question.question, KNOWN)
        if question.topic == "tells":
            missed[question.half] += found is None or not found.options
        elif found in (KNOWN.by_name["happened"], KNOWN.by_name["perhaps"]):
            taken.append(question.question)
    assert len(lines) == 160
    assert (missed, taken) == ({"development": 1, "test": 2}, [])


@pytest.mark.parametrize(
    ("message", "asking"),
    [
        ("what he did to me in the lift I will never forget", False),
        ("He does not stop, and will not leave me alone.", False),
        ("my boss, who is married, touches me", False),
        ("Where I work everybody laughs", False),
        ("He touched me. Which office is for that", True),
        ("he touched me and can they fire me", True),
        ("He touched me, who investigates that", True),
        ("هل هذا تحرش؟", True),
    ],
)
def test_a_question_is_known_by_how_its_sentences_begin(message, asking):
    assert asks(message) == asking


def test_what_was_found_stands_before_what_is_only_perhaps_told():
    perhaps, happened = KNOWN.by_name["perhaps"], KNOWN.by_name["happened"]
    retaliation, definition = (FoundIn(guide) for guide in ("retaliation", "what-sexual-harassment-is"))
    assert perhaps.gives_way_to((retaliation,))
    assert not perhaps.gives_way_to((definition, retaliation))
    assert not perhaps.gives_way_to(())
    assert not happened.gives_way_to((retaliation,))


def test_a_judgement_gives_way_to_what_is_surely_found_and_opens_with_what_is_its_own():
    meaning, choices, fair = (KNOWN.by_name[name] for name in ("meaning", "choices", "fair_process"))
    assert choices.gives_way_to((FoundIn("bystanders", 0.62),))
    assert not choices.gives_way_to((FoundIn("bystanders", 0.55),))
    assert not choices.gives_way_to((FoundIn("reporting", 0.9),))
    assert choices.opens_with((FoundIn("reporting", 0.9),))
    assert meaning.opens_with((FoundIn("what-sexual-harassment-is", 0.5),))
    assert not meaning.gives_way_to((FoundIn("events", 0.9),))  # "Was I harassed?" finds "if you were harassed at …"
    assert meaning.gives_way_to((FoundIn("gender-focal-points", 0.7),))
    assert not fair.gives_way_to(
        (FoundIn("retaliation", 0.9),)
    )  # who is named in a report is told of no rule for others
    assert not fair.opens_with((FoundIn("retaliation", 0.9),))


@pytest.mark.parametrize(
    ("name", "document", "score", "first", "with_options"),
    [
        (
            "choices",
            "bystanders",
            0.62,
            "lead.answered",
            False,
        ),  # what takes the place of its words takes that of its options
        ("options", "bystanders", 0.62, "lead.answered", True),
        ("happened", "events", 0.7, "lead.answered", True),
        ("happened", "what-sexual-harassment-is", 0.9, "situation.happened", True),
        ("manage", "retaliation", 0.7, "lead.answered", False),
        (None, "bystanders", 0.7, "lead.answered", False),
    ],
)
def test_what_is_found_in_another_guide_takes_the_place_and_options_follow_where_it_is_asked_what_to_do(
    name, document, score, first, with_options
):
    found = Placed("answered", "lead.answered", (FoundIn(document, score),))
    judged = KNOWN.by_name[name] if name else None
    shown = placed(
        None, "what can I do", found, judged, ["your-options 2"], (), lambda *quotes: (quotes[0] + quotes[1], OPTIONS)
    )
    assert (shown.lead, bool(shown.options)) == (first, with_options)
    assert name == "happened" or shown.quotes[:1] == found.quotes


@pytest.mark.parametrize(
    ("name", "question", "status", "left_open"),
    [
        ("choices", "Is he guilty, yes or no?", "unanswerable_not_in_documents", True),
        ("choices", "Is he guilty, yes or no?", "answered_nearest", True),
        ("choices", "Is he guilty, yes or no?", "answered", False),
        ("fair_process", "They put me on leave. Have they decided?", "answered_nearest", True),
        ("fair_process", "Somebody has complained about me.", "unanswerable_not_in_documents", False),
        ("meaning", "Is it a crime in Kenya to send such pictures?", "unanswerable_not_in_documents", True),
        ("meaning", "Is it harassment when he stares?", "answered_nearest", False),
        ("happened", "He touches me. I am afraid.", "unanswerable_not_in_documents", False),
    ],
)
def test_a_situation_leaves_open_what_neither_it_nor_the_documents_answer(name, question, status, left_open):
    assert KNOWN.by_name[name].leaves_open(status, question) == left_open


def test_what_is_left_open_is_said_before_the_words_of_a_situation_and_all_the_rest_stays(small_assistant):
    words = small_assistant.wording("en")
    found = small_assistant.ask("He says it was mutual and I say it was not. Who do you believe?", "un-secretariat")
    known = read_confidence(CORPUS)
    assert found.lead == words.filled("situation.not_exactly", words=words["situation.choices"])
    assert (found.status, len(found.options), len(found.quotes)) == ("answered_nearest", 5, 3)
    assert found.confidence < known.nearest
    in_french = small_assistant.ask("Il dit oui et je dis non. Qui croyez-vous, est-il coupable ?", "un-secretariat")
    french = small_assistant.wording("fr")
    assert in_french.language == "fr"
    assert in_french.lead == french.filled("situation.not_exactly", words=french["situation.choices"])


def test_options_are_not_asked_for_where_a_further_quote_counts_for_more():
    options, punishment = FoundIn("your-options", 0.57, "2"), FoundIn("investigation", 0.7, "24")
    for quotes, asked in (((options,), True), ((options, punishment), False)):
        found = Placed("answered", "lead.answered", quotes)
        shown = placed(
            None, "what can happen", found, None, ["your-options 2"], (), lambda *each: (each[0] + each[1], OPTIONS)
        )
        assert bool(shown.options) == asked


def test_what_was_found_stands_among_the_paragraphs_of_a_situation_where_it_is_near_enough(monkeypatch):
    fixed = tuple(FoundIn("your-options", 1.0, str(number)) for number in range(4))
    monkeypatch.setattr(situations, "chosen_quotes", lambda *_: fixed)
    near, far = FoundIn("retaliation", 0.5, "1"), FoundIn("clearcheck", 0.49, "2")
    spoken_of = read_situations(CORPUS_DIR).by_name["fair_process"]
    assert situation_quotes(None, spoken_of, [far, near]) == (fixed[0], near, fixed[1], fixed[2])


class FoundIn:
    """As much of a quote as is looked at."""

    def __init__(self, document, score=0.5, paragraph="1"):
        self.document, self.score, self.paragraph = document, score, paragraph
        self.spans = (paragraph,)
