"""How a plan speaks of what it commits to: words around a thing that do not make it another thing.

"Frente a la cobertura, la expectativa es cerrar el mandato con 70 %" is about the cobertura: who speaks, hopes, counts
and when it ends are no part of it. Words that name an act of their own (dotar, formular, evaluar) are not here.
"""

from domain.contradictions.conjugation import finite, participles, past, unfinished
from domain.contradictions.wording import stem

_AIMING = """
comprometer, obligar, proponer propon propong propus propuest, pretender, aspirar, anhelar, esperar, confiar,
querer quier quis querr, prever prev previ previst preve, proyectar, contemplar, estimar, calcular, planear,
planificar, programar, fijar, establecer establezc, definir, determinar, trazar, senalar, indicar, acordar acuerd,
concertar conciert, convenir conven conveng convien convin, pactar, decidir, resolver resuelv resuelt,
disponer dispon dispong dispus dispuest, priorizar, incluir incluy, incorporar, consignar, plasmar, ratificar,
reafirmar, reiterar, confirmar, anunciar, prometer, ofrecer ofrezc, garantizar, asegurar, plantear, adoptar, buscar,
procurar, perseguir persig persigu, apuntar, apostar apuest, empenar, esforzar esfuerz, trabajar, orientar,
encaminar, dirigir dirij, centrar, enfocar, destinar, asignar, aprobar aprueb, votar, inscribir inscrit,
suscribir suscrit, permitir, deber, poder pued pud podr, requerir requier requir, necesitar, demandar, exigir exij,
reclamar, pedir pid, solicitar, vislumbrar, augurar, pronosticar, presupuestar, imponer impon impong impus impuest,
autoimponer autoimpus autoimpuest, estipular, pensar piens, idear, concebir concib, desear, tratar, intentar,
asumir, aceptar, jurar, declarar, expresar, afirmar, sostener sostien sosteng sostuv sostendr, propender, dedicar,
"""
_REACHING = """
lograr, conseguir consig consigu, alcanzar, obtener obtien obteng obtuv obtendr, llegar, ascender asciend, subir,
situar, ubicar, posicionar, colocar, dejar, cerrar cierr, culminar, finalizar, terminar, concluir concluy,
completar, cumplir, realizar, materializar, concretar, adelantar, acometer, emprender, hacer hag hiz hic hech har,
efectuar, llevar, pasar, permanecer permanezc, quedar, rondar, oscilar, superar, rebasar, tocar, bordear, aproximar,
acercar, arribar, trepar, escalar, avanzar, saltar, figurar, estabilizar, consolidar, sacar, volver vuelv vuelt,
entregar, recibir, heredar, encontrar encuentr, hallar, partir, arrancar, empezar empiez, comenzar comienz, iniciar,
nacer nazc,
"""
_COUNTING = """
registrar, reportar, reflejar, evidenciar, arrojar, marcar, mostrar muestr, presentar, exhibir, ostentar, poseer,
contar cuent, tener tien teng tuv tendr, estar estuv, sumar, totalizar, equivaler equival equivaldr, representar,
significar, corresponder, constar, constituir constituy, existir, aparecer aparezc, observar, apreciar, constatar,
comprobar comprueb, verificar, certificar, documentar, consistir, radicar, responder, tomar, valer val valdr,
cifrar, cuantificar, contabilizar, acumular, mantener mantien manteng mantuv mantendr, disfrutar, gozar, beneficiar,
conocer conozc, saber sab sup sabr, decir dic dig dij dich, hablar, referir refier refir, tratar, respectar,
concernir conciern,
"""
_IRREGULAR = """
es son era eran sea sean sera seran seria serian fue fueron fuera esta estan somos seremos ser siendo
hay ha han he hemos haya hayan habra habran habremos habria habia habian hubo haber habiendo
va van vamos vaya vayan ira iran iremos ir da dan dio dieron dara daran daremos dar demos dando
ve ven vemos vera veran veremos ver viendo lee leer leera sale salen salga salir saldra
pone ponen ponga pongan pondra pondran pondremos poner poniendo viene vienen venga vendra venir
dejo alcanzo llego quedo arrojo encontro reporto comprometio propuso fijo acordo decidio heredo entrego ubico situo
"""
_OTHERS = "programa programan programe entrega marca toma poda jura media medio presente este"
"""Written like forms of these verbs, but mostly nouns, or verbs of other acts."""
_NOUNS = """
meta objetivo proposito fin finalidad compromiso promesa apuesta reto desafio aspiracion anhelo expectativa
horizonte cifra valor nivel umbral tope cota cuota guarismo dato registro medicion lectura resultado logro alcance
punto marca balance corte saldo total suma cantidad numero conteo cuantia magnitud indicador variable estado
situacion materia tema asunto cuestion renglon rubro item aspecto ambito caso lado frente respecto relacion torno
miras cara concepto orden tarea mision labor esfuerzo empeno voluntad decision determinacion intencion prioridad
interes vision sueno deseo mira linea base partida cumplimiento ejecucion realizacion obtencion consecucion
materializacion acuerdo pacto mandato deber obligacion proyeccion prevision estimacion calculo pronostico
presupuesto cronograma calendario agenda programacion fecha plazo tiempo margen momento oportunidad disposicion
necesidad consenso termino vencimiento limite inicio comienzo arranque cierre final culminacion finalizacion
conclusion terminacion entrega gobierno administracion alcaldia alcalde alcaldesa mandatario mandataria burgomaestre
municipio distrito gabinete texto capitulo apartado tablero diagnostico fuente norte exito referencia fruto
"""
_WHEN = """
periodo cuatrienio cuatrenio ano anos vigencia mandato administracion gobierno gestion lapso termino final cierre
fin culminacion conclusion terminacion diciembre enero febrero marzo abril mayo junio julio agosto septiembre
octubre noviembre plazo fecha vencimiento entrega semestre trimestre bimestre mes
"""
_QUALITIES = """
participativo participativa constitucional presente actual saliente entrante anterior pasado pasada vigente propio
propia mismo misma debido debida respectivo respectiva correspondiente proximo proxima siguiente ultimo ultima
oficial inicial definitivo definitiva maximo maxima minimo minima exacto exacta preciso precisa previsto prevista
esperado esperada firme solemne pleno plena total disponible reciente recientes politico politica estrategico
"""

