"""What a browser says of itself, in few words: enough to know one's own by, and nothing to be believed."""

_BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {"iPhone": "an iPhone", "iPad": "an iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "a Mac"}


def browser_of(user_agent: str) -> str:
    """Every browser names others too, so the first found counts; what is none begins with its own name."""
    return next((name for mark, name in _BROWSERS.items() if mark in user_agent), user_agent.partition("/")[0][:40])


def system_of(user_agent: str) -> str:
    """As it stands behind "on"; "" where it is not said."""
    found = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return found or ("Linux" if "Linux" in user_agent else "")
