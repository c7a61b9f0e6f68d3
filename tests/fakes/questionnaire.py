"""The questionnaire that ships, decoded; tests ask it, they do not invent another."""

from functools import cache
from pathlib import Path

import domain
from domain.rubric.model import Questionnaire, decode


@cache
def the_questionnaire() -> Questionnaire:
    """The shipped questionnaire."""
    return decode((Path(domain.__file__).parent / "rubric/questionnaire.json").read_bytes())
