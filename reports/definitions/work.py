"""The reports of queues and of agents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contacts.figures import of_shares, of_waits
from reports.answers import Column, Unit
from reports.definitions.customers import OF_RATINGS, RATING, scored
from reports.definitions.report import (
    SCORE,
    Cutting,
    Figure,
    Report,
    lengths_of,
    number,
    ratio,
    seconds,
    sums_of,
)
from reports.models import AgentSums, QueueSums, RatingSums, ShareSums

OF_SHARES = (ShareSums,)
HANDLED = sums_of("handled")
OFFERS = sums_of("offers")

RONA = number("rona", "RONA", _("Offers that were not answered in time."), ShareSums)
RONA_RATE = ratio(
    Column("rona_rate", _("RONA rate"), Unit.RATE, _("RONA / offers.")),
    OF_SHARES,
    sums_of("rona"),
    OFFERS,
)
ACCEPTANCE_RATE = ratio(
    Column("acceptance_rate", _("Acceptance"), Unit.RATE, _("Accepted / offers.")),
    OF_SHARES,
    sums_of("accepted"),
    OFFERS,
)
HANDLED_NUMBER = number(
    "handled",
    _("Handled"),
    _("Parts of agents in conversations that ended, wrap-up included."),
    ShareSums,
)
AHT = Figure(
    Column(
        "aht_seconds",
        _("Handling time (AHT)"),
        Unit.SECONDS,
        _("Time connected and in wrap-up / handled."),
    ),
    OF_SHARES,
    lambda counted: of_shares(counted)["aht_seconds"],
)
FIRST_RESPONSE = Figure(
    Column(
        "first_response_seconds",
        _("First response"),
        Unit.SECONDS,
        _(
            "Average time from accepting to the agent's first line; who comes to a "
            "conference is left out."
        ),
    ),
    OF_SHARES,
    lambda counted: of_shares(counted)["first_response_seconds"],
)
AVERAGE_RESPONSE = ratio(
    Column(
        "average_response_seconds",
        _("Average response"),
        Unit.SECONDS,
        _(
            "Average time from the first line of a customer that nobody has answered, "
            "but not before the agent was there, to the agent's next line."
        ),
    ),
    OF_SHARES,
    sums_of("replying"),
    sums_of("replied"),
)
TRANSFER_RATE = ratio(
    Column(
        "transfer_rate",
        _("Transfers"),
        Unit.RATE,
        _("Handled that ended by a transfer / handled."),
    ),
    OF_SHARES,
    sums_of("transferred"),
    HANDLED,
)
CONFERENCE_RATE = ratio(
    Column(
        "conference_rate",
        _("Conferences"),
        Unit.RATE,
        _("Handled to which another agent came / handled."),
    ),
    OF_SHARES,
    sums_of("conferenced"),
    HANDLED,
)
OF_CONVERSATIONS = (
    HANDLED_NUMBER,
    AHT,
    FIRST_RESPONSE,
    AVERAGE_RESPONSE,
    RONA,
    RONA_RATE,
    ACCEPTANCE_RATE,
    TRANSFER_RATE,
    CONFERENCE_RATE,
)

QUEUES = Report(
    subject="queue",
    seen_by="queue",
    tables={
        QueueSums: Cutting(("queue",)),
        ShareSums: Cutting(("queue",)),
        RatingSums: Cutting(("queue",), also=("score",)),
    },
    shape=scored,
    lengths=lengths_of(QueueSums, ShareSums),
    figures=(
        number("offered", _("Offered"), _("Came to the queue."), QueueSums),
        number(
            "answered",
            _("Answered"),
            _("Accepted by an agent, after this wait in the queue."),
            QueueSums,
        ),
        number(
            "abandoned",
            _("Abandoned"),
            _("The customer left before an agent accepted."),
            QueueSums,
        ),
        number(
            "short_abandoned",
            _("Short abandons"),
            _("Abandoned within 5 seconds; left out of the service level."),
            QueueSums,
        ),
        number(
            "timed_out",
            _("Waited too long"),
            _("Moved to the overflow queue, or ended, after the longest wait."),
            QueueSums,
        ),
        Figure(
            Column(
                "service_level",
                _("Service level"),
                Unit.RATE,
                _(
                    "Answered within the threshold that the queue had when they came / "
                    "(answered + abandoned - short abandons)."
                ),
            ),
            (QueueSums,),
            lambda counted: of_waits(counted)["service_level"],
        ),
        Figure(
            Column(
                "asa_seconds",
                _("Speed of answer (ASA)"),
                Unit.SECONDS,
                _("Wait of those who were answered, the offer included / answered."),
            ),
            (QueueSums,),
            lambda counted: of_waits(counted)["asa_seconds"],
        ),
        *OF_CONVERSATIONS,
        number(
            "contained",
            _("Contained"),
            _("Ended with the assistant; nobody had to wait."),
            QueueSums,
        ),
        RATING,
    ),
)

AGENTS = Report(
    subject="agent",
    seen_by="agent",
    tables={
        ShareSums: Cutting(("agent",)),
        AgentSums: Cutting(("agent",)),
        RatingSums: OF_RATINGS,
    },
    shape=scored,
    needs="agent",
    lengths=lengths_of(ShareSums, AgentSums),
    figures=(
        number(
            "offers",
            _("Offers"),
            _("Offers that were accepted, declined, taken back or missed."),
            ShareSums,
        ),
        number("accepted", _("Accepted"), _("Offers that were accepted."), ShareSums),
        number("declined", _("Declined"), _("Offers that were declined."), ShareSums),
        *OF_CONVERSATIONS,
        SCORE,
        ratio(
            Column(
                "occupancy",
                _("Occupancy"),
                Unit.RATE,
                _(
                    "Time with an offer, conversation or wrap-up / (that + time "
                    "Available with none)."
                ),
            ),
            (AgentSums,),
            sums_of("busy_time"),
            sums_of("busy_time", "free_time"),
        ),
        ratio(
            Column(
                "concurrency",
                _("Concurrency"),
                Unit.COUNT,
                _("Time of all conversations together / time with one at least."),
            ),
            (AgentSums,),
            sums_of("connected_time"),
            sums_of("talking_time"),
        ),
        seconds(
            "available_seconds",
            _("Available"),
            _("Time in the state Available."),
            AgentSums,
            "available_time",
        ),
        seconds(
            "idle_seconds",
            _("Idle"),
            _("Time in the state Idle, whatever the code."),
            AgentSums,
            "idle_time",
        ),
        seconds(
            "rona_seconds",
            _("In RONA"),
            _("Time in the state RONA."),
            AgentSums,
            "rona_time",
        ),
        RATING,
    ),
)
