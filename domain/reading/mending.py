"""Words that a line's end or an extractor broke, put together again; two real words are never joined.

What counts as a word is learnt from the document itself: a part that the document writes often on its own is a word, a
whole that it writes elsewhere is one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise

import msgspec

_LETTERS = re.compile(r"[^\W\d_]+")
_SPELLED = """
a al alta alto ante arte as así aun aún baja bajo base bien cabe cada can casi caso cero ciclo cinco club
coca como con cosa cual cuya cuyo cuál cómo da dada dado dan dar das de debe del den des doce don dos dé día
e edad eje el ella en ente entes era eran es esa ese eso esta este esto está ex fase fe fin fue fui gas gira
gran ha hace hacer haga han has hay haz he hijo hito hoy iba id idea ideas ido ir iva kit la las le lee leer
les ley lista listo lo los luz línea mal mar mas mayor me menor mes mesa meta mi mide mil mis mita mora muy
más mí nace ni niña niño no nos o obra obras ocho once oro os otra otro pago pagos par para parte paso paz
pese pie pista plan poco pone ponen por pos post pre pro pues que queda qué rasa razas red rey rio ritmo rol
ron rosa río sala salas sana sano se sea sede sedes según ser seres si siete sin sino so sobre sol sola solo
son su sub suma sur sus sé sí sólo tal tan tasa tasas te tel tema temas ten tener ti tipo toda todo total
trae tras tres tu tú u un una unas uno unos usa usan usar uso usos va van vas ve ven ver vez vi vida vio
vivo voz vía ya yo zona él
"""
_SHORT_WORDS = frozenset(_SPELLED.split())
_LONGEST = 24
_OFTEN = 25
_TIMES_AS_OFTEN = 40
_FEWEST_WHOLE = 5  # letters of a word worth mending


class WordBook(msgspec.Struct, frozen=True):
    """How often a document writes each word (lower case), each compound, and the pairs that may be one broken word.

    Those are the neighbours on one line whose letters make a word of the document together; `broken` has those of which
    `breaks` is true, as they are written.
    """

    words: dict[str, int]
    compounds: dict[str, int]
    pairs: dict[tuple[str, str], int]
    broken: set[tuple[str, str]] = set()
    verdicts: dict[tuple[str, str], bool] = {}
    """What `breaks` has said: neighbours repeat as words do."""

    def leaves(self, tokens: Sequence[str]) -> bool:
        """Whether a line that the book was learnt from stays as it is: none of its neighbours are one word."""
        return self.broken.isdisjoint(pairwise(tokens))

    def breaks(self, first: str, second: str) -> bool:
        """Whether the two tokens are one word that was broken: the whole is a word here and a part is none."""
        known = self.verdicts.get((first, second))
        if known is None:
            known = self.verdicts[first, second] = self._breaks(first, second)
        return known

    def _breaks(self, first: str, second: str) -> bool:
        left, right = _tail(first), _head(second)
        whole = left.lower() + right.lower()
        times = self.words.get(whole, 0)
        if not times:  # nearly always
            return False
        if not (left and right and _same_case(left, right) and _FEWEST_WHOLE <= len(whole) <= _LONGEST):
            return False
        together = self.pairs.get((left.lower(), right.lower()), 1)
        alone = [part for part in (left.lower(), right.lower()) if not self._is_word(part, together)]
        if not alone or any(times < self.words.get(part, 0) for part in alone):
            return False
        if len(alone) == 1 and min(len(left), len(right)) >= _FEWEST_WHOLE:
            return False
        if len(alone) == 2 or not _SHORT_WORDS & {left.lower(), right.lower()}:
            return True
        # "en torno", "a juste": next to a short word a rare one may well be a word, unless the whole is written often.
        return times >= _OFTEN and times >= _TIMES_AS_OFTEN * self.words.get(alone[0], 0)

    def _is_word(self, part: str, together: int) -> bool:
        if part in _SHORT_WORDS:
            return True
        return self.words.get(part, 0) > together + together // 4

    def without_hyphen(self, first: str, second: str) -> str:
        """What `first`, which ends in a hyphen at the end of a line, and `second` make together."""
        stem, head = _tail(first[:-1]), _head(second)
        whole, compound = f"{stem}{head}".lower(), f"{stem}-{head}".lower()
        if first[-1] == "\u00ad":
            return first[:-1] + second
        if not stem or not head or not _same_case(stem, head) or "/" in first:
            return first + second
        if stem.isupper() and len(stem) > 1:
            return first[:-1] + second if self.words.get(whole, 0) else first + second
        known = self.words.get(whole, 0)
        two_words = self.words.get(stem.lower(), 0) > 0 and self.words.get(head.lower(), 0) > 1
        if self.compounds.get(compound, 0) > known or (not known and two_words):
            return first + second
        return first[:-1] + second


def word_book(lines: Iterable[Sequence[str]]) -> WordBook:
    """Learn from lines of tokens; what ends a line with a hyphen is no word."""
    known = list(lines)
    words: Counter[str] = Counter()
    compounds: Counter[str] = Counter()
    for token, times in Counter(chain.from_iterable(known)).items():  # a plan writes few tokens, again and again
        for part in _LETTERS.findall(token):
            words[part.lower()] += times
        if "-" in token and not token.endswith("-"):
            compounds[token.strip(".,;:()\"'“”").lower()] += times
    cut = [token for tokens in known for token in tokens[-1:] if token.endswith(("-", "\u00ad"))]
    words.subtract(part.lower() for token in cut for part in _LETTERS.findall(token)[-1:])
    pairs: Counter[tuple[str, str]] = Counter()
    suspects = []
    tails, heads = _Ends(_tail), _Ends(_head)
    for pair, times in Counter(chain.from_iterable(map(pairwise, known))).items():
        first, second = ends = tails[pair[0]], heads[pair[1]]
        if first and second and first + second in words:
            suspects.append(pair)
            pairs[ends] += times
    book = WordBook(dict(words), dict(compounds), dict(pairs))
    book.broken.update(pair for pair in suspects if book.breaks(*pair))
    return book


def may_break(first: str, second: str) -> bool:
    """Whether `first`, at the end of a line, is cut by a hyphen and `second` goes on with it."""
    if len(first) < 2 or first[-1] not in "-\u00ad" or not second:
        return False
    before, after = first[-2], second[0]
    if before.isdigit():
        return first[-1] == "-" and after.isdigit()
    return before.isalpha() and (after.islower() or (before.isupper() and after.isupper()))


def mended(text: str, book: WordBook) -> str:
    """The text, whose tokens stand one space apart, with broken words put together."""
    tokens = text.split(" ")
    out = tokens[:1]
    for token in tokens[1:]:
        if book.breaks(out[-1], token):
            out[-1] += token
        else:
            out.append(token)
    return " ".join(out)


class _Ends(dict[str, str]):
    """The end of each token, in lower case, found once."""

    def __init__(self, end: Callable[[str], str]) -> None:
        self._end = end

    def __missing__(self, token: str) -> str:
        found = self[token] = self._end(token).lower()
        return found


def _tail(token: str) -> str:
    """The letters at the end of a token; none when it ends otherwise."""
    at = len(token)
    while at and token[at - 1].isalpha():
        at -= 1
    return token[at:]


def _head(token: str) -> str:
    at = 0
    while at < len(token) and token[at].isalpha():
        at += 1
    return token[:at]


def _same_case(left: str, right: str) -> bool:
    if right.islower():
        return left[-1].islower()
    return right.isupper() and left.isupper()
