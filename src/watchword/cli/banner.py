"""What `watchword serve` says once it answers."""

from watchword.bootstrap import DEMO_PASSWORD, DEMO_USER


def banner(host: str, port: int, demo: bool) -> str:
    name = f"[{host}]" if ":" in host else host
    url = f"http://{name}:{port}"
    if not demo:
        return f"Watchword is ready at {url}/"
    return "\n".join(
        [
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
    )
