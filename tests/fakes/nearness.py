"""What heads might say of a document, made up: log-odds by point, role and element, far below zero where not given."""

import numpy as np

from domain.impressions.stretches import stretches, units
from domain.similarity import Similarities
from tests.fakes.questionnaire import the_questionnaire

ROLES = ("diagnostico", "estrategia", "programacion", "inversion", "seguimiento", "normativo", "otro")
NOT = -6.0


def near(document, *, points=None, role="otro", elements=None, said_by=None):
    """`elements` maps an element to the log-odds of every stretch; `said_by` to words of the unit that says it best."""
    questionnaire = the_questionnaire()
    point_ids = tuple(p.id for p in questionnaire.points)
    element_ids = tuple(f"{q.id}.{e.id}" for q in questionnaire.questions for e in q.elements)
    cut = stretches(document)
    parts = tuple(unit for stretch in cut for unit in units(document, stretch))
    of_stretch = np.full((len(cut), len(element_ids)), NOT)
    of_unit = np.full((len(parts), len(element_ids)), NOT)
    for element, value in (elements or {}).items():
        of_stretch[:, element_ids.index(element)] = value
        of_unit[:, element_ids.index(element)] = value - 1
    for element, words in (said_by or {}).items():
        for row, unit in enumerate(parts):
            if words in document.text[unit.start : unit.end]:
                of_unit[row, element_ids.index(element)] = (elements or {})[element] + 1
    of_point = np.full((len(document.passages), len(point_ids)), NOT)
    for point, value in (points or {}).items():
        of_point[:, point_ids.index(point)] = value
    roles = np.full((len(document.passages), len(ROLES)), NOT)
    roles[:, ROLES.index(role)] = 0.0
    return Similarities(
        points=of_point,
        roles=roles,
        of_stretch=of_stretch,
        of_unit=of_unit,
        stretches=cut,
        units=parts,
        point_ids=point_ids,
        role_ids=ROLES,
        element_ids=element_ids,
        anchor_ids={q.id: f"{q.id}.{q.elements[0].id}" for q in questionnaire.questions},
    )
