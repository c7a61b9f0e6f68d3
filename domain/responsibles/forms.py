"""The outward form of a word: its case, and the verb form that its ending suggests."""

import re

_FUTURE = re.compile(r"[a-záéíóúñ]{2,16}(?:ar|er|ir|dr|br)(?:á|án)|har[aá]n?")
_DUTY = re.compile(r"debe[nr]?|deber[aá]n?|debiera|corresponde(?:ra)?n?|compete|encarga[rn]?|compromete[n]?")
_INFINITIVE = re.compile(r"[a-zñ]{2,14}(?:ar|er|ir)(?:se|la|lo|las|los)?")
_GERUND = re.compile(r"[a-zñ]{2,14}(?:ando|iendo|yendo)(?:se)?")
_PARTICIPLE = re.compile(r"[a-zñ]{2,14}(?:ad|id)[oa]s?")
_SUBJUNCTIVE = re.compile(
    r"(?:garanti[cz]e|avance|contin[uú]e|incorpore|asuma|tenga|haga|realice|implemente|cumpla|lidere)n?"
)
_PRESENT = re.compile(
    r"(?:propone|pretende|lidera|coordina|garantiza|ejecuta|realiza|adelanta|implementa|prioriza|formula|administra|busca|"
    r"promueve|desarrolla|brinda|presta|propende|vela|vigila|ejerce|asume|dirige|orienta|apoya|cumple|establece|"
    r"define|expide|reconoce|reglamenta|asigna|destina|aporta|suministra|ofrece|opera|presenta|requiere|viene|"
    r"trabaja|participa|elabora|hace|da|tiene|cuenta|es|son|esta|ha|han|fue|posee|maneja|atiende|articula)n?"
)
_FORMS = (
    ("duty", _DUTY),
    ("present", _PRESENT),
    ("subjunctive", _SUBJUNCTIVE),
    ("gerund", _GERUND),
    ("participle", _PARTICIPLE),
    ("infinitive", _INFINITIVE),
)


def case_of(text: str) -> str:
    """upper, title, lower, or single for a lone letter."""
    if len(text) < 2:
        return "single"
    return "upper" if text.isupper() else "title" if text[0].isupper() else "lower"


def form_of(lower: str, plain: str) -> str:
    """future, duty, infinitive, gerund, participle, subjunctive, present; plain when none is likely."""
    if len(plain) < 2:
        return "plain"
    if _FUTURE.fullmatch(lower):  # the accent tells "realizará" from "realizara"
        return "future"
    return next((name for name, pattern in _FORMS if pattern.fullmatch(plain)), "plain")
