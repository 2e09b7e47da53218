"""The store's tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    cast,
)

#: Raise it when the tables change; a store of another version is refused.
SCHEMA_VERSION = 5

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("sha256", String, nullable=False, unique=True),
    Column("pipeline", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("aliases", Text, nullable=False),
    Column("year", String, nullable=False),
    Column("tables", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("apart", Text, nullable=False),
)

blocks = Table(
    "blocks",
    metadata,
    Column("report", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("table_number", Integer),
    Column("inside", Integer),
    Column("heading", Text, nullable=False),
    Column("origin", Text),
    Column("places", Text),
)

tables = Table(
    "tables",
    metadata,
    Column("report", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("caption", Text, nullable=False),
    Column("unit", String, nullable=False),
    Column("heading", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("understood", Integer, nullable=False),
    Column("unclear", Text, nullable=False),
)

cells = Table(
    "cells",
    metadata,
    Column("report", String, primary_key=True),
    Column("table_number", Integer, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("column", Integer, primary_key=True),
    Column("rowspan", Integer, nullable=False),
    Column("colspan", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

#: Distinct normalised labels; words are matched against these, facts are fetched by their ids.
labels = Table("labels", metadata, Column("id", BigInteger, primary_key=True), Column("text", Text, nullable=False))

label_reports = Table(
    "label_reports",
    metadata,
    Column("report", String, primary_key=True),
    Column("label", BigInteger, primary_key=True),
)

#: Distinct label paths, as JSON lists.
paths = Table("paths", metadata, Column("id", BigInteger, primary_key=True), Column("path", Text, nullable=False))

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String, nullable=False),
    Column("row_label", BigInteger, nullable=False),
    Column("column_label", BigInteger, nullable=False),
    Column("row_path", BigInteger, nullable=False),
    Column("column_path", BigInteger, nullable=False),
    Column("heading_path", BigInteger, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("period", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("form", String, nullable=False),
    Column("value", Text),
    Column("unit", String, nullable=False),
    Column("raw", Text, nullable=False),
    Column("hedge", Text, nullable=False),
    Column("caption", Text, nullable=False),
    Column("unit_from", String, nullable=False),
    Column("total", Boolean, nullable=False),
    Column("block", Integer, nullable=False),
    Column("table_number", Integer),
    Column("row", Integer),
    Column("column", Integer),
    Column("start", Integer),
    Column("end", Integer),
    Index("facts_by_row_label", "row_label", "period", "report"),
    Index("facts_by_column_label", "column_label", "period", "report"),
    Index("facts_by_report", "report"),
)
#: How large a figure is, in its own unit and near enough to look for: the exact value is compared afterwards.
size_of_fact = cast(facts.c.value, Float)
Index("facts_by_size", size_of_fact)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String, nullable=False, index=True),
    Column("block", Integer, nullable=False),
    Column("table_number", Integer),
    Column("row", Integer),
    Column("heading_path", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
)

#: One row a report and model: its passages' vectors in the order of their ids, float16, one after the other.
vectors = Table(
    "vectors",
    metadata,
    Column("report", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

#: Short names that reports give and long ones that they stand for.
short_names = Table(
    "short_names",
    metadata,
    Column("report", String, primary_key=True),
    Column("short", Text, primary_key=True),
    Column("full", Text, primary_key=True),
)
