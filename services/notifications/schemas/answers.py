"""What the API answers, for its document (docs/api)."""

from marshmallow import Schema, fields

from foundation.web.fields import Moment


class _ReceiptAnswer(Schema):
    result = code = fields.String()
    at = Moment()


class _NoticeAnswer(Schema):
    id = kind = channel = to = state = provider = reference = reason = fields.String()
    tries = fields.Integer()
    planned = Moment()
    handed = fields.String()
    receipt = fields.Nested(_ReceiptAnswer, allow_none=True)
    final = fields.Boolean()


class MessagesAnswer(Schema):
    """A page of the messages about a dossier, and what became of each.

    `not_reached` are the channels whose last message did not arrive.
    """

    messages = fields.List(fields.Nested(_NoticeAnswer))
    not_reached = fields.List(fields.String())
    more = fields.Boolean()
    next = fields.String()


class ContactAnswer(Schema):
    """How a person is reached, masked, and what they chose."""

    reached_at = fields.Dict(keys=fields.String(), values=fields.String())
    channels = fields.List(fields.String())
    language = fields.String()
    quiet = fields.Boolean()


class ReceivedAnswer(Schema):
    """How many reports were understood."""

    received = fields.Integer()


class _ShareChangeAnswer(Schema):
    at = Moment()
    to = reason = fields.String()
    from_ = fields.String(data_key="from")


class _CarriersOfChannelAnswer(Schema):
    shares = fields.Dict(keys=fields.String(), values=fields.Integer())
    changes = fields.List(fields.Nested(_ShareChangeAnswer))


class CarriersAnswer(Schema):
    """The providers of each channel."""

    email = fields.Nested(_CarriersOfChannelAnswer)
    sms = fields.Nested(_CarriersOfChannelAnswer)
    zalo = fields.Nested(_CarriersOfChannelAnswer)


class _TemplateEditionAnswer(Schema):
    edition = fields.Integer()
    by = fields.String()
    at = Moment()


class TemplateAnswer(Schema):
    """The template in use, the variables that may stand in it, and its editions."""

    kind = language = subject = mail = sms = fields.String()
    edition = fields.Integer()
    variables = fields.List(fields.String())
    editions = fields.List(fields.Nested(_TemplateEditionAnswer))


class _MailPreview(Schema):
    subject = text = fields.String()


class _SmsPreview(Schema):
    text = alphabet = fields.String()
    units = segments = fields.Integer()
    cut = fields.Boolean()


class PreviewAnswer(Schema):
    """What a person would read."""

    kind = language = fields.String()
    mail = fields.Nested(_MailPreview)
    sms = fields.Nested(_SmsPreview)
