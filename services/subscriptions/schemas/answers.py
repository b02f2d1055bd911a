"""Schemas of the answers about subscriptions, for the API document."""

from marshmallow import Schema, fields

from foundation.web.fields import Moment


class _SigningKeyAnswer(Schema):
    kind = public = fields.String()
    created = until = Moment()


class _SubscriptionChangeAnswer(Schema):
    by = what = fields.String()
    at = Moment()


class SubscriptionAnswer(Schema):
    """A subscription for its owner; never what signs."""

    id = name = target = email = agency = order = state = because = fields.String()
    filters = fields.Raw()
    batch = fields.Integer()
    keys = fields.List(fields.Nested(_SigningKeyAnswer))
    created = Moment()
    changes = fields.List(fields.Nested(_SubscriptionChangeAnswer))


class SubscriptionSecretAnswer(SubscriptionAnswer):
    """The same with the secret that the receiver verifies with: shown once."""

    secret = fields.String()


class SubscriptionsAnswer(Schema):
    """All subscriptions of an owner."""

    subscriptions = fields.List(fields.Nested(SubscriptionAnswer))


class _AttemptAnswer(Schema):
    at = Moment()
    status = fields.Integer(allow_none=True)
    trouble = body = fields.String()
    seconds = fields.Float()


class TrialAnswer(_AttemptAnswer):
    """What came of a test; `asked` if the target was asked whether it agrees."""

    asked = ok = fields.Boolean()


class SubscriptionStateAnswer(SubscriptionAnswer):
    """A subscription and how it fares."""

    position = lag = delivered = waiting = dead = fields.Integer()
    last_success = failing_since = Moment()
    errors = fields.List(fields.Nested(_AttemptAnswer))


class _DeliveredEventAnswer(Schema):
    id = type = subject = fields.String()


class _DeliveryAnswer(Schema):
    id = state = reason = fields.String()
    position = fields.Integer()
    events = fields.List(fields.Nested(_DeliveredEventAnswer))
    next_attempt = Moment()
    attempts = fields.List(fields.Nested(_AttemptAnswer))


class DeliveriesAnswer(Schema):
    """A page of deliveries that did not succeed at once."""

    deliveries = fields.List(fields.Nested(_DeliveryAnswer))
    next = fields.Integer(allow_none=True)


class RedrivenAnswer(Schema):
    """How many deliveries are tried again, and whether others are left."""

    redriven = fields.Integer()
    more = fields.Boolean()
