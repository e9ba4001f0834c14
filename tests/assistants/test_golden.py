"""Questions with known answers: their articles are found, what is said is judged."""

from __future__ import annotations

import ipaddress
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from assistants.golden import QUESTIONS, Verdict
from tests.assistants.servers import Model, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clockwork import Clockwork
    from tests.steps import Json

BY_TEXT = {question.text: question for question in QUESTIONS}


@pytest.fixture
def model(db: None, clockwork: Clockwork, settings: Any) -> Iterator[Model]:
    """The model that the operator names for the demo."""
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    call_command("demo", verbosity=0)
    model = Model()
    with serving(model):
        settings.LLM_URL, settings.LLM_KEY = model.address, ""
        yield model


def counted() -> dict[str, int]:
    """Let the command run; return what it counts."""
    out = StringIO()
    call_command("try_model", stdout=out)
    counts = out.getvalue().rpartition("\n\n")[2].splitlines()
    return {line[4:]: int(line[:4]) for line in counts}


def reads(told: Json) -> Json:
    """Answer with the words of the article that is known to be the right one."""
    question = BY_TEXT[told["conversation"][-1]["text"]]
    right = [each for each in told["articles"] if each["title"] == question.title]
    if not right:
        return {"answer": "", "sources": [], "action": "escalate"}
    words = "\n".join(each["text"] for each in right)
    return {"answer": words, "sources": [right[0]["id"]], "action": "reply"}


def invents(told: Json) -> Json:
    ids = [each["id"] for each in told["articles"]][:1]
    return {"answer": "Whatever you like!", "sources": ids, "action": "reply"}


def test_there_are_fifty_questions_of_both_kinds() -> None:
    known = [question for question in QUESTIONS if question.title]

    assert len(BY_TEXT) == len(QUESTIONS) == 50
    assert len(known) == 38
    assert all(question.facts for question in known)


def test_the_passages_of_the_right_article_are_found(model: Model) -> None:
    """A model that reads them answers every question right, and invents nothing."""
    model.thinks = reads

    counts = counted()

    assert counts == dict.fromkeys(Verdict, 0) | {
        Verdict.ANSWERED_RIGHT: 38,
        Verdict.ESCALATED_RIGHT: 12,
    }
    assert len(model.asked) == 50


def test_what_a_model_invents_is_counted(model: Model) -> None:
    model.thinks = invents

    counts = counted()

    assert counts[Verdict.INVENTED] >= 38
    assert counts[Verdict.ANSWERED_RIGHT] == 0


def test_a_model_that_fails_is_no_good_one(model: Model) -> None:
    model.status = 500

    assert counted()[Verdict.FAILED] == 50


def test_without_a_server_there_is_nothing_to_try(model: Model, settings: Any) -> None:
    settings.LLM_URL = ""

    with pytest.raises(CommandError, match="PARLEY_LLM_URL"):
        call_command("try_model")
    assert model.asked == []
