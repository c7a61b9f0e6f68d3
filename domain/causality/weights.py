"""What speaks for a boundary and for a pair, in log odds (see `causal_spans`): fitted, not written by hand.

Fitted on the labelled passages of two thirds of the municipalities, with a penalty on size; weights under 0.15 are
left out. One line is a weight and the features that have it.
"""


def _weights(table: str) -> dict[str, float]:
    lines = (line.split() for line in table.strip().splitlines())
    return {feature: float(weight) for weight, *features in lines for feature in features}


START = _weights("""
+3.1 kind=inf
+2.1 word=accion
+2.0 word=estrat
+1.7 prev=rel
+1.6 word=fortal
+1.5 kind=art
+1.4 prev+kind=en+word word=proces
+1.3 prev_word=genera prev_word=realiz prev_word=su word=mejora word=progra
+1.2 prev+kind=word+inf
+1.1 kind=det kind=ger word=implem
+1.0 prev+kind=cap+inf word=un word=una
+0.9 kind=no kind=nom prev+kind=,+ger prev+kind=^+cap prev+kind=^+nom prev_word=implem word=no
+0.8 inf=0 kind=se long=causa:3 long=medio-fin:3 prev=adv prev=inf word=este
+0.7 long=medio-fin:5 prev_word=desarr word=desarr
+0.6 kind=fin long=medio-fin:6 prev+kind=y+art word=garant word=genera
+0.5 long=causa:4 long=causa:5 long=medio-fin:2 long=medio-fin:4 prev+kind=,+art prev+kind=^+art
+0.5 prev+kind=inf+word prev+kind=word+art prev=: prev_word=:
+0.4 capital=True long=causa:2 prev+kind=a+word prev+kind=art+cap prev+kind=de+word prev+kind=fin+art
+0.4 prev+kind=fin+word prev+kind=num+inf prev=, prev=num prev=que prev_word=, prev_word=que prev_word=una
+0.4 word=gestió y=2
+0.3 commas=0 fin=0 long=causa:10 long=causa:6 long=medio-fin:8 prev+kind=^+inf prev+kind=se+fin prev_word=el
+0.3 que=0
+0.2 kind=word long=causa:8 prev+kind=art+word prev+kind=que+se prev+kind=word+nom prev=) prev=como prev=por
+0.2 prev=sign prev_word=) prev_word=como prev_word=por prev_word=y word=el word=establ word=la
-0.2 fin=1 prev+kind=nom+cap prev+kind=nom+en prev+kind=num+num prev+kind=que+art prev+kind=word+cap
-0.2 prev+kind=word+en prev+kind=word+que prev=a prev=con prev=y prev_word=al prev_word=con prev_word=de
-0.3 commas=1 inf=2 long=causa:13 prev+kind=,+nom prev+kind=art+nom prev+kind=para+art prev=det prev=prep
-0.3 prev_word=del prev_word=se word=al y=0
-0.4 capital=False kind=cap kind=part prev+kind=,+word prev+kind=cap+num prev+kind=por+art prev+kind=word+a
-0.4 prev+kind=word+word prev=en prev_word=en que=2 word=poblac
-0.5 inf=1 long=medio-fin:13 prev+kind=en+art prev+kind=inf+nom prev+kind=y+word prev=de prev=se prev_word=es
-0.5 prev_word=los word=ciudad word=es word=las
-0.6 kind=para long=medio-fin:1 prev+kind=a+art prev+kind=de+art prev+kind=det+word prev=art word=para
-0.7 kind=como kind=num kind=por prev+kind=se+word prev+kind=y+inf prev+kind=y+nom word=como word=cultur
-0.7 word=por
-0.8 kind=con kind=que long=medio-fin:17 prev+kind=word+part prev_word=las word=a word=con word=que
-0.9 kind=prep prev+kind=inf+art word=munici
-1.0 kind=adv prev+kind=de+cap
-1.1 kind=a kind=en word=en
-1.2 long=causa:22 prev+kind=que+word
-1.3 long=causa:17
-1.5 prev+kind=nom+word
-1.6 long=medio-fin:22
""")
"""Where the side left of a marker begins."""

