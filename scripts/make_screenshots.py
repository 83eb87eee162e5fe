"""Takes the pictures of the documents from a running demo: python scripts/make_screenshots.py http://127.0.0.1:9000"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"


def main(url: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 640}, device_scale_factor=2)
        _to_the_code(page, url)
        page.screenshot(path=IMAGES / "code-step.png")
        page.goto(f"{url}/demo/handset/")
        page.screenshot(path=IMAGES / "handset.png")
        browser.close()


def _to_the_code(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Username or email").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Password", exact=True).fill("watchword demo")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Phone, by text message").click()
    page.get_by_label("Phone number").fill("+49 1512 3456713")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).wait_for()


if __name__ == "__main__":
    main(sys.argv[1])
