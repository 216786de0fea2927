"""Text in Markdown, piece by piece. The flood of hostile strings is in tests/test_hostile_text.py."""

from __future__ import annotations

import cmarkgfm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.wizard.made import STEADY
from wizard.handover.escape import code, fence, mark, prose, table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("a``b", "`a``b`"),
        ("`a` ``b``", "``` `a` ``b`` ```"),
        ("`", "`` ` ``"),
        (" both ends ", "`  both ends  `"),
        ("", "(empty)"),
        ("   ", "(empty)"),
        ("two\nlines", "`two\\u{a}lines`"),
        ("\u202eevil", "`\\u{202e}evil`"),
        ("a|b", "`a|b`"),
    ],
)
def test_code(text: str, written: str) -> None:
    assert code(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The certificate has expired.", "The certificate has expired."),
        ("app.acme.ai, api.acme.ai point nowhere", "`app.acme.ai`, `api.acme.ai` point nowhere"),
        ("add v=spf1 include:x.io ~all here", "add `v=spf1 include:x.io ~all` here"),
        ("on 3 Nov 2026 (14 days ago), 99.9 % of 1,234", "on 3 Nov 2026 (14 days ago), 99.9 % of 1,234"),
        ("S1.5 and F2.1 say A/AAAA", "S1.5 and F2.1 say A/AAAA"),
        ("“half-mended” — isn't it?", "“half-mended” — isn't it?"),
        ("1. not a list", "`1`. not a list"),
        ("- not a list", "`-` not a list"),
        ("# no heading", "`#` no heading"),
        ("see #12 and GH-12 and @ana", "see `#12` and `GH-12` and `@ana`"),
        ("for app.acme.ai; issued by x", "for `app.acme.ai`; issued by x"),
        ("costs $5 and $6", "costs `$5` and `$6`"),
        (":smile: a_b *c* ~d~", "`:smile`: `a_b *c* ~d~`"),
        ("publish v=DMARC1; p=none; now", "publish `v=DMARC1; p=none;` now"),
        ("[x](http://x) <b>", "`[x](http://x) <b>`"),
        ("http://a.io (https://b.io).", "`http://a.io` (`https://b.io`)."),
        ("(", "`(`"),
        ("", "(empty)"),
    ],
)
def test_prose(text: str, written: str) -> None:
    assert prose(text) == written


def test_fences_are_longer_than_what_they_hold() -> None:
    assert fence("a\nb") == ["```text", "a", "b", "```"]
    assert fence("```\n`````") == ["``````text", "```", "`````", "``````"]
    assert fence("") == ["```text", "", "```"]
    assert fence("a\x1b[31m") == ["```text", "a\\u{1b}[31m", "```"]


@pytest.mark.parametrize(
    ("id", "written"),
    [
        ("s2.2", "<!--lr:s2.2-->"),
        ("dns.host-resolves@app.acme.ai", "<!--lr:dns.host-resolves@app.acme.ai-->"),
        ("x@xn--mnchen-3ya.de", "<!--lr:x@xn-%2Dmnchen-3ya.de-->"),
        ("x@https://a/?b=--><img>", "<!--lr:x@https%3A%2F%2Fa%2F%3Fb%3D-%2D%3E%3Cimg%3E-->"),
        ("ends-", "<!--lr:ends%2D-->"),
        ("---", "<!--lr:-%2D%2D-->"),
        ("\ud800", "<!--lr:%ED%A0%80-->"),
        ("", "<!--lr:none-->"),
    ],
)
def test_marks_are_comments_whatever_the_id(id: str, written: str) -> None:
    assert mark(id) == written
    rendered = cmarkgfm.github_flavored_markdown_to_html(
        f"- x {written}\n", cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    )
    assert rendered == f"<ul>\n<li>x {written}</li>\n</ul>\n"


def test_a_row_of_a_table_stays_one_row() -> None:
    lines = table(("A", "B"), [(code("a|b\\|c"), prose("d | e"))])
    rendered = MarkdownIt("gfm-like").render("\n".join(lines))
    assert rendered.count("<td>") == 2
    assert "<code>a|b\\|c</code>" in rendered


_PIECES = st.sampled_from(
    [*"`|\\<>[]()!*_~#-+=&:;@$\"'{}^.,?/ \n\té", "``", "```", "a", "www.a.io", "1.", "&amp;"]
)
_TEXT = st.one_of(st.lists(_PIECES, max_size=30).map("".join), st.text(max_size=60))


@settings(STEADY, max_examples=600)
@given(_TEXT)
def test_code_reads_back_as_what_was_written(text: str) -> None:
    """In a paragraph and in a cell, by both parsers: one code span with exactly the visible text."""
    from checks.text import visible

    shown = visible(text, 1300)
    wanted = shown if shown.strip() else None
    for rendered in _renderings(code(text)):
        if wanted is None:
            assert "<code>" not in rendered
        else:
            assert rendered.count("<code>") == 1
            assert _unescape(rendered.partition("<code>")[2].partition("</code>")[0]) == wanted


@settings(STEADY, max_examples=600)
@given(_TEXT)
def test_prose_is_words_and_code_and_nothing_else(text: str) -> None:
    from checks.text import visible

    for rendered in _renderings(prose(text)):
        bare = rendered.replace("<code>", "").replace("</code>", "")
        assert "<" not in bare
        words = _unescape(bare).split()
        assert words == (visible(text, 1300).split() or ["(empty)"])


def _renderings(markdown: str) -> list[str]:
    """`markdown` as paragraph, list item and cell, rendered by both parsers, what is around it taken off."""
    cell = "\n".join(table(("A",), [(markdown,)]))
    out = []
    for render in (MarkdownIt("gfm-like", {"html": True}).render, cmarkgfm.github_flavored_markdown_to_html):
        paragraph = render(markdown)
        assert paragraph.startswith("<p>")
        item = render(f"- {markdown}")
        assert item.startswith("<ul>\n<li>")
        assert item.count("<li>") == 1
        row = render(cell)
        assert row.count("<td>") == 1
        out += [
            paragraph.removeprefix("<p>").rstrip().removesuffix("</p>"),
            item.removeprefix("<ul>\n<li>").rstrip().removesuffix("</ul>").rstrip().removesuffix("</li>"),
            row.partition("<td>")[2].partition("</td>")[0],
        ]
    return out


def _unescape(text: str) -> str:
    import html

    return html.unescape(text)
