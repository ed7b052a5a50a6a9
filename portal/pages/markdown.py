"""What people write, as safe HTML: Markdown read by markdown-it and cleaned by nh3."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

OWN_PICTURE = re.compile(r"/files/[\w-]+(/[\w-]+)*/[\w.-]+\.(webp|png|jpe?g)")
TAGS = set("p br hr h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li a img div".split())
TAGS |= set("table thead tbody tr th td".split())
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
FRAME = '<div class="scroll" tabindex="0">'
WORDED = ("inline", "fence", "code_block")
GAPS = re.compile(r"\s+")

_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_cleaner = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener nofollow",
    allowed_classes={"div": {"scroll"}, "th": {"num"}, "td": {"num"}},
    tag_attribute_values={"div": {"tabindex": {"0"}}},
    set_tag_attribute_values={"img": {"loading": "lazy"}})


@lru_cache(maxsize=512)
def markdown(text: str, level: int = 2) -> Markup:
    """The text as HTML whose highest heading is of `level`. Links are safe; pictures only from /files/."""
    tokens = _reader.parse(text or "")
    top = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for token in tokens:
        _fit(token, level - top)
    html = _reader.renderer.render(tokens, _reader.options, {})
    html = html.replace("<table>", FRAME + "<table>").replace("</table>", "</table></div>")
    return Markup(_cleaner.clean(html))


def _fit(token: Token, shift: int) -> None:
    """Change one block token into what our pages use."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    elif token.type in ("th_open", "td_open"):
        style = token.attrs.pop("style", "")
        if style == "text-align:right":
            token.attrs["class"] = "num"
    elif token.type == "inline":
        token.children = [_own_picture(child) for child in token.children or ()]


def _own_picture(token: Token) -> Token:
    """The token, or its words alone where it is a picture from elsewhere."""
    if token.type != "image" or OWN_PICTURE.fullmatch(str(token.attrs.get("src", ""))):
        return token
    return Token("text", "", 0, content=token.content)


@lru_cache(maxsize=1024)
def plain(text: str, length: int = 120) -> str:
    """The words alone, in one line of at most `length` characters, for descriptions and search."""
    pieces = [_words(token) for token in _reader.parse(text or "") if token.type in WORDED]
    line = GAPS.sub(" ", " ".join(pieces)).strip()
    return line if len(line) <= length else line[:max(0, length - 1)].rstrip() + "…"


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(" " if child.type.endswith("break") else child.content for child in token.children)
