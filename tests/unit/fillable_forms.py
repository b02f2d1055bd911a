"""An electronic form for tests: two sections with a field of every kind."""

import json
from typing import Any


def said(vi: str, en: str) -> dict[str, Any]:
    return {"title": vi, "x-en": {"title": en}}


def choice(code: str, vi: str, en: str) -> dict[str, Any]:
    return {"const": code, **said(vi, en)}


LAND = {
    **said("Thửa đất", "The plot"),
    "type": "object",
    "properties": {
        "plot": {"type": "string", "maxLength": 20, **said("Thửa số", "Plot number")},
        "area": {
            "type": "number",
            "minimum": 1,
            "maximum": 100000,
            **said("Diện tích (m²)", "Area (m²)"),
            "description": "Theo giấy chứng nhận.",
            "x-en": {"title": "Area (m²)", "description": "As in the certificate."},
        },
        "use": {
            "type": "string",
            "oneOf": [
                choice("house", "Đất ở", "Housing"),
                choice("farm", "Đất nông nghiệp", "Farm"),
            ],
            **said("Mục đích", "Purpose"),
        },
        "since": {"type": "string", "format": "date", **said("Từ ngày", "Since")},
        "floors": {"type": "integer", "minimum": 0, "maximum": 60, **said("Số tầng", "Floors")},
    },
    "required": ["plot", "area", "use"],
}
OWNER = {
    **said("Người kê khai", "Declared by"),
    "type": "object",
    "properties": {
        "name": {"type": "string", "x-known": "name", **said("Họ tên", "Name")},
        "phone": {
            "type": "string",
            "format": "phone",
            "x-known": "phone",
            **said("Điện thoại", "Telephone"),
        },
        "email": {"type": "string", "format": "email", **said("Thư điện tử", "E-mail")},
        "identity": {"type": "string", "format": "identity", **said("Số định danh", "Identity")},
        "reason": {"type": "string", "maxLength": 500, "x-lines": 4, **said("Lý do", "Reason")},
        "papers": {
            "type": "array",
            "items": {
                "type": "string",
                "oneOf": [choice("deed", "Hợp đồng", "Deed"), choice("map", "Bản đồ", "Map")],
            },
            "maxItems": 2,
            **said("Giấy tờ kèm theo", "Papers added"),
        },
        "true": {"type": "boolean", "const": True, **said("Tôi cam đoan", "I declare it true")},
    },
    "required": ["name"],
    "dependentRequired": {"email": ["reason"]},
}
FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **said("Đơn đăng ký biến động", "Application"),
    "type": "object",
    "properties": {"land": LAND, "owner": OWNER},
}
TEXT = json.dumps(FORM, ensure_ascii=False, sort_keys=False)
GOOD: dict[str, Any] = {
    "land": {"plot": "12", "area": 85.5, "use": "house", "since": "2020-02-29"},
    "owner": {"name": "Nguyễn Thị Hoa", "true": True, "papers": ["map"]},
}
