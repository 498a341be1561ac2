"""Reads tables row by row: CSV, JSON, spreadsheets and Parquet, in any encoding, packed or not."""

from biasdetect.reading.tables.rows import Limits, TableError, TableRow
from biasdetect.reading.tables.table import SUFFIXES, Table, table_suffix

__all__ = ["SUFFIXES", "Limits", "Table", "TableError", "TableRow", "table_suffix"]
