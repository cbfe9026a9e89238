"""One table in four formats: Markdown, LaTeX, HTML and CSV, all from the same grid."""

from __future__ import annotations

import csv
import io
import re

from markupsafe import escape

from switchrank.report.cells import MEAN
from switchrank.report.grid import ABSENT, DAGGER, Cell, Column, Grid

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
    "–": "--",
}
# An underscore within a word and a "less than" before a space are no markup: they stay readable in a terminal.
_MARKDOWN = re.compile(r"([\\`*|\[\]]|<(?=[\w/!?])|(?<![^\W_])_|_(?![^\W_]))")


def to_markdown(grid: Grid) -> str:
    """A pipe table, its columns padded so that a terminal shows it straight; caption and legend around it."""
    header = ["system", *(column.name for column in grid.columns)]
    body = [[escape_markdown(system), *map(_markdown_cell, cells)] for system, cells in grid.rows]
    widths = [max(len(line[index]) for line in [header, *body]) for index in range(len(header))]
    rule = ["-" * max(widths[0], 3), *("-" * max(width - 1, 2) + ":" for width in widths[1:])]
    lines = [_padded(line, widths) for line in (header, rule, *body)]
    legend = " ".join(escape_markdown(sentence) for sentence in grid.legend)
    return "\n".join([f"**{escape_markdown(grid.caption)}**", "", *lines, "", legend, ""])


def to_latex(grid: Grid) -> str:
    r"""A `table` environment that needs `booktabs` only; `\input` it."""
    spec = "l" + "".join(" " + "r" * size for _, size in grid.groups())
    heads, rules, at = [], [], 2
    for setting, size in grid.groups():
        heads.append(rf"\multicolumn{{{size}}}{{c}}{{{setting}}}")
        rules.append(rf"\cmidrule(lr){{{at}-{at + size - 1}}}")
        at += size
    body = [[escape_latex(system), *map(_latex_cell, cells)] for system, cells in grid.rows]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escape_latex(grid.caption)}}}",
            r"\small",
            r"\setlength{\tabcolsep}{3pt}",
            rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule",
            rf" & {' & '.join(heads)} \\",
            "".join(rules),
            rf"system & {' & '.join(escape_latex(column.pair) for column in grid.columns)} \\",
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
    groups = "".join(f'<th scope="colgroup" colspan="{size}">{escape(name)}</th>' for name, size in grid.groups())
    heads = "".join(f'<th scope="col"{_class(_kind(column))}>{escape(column.pair)}</th>' for column in grid.columns)
    body = "\n".join(
        f'<tr><th scope="row">{escape(system)}</th>'
        + "".join(_html_cell(cell, column) for cell, column in zip(cells, grid.columns, strict=True))
        + "</tr>"
        for system, cells in grid.rows
    )
    legend = " ".join(str(escape(sentence)) for sentence in grid.legend)
    spans = "".join(f'<colgroup span="{size}"></colgroup>' for _, size in grid.groups())
    return (
        f'<table class="cells">\n<caption>{escape(grid.caption)}</caption>\n<colgroup></colgroup>{spans}\n'
        f'<thead>\n<tr><th scope="col" rowspan="2">system</th>{groups}</tr>\n<tr>{heads}</tr>\n</thead>\n'
        f'<tbody>\n{body}\n</tbody>\n<tfoot>\n<tr><td colspan="{len(grid.columns) + 1}">{legend}</td></tr>\n'
        "</tfoot>\n</table>\n"
    )


def to_csv(grid: Grid) -> str:
    """One line a system; values as computed (0 … 1, every digit), empty where not judged."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["system", *(column.name for column in grid.columns)])
    for system, cells in grid.rows:
        writer.writerow([system, *("" if cell.value is None else repr(cell.value) for cell in cells)])
    return buffer.getvalue()


def escape_latex(text: str) -> str:
    """Text with TeX's special characters made printable; other Unicode is left to the engine."""
    return "".join(_LATEX.get(character, character) for character in text)


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, within a table cell too."""
    return _MARKDOWN.sub(r"\\\1", text)


def _padded(line: list[str], widths: list[int]) -> str:
    first = line[0].ljust(widths[0])
    rest = [part.rjust(width) for part, width in zip(line[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *rest])} |"


def _markdown_cell(cell: Cell) -> str:
    return (f"**{cell.text}**" if cell.best else cell.text) + DAGGER * cell.significant


def _latex_cell(cell: Cell) -> str:
    if cell.value is None:
        return escape_latex(ABSENT)
    # A negative number, as a difference would be, needs TeX's minus.
    text = cell.text.replace("-", "$-$")
    return (rf"\textbf{{{text}}}" if cell.best else text) + escape_latex(DAGGER) * cell.significant


def _html_cell(cell: Cell, column: Column) -> str:
    marks = [("absent", cell.value is None), ("best", cell.best), ("significant", cell.significant)]
    names = _kind(column) + [name for name, holds in marks if holds]
    text = f"<strong>{cell.text}</strong>" if cell.best else cell.text
    value = "" if cell.value is None else f' data-value="{cell.value!r}"'
    return f"<td{_class(names)}{value}>{text}{f'<sup>{DAGGER}</sup>' if cell.significant else ''}</td>"


def _kind(column: Column) -> list[str]:
    return ["mean"] if column.pair == MEAN else []


def _class(names: list[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