_ENTRIES = tuple(e.strip() for block in (_AIMING, _REACHING, _COUNTING) for e in block.split(",") if e.strip())
SPEAKING = (finite(_ENTRIES) | frozenset(_IRREGULAR.split())) - frozenset(_OTHERS.split())
"""Forms with a person of verbs that tell of a commitment, a level or a count: they make a sentence."""
SPOKEN = SPEAKING | unfinished(_ENTRIES)
"""All their forms but the participles, which behind a noun may narrow it ("viviendas terminadas")."""
DONE = participles(_ENTRIES)
"""Their participles."""
AGREED = past(e.strip() for e in _AIMING.split(",") if e.strip())
"""What was agreed: in the past, and yet it binds the time to come."""
_STRIVING = """
propender, tender tiend, contribuir contribuy, coadyuvar, propiciar, velar, luchar, laborar, concentrar, volcar vuelc,
encauzar, focalizar, aunar, dedicar, servir sirv, conducir conduzc, promover promuev, impulsar, fomentar, favorecer,
"""
_WISHES = """
meta objetivo proposito compromiso apuesta reto desafio prioridad finalidad fin norte mision tarea obligacion deber
anhelo aspiracion empeno voluntad intencion imperativo objeto necesidad necesario imprescindible indispensable imperioso
urgente menester prioritario preciso acordado decidido previsto propuesto metas objetivos propositos compromisos
apuestas retos desafios prioridades fines finalidades tareas esfuerzos encaminadas encaminados orientadas orientados
dirigidas dirigidos tendientes orientada orientado encaminada encaminado dirigida dirigido
"""
_ENDEAVOURS = tuple(e.strip() for block in (_AIMING, _STRIVING) for e in block.split(",") if e.strip())
INTENDED = finite(_ENDEAVOURS) | AGREED | frozenset(_WISHES.split())
"""Words before a verb that say that it is intended, not that it happens."""
_ATTAINED = (
    "lograr, conseguir, alcanzar, obtener, promover, impulsar, favorecer, propiciar, buscar, procurar, garantizar,"
)
ATTAINING = unfinished(e.strip() for e in _ATTAINED.split(",") if e.strip())
"""Infinitives with which what comes next is aimed at."""
FRAME = frozenset(stem(w) for w in (*_NOUNS.split(), *_WHEN.split(), *_QUALITIES.split()))
"""Nouns and adjectives, cut to their roots, beside which a thing stays the same thing."""
WHEN = frozenset(stem(w) for w in _WHEN.split())
"""Those of them that say when: a phrase which reaches one is complete."""
