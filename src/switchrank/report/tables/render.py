"""One table in four formats: Markdown, LaTeX, HTML and CSV, all from the same grid."""

from __future__ import annotations

import csv
import io
import re

from markupsafe import escape

from switchrank.report.tables.grid import ABSENT, DAGGER, Cell, Column, Grid

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "†": r"$^{\dagger}$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "–": "--",
    "\0": "{}",
}
# An underscore within a word and a "less than" before a space are not markup, so they stay readable in a terminal.
_MARKDOWN = re.compile(r"([\\`*|\[\]]|<(?=[\w/!?])|(?<![^\W_])_|_(?![^\W_]))")


def to_markdown(grid: Grid) -> str:
    """A pipe table, its columns padded for a terminal, with caption and legend around it."""
    size = len(grid.heads)
    names = [column.name if grid.grouped else column.heading for column in grid.columns]
    header = [*map(escape_markdown, grid.heads), *names]
    body = [[*map(escape_markdown, names), *map(_markdown_cell, cells)] for names, cells in grid.rows]
    widths = [max(len(line[index]) for line in [header, *body]) for index in range(len(header))]
    left = ["-" * max(width, 3) for width in widths[:size]]
    rule = [*left, *("-" * max(width - 1, 2) + ":" for width in widths[size:])]
    lines = [_padded(line, widths, size) for line in (header, rule, *body)]
    legend = " ".join(escape_markdown(sentence) for sentence in grid.legend)
    return "\n".join([f"**{escape_markdown(grid.caption)}**", "", *lines, "", legend, ""])


def to_latex(grid: Grid) -> str:
    r"""A `table` environment for `\input`, which needs only `booktabs`."""
    size = len(grid.heads)
    spec = "l" * size + "".join(" " + "r" * width for _, width in grid.groups())
    heads = [*map(escape_latex, grid.heads), *(escape_latex(column.heading) for column in grid.columns)]
    body = [[*map(_latex_name, names), *map(_latex_cell, cells)] for names, cells in grid.rows]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escape_latex(grid.caption)}}}",
            *_latex_size(grid),
            rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule",
            *(_latex_groups(grid) if grid.grouped else []),
            rf"{' & '.join(heads)} \\",
            r"\midrule",
            *(rf"{' & '.join(line)} \\" for line in body),
            r"\bottomrule",
            r"\end{tabular}",
            "",
            r"\smallskip",
            rf"{{\footnotesize {' '.join(escape_latex(sentence) for sentence in grid.legend)}}}",
            r"\end{table}",
            "",
        ]
    )


def to_html(grid: Grid) -> str:
    """A `<table>` to be put into any page: caption, scopes, and classes `mean`, `best`, `significant`, `absent`."""
    body = "\n".join(
        f"<tr>{_html_names(names)}"
        + "".join(_html_cell(cell, column) for cell, column in zip(cells, grid.columns, strict=True))
        + "</tr>"
        for names, cells in grid.rows
    )
    legend = " ".join(str(escape(sentence)) for sentence in grid.legend)
    spans = "<colgroup></colgroup>" * len(grid.heads)
    spans += "".join(f'<colgroup span="{size}"></colgroup>' for _, size in grid.groups())
    width = len(grid.heads) + len(grid.columns)
    return (
        f'<table class="cells">\n<caption>{escape(grid.caption)}</caption>\n{spans}\n'
        f"<thead>\n{_html_heads(grid)}</thead>\n"
        f'<tbody>\n{body}\n</tbody>\n<tfoot>\n<tr><td colspan="{width}"><span>{legend}</span></td></tr>\n'
        "</tfoot>\n</table>\n"
    )


def to_csv(grid: Grid) -> str:
    """One line per row; values as computed (every digit), empty if there is none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*grid.heads, *(name for column in grid.columns for name in column.names)])
    for names, cells in grid.rows:
        values = [value for cell in cells for value in cell.values]
        writer.writerow([*names, *("" if value is None else repr(value) for value in values)])
    return buffer.getvalue()


def escape_latex(text: str) -> str:
    """Text with TeX's special characters made printable; other Unicode is left to the engine."""
    # otherwise two hyphens would be set as one dash, and the command would not run
    return "".join(_LATEX.get(character, character) for character in re.sub("-(?=-)", "-\0", text))


