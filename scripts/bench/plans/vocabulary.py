"""The words that made plans are made of: sectors, works, offices, causes and names that belong to nobody."""

from typing import NamedTuple


class Sector(NamedTuple):
    """One sector of a plan: its name, its office, what is measured, what is wrong and why, and what is done."""

    name: str
    office: str
    measures: tuple[tuple[str, str], ...]
    """What is measured, and its unit."""
    problems: tuple[str, ...]
    causes: tuple[str, ...]
    effects: tuple[str, ...]
    products: tuple[tuple[str, str], ...]
    """What is delivered, and the unit that it is counted in."""
    programmes: tuple[str, ...]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for line in text.strip().split("\n") for part in line.split("|"))


def _pairs(*lines: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, unit) for name, _, unit in (line.partition(" | ") for line in lines))


SECTORS = (
    Sector(
        "Educación",
        "Secretaría de Educación, Cultura y Deporte",
        _pairs(
            "Cobertura neta en educación media | Porcentaje",
            "Tasa de deserción escolar en el sector oficial | Porcentaje",
            "Puntaje promedio de las pruebas Saber 11 | Puntos",
            "Estudiantes por equipo de cómputo | Número",
        ),
        _list("""
            la deserción escolar en la secundaria rural | el bajo logro en lectura y matemáticas
            el rezago de las sedes multigrado
        """),
        _list("""
            la distancia entre las veredas y las sedes con grado once | el mal estado de los internados
            la rotación de los docentes provisionales | la falta de transporte en temporada de lluvias
        """),
        _list("""
            el trabajo infantil en tiempo de cosecha | la baja entrada a la educación superior
            la migración de los jóvenes hacia la capital
        """),
        _pairs(
            "Sedes educativas mejoradas | Sedes",
            "Estudiantes con transporte escolar | Estudiantes",
            "Docentes formados en lectura crítica | Docentes",
            "Raciones del programa de alimentación entregadas | Raciones",
        ),
        ("Escuela que permanece", "Calidad para aprender", "Puentes hacia la educación superior"),
    ),
    Sector(
        "Salud",
        "Secretaría de Salud y Bienestar Social",
        _pairs(
            "Tasa de mortalidad en menores de cinco años | Por mil nacidos vivos",
            "Cobertura de vacunación con triple viral | Porcentaje",
            "Porcentaje de nacidos vivos con cuatro o más controles prenatales | Porcentaje",
            "Casos notificados de dengue grave | Casos",
        ),
        _list("""
            la mortalidad materna evitable | la desnutrición aguda en la primera infancia
            el acceso tardío a los servicios de salud
        """),
        _list("""
            el cierre de los puestos de salud más alejados | la baja captación temprana de las gestantes
            la escasez de personal médico permanente | el costo del transporte fluvial
        """),
        _list("""
            el aumento de la enfermedad diarreica aguda | la remisión de urgencias a otros municipios
            el gasto de bolsillo de los hogares más pobres
        """),
        _pairs(
            "Puestos de salud dotados | Puestos",
            "Familias visitadas por equipos básicos | Familias",
            "Gestantes con seguimiento nominal | Gestantes",
            "Jornadas extramurales de vacunación | Jornadas",
        ),
        ("Salud que llega a la vereda", "Primeros mil días", "Vigilancia y entornos sanos"),
    ),
    Sector(
        "Agua potable y saneamiento básico",
        "Secretaría de Planeación y Obras Públicas",
        _pairs(
            "Cobertura de acueducto en la zona rural | Porcentaje",
            "Índice de riesgo de la calidad del agua | Puntos",
            "Cobertura de alcantarillado urbano | Porcentaje",
            "Continuidad del servicio | Horas por día",
        ),
        _list("""
            la baja disponibilidad de agua apta para el consumo
            el vertimiento de aguas residuales sin tratamiento | las pérdidas del acueducto urbano
        """),
        _list("""
            la deforestación de la microcuenca abastecedora | la antigüedad de las redes de asbesto cemento
            la debilidad de las juntas que administran los acueductos | la ausencia de micromedición
        """),
        _list("""
            el deterioro de la quebrada que cruza el casco urbano | la compra de agua en carrotanque
            la aparición de brotes de hepatitis A
        """),
        _pairs(
            "Acueductos veredales optimizados | Acueductos",
            "Metros lineales de alcantarillado construidos | Metros",
            "Unidades sanitarias instaladas | Unidades",
            "Plantas de tratamiento en operación | Plantas",
        ),
        ("Agua segura", "Saneamiento para los centros poblados", "Empresas de servicios fuertes"),
    ),
    Sector(
        "Ambiente y gestión del riesgo",
        "Secretaría de Desarrollo Rural y Ambiente",
        _pairs(
            "Superficie deforestada en el año | Hectáreas",
            "Familias en zonas de amenaza alta no mitigable | Familias",
            "Residuos sólidos aprovechados | Porcentaje",
            "Emergencias atendidas por inundación | Emergencias",
        ),
        _list("""
            la exposición de los barrios ribereños a las crecientes
            la pérdida de cobertura boscosa en la cuenca alta | el mal manejo de los residuos en el mercado
        """),
        _list("""
            la ocupación de la ronda del río | la expansión de la frontera ganadera
            la tala para el comercio ilegal de madera | la falta de estudios detallados de amenaza
        """),
        _list("""
            la reducción del caudal en verano | los deslizamientos sobre la vía principal
            la pérdida de cultivos de pancoger
        """),
        _pairs(
            "Hectáreas restauradas | Hectáreas",
            "Sistemas de alerta temprana en operación | Sistemas",
            "Familias con pago por servicios ambientales | Familias",
            "Estudios de riesgo adoptados | Estudios",
        ),
        ("Cuenca viva", "Municipio preparado", "Basura cero en las veredas"),
    ),
    Sector(
        "Desarrollo agropecuario y tierras",
        "Oficina de Asistencia Técnica y Tierras",
        _pairs(
            "Productores con extensión agropecuaria | Productores",
            "Predios rurales sin título | Porcentaje",
            "Rendimiento del plátano | Toneladas por hectárea",
            "Área sembrada en cacao | Hectáreas",
        ),
        _list("""
            el bajo ingreso de los pequeños productores | la informalidad en la tenencia de la tierra
            la pérdida de la cosecha por falta de vías
        """),
        _list("""
            la intermediación en la compra de la cosecha | el estado de las vías terciarias
            la poca cobertura de la asistencia técnica | la dificultad para acceder al crédito
        """),
        _list("""
            el abandono de las parcelas | la siembra de cultivos de uso ilícito
            el envejecimiento de la población campesina
        """),
        _pairs(
            "Asociaciones de productores apoyadas | Asociaciones",
            "Kilómetros de vía terciaria mejorados | Kilómetros",
            "Predios formalizados | Predios",
            "Productores con análisis de suelo | Productores",
        ),
        ("Campo que produce", "Tierra con título", "Caminos para la cosecha"),
    ),
    Sector(
        "Paz, víctimas y convivencia",
        "Secretaría de Gobierno y Convivencia",
        _pairs(
            "Tasa de homicidio | Por cien mil habitantes",
            "Víctimas indemnizadas | Personas",
            "Casos de violencia intrafamiliar | Casos",
            "Hurtos a personas denunciados | Casos",
        ),
        _list("""
            la presencia de grupos armados en la zona de frontera | la lenta reparación de las víctimas
            la violencia contra las mujeres
        """),
        _list("""
            la disputa por las rutas del narcotráfico | la debilidad de la justicia local
            la desconfianza de la población en las instituciones | la falta de una casa de justicia
        """),
        _list("""
            el desplazamiento forzado de familias rurales | el reclutamiento de adolescentes
            las amenazas contra líderes sociales
        """),
        _pairs(
            "Planes de retorno acompañados | Planes",
            "Cámaras de videovigilancia en funcionamiento | Cámaras",
            "Iniciativas de memoria apoyadas | Iniciativas",
            "Líderes con medidas de protección | Personas",
        ),
        ("Convivencia en los barrios", "Víctimas en el centro", "Defensores protegidos"),
    ),
    Sector(
        "Niñez, juventud y equidad de género",
        "Comisaría de Familia y Oficina de la Mujer",
        _pairs(
            "Nacimientos de madres de 10 a 19 años | Porcentaje",
            "Niñas y niños con valoración integral | Porcentaje",
            "Jóvenes que no estudian ni trabajan | Porcentaje",
            "Mujeres con atención en la ruta de violencias | Mujeres",
        ),
        _list("""
            el embarazo en la adolescencia | el desempleo de las mujeres jóvenes
            la vulneración de derechos de la niñez
        """),
        _list("""
            la sobrecarga de trabajo de cuidado | la oferta cultural concentrada en la cabecera
            el poco acceso a educación sexual integral | la detección tardía de los casos
        """),
        _list("""
            el abandono de los estudios por las madres adolescentes
            la dependencia económica de las mujeres | el consumo temprano de sustancias
        """),
        _pairs(
            "Jóvenes formados para el trabajo | Jóvenes",
            "Mujeres con capital semilla | Mujeres",
            "Ludotecas en servicio | Ludotecas",
            "Cuidadoras con relevo y formación | Personas",
        ),
        ("Niñez protegida", "Juventud con oportunidades", "Mujeres autónomas"),
    ),
)

