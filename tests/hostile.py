"""Hostile strings, the same on every run: what a stranger's server, record or page might answer to harm a reader."""

from __future__ import annotations

import random

NASTY = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b2J",
    "\x90q\x9c",
    "a\rb",
    "a\nb",
    "a\r\n\r\n# heading",
    "a\x00b",
    "a\x08\x08b",
    "\u202eexe.txt",
    "\u2066isolate\u2069",
    "zero\u200bwidth\u200d\ufeff",
    "\u2028line\u2029paragraph",
    "\ud800lone\udfff",
    "\U000e0041tag",
    "e\u0301\u0300\u0302",
    "` `` ``` ```` `````",
    "```\ncode\n```",
    "~~~\ncode\n~~~",
    "`" * 90,
    "|a|b|c|",
    "\\|a\\\\|b",
    "a | b\n--- | ---\n1 | 2",
    "- [ ] a task",
    "- [x] a task",
    "* item",
    "1. item",
    "999) item",
    "# heading",
    "heading\n===",
    "heading\n---",
    "---\nschema: evil\n---",
    "---",
    "***",
    "> quote",
    "<!--lr:s1.1-->",
    "--> <!--",
    "<!-- --> x",
    "<img src=https://evil.example/x.png>",
    "<script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "</li></ul></td></table>",
    "<https://evil.example>",
    "<evil@evil.example>",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "[x][y]",
    "[^1]",
    "[^1]: a note",
    "https://evil.example/a_b_c?d=e&f=g",
    "www.evil.example",
    "evil.example",
    "mailto:evil@evil.example",
    "evil@evil.example",
    "xmpp:evil@evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "data:text/html,<b>",
    "file:///etc/passwd",
    "&lt;b&gt; &#60; &copy;",
    "**bold** _em_ ~~gone~~",
    "$x^2$ and $$y$$",
    ":smile:",
    "@someone and @org/team",
    "#12 GH-12 user/repo#3",
    "::error::stop",
    "::set-output name=x::y",
    "::add-mask::e",
    "##[command]rm",
    "##vso[task.setvariable variable=x]y",
    "[red]markup[/red]",
    "[@click=app.bell]x[/]",
    "{{ template }} ${{ secrets.X }}",
    "%n%s%d {0} {x!r}",
    "=1+1",
    "\tindented",
    "    four spaces",
    "trailing backslash\\",
    "two spaces  ",
    "<?php ?>",
    "<![CDATA[x]]>",
    "<!DOCTYPE html>",
    "x" * 700,
    "<" * 700,
    "\u202e" * 700,
)

_PIECES = (
    *NASTY,
    *"`|\\<>[]()!*_~#-+=&:;@$\"'{}^.,?/% \n\r\t\x00\x1b\x7f\x85\x9b",
    *(
        "word",
        "Ünïcödé",
        "日本語",
        "עברית",
        "🚀",
        "1.",
        "--",
        "::",
        "]]",
        "((",
        "\u00a0",
        "\u3000",
        "\u2800",
        "\u3164",
    ),
    *(
        "\u061c",
        "\u200e",
        "\u2067",
        "\u202a",
        "\ufe0f",
        "\U000e0100",
        "\ue000",
        "\uffff",
        "\U0010ffff",
        "\ud83d",
    ),
)


def hostile(count: int, seed: int = 20261124) -> list[str]:
    """`count` strings, all different, none blank: every nasty one as it stands, then mixtures and random characters."""
    chance = random.Random(seed)
    strings = dict.fromkeys(NASTY)
    while len(strings) < count:
        if chance.random() < 0.75:
            text = "".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 6)))[:200]
        else:
            text = "".join(chr(_code_point(chance)) for _ in range(chance.randint(1, 24)))
        if text.strip():
            strings[text] = None
    return list(strings)[:count]


def _code_point(chance: random.Random) -> int:
    below = chance.choice((0x20, 0x80, 0xA0, 0x300, 0x2100, 0x3000, 0x10000, 0x110000))
    return chance.randrange(below)
