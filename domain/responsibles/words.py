"""Responsibility in words: a label before the name, or a verb by which the named body is to act."""

import re
from collections.abc import Iterator

from domain.language.entities import entities
from domain.responsibles.bound import Bound, short, what_before

_LABEL = re.compile(
    r"(?:responsables?|corresponsables?|l[ií]der(?:es)?|entidad(?:es)? ejecutoras?|a cargo de|"
    r"dependencias?(?: responsables?)?)"
    r"\s{0,3}:\s{0,3}[-•?]?\s{0,3}(?:la|el|los|las)?\s{0,2}$|(?:^|\n\s{0,3}|[^\w\s]\s|\d\s)responsables?\s{1,3}$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:(?:lidera|coordina|realiza|ejecuta|administra|suministra|proporciona|adelanta|implementa|dirigi|opera|desarrolla|presta|"
    r"conforma|ejerci|vigila|garantiza|presidi|encabeza|articula|asumi|orienta|brinda|cumpli|formula|elabora|regula|controla)(?:d[oa]s?)\s{1,3}"
    r"(?:y\s{1,3}\w{4,16}\s{1,3})?por|"
    r"a\s{1,3}cargo\s{1,3}de|por\s{1,3}parte\s{1,3}de|en\s{1,3}cabeza\s{1,3}de|bajo\s{1,3}la\s{1,3}(?:responsabilidad|coordinaci[oó]n|direcci[oó]n)\s{1,3}de|"
    r"responsabilidad\s{1,3}(?:directa\s{1,3})?de|deber\s{1,3}de|responsables?\s{1,3}(?:es|son|ser[aá]n?)|"
    r"en\s{1,3}coordinaci[oó]n\s{1,3}con|con\s{1,3}(?:el\s{1,3}apoyo|la\s{1,3}(?:asesor[ií]a|orientaci[oó]n|coordinaci[oó]n))"
    r"(?:\s{1,3}t[eé]cnica)?\s{1,3}de|a\s{1,3}trav[eé]s\s{1,3}de|por\s{1,3}intermedio\s{1,3}de|"
    r"(?:le\s{1,3})?correspond(?:e|er[aá])\s{1,3}a|compete\s{1,3}a|encarga(?:r|do|da)?\s{1,3}(?:a|de)|designa(?:r)?\s{1,3}a|"
    r"(?:autor[ií]ces[ea]|autoriza|fac[uú]lt[ae]se|faculta|ord[eé]nase|ordena)\s{1,3}a|debe(?:r[aá])?\s{1,3}\w{4,14})"
    r"(?:l|\s{1,3}(?:la|el|los|las|l))?\s{1,3}(?:actual(?:es)?\s{1,3})?$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"seg[uú]n|acuerdo|datos|informaci[oó]n|estad[ií]stic|estudios?|cifras|censo", re.IGNORECASE)
_FROM = re.compile(
    r"\b(?:es\s{1,3}necesario|para|requiere|busca|permit\w{1,4})\s{1,3}que\s{1,3}(?:la|el)\s{1,3}(?:actual\s{1,3})?$",
    re.IGNORECASE,
)
_ASIDE = r"(?:\s{0,2},[^.;:,]{1,80},|\s{0,2}\([^)]{1,60}\)|\s{0,2}[–“-][^–”-]{1,30}[–”-]|\s{0,2},)?"
_DUTY = re.compile(
    rf"^{_ASIDE}\s{{1,3}}(?:(?:por\s{{1,3}}su\s{{1,3}}parte|tambi[eé]n|adem[aá]s|a\s{{1,3}}su\s{{1,3}}vez|que|quien(?:es)?)\s{{1,3}},?\s{{0,2}})?(?:(?:se|le|lo|no|los|las)\s{{1,3}}){{0,2}}"
    r"(?:[a-záéíóúñ]{2,14}(?:ar|er|ir|dr)(?:á|án)\b(?<!\bserá)(?<!\bserán)(?<!habrá)(?<!podrá)(?<!podrán)(?<!estará)(?<!estarán)|"
    r"har[aá]n?\b|debe[nr]?(?:[aá]n?)?\s|tiene[n]?\s{1,3}(?:a\s{1,3}(?:su\s{1,3})?cargo|como\s{1,3}(?:funci|misi|objet|responsab|propósito)|la\s{1,3}(?:responsab|obligaci|funci|misi))|"
    r"estar[aá]n?\s{1,3}(?:a\s{1,3}cargo|encargad)|ser[aá]n?\s{1,3}(?:la\s|el\s|los\s|las\s)?(?:responsable|encargad|quien|el\s{1,3}ente)|"
    r"(?:es|son)\s{1,3}(?:el|la|los|las)?\s{0,3}(?:responsable|encargad|coordinador|competente|ente\s{1,3}rector|[oó]rgano\s{1,3}rector)|"
    r"(?:propone|pretende|compromete|encarga|encargan|lidera|lideran|coordina|coordinan|garantiza|ejecuta|realiza|adelanta|implementa|"
    r"prioriza|formula|administra|busca|promueve|desarrolla|brinda|presta|propende|vela|vigila|ejerce|asume|dirige|orienta|avance|garantice|"
    r"contin[uú]e|incorpore|asuma|viene\s{1,3}\w{4,14}ndo|cuyo\s{1,3}prop[oó]sito)\b)",
    re.IGNORECASE,
)
_DUTY_AFTER_WITH = re.compile(
    r"^\s{1,3}con\s{1,3}[^.;]{3,60},\s{0,2}(?:pretende|busca|se\s{1,3}propone|garantiza)\b", re.IGNORECASE
)
_JOINED = re.compile(r"\s{0,2}(?:,|y|e|,\s?y)\s{1,2}(?:(?:con\s)?(?:la|el|los|las)\s{1,2})?", re.IGNORECASE)
_RELATIVE = re.compile(r"\s{0,2},?\s{1,2}(?:que|quien(?:es)?)\s", re.IGNORECASE)
_FROM_WITHIN = re.compile(r"desde\s{1,3}(?:la|el)\s{1,3}$", re.IGNORECASE)
_COMPLEMENT = re.compile(
    r"\b(?:del?|en|con|para|al?|por|seg[uú]n|sobre)\s{1,3}(?:la|el|los|las)?\s{0,3}$", re.IGNORECASE
)
_WHAT = re.compile(r"[^.;\n][^.;]{8,220}")


def by_words(text: str) -> Iterator[Bound]:
    """Entities that a label or a verb makes responsible, and those joined to them by a comma or "y"."""
    last_end, last = -1, ""
    for entity in entities(text):
        if entity.text.upper() == "DANE":  # it measures; plans give it no task
            continue
        before = text[max(0, entity.start - 90) : entity.start]
        behind = text[entity.end : entity.end + 180]
        joined = last == "by" and bool(_JOINED.fullmatch(text[last_end : entity.start]))
        last = "by" if joined or (_bound_by(before) and not _ATTRIBUTION.search(before)) else ""
        last_end = entity.end
        what = _WHAT.match(behind.lstrip(" ,\n"))
        if _LABEL.search(before):
            yield Bound(entity=entity, how="label", what=what_before(text, entity.start))
        elif _acts(before, behind):
            yield Bound(entity=entity, how="verb", what=short(what.group()) if what else "")
        elif last:
            yield Bound(entity=entity, how="verb", what=what_before(text, entity.start))


def _bound_by(before: str) -> bool:
    """Whether the words before a name charge it; they leave a space before it."""
    return before[-1:].isspace() and _BY.search(before) is not None


def _acts(before: str, behind: str) -> bool:
    """The entity is the subject of a verb by which it is to act, not the complement of another noun."""
    if _DUTY.match(behind) or _DUTY_AFTER_WITH.match(behind):
        return bool(_RELATIVE.match(behind) or _FROM_WITHIN.search(before)) or not _COMPLEMENT.search(before)
    return bool(_FROM.search(before))
