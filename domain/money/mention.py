"""An amount at its place with the words that speak for it; the words that tell money from counts."""

import re

import msgspec

from domain.language.amounts import Amount
from domain.language.words import quick

# Both of text in lower case.
MONEY_WORDS = quick(
    r"presupuest|inversi[oó]n|invertid|\bcosto|valor(?:es)?\b|\brecursos\b|\bs\.?g\.?p\b|\bsgr\b|regal[ií]as|\bicld\b|"
    r"\bi cld\b|\bpropios\b|cofinanc|\bgastos?\b|\bingresos\b|funcionamiento|transferencias|recaud|\bdeuda\b|"
    r"financiaci[oó]n|plurianual|\bppi\b|empr[eé]stito|\bsalarios?\b|\bpesos\b|\baportes?\b|fosyga|rendimientos|"
    r"fondos comunes|\bmonto\b|millones|\bmiles de\b"
)
COUNT_WORDS = quick(
    r"poblaci[oó]n|habitantes|hombres|mujeres|hect[aá]reas|\bm[23²³]\b|\bkms?\b|matr[ií]cul|toneladas|usuarios|afiliados|"
    r"\bnit\b|personas|alumnos|\bton\b|suscriptores|veh[ií]culos|turistas|niñ[oa]s"
)
YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """An amount at its place in the passage, with the words that speak for it."""

    amount: Amount
    start: int
    end: int
    stated_by: str
    header: str
    year: str | None
    purpose: str
    named: bool