PLACES = _list("""
    El Tablón | La Ceiba | Bajo Grande | Los Mangos | Caño Seco | Alto Bonito | La Honda | Puerto Lindo | El Guamo
    Palmarito | Las Brisas | Vega Larga | El Hormiguero | La Esmeralda | Peña Blanca | Boca del Monte | El Remolino
    Los Cedros | La Trocha | Aguas Claras
""")
SOURCES = _list("""
    DANE, censo | SIVIGILA | SISPRO | Sisbén IV | SIMAT | SUI | IDEAM | registro de la Alcaldía | DNP, TerriData
""")
FUNDS = _list("recursos propios | SGP | SGR | cofinanciación de la Nación | crédito | cooperación")
ALLIES = _list("""
    la Gobernación | el SENA | el ICBF | la Corporación Autónoma Regional | las juntas de acción comunal
    la universidad pública | el Ministerio del ramo | la Agencia de Renovación del Territorio | la cámara de comercio
    los consejos comunitarios
""")
GROUPS = _list("""
    personas mayores | hogares con jefatura femenina | comunidades indígenas | población afrocolombiana
    personas con discapacidad | familias desplazadas | jóvenes rurales | productores con menos de cinco hectáreas
    recicladores | pescadores artesanales
""")
LAWS = _list("""
    la Ley 152 de 1994 | la Ley 715 de 2001 | la Ley 1448 de 2011 | la Ley 1523 de 2012 | la Ley 1098 de 2006
    la Ley 1876 de 2017 | la Ley 2056 de 2020 | el CONPES 3918 de 2018 | el artículo 339 de la Constitución
    el Decreto 1082 de 2015
""")
FIRST = (
    "Gua",
    "Tama",
    "Chi",
    "Sura",
    "Pai",
    "Cori",
    "Mani",
    "Bara",
    "Toca",
    "Une",
    "Cara",
    "Ita",
    "Yaca",
    "Suba",
    "Mara",
    "Nema",
)
MIDDLE = ("ra", "li", "to", "ma", "qui", "na", "re", "co", "bi", "sa", "ño", "pa", "ri", "cha", "gua", "")
LAST = ("vita", "ma", "tá", "quira", "ndo", "ral", "nes", "que", "mba", "llo", "rí", "cua", "jal", "bo", "peta", "zá")
