"""The questionnaire that ships and its phrases, decoded; tests ask them, they do not invent others."""

from functools import cache
from pathlib import Path

import domain
from domain.rubric import phrases
from domain.rubric.model import Questionnaire, decode


@cache
def the_questionnaire() -> Questionnaire:
    """The shipped questionnaire."""
    return decode((Path(domain.__file__).parent / "rubric/questionnaire.json").read_bytes())


@cache
def the_phrases() -> phrases.Phrases:
    """The shipped phrases."""
    return phrases.decode((Path(domain.__file__).parent / "rubric/phrases.json").read_bytes(), the_questionnaire())
