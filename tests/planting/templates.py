"""Ways in which a plan says a thing a second time; `{thing}`, `{said}` and `{verb}` are filled in.

Those of HELD_OUT were written before the last change of the detector and never looked at while changing it: they tell
whether it knows contradictions or templates. Whoever reads their misses has to write others.
"""

from collections.abc import Mapping, Sequence

from tests.planting.statements import Form

TEMPLATES: Mapping[Form, Sequence[str]] = {
    "counted": (
        "En este periodo de gobierno se proyecta {verb} {said} {thing}.",
        "Como ya se indicó, la administración municipal se compromete a {verb} {said} {thing} durante el cuatrienio.",
        "Uno de los logros esperados de la gestión es llegar a {said} {thing}.",
        "De acuerdo con lo concertado con las comunidades, el municipio va a {verb} {said} {thing}.",
        "El esfuerzo presupuestal del sector permitirá {verb} {said} {thing} al terminar el gobierno.",
        "Al cabo de los cuatro años deben quedar {said} {thing}, como lo pidió la ciudadanía en las mesas de trabajo.",
        "Por su impacto en la población se priorizó {verb} {said} {thing}.",
        "Nuestro gobierno entregará {said} {thing} a la comunidad.",
        "Con el concurso de la Nación y del departamento sacaremos adelante {said} {thing}.",
    ),
    "target": (
        "La meta del cuatrienio para {thing} es de {said}.",
        "Con las acciones descritas se espera que {thing} llegue a {said} al finalizar el periodo.",
        "En cuanto a {thing}, el compromiso de este gobierno es alcanzar {said}.",
        "El resultado que se propone esta administración es {said} en {thing}.",
        "Este Plan se traza como horizonte {said} para {thing}.",
        "Cuando concluya el mandato, {thing} será de {said}.",
        "De {thing} se aspira a tener {said} en el último año de gobierno.",
        "Para {thing} el reto acordado con la comunidad es {said}.",
    ),
    "baseline": (
        "La línea base de {thing} es de {said}.",
        "El municipio parte de {said} en {thing}, según la información disponible.",
        "Al iniciar este gobierno, {thing} se encuentra en {said}.",
        "El punto de partida de {thing} corresponde a {said}.",
        "En la actualidad se registra {said} en {thing}.",
        "Recibimos el municipio con {said} en {thing}.",
        "El diagnóstico arroja hoy {said} en {thing}.",
    ),
    "amount": (
        "Para el {thing} se ha dispuesto una inversión de {said} en el cuatrienio.",
        "El {thing} tiene un costo de {said}, de acuerdo con el plan financiero.",
        "Los recursos destinados al {thing} ascienden a {said}.",
        "El presupuesto del {thing} suma {said}.",
        "Se invertirán {said} en el {thing}.",
        "La bolsa del {thing} es de {said}.",
        "Al {thing} se le asignan {said}.",
    ),
    "responsible": (
        "La responsabilidad sobre {thing} recae en la {said}.",
        "Se precisa que {thing} estará a cargo de la {said}.",
        "La {said} será la responsable de {thing}.",
        "La dependencia encargada de {thing} es la {said}.",
        "Quien lidera {thing} dentro de la estructura municipal es la {said}.",
        "A la {said} le corresponde {thing}.",
        "Es tarea de la {said} sacar adelante {thing}.",
        "Para {thing} se designa a la {said}.",
    ),
    "deadline": (
        "El plazo para {thing} vence en {said}.",
        "Este gobierno se obliga a {thing} a más tardar en {said}.",
        "La fecha límite fijada para {thing} es el 31 de diciembre de {said}.",
        "Se deberá {thing} antes de finalizar el año {said}.",
        "El municipio tiene hasta {said} para {thing}.",
        "El compromiso de {thing} deberá estar cumplido en {said}.",
        "En {said} se espera tener cumplido el compromiso de {thing}.",
        "El cronograma señala {said} como año de entrega para {thing}.",
    ),
    "direction": (
        "Entre los propósitos de esta administración está {verb} {thing}.",
        "Con estas acciones se pretende {verb} {thing}.",
        "El Plan de Desarrollo busca {verb} {thing} en los próximos cuatro años.",
        "Para ello el municipio se propone {verb} {thing}.",
        "La apuesta de este gobierno pasa por {verb} {thing}.",
        "Es prioridad de la administración {verb} {thing}, con el concurso de todos los sectores.",
        "Nos trazamos el reto de {verb} {thing}.",
        "Con la participación de todos lograremos {verb} {thing}.",
    ),
}

HELD_OUT: Mapping[Form, Sequence[str]] = {
    "counted": (
        "Atendiendo el clamor de las comunidades, hemos decidido {verb} {said} {thing}.",
        "El programa de gobierno que inscribió el alcalde incluye {verb} {said} {thing}.",
        "En total serán {said} {thing} los que deje esta administración.",
    ),
    "target": (
        "Se ha convenido con los actores del sector llevar {thing} a {said}.",
        "Al culminar el periodo constitucional, {thing} deberá situarse en {said}.",
        "Frente a {thing}, la expectativa es cerrar el gobierno con {said}.",
        "Nos proponemos que {thing} quede en {said}.",
    ),
    "baseline": (
        "La administración saliente dejó {thing} en {said}.",
        "El diagnóstico participativo ubica {thing} en {said}.",
        "Hoy tenemos {said} en {thing}.",
    ),
    "amount": (
        "Para financiar el {thing} se apropiarán {said}.",
        "El {thing} demandará recursos por {said}.",
        "Se estima en {said} el valor del {thing}.",
    ),
    "responsible": (
        "Al frente de {thing} estará la {said}.",
        "La {said} tendrá a su cargo {thing}.",
        "La {said} deberá velar por {thing}.",
    ),
    "deadline": (
        "Antes de que termine {said} el municipio habrá de {thing}.",
        "Está previsto para {said} {thing}.",
        "La comunidad podrá verificar en {said} el cumplimiento de la meta de {thing}.",
    ),
    "direction": (
        "Trabajaremos sin descanso para {verb} {thing}.",
        "Es propósito superior de esta alcaldía {verb} {thing}.",
        "La estrategia está orientada a {verb} {thing}.",
    ),
}
