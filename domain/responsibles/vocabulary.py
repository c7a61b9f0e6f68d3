"""The words that names of responsible bodies begin with, hold, or cannot hold; all folded."""


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


OFFICES = _of("""
    secretaria secretarias subsecretaria secretario secretarios secretariado sec secr secret sria srio oficina
    oficinas of ofic direccion direcciones subdireccion director directora gerencia gerencias subgerencia
    gerente instituto institutos inst ministerio ministerios ministro min alcaldia alcaldias alcalde alcaldesa
    alcaldes gobernacion gobernaciones gobernador comisaria comisarias personeria personero contraloria
    procuraduria defensoria defensorias fiscalia inspeccion inspecciones unidad unidades agencia agencias
    consejo consejos concejo concejos comite comites mesa mesas junta juntas empresa empresas corporacion
    corporaciones fundacion fundaciones universidad universidades hospital hospitales camara camaras policia
    ejercito armada cruz defensa registraduria superintendencia asamblea tesoreria fondo coordinacion
    coordinador coordinadora veeduria veedurias cuerpo bomberos division departamento jefe jefatura area enlace
    asesoria despacho consejeria delegado centro casa laboratorio banco sociedad inspector comisario presidencia
    federacion asociacion asociaciones cooperativa cooperativas procurador viceministerio archivo escuela
    servicio batallon parques acueducto profesional operador grupo equipo red observatorio programa
    """)
BODIES = _of("""
    administracion administraciones municipio municipios distrito distritos departamentos gobierno gobiernos
    estado estados nacion entidad entidades institucion instituciones autoridad autoridades organismo organismos
    organizacion organizaciones dependencia dependencias sector sectores sistema comunidad comunidades sociedad
    familia familias ciudadania ciudadanos operadores funcionarios funcionario servidores establecimientos
    establecimiento colegios docentes directivos prestadores empresarios gremios academia iglesia fuerza fuerzas
    comision comisiones lideres actores particulares padres propietarios usuarios pueblo pueblos resguardos
    cabildos cabildo juzgados jueces notarias tribunal corte congreso presidente gestores gestor gestora madres
    promotores equipos grupos responsables region provincia ente entes organo organos aseguradoras pagadores ips
    eps administradores administradoras contratista interventor gabinete mandatario gobernante primera
    dirigentes instancias instancia profesionales personal medicos productores asamblea jovenes todos patronato
    corporaciones subsistema
    """)
ACRONYMS = _of("""
    icbf sena dnp dane dps car igac inpec unp ant urt eps ips ese esp clopad cmgrd umata imder inder coldeportes
    fopae unicef acnur oim pnud usaid dimar incoder sisben unidos sem dian ica ideam invias inviias findeter
    etcr corpoamazonia corantioquia fedegan policia ponal conpes comfama cormagdalena conif incora aes
    """)
LINKS = frozenset(["de", "del", "la", "las", "los", "el", "y", "e", "en", "para", "a", "al", "o", "u", "contra"])
STOPS = _of("""
    que se quien quienes con por su sus no ha han es son ser sera seran debe deben debera deberan como cual
    cuales donde cuando segun entre sobre desde hasta mediante esta este estas estos tambien ademas lo le les un
    una unos unas ya ni si mas muy asi pero porque pues aunque sino tiene tienen cuenta cuentan puede pueden
    podra podran fue fueron sido siendo estan estara haya hay cuyo cuya durante sin tras ante bajo segun cada
    tal tales nos mismo misma enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
    diciembre numero num nd porcentaje responsable fuente tabla meta metas linea indicador indicadores producto
    """)
SHORTENED = _of("sec secr secret sria of ofic mpal min inst dpto depto admon dir dptal coord")
LEVELS = _of("""
    municipal municipales distrital distritales departamental departamentales nacional nacionales territorial
    territoriales local locales general mpal publica publicas publico publicos central regional actual
    """)
