"""What `watchword serve` says once it answers."""

from watchword.bootstrap import DEMO_PASSWORD, DEMO_USER


def banner(host: str, port: int, demo: bool, *, public_url: str | None = None, start_link: str = "") -> str:
    """`start_link` is the path at which the first administrator is made, or "" where there is one."""
    name = f"[{host}]" if ":" in host else host
    url = f"http://{name}:{port}"
    lines = _demo(url) if demo else [f"Watchword is ready at {url}/"]
    if start_link:
        lines += _start(f"{public_url or url}{start_link}")
    return "\n".join(lines)


def _demo(url: str) -> list[str]:
    return [
        "",
        "  Watchword's demo is ready. Nothing is really sent.",
        "",
        f"  Sign in       {url}/",
        f"  User          {DEMO_USER}",
        f"  Password      {DEMO_PASSWORD}",
        f"  The handset   {url}/demo/handset/",
        "",
        "  Ctrl-C stops it.",
        "",
    ]


def _start(address: str) -> list[str]:
    return [
        "",
        "  No administrator yet. Open this once, within a day, to choose the password:",
        "",
        f"  {address}",
        "",
    ]
