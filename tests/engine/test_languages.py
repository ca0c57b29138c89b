"""Nine languages are read as English: routed alike, with the amounts and directions that were meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from omnify_agents.engine.examples import load_examples
from omnify_agents.engine.flow import Known
from omnify_agents.engine.goals import By, Goal
from omnify_agents.engine.languages import LANGUAGES, in_english, language_of
from omnify_agents.engine.understanding import goals_of

SAID: dict[str, tuple[str, ...]] = {
    "summary": (
        "Wie liefen unsere Kampagnen letzte Woche?",
        "Combien avons-nous dépensé hier ?",
        "¿Cómo nos fue la semana pasada?",
        "Come è andata la settimana scorsa?",
        "Como foi a semana passada?",
        "Hoe deden we het vorige week?",
        "Jak nam poszło w zeszłym tygodniu?",
        "geçen hafta nasıl gitti?",
        "先週の成績はどうでしたか？",
        "Comment ont performé nos campagnes Meta ce mois-ci ?",
        "Wie hoch war der Umsatz gestern?",
        "¿Cuál es nuestro coste por conversión este mes?",
        "Quanto abbiamo speso ieri?",
        "Quanto gastamos ontem?",
        "Ile wydaliśmy wczoraj?",
        "dün ne kadar harcadık?",
        "昨日いくら使いましたか",
    ),
    "move": (
        "Verschiebe 100 Euro pro Tag von der schlechtesten Meta-Kampagne zur besten Google-Kampagne",
        "Déplace 100 € par jour de la pire campagne Meta vers la meilleure campagne Google",
        "Mueve 100 euros al día de la peor campaña de Meta a la mejor de Google",
        "Sposta 100 euro al giorno dalla peggiore campagna Meta alla migliore campagna Google",
        "Mova 100 dólares por dia da pior campanha do Meta para a melhor do Google",
        "Verplaats 100 euro per dag van de slechtste Meta-campagne naar de beste Google-campagne",
        "Przenieś 100 dolarów dziennie z najgorszej kampanii Meta do najlepszej kampanii Google",
        "En kötü Meta kampanyasından en iyi Google kampanyasına günde 100 dolar taşı",
        "Metaの最悪のキャンペーンからGoogleの最高のキャンペーンに1日100ドル移して",
    ),
    "fatigue": (
        "Welche Anzeigen werden in den nächsten zwei Wochen ermüden?",
        "Quelles publicités vont s'épuiser dans les deux prochaines semaines ?",
        "¿Qué anuncios se van a desgastar en las próximas dos semanas?",
        "Quali annunci si stancheranno nelle prossime due settimane?",
        "Quais anúncios vão cansar nas próximas duas semanas?",
        "Welke advertenties raken uitgeput in de komende twee weken?",
        "Które reklamy się wypalą w ciągu najbliższych dwóch tygodni?",
        "Önümüzdeki iki hafta içinde hangi reklamlar yorulacak?",
        "今後2週間でどの広告が疲弊しますか",
    ),
    "pause": (
        "Pausiere die schlechteste Meta-Kampagne",
        "Mets en pause la pire campagne Meta",
        "Pausa la peor campaña de Meta",
        "Metti in pausa la peggiore campagna Meta",
        "Pause a pior campanha do Meta",
        "Pauzeer de slechtste Meta-campagne",
        "Wstrzymaj najgorszą kampanię Meta",
        "En kötü Meta kampanyasını duraklat",
        "Metaの最悪のキャンペーンを一時停止して",
    ),
    "budget": (
        "Erhöhe das Budget von TF | Search | Brand | US um 20 %",
        "Augmente le budget de TF | Search | Brand | US de 20 %",
        "Aumenta el presupuesto de TF | Search | Brand | US un 20 %",
        "Aumenta il budget di TF | Search | Brand | US del 20 %",
        "Aumente o orçamento de TF | Search | Brand | US em 20 %",
        "Verhoog het budget van TF | Search | Brand | US met 20 %",
        "Zwiększ budżet TF | Search | Brand | US o 20 %",
        "TF | Search | Brand | US bütçesini yüzde 20 artır",
        "TF | Search | Brand | US の予算を20%増やして",
    ),
    "approve": (
        "Genehmige alles, was wartet",
        "Approuve tout",
        "Aprueba todo",
        "Approva tutto",
        "Aprove tudo",
        "Keur alles goed",
        "Zatwierdź wszystko",
        "Hepsini onayla",
        "全て承認して",
    ),
    "rank": (
        "Zeig mir die fünf besten Google-Kampagnen nach ROAS",
        "Montre-moi les meilleures campagnes Google par ROAS",
        "Muéstrame las 5 mejores campañas de Google por ROAS",
        "Mostrami le 5 migliori campagne Google per ROAS",
        "Mostre as 5 melhores campanhas do Google por ROAS",
        "Toon de 5 beste Google-campagnes op ROAS",
        "Pokaż 5 najlepszych kampanii Google według ROAS",
        "ROAS'a göre en iyi 5 Google kampanyasını göster",
        "ROASで最も良いGoogleのキャンペーンを見せて",
    ),
    "approvals": (
        "Was wartet auf Freigabe?",
        "Qu'est-ce qui attend une approbation ?",
        "¿Qué está pendiente de aprobación?",
        "Cosa aspetta approvazione?",
        "O que está pendente de aprovação?",
        "Wat wacht op goedkeuring?",
        "Co czeka na zatwierdzenie?",
        "Ne onay bekliyor?",
        "承認待ちは何ですか",
    ),
    "anomalies": (
        "Ist etwas ungewöhnlich?",
        "Y a-t-il des anomalies ?",
        "¿Hay anomalías?",
        "Ci sono anomalie?",
        "Há anomalias?",
        "Zijn er afwijkingen?",
        "Czy są jakieś anomalie?",
        "Anormallik var mı?",
        "異常はありますか",
    ),
    "forecast": (
        "Prognose für die nächsten 7 Tage",
        "Prévision pour les 7 prochains jours",
        "Previsión para los próximos 7 días",
        "Previsione per i prossimi 7 giorni",
        "Previsão para os próximos 7 dias",
        "Voorspelling voor de komende 7 dagen",
        "Prognoza na najbliższe 7 dni",
        "Önümüzdeki 7 gün için tahmin",
        "今後7日間の予測",
    ),
}


def only(text: str) -> Goal:
    (goal,) = goals_of(text, Known())
    return goal


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, texts in SAID.items() for text in texts]
)
def test_a_request_is_understood_in_its_own_language(intent: str, text: str) -> None:
    assert only(text).intent == intent, in_english(text).text


@pytest.mark.parametrize("text", SAID["move"])
def test_money_goes_in_the_direction_that_was_said(text: str) -> None:
    slots = only(text).slots
    assert slots.source is not None
    assert slots.target is not None
    assert (slots.source.order, slots.source.platform) == ("worst", "meta")
    assert (slots.target.order, slots.target.platform) == ("best", "google")
    assert slots.change is not None
    assert slots.change.by is By.AMOUNT
    assert slots.change.amount is not None
    assert slots.change.amount.value == 100


@pytest.mark.parametrize("text", SAID["budget"])
def test_a_percentage_and_a_name_survive(text: str) -> None:
    slots = only(text).slots
    assert slots.change is not None
    assert (slots.change.by, slots.change.sign, slots.change.number) == (By.PERCENT, 1, Decimal(20))
    assert slots.refs[0].value == "tf | search | brand | us"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Setze das Tagesbudget von meta:1201 auf 1.000,50 €", "1000.50"),
        ("Setze das Tagesbudget von meta:1201 auf 1.500 Euro", "1500"),
        ("Fixe le budget de meta:1201 à 1 500,50 € par jour", "1500.50"),
        ("Fija el presupuesto de meta:1201 en 1.250 euros al día", "1250"),
        ("Ustaw budżet meta:1201 na 99,90 euro dziennie", "99.90"),
    ],
)
def test_points_and_commas_are_read_as_that_language_writes_them(text: str, amount: str) -> None:
    change = only(text).slots.change
    assert change is not None
    assert change.by is By.TO
    assert change.amount is not None
    assert change.amount.value == Decimal(amount)


def test_each_language_is_told_from_the_others() -> None:
    order = ("de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ja")
    for text, code in zip(SAID["fatigue"], order, strict=True):
        assert language_of(text) == code
    assert set(order) == LANGUAGES.keys()


def test_english_is_left_alone() -> None:
    changed = [example.text for example in load_examples() if in_english(example.text).language]
    assert changed == []


def test_quotations_ids_and_names_are_not_translated() -> None:
    said = in_english('Pausiere "Beste Kampagne der Woche" und TF_Alle_Anzeigen und meta:1201')
    for kept in ('"Beste Kampagne der Woche"', "TF_Alle_Anzeigen", "meta:1201"):
        assert kept in said.text
