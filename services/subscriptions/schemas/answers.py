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
