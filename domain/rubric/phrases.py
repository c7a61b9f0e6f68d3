"""How each element of the questionnaire is said inside a Spanish sentence whose subject is the plan."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from domain.errors import ReleaseMismatchError
from domain.rubric.model import Questionnaire


class Phrase(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a plan does that states an element: "cita", "citar", "la fuente de ese dato".

    The second and third element of a question may point back at its anchor ("ese dato"): they never stand without it.
    """

    verb: str
    infinitive: str
    what: str

    def stated(self) -> str:
        """The plan does it: "cita la fuente de ese dato"."""
        return f"{self.verb} {self.what}"

    def to_state(self) -> str:
        """What is left to do, or done doubtfully: "citar la fuente de ese dato"."""
        return f"{self.infinitive} {self.what}"


Phrases: TypeAlias = Mapping[str, Phrase]
"""Element ("D1-Q1.fuente") -> its phrase."""


def decode(data: bytes, questionnaire: Questionnaire) -> Phrases:
    """The phrases from their file. Raises ReleaseMismatchError when they are not those of this questionnaire."""
    try:
        phrases = msgspec.json.decode(data, type=dict[str, Phrase])
    except msgspec.DecodeError as error:
        raise ReleaseMismatchError(f"phrases: {error}") from error
    if phrases.keys() != questionnaire.elements:
        name = min(phrases.keys() ^ questionnaire.elements)
        raise ReleaseMismatchError(f"phrases: {name} has a phrase or stands in the questionnaire, not both")
    return phrases
