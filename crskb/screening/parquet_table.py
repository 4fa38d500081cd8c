"""Screen Parquet, batch by batch. pyarrow is an extra: pip install "crskb[parquet]"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.screening.screener import BAD_CELLS, COLUMNS, Screener, check_columns, fault_of

_BATCH = 65_536  # rows


def screen_parquet(
    table: Path, column: str, aside: Path, screener: Screener, progress: Callable[[int], object]
) -> None:
    """Write the rows of `table` with their answers to `aside`; a missing text is answered as an empty one.

    Raises CrskbError for a table that cannot be read, or has no `column` of text.
    """
    pa, pq = _pyarrow()
    try:
        with pq.ParquetFile(table) as source:
            place = check_columns(source.schema_arrow.names, column, table)
            kind = source.schema_arrow.field(place).type
            kind = kind.value_type if pa.types.is_dictionary(kind) else kind
            if not _is_text(kind, pa):
                raise CrskbError(f"{table}: column {column!r} holds {kind}, not text")
            schema = source.schema_arrow
            for name in COLUMNS:
                schema = schema.append(pa.field(name, pa.int32() if name == "crskb_distance" else pa.string()))
            with pq.ParquetWriter(aside, schema) as writer:
                for batch in source.iter_batches(batch_size=_BATCH):
                    appended = _answers(batch.column(place), screener, pa)
                    writer.write_batch(pa.RecordBatch.from_arrays([*batch.columns, *appended], schema=schema))
                    screener.found.rows += batch.num_rows
                    progress(batch.num_rows)
            if screener.found.rows != source.metadata.num_rows:
                told = f"says that it has {source.metadata.num_rows:,} rows, but {screener.found.rows:,} can be read"
                raise CrskbError(f"{table}: {told}")
            screener.found.lines = source.metadata.num_rows
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise _unreadable(table, error) from error


def sample_parquet(table: Path, most: int) -> tuple[list[str], list[list[str]]]:
    """The names of the columns of text, and the first rows of them."""
    pa, pq = _pyarrow()
    try:
        with pq.ParquetFile(table) as source:
            names = [
                field.name
                for field in source.schema_arrow
                if _is_text(field.type.value_type if pa.types.is_dictionary(field.type) else field.type, pa)
            ]
            batch = next(source.iter_batches(batch_size=most, columns=names), None)
            rows = batch.to_pylist() if batch is not None else []
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise _unreadable(table, error) from error
    return names, [[row[name] or "" for name in names] for row in rows]


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise CrskbError('Parquet needs pyarrow: pip install "crskb[parquet]"') from error
    return pa, pq


def _is_text(kind: Any, pa: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _unreadable(table: Path, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno is not None:
        return error  # of the system: it names its file
    return CrskbError(f"{table}: cannot be read as Parquet: {error}")


def _answers(texts: Any, screener: Screener, pa: Any) -> list[Any]:
    """The columns to append: each distinct text of the batch is looked at once, then spread over the rows."""
    if pa.types.is_dictionary(texts.type):  # its dictionary may hold the texts of the whole file
        texts = texts.dictionary_decode()
    encoded = texts.dictionary_encode(null_encoding="encode")
    places = encoded.indices.to_pylist()
    counts: Counter[int] = Counter(places)
    faults: dict[int, str] = {}
    rows = []
    for number, raw in enumerate(encoded.dictionary.cast(pa.large_binary()).to_pylist()):
        text = (raw or b"").decode("utf-8", "surrogateescape")
        if fault := fault_of(text):
            faults[number] = fault
            rows.append(BAD_CELLS)
            continue
        cells, count = screener.seen.get(text) or screener.resolve(text)
        count[0] += counts[number]
        rows.append(cells)
    if faults:
        for row, place in enumerate(places, start=screener.found.rows + 1):
            if place in faults:
                screener.found.bad_row(row, faults[place])
    spread = pa.array(places, pa.int32())
    columns = []
    for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True):
        typed = (
            [int(value) if value else None for value in values]
            if name == "crskb_distance"
            else [value or None for value in values]
        )
        columns.append(pa.array(typed, pa.int32() if name == "crskb_distance" else pa.string()).take(spread))
    return columns