END = _weights("""
+1.3 long=causa:5 long=causa:6 next+then=part+en
+1.2 long=medio-fin:6
+1.1 next+then=.+$ next+then=con+word
+1.0 next=prep
+0.9 kind=word long=medio-fin:5 long=medio-fin:8 next+then=,+ger next=, next_word=,
+0.8 kind=ger long=causa:8 next+then=cap+de y=2
+0.7 kind=nom long=causa:3 long=medio-fin:3 next=( next_word=( next_word=y
+0.6 kind=cap long=causa:4 long=medio-fin:10 next+then=;+$ next+then=que+se next+then=que+word next=; next=num
+0.6 next_word=;
+0.5 long=medio-fin:2 que=0
+0.4 commas=0 kind=part long=medio-fin:4 next+then=de+art next+then=en+nom next+then=para+inf next+then=y+inf
+0.4 next=. next=y next_word=.
+0.3 en=0 fin=0 long=causa:10 next+then=con+art next+then=por+art next+then=word+a next=sign para=0
+0.2 commas=3 fin=2 next+then=$+$ next+then=prep+art next=$ y=1
-0.2 en=2 next+then=,+part next+then=num+num
-0.3 commas=1 commas=2 next+then=a+art next+then=art+nom next+then=de+cap next+then=y+de next_word=del
-0.3 next_word=los next_word=públic para=1
-0.4 fin=1 next_word=la next_word=social
-0.5 kind=adv long=causa:13 next+then=art+word next+then=en+word next+then=word+de next=a
-0.6 long=causa:2 next+then=word+. next+then=word+en next+then=word+word next+then=word+y next=cap next=fin
-0.6 next_word=a que=1
-0.7 kind=num next+then=en+art next+then=word+, next=art next_word=el next_word=las
-0.8 long=causa:1 next+then=y+art next=det
-0.9 next+then=,+art next_word=de
-1.0 next+then=de+word next=de next=inf y=0
-1.2 next=part
-1.3 long=medio-fin:1 next+then=de+nom
-1.4 long=causa:17 long=medio-fin:17 next+then=y+word next=nom
-1.5 next+then=,+word
-1.6 long=causa:22
-2.0 next+then=y+nom
-2.1 next+then=,+nom
-2.3 next=word
-2.4 long=medio-fin:22
""")
"""Where the side right of a marker ends."""

PAIR = _weights("""
+1.0 marker=debido
+0.9 marker=que_fin
+0.7 left=inf marker=consecuencia marker=para_que
+0.6 first=fin marker+first=mediante+art+word marker+first=para+inf marker+first=para_que+word
+0.5 first=art+nom marker+first=dirigido+inf marker+first=servir+art+nom prev=word
+0.4 first=inf marker+first=a_traves+art+word marker+first=permite+art+nom marker+first=que_fin+a
+0.4 marker+first=que_genera+word marker=lo_que_genera next=( next=de prev=,
+0.3 first=art+part first=art+word first=no marker+first=a_traves+nom marker+first=para+nom
+0.3 marker+first=que_fin+inf marker+first=servir+art+word marker+first=y_asi+inf marker+first=ya_que+word
+0.3 marker=generando marker=mediante marker=y_asi marker=ya_que prev=sign
+0.2 first=que first=word left=art left=nom left=prep left=que marker+first=debido+art+word
+0.2 marker+first=estrategia+nom marker+first=fin+inf marker+first=para_ello+fin marker+first=para_que+se
+0.2 marker=a_traves marker=estrategia marker=fin marker=por_lo_que next=inf next=part numbers=0 prev=cap
+0.2 prev=nom tail=2 tail=3
-0.2 crowd=3 first=a first=det+word first=num first=part first=rel first=se left=adv left=det left=no left=por
-0.2 left=word marker+first=derivado+art+nom marker+first=dirigido+word marker+first=haciendo+adv
-0.2 marker+first=haciendo+art+nom marker+first=lo_que_genera+art+word marker+first=para+det+word
-0.2 marker+first=para+part marker+first=por+art+cap marker+first=por+art+nom marker+first=por+art+word
-0.2 marker+first=por+cap marker+first=por+det+nom marker+first=por_medio+rel marker+first=ya_que+fin next=-
-0.2 next=/ next=; next=se prev=adv prev=art prev=fin
-0.3 capitals=False crowd=4 crowd=5 first=, first=art+cap first=art+rel first=en left=para
-0.3 marker+first=a_traves+cap marker+first=permite+a marker+first=por_lo_que+se marker+first=que_fin+word
-0.3 marker+first=que_genera+art+nom marker+first=que_permite+inf marker=genera marker=haciendo
-0.3 marker=se_busca next=art next=con next=nom next=prep next=y prev=que
-0.4 first=adv first=y front= marker+first=dirigido+art+word marker+first=por+nom marker=por_falta prev=num
-0.4 prev=y tail=1
-0.5 capitals=True marker+first=mediante+nom marker+first=para+art+word marker+first=por+word marker=dirigido
-0.5 marker=para marker=por_medio marker=que_permite next=fin next=para
-0.6 front=por_lo_que left=rel marker+first=servir+inf marker=a_partir marker=afecta
-0.7 always marker+first=para+art+cap marker+first=para+word marker+first=se_busca+inf prev=^ size=0
-0.8 first=cap
-0.9 tail=0
-1.1 numbers=2
-1.7 marker=por
""")
"""Whether a reader would call the two sides a pair."""
