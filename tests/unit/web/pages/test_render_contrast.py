"""The palette, by arithmetic: contrast in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from watchword.web.pages.static_files import STATIC

CSS = (STATIC / "watchword.css").read_text()
NIGHT = CSS.index("@media (prefers-color-scheme: dark)")

TEXT = [
    ("ink", "surface"),
    ("ink", "paper"),
    ("ink", "lamp"),
    ("ink", "accent-soft"),
    ("ink-soft", "surface"),
    ("ink-soft", "paper"),
    ("ink-soft", "lamp"),
    ("accent", "surface"),
    ("accent", "paper"),
    ("accent", "accent-soft"),
    ("accent-hover", "surface"),
    ("accent-hover", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-accent-soft", "accent-soft"),
    ("on-accent-soft", "surface"),
    ("danger", "surface"),
    ("on-danger-soft", "danger-soft"),
    ("on-warning-soft", "warning-soft"),
]
SHAPES = [
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("accent", "surface"),
    ("danger", "surface"),
    ("focus", "surface"),
    ("focus", "paper"),
    ("focus", "lamp"),
]


def palette(css: str) -> dict[str, str]:
    root = css[css.index(":root {") :]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", root[: root.index("}")]))


DAY_COLOURS, NIGHT_COLOURS = palette(CSS), palette(CSS[NIGHT:])
SCHEMES = pytest.mark.parametrize("colours", [DAY_COLOURS, NIGHT_COLOURS], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_arithmetic_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#949494") == pytest.approx(3.03, abs=0.01)


@SCHEMES
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(colours: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(colours[ink], colours[ground]) >= 4.5


@SCHEMES
@pytest.mark.parametrize(("line", "ground"), SHAPES)
def test_borders_and_the_focus_can_be_seen(colours: dict[str, str], line: str, ground: str) -> None:
    assert contrast(colours[line], colours[ground]) >= 3


def test_the_night_has_every_colour_of_the_day() -> None:
    assert set(DAY_COLOURS) == set(NIGHT_COLOURS)


def test_every_colour_comes_from_the_palette() -> None:
    """Elsewhere no colour is written out, but for the frame of the handset, which is the same day and night."""
    for file in STATIC.glob("*.css"):
        rules = file.read_text().replace("%23", "")
        if file.name == "watchword.css":
            rules = rules[rules.index("*,\n") :]
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) <= {"#1b2623"}, file.name
        assert set(re.findall(r"var\(--([a-z-]+)\)", rules)) <= {
            *DAY_COLOURS,
            "shadow",
            "radius",
            "control",
            "sans",
            "mono",
        }


def test_every_picture_can_be_seen_in_both_schemes() -> None:
    for file in STATIC.glob("*.svg"):
        strongest = re.findall(r"(?:fill|stroke)=\"(#[0-9a-f]{6})\"", file.read_text())[0]
        for colours in (DAY_COLOURS, NIGHT_COLOURS):
            assert contrast(strongest, colours["surface"]) >= 3, file.name


@pytest.mark.parametrize(
    "query", ["prefers-color-scheme: dark", "prefers-reduced-motion: reduce", "forced-colors: active"]
)
def test_what_the_visitor_prefers_is_honoured(query: str) -> None:
    assert any(f"({query})" in file.read_text() for file in STATIC.glob("*.css"))


def test_sides_are_logical_so_that_right_to_left_needs_nothing_more() -> None:
    physical = r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![-\w])(?:left|right|top|bottom|width|height):"
    for file in STATIC.glob("*.css"):
        rules = re.sub(r"@media[^{]*", "", file.read_text())
        assert not re.findall(physical, rules), file.name
        assert "text-align: left" not in rules
