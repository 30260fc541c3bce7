"""What GB/T 33190-2016 demands of the parts that we write, as tables of our own.

Source: GB/T 33190-2016, 7 to 18 (elements in their order, attributes, types). The one
word that differs is CheckMethod, where practice names SM3 by its OID (GM/T 0099-2020).
"""

from __future__ import annotations

import re
from typing import Any

SPACE = "{http://www.ofdspec.org/2016}"

_FIXED = {
    "id": r"\d+",
    "loc": r"\S+",
    "box": r"-?[\d.]+ -?[\d.]+ [\d.]+ [\d.]+",
    "matrix": r"(-?[\d.]+ ){5}-?[\d.]+",
    "number": r"-?\d+(\.\d+)?",
    "whole": r"\d+",
    "bool": r"true|false",
    "name": r"[A-Za-z_][\w.-]*",
    "colour": r"\d{1,3} \d{1,3} \d{1,3}",
    "deltas": r"((g \d+ )?-?[\d.]+ ?)+",
    "path": r"([MLSBQAC]( -?\d+(\.\d+)?)* ?)+",
    "date": r"\d{4}-\d\d-\d\d",
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)",
    "base64": r"[A-Za-z0-9+/]+=*",
    "words": r"[^\n]+",
    "order": r"Background|Foreground",
}

_GRAPHIC = {
    "ID!": "id", "Boundary!": "box", "CTM": "matrix", "LineWidth": "number",
    "Alpha": "whole",
}  # fmt: skip

# Element (or Parent/Element): the order of its children, then its attributes; `!` marks
# what must be there. A model in <> is of text.
_RULES: dict[str, tuple[str, dict[str, str]]] = {
    "OFD": ("DocBody+", {"Version!": r"1\.0", "DocType!": "OFD"}),
    "DocBody": ("DocInfo DocRoot Versions? Signatures?", {}),
    "DocInfo": (
        """DocID Title? Author? Subject? Abstract? CreationDate? ModDate? DocUsage?
        Cover? Keywords? Creator? CreatorVersion? CustomDatas?""",
        {},
    ),
    "DocID": ("<[0-9a-f]{32}>", {}),
    "Title": ("<words>", {}),
    "Author": ("<words>", {}),
    "Subject": ("<words>", {}),
    "CreationDate": ("<date>", {}),
    "Creator": ("<words>", {}),
    "CustomDatas": ("CustomData+", {}),
    "CustomData": ("<words>", {"Name!": "words"}),
    "DocRoot": ("<loc>", {}),
    "DocBody/Signatures": ("<loc>", {}),
    # Document.xml
    "Document": (
        """CommonData Pages Outlines? Permissions? Actions? VPreferences? Bookmarks?
        Annotations? CustomTags? Attachments? Extensions?""",
        {},
    ),
    "CommonData": (
        "MaxUnitID PageArea PublicRes* DocumentRes* TemplatePage* DefaultCS?",
        {},
    ),
    "MaxUnitID": ("<id>", {}),
    "PageArea": ("PhysicalBox ApplicationBox? ContentBox? BleedBox?", {}),
    "PhysicalBox": ("<box>", {}),
    "PublicRes": ("<loc>", {}),
    "DocumentRes": ("<loc>", {}),
    "TemplatePage": (
        "",
        {"ID!": "id", "Name": "words", "ZOrder": "order", "BaseLoc!": "loc"},
    ),
    "DefaultCS": ("<id>", {}),
    "Pages": ("Page+", {}),
    "Pages/Page": ("", {"ID!": "id", "BaseLoc!": "loc"}),
    "Document/Attachments": ("<loc>", {}),
    # resources
    "Res": (
        "(ColorSpaces|DrawParams|Fonts|MultiMedias|CompositeGraphicUnits)*",
        {"BaseLoc!": "loc"},
    ),
    "ColorSpaces": ("ColorSpace+", {}),
    "ColorSpace": (
        "Palette?",
        {"ID!": "id", "Type!": "GRAY|RGB|CMYK", "BitsPerComponent": "whole"},
    ),
    "Fonts": ("Font+", {}),
    "Font": ("FontFile?", {"ID!": "id", "FontName!": "words", "FamilyName": "words"}),
    "FontFile": ("<loc>", {}),
    "MultiMedias": ("MultiMedia+", {}),
    "MultiMedia": (
        "MediaFile",
        {"ID!": "id", "Type!": "Image|Audio|Video", "Format": "words"},
    ),
    "MediaFile": ("<loc>", {}),
    # pages
    "Page": ("Template* PageRes* Area? Content? Actions?", {}),
    "Template": ("", {"TemplateID!": "id", "ZOrder": "order"}),
    "Area": ("PhysicalBox ApplicationBox? ContentBox? BleedBox?", {}),
    "Content": ("Layer+", {}),
    "Layer": (
        "(TextObject|PathObject|ImageObject|CompositeObject|PageBlock)*",
        {"ID!": "id", "Type": "Body|Background|Foreground|Custom"},
    ),
    "PathObject": (
        "Actions? Clips? StrokeColor? FillColor? AbbreviatedData",
        {**_GRAPHIC, "Stroke": "bool", "Fill": "bool", "Rule": "NonZero|Even-Odd"},
    ),
    "TextObject": (
        "Actions? Clips? FillColor? StrokeColor? (CGTransform* TextCode)+",
        {**_GRAPHIC, "Font!": "id", "Size!": "number"},
    ),
    "ImageObject": (
        "Actions? Clips? Border?",
        {**_GRAPHIC, "ResourceID!": "id"},
    ),
    "StrokeColor": ("", {"Value": "colour"}),
    "FillColor": ("", {"Value": "colour"}),
    "AbbreviatedData": ("<path>", {}),
    "CGTransform": (
        "Glyphs?",
        {"CodePosition!": "whole", "CodeCount": "whole", "GlyphCount": "whole"},
    ),
    "Glyphs": (r"<\d+( \d+)*>", {}),
    "TextCode": (
        "<words>",
        {"X": "number", "Y": "number", "DeltaX": "deltas", "DeltaY": "deltas"},
    ),
    # attachments
    "Attachments": ("Attachment*", {}),
    "Attachment": (
        "FileLoc",
        {
            "ID!": "name", "Name!": "words", "Format": "words",
            "CreationDate": "moment",
            "Size": "number", "Visible": "bool", "Usage": "words",
        },
    ),
    "FileLoc": ("<loc>", {}),
    # signatures
    "Signatures": ("MaxSignId? Signature*", {}),
    "MaxSignId": ("<name>", {}),
    "Signatures/Signature": (
        "",
        {"ID!": "name", "Type": "Seal|Sign", "BaseLoc!": "loc"},
    ),
    "Signature": ("SignedInfo SignedValue", {}),
    "SignedInfo": (
        "Provider SignatureMethod? SignatureDateTime? References StampAnnot* Seal?",
        {},
    ),
    "Provider": (
        "",
        {"ProviderName!": "words", "Version": "words", "Company": "words"},
    ),
    "SignatureMethod": (r"<1\.2\.156\.10197\.1\.501>", {}),
    "SignatureDateTime": (r"<\d{14}Z>", {}),
    "References": ("Reference+", {"CheckMethod!": r"1\.2\.156\.10197\.1\.401"}),
    "Reference": ("CheckValue", {"FileRef!": "loc"}),
    "CheckValue": ("<base64>", {}),
    "StampAnnot": ("", {"ID!": "name", "PageRef!": "id", "Boundary!": "box"}),
    "Seal": ("BaseLoc", {}),
    "BaseLoc": ("<loc>", {}),
    "SignedValue": ("<loc>", {}),
}  # fmt: skip


