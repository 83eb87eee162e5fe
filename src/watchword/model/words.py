"""What models are called within sentences."""


def first_line(cls: type) -> str:
    """Of the docstring: what the class is, for whoever reads the API or a form; "" where there is none."""
    lines = (cls.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def within_a_sentence(noun: str) -> str:
    """`SMS Authenticator Setup Stage` with small letters, but for what is an abbreviation."""
    return " ".join(word if word.isupper() else word.lower() for word in noun.split())
