"""Detect the form of a page from its bytes, and return its text without fonts and images.

Each step takes linear time on any bytes.
"""

import binascii
import codecs
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import SourceError
from bot.model import Form
from bot.model.page_names import page_from_address
from bot.wiki.saved_form import commented_addresses, is_other_document, source_in_view, web_page_form

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 32 * MEBIBYTE
# Far above any page of the site. They bound the memory and time that a stranger's file can cost.
MAX_BYTES = 2 * MEBIBYTE
MAX_LINES = 50_000
LINE_ENDS = ("\n", "\r", "²", "<br")

_SIGN_WITHIN = 4_096
_MIME_START = re.compile(
    rb"\s*(?:from|mime-version|snapshot-content-location|subject|date|content-type|x-[a-z-]+)[ \t]*:", re.IGNORECASE
)
_MIME_SIGN = re.compile(rb"^(?:mime-version[ \t]*:|content-type[ \t]*:[ \t]*multipart/)", re.IGNORECASE | re.MULTILINE)
_HTML_PART = re.compile(rb"^content-type[ \t]*:[ \t]*(?:text/html|application/xhtml)", re.IGNORECASE | re.MULTILINE)
_MAX_HTML_PARTS = 50
_END_OF_HEADERS = re.compile(rb"\r?\n[ \t]*\r?\n")
_TRANSFER_ENCODING = re.compile(rb"^content-transfer-encoding[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(rb"""charset\s*=\s*"?((?:windows|cp|iso|koi8|shift|euc|gb|big5)[\w.:-]*)""", re.IGNORECASE)
_LOCATION = re.compile(rb"^(?:snapshot-)?content-location[ \t]*:\s*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_ARTICLE_ID = re.compile(rb"main-article|wikitext", re.IGNORECASE)

# It cannot contain the end of an attribute or a tag, so removing it keeps the page's structure.
_DATA_ADDRESS = re.compile(rb"""data:[\w/+.-]{0,100}(?:;[\w=.+-]{1,100}){0,5},[^"'<>()\s\\]{64,}""", re.IGNORECASE)
_STYLE_OR_SCRIPT = re.compile(rb"<!--|<(style|script)\b", re.IGNORECASE)
_CLOSERS = {name: re.compile(rb"</" + name + rb"\b", re.IGNORECASE) for name in (b"style", b"script")}
_MAX_KEPT_ROWS = 100_000
_TAG_INSIDE = re.compile(rb"<(?:!--|[a-z])", re.IGNORECASE)

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROL_CHARACTERS = bytes(set(range(1, 32)) - set(b"\t\n\x0c\r\x1b"))
_MAX_CONTROL_CHARACTERS = 100  # in a text. Any image, font or program has more.

_DATES_WITHIN = 20_000
_ARCHIVED = re.compile(r"FILE ARCHIVED ON (\d\d:\d\d:\d\d \w{3} \d\d, \d{4})")
_MIRRORED = re.compile(r"by HTTrack Website Copier/[^<>]{1,60}?(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)")
_SINGLE_FILE = re.compile(r"saved date: \w{3} (\w{3} \d\d \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")
_MODIFIED = re.compile(r"\"dateModified\"\s*:\s*\"(\d{4}-\d\d-\d\d(?:T[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)?)\"")
_MAIL_DATE = re.compile(rb"^date[ \t]*:[ \t]*([^\r\n]{1,60})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file."""

    form: Form
    text: str  # a web page's HTML, or a page source
    address: str | None = None  # where the page was saved from, if its HTML does not say
    saved_at: float | None = None  # Unix seconds, as the page says


def read_content(data: bytes, name: str) -> Content:
    """Return what is in a file. `name` is for errors.

    Raises:
        SourceError: It is empty, too large, not text, or not of the wiki.
    """
    address, charset, saved_at = None, None, None
    if is_mime(data):
        headers = data[:_SIGN_WITHIN]
        location, date = _LOCATION.search(headers), _MAIL_DATE.search(headers)
        address = location[1].decode("ascii", "replace") if location else None
        saved_at = _mail_date(date[1].decode("ascii", "replace")) if date else None
        data, charset = _html_part(data, name)
    data = _shrink(data)
    if len(data) > MAX_BYTES:
        raise SourceError(f"{name} is over {MAX_BYTES // MEBIBYTE} MiB, images not counted. No page is that long.")
    text = decode(data, charset)
    if not text.strip("\0 \t\r\n\ufeff"):
        raise SourceError(f"{name} is empty. Save the trope's page again.")
    text = text.replace("\0", "")
    if _count_control_characters(text) > _MAX_CONTROL_CHARACTERS:
        raise SourceError(f"{name} is not text. Save the trope's page in your browser and load that file.")
    form = web_page_form(text)
    if form is not None:
        return Content(form, text, address, saved_at or _own_date(text))
    source = source_in_view(text)
    form = Form.SOURCE if source is None else Form.SOURCE_VIEW
    if source is None and is_other_document(text):
        raise SourceError(f"{name} is no page of TV Tropes. Save the trope's page in your browser and load that file.")
    source = text if source is None else source
    if any(len(source) > MAX_LINES * len(end) and source.count(end) > MAX_LINES for end in LINE_ENDS):
        raise SourceError(f"{name} has over {MAX_LINES:,} lines. No page source has that many.")
    if form is Form.SOURCE_VIEW:
        address = address or next(filter(page_from_address, commented_addresses(text)), None)
    return Content(form, source, address, saved_at)


# --- characters


def decode(data: bytes, charset: str | None = None) -> str:
    """Decode by byte-order mark, else as UTF-8 if valid, else as `charset` or cp1252.

    Ignore the encoding that its HTML declares: it is often wrong.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(charset or "cp1252", "replace")
    except (LookupError, UnicodeError):
        return data.decode("cp1252", "replace")


def _count_control_characters(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")  # of bytes, far faster than of characters
    return len(data) - len(data.translate(None, _CONTROL_CHARACTERS))


# --- one file with everything in it


def is_mime(data: bytes) -> bool:
    """Return whether a page was saved as one MIME file."""
    start = data[:_SIGN_WITHIN]
    return _MIME_START.match(start) is not None and _MIME_SIGN.search(start) is not None


def _html_part(data: bytes, name: str) -> tuple[bytes, str | None]:
    """Return HTML and charset of the first part with an article, else of the first."""
    first: tuple[bytes, str | None] | None = None
    for count, sign in enumerate(_HTML_PART.finditer(data)):
        end_of_headers = _END_OF_HEADERS.search(data, sign.end(), sign.end() + _SIGN_WITHIN)
        if end_of_headers is None or count >= _MAX_HTML_PARTS:
            continue
        lowest = max(0, sign.start() - _SIGN_WITHIN)
        delimiter_start = data.rfind(b"\n--", lowest, sign.start()) + 1
        start = max(
            delimiter_start, data.rfind(b"\n\n", lowest, sign.start()), data.rfind(b"\n\r\n", lowest, sign.start())
        )
        headers = data[max(start, lowest) : end_of_headers.start()]
        end = -1
        if delimiter_start:
            delimiter = data[delimiter_start : data.index(b"\n", delimiter_start)].rstrip()
            end = data.find(b"\n" + delimiter, end_of_headers.end())
        body = data[end_of_headers.end() : end if end >= 0 else len(data)]
        charset = _CHARSET.search(headers)
        part = _decode_transfer(body, headers), charset[1].decode("ascii") if charset else None
        if _ARTICLE_ID.search(part[0]):
            return part
        first = first or part
    if first is None:
        raise SourceError(f"{name} has no web page in it. Save the trope's page in your browser and load that file.")
    return first


def _decode_transfer(body: bytes, headers: bytes) -> bytes:
    encoding = _TRANSFER_ENCODING.search(headers)
    match encoding[1].lower() if encoding else b"":
        case b"quoted-printable":
            return binascii.a2b_qp(body)
        case b"base64":
            packed = _NO_BASE64.sub(b"", body)
            usable = len(packed) - (len(packed) % 4 == 1)
            return binascii.a2b_base64(packed[:usable] + b"=" * (-usable % 4))
        case _:
            return body


# --- size


def _shrink(data: bytes) -> bytes:
    """Remove embedded images, styles and scripts from a page of over MAX_BYTES."""
    if len(data) > MAX_BYTES and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        data = _DATA_ADDRESS.sub(b"data:,", data)
    if len(data) > MAX_BYTES:
        data = b"".join(_without_styles_and_scripts(data))
    return data


def _without_styles_and_scripts(data: bytes) -> list[bytes]:
    """Return a page in pieces. Line feeds in what was removed stay, so that rows keep their numbers."""
    kept, at, position, rows_left = [], 0, 0, _MAX_KEPT_ROWS
    names, opening = list(_CLOSERS), _STYLE_OR_SCRIPT
    while names and (sign := opening.search(data, position)):
        position = sign.end()
        if sign[1] is None:
            position = data.find(b"-->", position)
            if position < 0:
                break
            continue
        closer = _CLOSERS[sign[1].lower()].search(data, position)
        if closer is None:  # never search for it again: that would take quadratic time
            names.remove(sign[1].lower())
            opening = re.compile(b"<!--|<(" + b"|".join(names) + rb")\b", re.IGNORECASE)
            continue
        content = data[position : closer.start()]
        position = closer.start()
        if _TAG_INSIDE.search(content) is None:  # else it may not end where it seems to
            rows = min(content.count(b"\n"), rows_left)
            rows_left -= rows
            kept += [data[at : sign.end()], b">", b"\n" * rows]
            at = position
    return [*kept, data[at:]]


# --- dates


def _own_date(text: str) -> float | None:
    """Return when a page says it was saved, else changed."""
    start, end = text[:_DATES_WITHIN], text[-_DATES_WITHIN:]
    if archived := _ARCHIVED.search(end):
        return _parse_date(archived[1] + " +0000", "%H:%M:%S %b %d, %Y %z")
    if mirrored := _MIRRORED.search(start):
        return _mail_date(mirrored[1])
    if saved := _SINGLE_FILE.search(start):
        return _parse_date(f"{saved[1]} {saved[2]}", "%b %d %Y %H:%M:%S %z")
    modified = _MODIFIED.search(text)
    return _parse_date(modified[1], None) if modified else None


def _parse_date(typed: str, pattern: str | None) -> float | None:
    try:
        return _timestamp(datetime.strptime(typed, pattern) if pattern else datetime.fromisoformat(typed))  # noqa: DTZ007
    except (ValueError, OverflowError):
        return None


def _mail_date(typed: str) -> float | None:
    try:
        return _timestamp(parsedate_to_datetime(typed))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _timestamp(date: datetime) -> float:
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
