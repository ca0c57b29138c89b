"""Names of campaigns that nobody has told us yet, found by their capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from omnify_agents.engine.concepts import lexicon_words
from omnify_agents.engine.mentions import Kind, Mention
from omnify_agents.engine.words import COMMANDS, FILLERS, fold

_UNIT = r"[A-Z0-9][\w&+%.']*"
_PROPER = re.compile(rf"(?<![\w:$€£.\"'])({_UNIT}(?:\s*[|/_–-]\s*{_UNIT}|\s+{_UNIT})*)")
_NOT_NAMES = frozenset(
    """i i'm i'd i've i'll ok google meta facebook instagram linkedin tiktok youtube adwords ads ad fb ig gads roas cpa cpl ctr
    cvr cpc cpm cac kpi kpis roi pls please usd eur gbp monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december q1 q2 q3 q4 ceo cmo cfo pdf csv url oracle
    eyes voice face reflexes curiosity memory crm seo api ai llm gpt chatgpt p10 p50 p90 sql html excel slack
    mrr arr ltv clv aov sku skus a/b utm
    shopify stripe wow mom mtd wtd ytd fyi asap l7d l14d l30d""".split()
)


_NOT_ALONE = frozenset("uk eu us usa emea dach apac b2b b2c saas".split())


def find_names(text: str, folded: str) -> Iterator[Mention]:
    """Runs of capitalized words that are neither the start of a sentence nor words of the trade."""
    if text.isupper():
        return
    at = 0
    for match in _PROPER.finditer(text):
        name = fold(_trimmed(match[1], starts=_starts_sentence(text, match.start()))).removesuffix("'s")
        start = folded.find(name, at) if name else -1
        if start >= 0:
            at = start + len(name)
            yield Mention(Kind.NAME, start, at, name)


def _trimmed(run: str, *, starts: bool) -> str:
    """Without common words at either end; '' where nothing of a name is left."""
    words = run.rstrip(".?!,'").split()
    if starts and words and (len(words) == 1 or _is_common(words[0])):
        words = words[1:]
    while words and _is_never_a_name(words[0]):
        words = words[1:]
    while words and _is_never_a_name(words[-1]):
        words = words[:-1]
    if len(words) == 1 and words[0].lower() in _NOT_ALONE:
        return ""
    return " ".join(words) if re.search(r"[A-Za-z]{2}", " ".join(words)) else ""


def _starts_sentence(text: str, at: int) -> bool:
    return bool(re.search(r"(?:^|[.?!:;\n])\s*$", text[:at]))


def is_common_word(word: str) -> bool:
    """Whether the word has a meaning of its own, so that alone it names nothing."""
    plain = word.lower().strip(".,?!':;")
    known = (FILLERS, COMMANDS, _starters(), lexicon_words(), _NOT_NAMES)
    return any(plain in words or plain.rstrip("s") in words for words in known)


def _is_common(word: str) -> bool:
    plain = word.lower().strip(".,?!':;")
    return plain in FILLERS or plain in _starters() or plain in lexicon_words()


@lru_cache(maxsize=1)
def _starters() -> frozenset[str]:
    return frozenset(
        """which who whom whose where when why is are was were does did has have had will would should shall may might must any
        some if since because as after before while although new old next let's i'm i'd we're it's there's here our my your their
        his her results spend money legal finance design someone somebody nobody everyone client clients stock budget""".split()
    )


def _is_never_a_name(word: str) -> bool:
    plain = word.lower().strip(".,?!'")
    return (
        plain in _NOT_NAMES
        or not re.search(r"\w", word)
        or plain.replace(".", "").replace(",", "").rstrip("k%").isdigit()
    )
