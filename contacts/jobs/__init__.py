"""Time-driven work: each job takes `now`, may run late, twice, or in parallel."""

from __future__ import annotations

from contacts.jobs.keeping import (
    clear_visitors,
    forget_stray_files,
    forget_unsent_files,
    give_up_scan,
    give_up_stale_scans,
    renew_phones,
    scan,
)
from contacts.jobs.mails import (
    clear_links,
    mail_links,
    send_mail,
    send_mails,
)
from contacts.jobs.people import (
    close_help,
    end_inactive_chats,
    end_watches,
    expire_calls,
    lose_customers,
    note_absences,
    sign_out_inactive_agents,
    watch_calls,
)
from contacts.jobs.routing import (
    expire_offers,
    expire_waits,
    push_offers,
    release_waiting,
    route_waiting,
    withdraw_strays,
)
from contacts.jobs.telling import (
    send_cards,
    send_positions,
    wake_assistants,
)

__all__ = [
    "clear_links",
    "clear_visitors",
    "close_help",
    "end_inactive_chats",
    "end_watches",
    "expire_calls",
    "expire_offers",
    "expire_waits",
    "forget_stray_files",
    "forget_unsent_files",
    "give_up_scan",
    "give_up_stale_scans",
    "lose_customers",
    "mail_links",
    "note_absences",
    "push_offers",
    "release_waiting",
    "renew_phones",
    "route_waiting",
    "scan",
    "send_cards",
    "send_mail",
    "send_mails",
    "send_positions",
    "sign_out_inactive_agents",
    "wake_assistants",
    "watch_calls",
    "withdraw_strays",
]
