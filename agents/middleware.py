"""Answers of the REST API name the person they were made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.deprecation import MiddlewareMixin

from agents.authentication import PERSON, answered_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class NamedPersonMiddleware(MiddlewareMixin):
    """A page notices that another person has signed in in its browser since."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        person = answered_person(request)
        if person is not None:
            response.headers[PERSON] = str(person)
        return response
