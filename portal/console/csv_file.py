"""Lists as CSV: comma, UTF-8 with its mark so that spreadsheets read it, and no cell that one would calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from distribution.analytics.spreadsheet import harmless


def csv_answer(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, marked: bool = True
) -> Response:
    """A file to download; `name` without its ending, `marked` with the mark of UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return csv_file(name, text.getvalue(), marked=marked)


def csv_file(name: str, text: str, *, marked: bool = True) -> Response:
    """The same for a table that is written already."""
    return Response(
        "\ufeff" + text if marked else text,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "private, no-store",
        },
    )
