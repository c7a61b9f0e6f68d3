"""What the head of a column reads like in a development plan, against what a value reads like."""

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9%]+")
_YEAR = re.compile(r"(?:19[5-9]|20[0-6])\d(?:[-–/ ](?:20)?[0-6]\d)?$")
_NUMBER = re.compile(r"[-+$%().,\d\s]*\d[-+$%().,\d\s]*$|(?:n/?[ad]|s/?d|x|-+)\.?$", re.IGNORECASE)
_TERMS = frozenset(
    _WORD.findall(
        """
    accion acciones actividad actividades actual acumulacion acumulada alcance ano anos anual apropiacion area
    articulacion avance barrio base beneficiarios bpin cant cantidad canton caracteristica categoria causa causas
    cobertura codigo cofinanciacion competencia componente compromiso concepto corresponsable costo costos credito
    criterio cronograma cuatrenio cuatrienal cuatrienio cup dane departamento dependencia desarrollo descripcion
    detalle dimension documento dpa edad eje ejes encargado entidad entidades especifico especificos esperada
    esperado estado estimado estrategia estrategias estrategica estrategico estrategicos etapa fecha final
    financiacion financiamiento financiera fisica formula frecuencia fuente fuentes funcion general generales
    genero gestion grupo hombres identificacion ind indicador indicadores inicial institucion intervencion
    inversion item lb lider linea lineas localizacion logro lugar mecanismo mecanismos medicion medida medio
    medios mes meta metas miles millones monto mujeres municipio nacion nacional nivel no nombre num numero obj
    objetivo objetivos observacion observaciones ods oficina orden ordinal organismo otros parroquia participacion
    periodo peso pesos plan plazo poblacion politica politicas pond ponderacion porcentaje presupuestal
    presupuesto prioridad problema proceso producto productos prog programa programacion programada programado
    programas promedio propios proy proyecto proyectos rango recurso recursos regalias region resp responsable
    responsables resultado resultados rubro rural sector sectores semaforo servicio servicios sexo sgp sgr sistema
    subprog subprograma subprogramas subtotal supuestos tema temporalidad tendencia tipo total totales
    transferencias trimestre ubicacion und unidad unidades urbano valor valores variable variables variacion
    vereda verificacion vigencia zona
    """,
    ),
)
_SMALL = frozenset(
    _WORD.findall("de del la el los las en y e o u por para con al a un una que se su sus i ii iii iv 1 2 3 4"),
)


def plain(text: str) -> str:
    """Lower case without accents, for comparing words."""
    return unicodedata.normalize("NFD", text.casefold()).encode("ascii", "ignore").decode()


def is_year(text: str) -> bool:
    """A year or a span of years and nothing else."""
    return bool(_YEAR.match(text.strip()))


def is_number(text: str) -> bool:
    """An amount, a share, a code of digits or a sign for "no value"; a year alone is none."""
    return bool(_NUMBER.match(text.strip())) and not is_year(text)


def naming(text: str) -> float:
    """The share of the words, small ones aside, that heads of columns in plans consist of: "meta", "unidad", years."""
    words = [word for word in _WORD.findall(plain(text)) if word not in _SMALL]
    if not words or len(words) > 12 or (text[0].isdigit() and not _YEAR.match(words[0])):
        return 0.0
    return sum(word in _TERMS or bool(_YEAR.match(word)) for word in words) / len(words)


def names_column(text: str) -> bool:
    """The text reads like the head of a column: half of its words at least are such as heads consist of."""
    return is_year(text) or naming(text) >= 0.5


def opens_table(row: Sequence[str]) -> bool:
    """The row can only be a header: it names at least two columns, one of them not by a year, and has no amounts."""
    texts = [text for text in row if text]
    if len(texts) < 2 or any(is_number(text) or len(text) > 160 for text in texts):
        return False
    shares = [naming(text) for text in texts]
    wordy = [s for s, text in zip(shares, texts, strict=True) if s >= 0.5 and not is_year(text) and not _is_total(text)]
    return bool(wordy) and sum(s >= 0.5 for s in shares) >= 2 and sum(shares) >= 0.6 * len(texts)


def _is_total(text: str) -> bool:
    return plain(text).startswith(("total", "subtotal"))
