"""A page as plain text: the same strings as the HTML, in the same order, with each picture told in words."""

from collections.abc import Iterator, Sequence

from vastine.core.report.page import Cell, Facts, Grid, Page


def as_text(page: Page) -> str:
    """Parts with an empty line between; LF line ends."""
    parts = (
        f"{page.title}\n{page.subtitle}",
        "\n".join(page.statements),
        _facts(page.facts) if page.facts else "",
        "\n".join(chart.alt for chart in page.charts),
        *(_grid(grid) for grid in page.grids),
        "\n".join(page.notes),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _headed(title: str) -> str:
    return f"{title}\n{'-' * len(title)}"


def _facts(facts: Facts) -> str:
    head = ("", facts.now, facts.before, facts.change)
    rows = [head, *((row.label, row.value, row.before, row.change) for row in facts.rows)]
    lines = _aligned(rows)
    return "\n".join([_headed(facts.title), *lines, *([facts.note] if facts.note else [])])


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The first column to the left, the others to the right, each as wide as it must be."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[n].rjust(widths[n]) for n in range(1, len(row)))]).rstrip()
        for row in rows
    ]


def _grid(grid: Grid) -> str:
    lines = [_headed(grid.title)]
    if any(cell.below for row in grid.rows for cell in row):
        for row in grid.rows:
            lines += _stacked(row)
    else:
        lines += _aligned([grid.columns, *(tuple(cell.text for cell in row) for row in grid.rows)])
    return "\n".join([*lines, *([grid.note] if grid.note else [])])


def _stacked(row: tuple[Cell, ...]) -> Iterator[str]:
    """A row whose cells have lines below: too wide for columns, so that each row takes two lines."""
    yield "  ".join(cell.text for cell in row)
    if below := "  ".join(cell.below for cell in row if cell.below):
        yield f"    {below}"
