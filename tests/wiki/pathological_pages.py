"""Sources of one repeated sign and a word, which backtracking would read slowly."""

import json
from pathlib import Path

# name -> (the repeated text, the text before it, the text after it)
NASTY: dict[str, tuple[str, str, str]] = {
    **json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")),
    "ever deeper bullets": ("", "".join("*" * depth + "a\n" for depth in range(1, 620)), ""),
    "bullets": ("* a\n", "", ""),
    "rules": ("----\n", "", ""),
    "dashes": ("-", "a", " "),
    "headings": ("!!a\n", "", ""),
    "colons": (":", "", " "),
    "definitions": (":a[[b\n", "", ""),
    "cells": ("||", "", ""),
    "capitals": ("A", "", " "),
    "capitals and dots": ("A.", "", " "),
    "capitals and slashes": ("A/", "", " "),
    "WikiWords": ("AaBb", "", " "),
    "blanks": (" ", "a", ""),
    "blanks in brackets": ("[[ ", "", ""),
    "blanks in tags": (" ", "[[spoiler", ""),
    "blank rows": ("\n", "", ""),
    "row ends of a dump": ("²", "", ""),
    "breaks of an HTML form": ("<br>", "", ""),
    "tags of an HTML form": ("<a ", "a<br>b<br>", "<br>"),
    "entities": ("&#9", "a<br>b<br>", "<br>"),
    "digits of an entity": ("9", "a<br>b<br>&#", ";<br>"),
    "lone surrogates": ("\ud83d", "", ""),
    "index marks": ("[[index]]\n", "", ""),
    "entries of an index": ("* SomeTrope/{{A}}\n", "", "* "),
    "anchors": ("[[#", "", ""),
    "anchors of pages": ("AaBb#", "", " "),
    "letters of a folder": ("A-", "[[folder:Film ", " "),
    "colons of a row": (":", "Sub-tropes", ""),
    "source views": ("<span style=font-family:Courier ", "a<br>b<br>", ">"),
    "folders of genres": ("[[folder:Action]]\n* Film/AaBb\n", "", ""),
    "spellings": ("* Film/AaBb Film/AaBB\n", "", ""),
    "relations": ("see also ", "", ""),
}


def nasty(name: str, length: int) -> str:
    """Return a source of about `length` characters. Its last word is w1x."""
    repeated, before, after = NASTY[name]
    times = length // len(repeated) if repeated else 0
    return f"{before}{repeated * times}{after}w1x"


# The same for articles of saved web pages.
NASTY_HTML = {
    "levels": ("<div>", "", ""),
    "levels in a spoiler": ("<div>", '<span class="spoiler">', ""),
    "bullets in bullets": ("<ul><li>a", "", ""),
    "bullets": ("<li>a", "", ""),
    "paragraphs": ("<p>a", "", ""),
    "styles": ("<b>", "", ""),
    "styles that are opened again": ("<p>a", "".join(f"<b id={number}>" for number in range(20)), ""),
    "links": ("<a>", "", ""),
    "links that are not opened": ("<a ", "", ">"),
    "attributes": (" a='b'", "<p", ">"),
    "values": ("<a b='", "", "'>"),
    "spoilers": ('<span class="spoiler">', "", ""),
    "closed spoilers": ('<span class="spoiler">a</span>', "", ""),
    "notes": ('<span class="notelabel">a</span><span class="inlinefolder">', "", ""),
    "closed notes": ('<span class="notelabel">a</span><span class="inlinefolder">b</span>', "", ""),
    "captions": ('<div class="acaptionright">', "", ""),
    "boxes": ('<div class="floatboxright">', "", ""),
    "folders": ('<div class="folder">', "", ""),
    "labels of folders": ('<div class="folderlabel">a</div>', "", ""),
    "quotes": ('<div class="indent">a', "", ""),
    "tables": ("<table><tr><td>a", "", ""),
    "cells": ("<td></td>", "<table><tr>", "<td>"),
    "definitions": ("<dl><dt>a<dd>b", "", ""),
    "line breaks": ("<br>", "a", ""),
    "blanks": (" &nbsp;", "a", ""),
    "comments": ("<!--a-->", "", ""),
    "comments that do not end": ("<!", "", ">"),
    "index marks": ("<!--—index—-->", "", ""),
    "entities": ("&#x1f600;", "", ""),
    "ampersands": ("&", "", " "),
    "end tags": ("</p>", "", ""),
    "classes": ("<span class='a b c'>", "", ""),
    "link sources": ("A", "<a title=/pmwiki/pmwiki.php/Main/AaBb data-format='", "'>a</a>"),
}


def nasty_html(name: str, length: int) -> str:
    """Return the article `name`, about `length` characters long; its last word is ``w1x``."""
    repeated, before, after = NASTY_HTML[name]
    return (
        f'<div id="main-article"><hr><ul><li>a</li></ul>{before}{repeated * (length // len(repeated))}{after}w1x</div>'
    )