def escape_markdown(text: str) -> str:
    """Text that Markdown shows unchanged, also within a table cell."""
    return _MARKDOWN.sub(r"\\\1", text)


def _padded(line: list[str], widths: list[int], left: int) -> str:
    parts = [part.ljust(width) for part, width in zip(line[:left], widths[:left], strict=True)]
    parts += [part.rjust(width) for part, width in zip(line[left:], widths[left:], strict=True)]
    return f"| {' | '.join(parts)} |"


def _markdown_cell(cell: Cell) -> str:
    return (f"**{cell.text}**" if cell.best else cell.text) + DAGGER * cell.significant


def _latex_size(grid: Grid) -> list[str]:
    """Cells with an interval are wide: smaller, so that three regimes fit the width of a page."""
    if any(len(column.names) > 1 for column in grid.columns):
        return [r"\footnotesize", r"\setlength{\tabcolsep}{2pt}"]
    return [r"\small", r"\setlength{\tabcolsep}{3pt}"]


def _latex_groups(grid: Grid) -> list[str]:
    """The line of group headings and the rules below it."""
    heads, rules, at = [], [], len(grid.heads) + 1
    for name, size in grid.groups():
        heads.append(rf"\multicolumn{{{size}}}{{c}}{{{escape_latex(name)}}}")
        rules.append(rf"\cmidrule(lr){{{at}-{at + size - 1}}}")
        at += size
    return [rf"{' &' * len(grid.heads)} {' & '.join(heads)} \\", "".join(rules)]


def _latex_name(name: str) -> str:
    r"""A row's name; one that begins like an argument of the `\\` before it is protected from being read as one."""
    return ("{}" if name.startswith(("[", "*")) else "") + escape_latex(name)


def _latex_cell(cell: Cell) -> str:
    if cell.values[0] is None:
        return escape_latex(ABSENT)
    # A negative number needs TeX's minus.
    text = escape_latex(cell.text.replace("-", "−")).replace("−", "$-$")
    return (rf"\textbf{{{text}}}" if cell.best else text) + escape_latex(DAGGER) * cell.significant


def _html_heads(grid: Grid) -> str:
    own = "".join(f'<th scope="col"{_class(_kind(column))}>{escape(column.heading)}</th>' for column in grid.columns)
    span = ' rowspan="2"' if grid.grouped else ""
    names = "".join(
        f'<th scope="col"{span}{_class(["text"] if index else [])}>{escape(head)}</th>'
        for index, head in enumerate(grid.heads)
    )
    if not grid.grouped:
        return f"<tr>{names}{own}</tr>\n"
    groups = "".join(f'<th scope="colgroup" colspan="{size}">{escape(name)}</th>' for name, size in grid.groups())
    return f"<tr>{names}{groups}</tr>\n<tr>{own}</tr>\n"


def _html_names(names: tuple[str, ...]) -> str:
    """The first cell names the row; a page may keep it visible."""
    first, *rest = names
    return f'<th scope="row">{escape(first)}</th>' + "".join(f'<td class="text">{escape(name)}</td>' for name in rest)


def _html_cell(cell: Cell, column: Column) -> str:
    first = cell.values[0]
    marks = [("absent", first is None), ("best", cell.best), ("significant", cell.significant)]
    names = _kind(column) + [name for name, holds in marks if holds]
    text = f"<strong>{cell.text}</strong>" if cell.best else cell.text
    value = "" if first is None else f' data-value="{first!r}"'
    title = f' title="{escape(cell.source)}"' if cell.source else ""
    return f"<td{_class(names)}{value}{title}>{text}{f'<sup>{DAGGER}</sup>' if cell.significant else ''}</td>"


def _kind(column: Column) -> list[str]:
    return ["mean"] if column.mean else []


def _class(names: list[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
