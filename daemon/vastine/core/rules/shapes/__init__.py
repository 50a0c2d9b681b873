"""Shapes: what a part of rules.yaml may look like. One declaration reads it, says what is wrong and gives its schema.

A shape reads a node into a plain value. It never raises: what is wrong goes to the `Reading`, and None comes back.
"""

from vastine.core.rules.shapes.nested import Either, Field, Many, Record, Table
from vastine.core.rules.shapes.reading import (
    JsonSchema,
    Reading,
    Shape,
    kind_of_node,
    listed,
    scalar_text,
    unique_pairs,
    unknown_key,
)
from vastine.core.rules.shapes.scalars import EMAIL, Name, OneOf, Text, Whole, YesNo

__all__ = [
    "EMAIL",
    "Either",
    "Field",
    "JsonSchema",
    "Many",
    "Name",
    "OneOf",
    "Reading",
    "Record",
    "Shape",
    "Table",
    "Text",
    "Whole",
    "YesNo",
    "kind_of_node",
    "listed",
    "scalar_text",
    "unique_pairs",
    "unknown_key",
]
