"""How answers say a component of a dossier."""

from marshmallow import Schema, fields

from contracts.components import Digitisation


class ComponentFields(Schema):
    """A paper of the dossier, and how it came to be there as data."""

    paper = fields.String()
    state = fields.Enum(Digitisation, by_value=True)
    documents = fields.List(fields.String())
    database = reference = fields.String()
    because = fields.String()
