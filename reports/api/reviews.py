"""REST: what those who oversee say of conversations, and what agents read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsNoProgram
from contacts.access import contact_for_agent
from contacts.serializers import SomebodySerializer
from core import clock
from core.filters import IdFilter, MomentFilter, YesOrNoFilter
from core.strict import StrictSerializer
from reports.models import HIGHEST, LOWEST, MAX_COMMENT, Review, Score
from reports.reviewing import (
    agent_to_review,
    contact_to_review,
    review_for,
    reviews_for,
    reviews_of,
)
from reports.services import reviews

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """One criterion of a review, as it was called and weighed then."""

    examples: ClassVar[dict[str, Any]] = {"name": "Greeting", "weight": 2, "value": 4}

    class Meta:
        model = Score
        fields = ["criterion", "name", "weight", "value"]
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What somebody who oversees thinks of how an agent led a conversation."""

    examples: ClassVar[dict[str, Any]] = {
        "total": 4.33,
        "comment": "Well explained. Ask for the order number earlier.",
        "edited_at": None,
        "read_at": None,
    }

    agent = SomebodySerializer(read_only=True)
    reviewer = SomebodySerializer(read_only=True)
    scores = ScoreSerializer(many=True, read_only=True)
    total = serializers.FloatField(
        read_only=True, help_text="The weighted mean of the scores, 1-5."
    )

    class Meta:
        model = Review
        fields = [
            "id",
            "contact",
            "agent",
            "reviewer",
            "total",
            "scores",
            "comment",
            "masked",
            "created_at",
            "edited_at",
            "read_at",
        ]
        read_only_fields = fields


class MarkInput(StrictSerializer):
    """The score of one criterion."""

    examples: ClassVar[dict[str, Any]] = {"value": 4}

    criterion = serializers.IntegerField(min_value=1)
    value = serializers.IntegerField(
        min_value=LOWEST,
        max_value=HIGHEST,
        allow_null=True,
        help_text="Null: not applicable.",
    )


class ReviewChange(StrictSerializer):
    """What a review says."""

    examples: ClassVar[dict[str, Any]] = {"comment": "Well explained."}

    scores = MarkInput(many=True, required=False)
    comment = serializers.CharField(
        max_length=MAX_COMMENT, required=False, allow_blank=True
    )

    def marks(self) -> dict[int, int | None] | None:
        """Return the values by criterion; None where none are given."""
        rows = self.validated_data.get("scores")
        return rows and {row["criterion"]: row["value"] for row in rows}


class ReviewInput(ReviewChange):
    """A review: a score for each criterion of the form."""

    agent = serializers.IntegerField(
        min_value=1,
        required=False,
        help_text="Who talked in the contact; its owner where nobody is named.",
    )
    scores = MarkInput(many=True)


class ContactReviewsView(APIView):
    """The reviews of a contact."""

    permission_classes = [IsNoProgram]

    @extend_schema(
        operation_id="contact_reviews",
        summary="The reviews of a contact",
        responses=ReviewSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the reviews of a contact that the person reads, the oldest first:
        agents those about themselves."""
        person = agent_for_user(request.user)
        contact = contact_for_agent(person, contact_id)
        rows = reviews_of(person, contact)
        return Response(ReviewSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="contact_review",
        summary="Review an agent's part of a contact",
        request=ReviewInput,
        responses={
            201: ReviewSerializer,
            200: OpenApiResponse(ReviewSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Score an ended contact; one review of each reviewer about each agent."""
        reviewer = agent_for_user(request.user)
        contact = contact_to_review(reviewer, contact_id)
        form = ReviewInput(data=request.data)
        form.is_valid(raise_exception=True)

        review, is_new = reviews.give(
            contact_id=contact.pk,
            agent=agent_to_review(reviewer, contact, form.validated_data.get("agent")),
            reviewer=reviewer,
            marks=form.marks() or {},
            comment=form.validated_data.get("comment", ""),
            now=clock.now(),
        )

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(ReviewSerializer(review).data, status=code)


class ReviewFilter(django_filters.FilterSet):
    """What reviews can be narrowed by."""

    agent = IdFilter(label="Id of the agent whom they are about")
    unread = YesOrNoFilter(
        field_name="read_at",
        lookup_expr="isnull",
        label="Those that their agents have not read yet, or those that they have",
    )
    since = MomentFilter("created_at", "gte", label="Given at this time or later")
    until = MomentFilter("created_at", "lt", label="Given before this time")

    class Meta:
        model = Review
        fields: list[str] = []


@extend_schema_view(
    get=extend_schema(operation_id="reviews", summary="Reviews, newest first")
)
class ReviewsView(generics.ListAPIView[Review]):
    """Reviews of one's own conversations; supervisors have those about people of their
    teams besides, administrators all."""

    permission_classes = [IsNoProgram]
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    queryset = Review.objects.none()

    def get_queryset(self) -> QuerySet[Review]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return reviews_for(agent_for_user(self.request.user))


class ReviewView(APIView):
    """One review."""

    permission_classes = [IsNoProgram]

    @extend_schema(
        operation_id="review", summary="A review", responses=ReviewSerializer
    )
    def get(self, request: Request, review_id: int) -> Response:
        review = review_for(agent_for_user(request.user), review_id)
        return Response(ReviewSerializer(review).data)

    @extend_schema(
        operation_id="review_change",
        summary="Change one's own review",
        request=ReviewChange,
        responses=ReviewSerializer,
    )
    def patch(self, request: Request, review_id: int) -> Response:
        """Change scores, all of the review's criteria at once, or the comment."""
        person = agent_for_user(request.user)
        review = review_for(person, review_id)
        form = ReviewChange(data=request.data, partial=True)
        form.is_valid(raise_exception=True)

        reviews.change(
            review=review,
            by=person,
            marks=form.marks(),
            comment=form.validated_data.get("comment"),
            now=clock.now(),
        )

        return Response(ReviewSerializer(review_for(person, review_id)).data)

    @extend_schema(
        operation_id="review_remove",
        summary="Remove a review",
        responses={204: OpenApiResponse(description="Removed.")},
    )
    def delete(self, request: Request, review_id: int) -> Response:
        """Remove a review: its author may, and administrators."""
        person = agent_for_user(request.user)
        reviews.remove(review=review_for(person, review_id), by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReviewReadView(APIView):
    """That a review was read."""

    permission_classes = [IsNoProgram]

    @extend_schema(
        operation_id="review_read",
        summary="Note that a review was read",
        request=None,
        responses={204: OpenApiResponse(description="Noted, where it is about you.")},
    )
    def post(self, request: Request, review_id: int) -> Response:
        """Mark a review of one's own conversation as read."""
        person = agent_for_user(request.user)
        review = review_for(person, review_id)
        reviews.mark_read(review=review, by=person, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
