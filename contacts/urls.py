from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from contacts import consumers, inviting, views
from contacts.api import (
    agent,
    attachments,
    conversation,
    customer,
    entry_points,
    figures,
    handover,
    help_requests,
    lists,
    mail,
    notes,
    opening,
    responses,
    video,
)

pages = [
    path("chat/<slug:key>/", views.ChatView.as_view(), name="chat"),
    path("chat/<slug:key>/brand.css", views.brand, name="chat-brand"),
    path("chat/<slug:key>/invitations.js", inviting.rules, name="chat-invitations"),
    path("chat/<slug:key>/free.js", inviting.free, name="chat-free"),
    path("chat/<slug:key>/logo.png", views.logo, name="chat-logo"),
]
conference = [
    path("", handover.ConferenceView.as_view()),
    path("cancel/", handover.ConferenceCancelView.as_view()),
    path("drop/", handover.ConferenceDropView.as_view()),
    path("end/", handover.ConferenceEndView.as_view()),
    path("exit/", handover.ConferenceExitView.as_view()),
]
rest: list[URLPattern | URLResolver] = [
    path("me/state/", agent.StateView.as_view()),
    path("me/sign-out/", agent.SignOutView.as_view()),
    path("me/cards/", agent.CardsView.as_view()),
    path("me/figures/", figures.OwnFiguresView.as_view()),
    path("contacts/", lists.ContactsView.as_view()),
    path("contacts/<uuid:contact_id>/", agent.ContactView.as_view()),
    path("contacts/<uuid:contact_id>/messages/", conversation.MessagesView.as_view()),
    path(
        "contacts/<uuid:contact_id>/messages/<int:seq>/send-again/",
        mail.SendAgainView.as_view(),
    ),
    path("contacts/<uuid:contact_id>/attachments/", attachments.UploadView.as_view()),
    path(
        "attachments/<uuid:attachment_id>/",
        attachments.FileView.as_view(),
        name="attachment",
    ),
    path("contacts/<uuid:contact_id>/help/", help_requests.HelpView.as_view()),
    path("contacts/<uuid:contact_id>/read/", conversation.ReadView.as_view()),
    path("contacts/<uuid:contact_id>/accept/", agent.AcceptView.as_view()),
    path("contacts/<uuid:contact_id>/decline/", agent.DeclineView.as_view()),
    path("contacts/<uuid:contact_id>/end/", agent.EndView.as_view()),
    path("contacts/<uuid:contact_id>/customer/", agent.CustomerView.as_view()),
    path(
        "contacts/<uuid:contact_id>/customer/notes/", notes.CustomerNotesView.as_view()
    ),
    path(
        "contacts/<uuid:contact_id>/customer/notes/<int:note_id>/",
        notes.CustomerNoteView.as_view(),
    ),
    path("contacts/<uuid:contact_id>/notes/", notes.NotesView.as_view()),
    path("contacts/<uuid:contact_id>/history/", lists.HistoryView.as_view()),
    path(
        "contacts/<uuid:contact_id>/predefined-responses/",
        responses.ResponsesView.as_view(),
    ),
    path(
        "contacts/<uuid:contact_id>/transcript/",
        conversation.TranscriptView.as_view(),
        name="transcript",
    ),
    path("contacts/<uuid:contact_id>/transfer/", handover.TransferView.as_view()),
    path(
        "contacts/<uuid:contact_id>/transfer-targets/",
        handover.TransferTargetsView.as_view(),
    ),
    path("contacts/<uuid:contact_id>/conference/", include(conference)),
    path("contacts/<uuid:contact_id>/video/", video.VideoView.as_view()),
    path("contacts/<uuid:contact_id>/video/end/", video.VideoEndView.as_view()),
    path(
        "contacts/<uuid:contact_id>/conference-targets/",
        handover.ConferenceTargetsView.as_view(),
    ),
    path("chat/entry-points/<slug:key>/", entry_points.EntryPointView.as_view()),
    path(
        "chat/entry-points/<slug:key>/offline-messages/",
        mail.OfflineMessagesView.as_view(),
    ),
    path("chat/resume/", mail.ResumeView.as_view()),
    path("chat/contacts/", opening.OpenView.as_view()),
    path("chat/contacts/<uuid:contact_id>/", customer.ContactView.as_view()),
    path("chat/contacts/<uuid:contact_id>/messages/", customer.MessagesView.as_view()),
    path(
        "chat/contacts/<uuid:contact_id>/attachments/",
        attachments.CustomerUploadView.as_view(),
    ),
    path(
        "chat/attachments/<uuid:attachment_id>/",
        attachments.CustomerFileView.as_view(),
    ),
    path("chat/contacts/<uuid:contact_id>/escalate/", customer.EscalateView.as_view()),
    path(
        "chat/contacts/<uuid:contact_id>/video/accept/",
        video.AcceptVideoView.as_view(),
    ),
    path(
        "chat/contacts/<uuid:contact_id>/video/decline/",
        video.DeclineVideoView.as_view(),
    ),
    path("chat/contacts/<uuid:contact_id>/video/end/", video.EndVideoView.as_view()),
    path("chat/contacts/<uuid:contact_id>/leave/", customer.LeaveView.as_view()),
    path("chat/contacts/<uuid:contact_id>/rating/", customer.RatingView.as_view()),
    path(
        "chat/contacts/<uuid:contact_id>/transcript/email/",
        mail.TranscriptByMailView.as_view(),
    ),
    path(
        "chat/contacts/<uuid:contact_id>/transcript/", customer.TranscriptView.as_view()
    ),
]
sockets = [
    path("ws/desk/", consumers.DeskConsumer.as_asgi()),
    path("ws/chat/<uuid:contact_id>/", consumers.ChatConsumer.as_asgi()),
]
