"""Pages of the manual, with some text wherever text can stand."""

from markupsafe import Markup

from watchword.web.pages.console.manual.chapters import Chapter
from watchword.web.pages.console.manual.text import html_of
from watchword.web.pages.render import Page, render


def manual_pages(on: Page, text: str) -> dict[str, str]:
    chapter = Chapter("twilio", text, "")
    running = Markup("<h1>{0}</h1><p>{0} <code>{0}</code></p><ul><li>{0}</li></ul>").format(text)
    return {
        "console: manual": render("admin/manual/contents.html", page=on, parts=[(text, [chapter])]),
        "console: manual, text": render("admin/manual/chapter.html", page=on, chapter=chapter, text=running),
        "console: manual, chapter": render(
            "admin/manual/chapter.html", page=on, chapter=chapter, text=html_of("generic-gateway")
        ),
    }
