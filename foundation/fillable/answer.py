"""Schema of what was filled in, as the APIs of the centre and of the agencies answer it."""

import json

from marshmallow import Schema, fields


class _LineFields(Schema):
    name = label = label_en = value = value_en = fields.String()


class _SectionFields(Schema):
    name = title = title_en = fields.String()
    lines = fields.List(fields.Nested(_LineFields))


class DeclarationFields(Schema):
    """An electronic form that was filled in: its data, and the same in words.

    `document` is the id of the document that it is printed as, `edition` the version of the
    procedure by which it was filled in.
    """

    paper = document = title = title_en = fields.String()
    edition = fields.Integer()
    data = fields.Function(lambda each: json.loads(each.data), metadata={"type": "object"})
    sections = fields.List(fields.Nested(_SectionFields))
