"""Schemas of the feedback API: what comes in, by topic; what goes out stands beside it."""

from services.feedback.schemas.denouncing import (
    CaseSchema,
    ConclusionSchema,
    DenunciationListQuery,
    HandlerNames,
    NewDenunciation,
    PassOnSchema,
    ReadingQuery,
    ReadingsQuery,
)
from services.feedback.schemas.incoming import NewFeedbackSchema
from services.feedback.schemas.satisfaction import (
    PublicSatisfaction,
    PublicSatisfactionQuery,
    public_satisfaction,
)
from services.feedback.schemas.voices import (
    ApprovalSchema,
    ComplaintActSchema,
    FeedbackListQuery,
    ForwardSchema,
    RatingSchema,
)

__all__ = [
    "ApprovalSchema",
    "CaseSchema",
    "ComplaintActSchema",
    "ConclusionSchema",
    "DenunciationListQuery",
    "FeedbackListQuery",
    "ForwardSchema",
    "HandlerNames",
    "NewDenunciation",
    "NewFeedbackSchema",
    "PassOnSchema",
    "PublicSatisfaction",
    "PublicSatisfactionQuery",
    "RatingSchema",
    "ReadingQuery",
    "ReadingsQuery",
    "public_satisfaction",
]