def faults(root: Any) -> list[str]:
    """Name all that the standard would not have, in an lxml tree."""
    return _faults(root, "")


def _faults(element: Any, parent: str) -> list[str]:
    name = element.tag.removeprefix(SPACE)
    rule = _RULES.get(f"{parent}/{name}") or _RULES.get(name)
    if rule is None:
        return [f"{parent}/{name} is not known"]
    model, attributes = rule
    found = [f"{name}: {fault}" for fault in _attributes(element, attributes)]
    children = [child.tag.removeprefix(SPACE) for child in element]
    words = element.text or ""
    if model.startswith("<"):
        kind = model[1:-1]
        if children or not re.fullmatch(_FIXED.get(kind, kind), words):
            found.append(f"{name} holds {words[:60]!r}")
    else:
        order = re.sub(r"\s+", "", re.sub(r"\w+", r"(?:\g<0>,)", model))
        if not re.fullmatch(order, "".join(f"{child}," for child in children)):
            found.append(f"{name} has {sorted(set(children))}, not {model}")
        if words.strip():
            found.append(f"{name} holds words")
    for child in element:
        found += _faults(child, name)
    return found


def _attributes(element: Any, known: dict[str, str]) -> list[str]:
    forms = {name.rstrip("!"): form for name, form in known.items()}
    found = [f"no {n[:-1]}" for n in known if n[-1] == "!" and not element.get(n[:-1])]
    for name, value in element.attrib.items():
        form = forms.get(name)
        if form is None:
            found.append(f"{name} does not belong")
        elif not re.fullmatch(_FIXED.get(form, form), value):
            found.append(f"{name} is {value[:60]!r}")
    return found
