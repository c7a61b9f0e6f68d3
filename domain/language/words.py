"""Spanish text made comparable without moving a character."""

_PLAIN = str.maketrans("áéíóúüàèìòùâêîôûñç\u00a0–—“”’", 'aeiouuaeiouaeiounc --""\'')


def fold(text: str) -> str:
    """Lower case without accents; the same length as `text`, so that spans hold in both."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_PLAIN)
