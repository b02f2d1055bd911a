"""The feedback service: citizens send it, the centre passes it on, agencies explain."""

from types import MappingProxyType

from services.feedback.handlers.centre_pages import CentreFeedbackPages
from services.feedback.handlers.denounce_code_pages import DenounceCodePages
from services.feedback.handlers.denounce_pages import DenouncePages
from services.feedback.handlers.events import FeedbackEvents
from services.feedback.handlers.rating_pages import RatingPages
from services.feedback.handlers.retention_api import FeedbackRetentionApi
from services.feedback.handlers.satisfaction_pages import SatisfactionPages
from services.feedback.handlers.take_in_pages import TakeInPages
from services.feedback.handlers.visit_pages import VisitPages
from services.feedback.handlers.voice_pages import VoicePages
from services.feedback.settings import FeedbackSettings


class FeedbackService(
    VoicePages,
    DenouncePages,
    DenounceCodePages,
    RatingPages,
    SatisfactionPages,
    VisitPages,
    TakeInPages,
    CentreFeedbackPages,
    FeedbackRetentionApi,
    FeedbackEvents,
):
    """What citizens say of the offices, and what the offices say to it."""

    name = "feedback"
    settings_type = FeedbackSettings
    publishes = MappingProxyType(
        {"events": r"^(feedback|rating)\.", "orders": r"^", "contacts": r"^contact\.(given|word)\."}
    )
