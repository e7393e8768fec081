"""Exercises as Markdown and as HTML without scripts: with blanks to fill in, or with the answers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from glassnet.practice.exercise import Exercise, Table
from glassnet.practice.question import Question

BLANK = "_" * 24
STYLE = """
body { font: 11pt/1.45 "DejaVu Sans", Verdana, sans-serif; color: #222; background: white; max-width: 48em;
  margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin: 0 0 .3em; }
section { break-inside: avoid; border-top: 1px solid #ccc; padding: 1em 0; }
p { margin: .3em 0; } .rule { color: #555; font-size: .9em; }
.network { display: flex; flex-wrap: wrap; gap: 1em; align-items: center; justify-content: space-between; }
.network > div:first-child { flex: 0 1 26em; }
.network svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: .85em; margin: .5em 0; }
caption { text-align: left; color: #555; }
th, td { border: 1px solid #bbb; padding: .15em .6em; text-align: right; font-variant-numeric: tabular-nums; }
th { font-weight: normal; background: #f3f3f3; } tbody th { font-weight: bold; }
ol { padding-left: 2em; } li { margin: .7em 0; }
code { font: inherit; } .about { color: #555; font-size: .9em; }
.blank { display: inline-block; width: 12em; border-bottom: 1px solid #666; height: 1em; }
@page { size: A4; margin: 15mm; }
@media print { body { margin: 0; max-width: none; } }
"""


def typeset(text: str) -> str:
    """Arithmetic with real minus signs, for paper."""
    return text.replace("-", "−")


# ── Markdown ────────────────────────────────────────────────────────────────────────────────────────────────────────


def markdown(title: str, note: str, exercises: Sequence[Exercise], answers: bool) -> str:
    """A sheet as Markdown."""
    parts = [f"# {title}", note]
    for number, exercise in enumerate(exercises, 1):
        parts += [f"## {number}. {exercise.title}"]
        if not answers:
            parts += _facts(exercise)
            parts += [_markdown_table(table) for table in exercise.tables]
        parts.append("\n".join(f"{i}. {_markdown_line(q, answers)}" for i, q in enumerate(exercise.questions, 1)))
    return "\n\n".join(parts) + "\n"


def _facts(exercise: Exercise) -> list[str]:
    rules = "\n".join(f"- {typeset(rule)}" for rule in exercise.rules)
    given = "\n".join(f"- {typeset(line)}" for line in exercise.given)
    return [part for part in (rules, f"Given:\n\n{given}") if part]


def _markdown_table(table: Table) -> str:
    rows = [table.header, ["---:"] * len(table.header), *table.rows]
    lines = ["| " + " | ".join(row if row == "---:" else typeset(row) for row in cells) + " |" for cells in rows]
    return "\n".join([f"{table.title}:", "", *lines])


def _markdown_line(question: Question, answers: bool) -> str:
    if answers:
        return f"`{typeset(question.arithmetic)}`"
    return f"`{question.name}` = {BLANK}" + (f" ({question.about})" if question.about else "")


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def html(title: str, note: str, exercises: Sequence[Exercise], answers: bool) -> str:
    """A sheet as a page of its own: pictures are in it, scripts are not."""
    sections = "".join(_html_section(number, one, answers) for number, one in enumerate(exercises, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n<p>{escape(note)}</p>\n{sections}"
        "</body>\n</html>\n"
    )


def _html_section(number: int, exercise: Exercise, answers: bool) -> str:
    lines = "".join(f"<li>{_html_line(question, answers)}</li>\n" for question in exercise.questions)
    network = "" if answers else html_of_network(exercise, dark=False)
    heading = f"<h2>{number}. {escape(exercise.title)}</h2>"
    return f"<section>\n{heading}\n{network}<ol>\n{lines}</ol>\n</section>\n"


def html_of_network(exercise: Exercise, dark: bool | None = None) -> str:
    """What is given: the rules, the numbers, the picture and the tables of the network."""
    rules = "".join(f'<p class="rule">{escape(typeset(rule))}</p>\n' for rule in exercise.rules)
    given = "".join(f"<p>{escape(typeset(line))}</p>\n" for line in exercise.given)
    tables = "".join(_html_table(table) for table in exercise.tables)
    picture = exercise.network.draw(dark=dark).svg
    return f'{rules}{given}<div class="network"><div>{picture}</div><div>{tables}</div></div>\n'


def _html_table(table: Table) -> str:
    head = "".join(f"<th>{escape(typeset(cell))}</th>" for cell in table.header)
    rows = ""
    for name, *cells in table.rows:
        rows += f"<tr><th>{escape(name)}</th>{''.join(f'<td>{typeset(cell)}</td>' for cell in cells)}</tr>"
    title = escape(table.title)
    return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n"


def _html_line(question: Question, answers: bool) -> str:
    if answers:
        return f"<code>{escape(typeset(question.arithmetic))}</code>"
    about = f' <span class="about">{escape(question.about)}</span>' if question.about else ""
    return f'<code>{escape(question.name)}</code> = <span class="blank"></span>{about}'
