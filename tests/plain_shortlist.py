"""The shortlist said once more, as plainly as can be: what the quick one must agree with.

Every mentor is read in full and looked at by himself; nothing is shared, remembered or put off.
"""

from collections.abc import Iterable
from typing import Any

from mentors.eligibility import Shortlist
from mentors.matching import TIERS, Candidate, Need, fit, workload
from mentors.weights import Weights


def in_words(found: Shortlist, counts: dict[str, int]) -> dict[str, Any]:
    """A shortlist as nothing but lists of texts and numbers."""
    return {
        "ranked": [
            (row.candidate.id, row.tier, row.score, [reason.text for reason in row.reasons])
            for row in found.ranked
        ],
        "not available": [
            (row.candidate.id, row.tier, row.kind, row.why, row.can_override, row.needs_note)
            for row in found.not_available
        ],
        "counts": counts,
    }


def plainly(
    need: Need, mentors: Iterable[Candidate], weights: Weights, tier: str
) -> dict[str, Any]:
    """The same by the rules of docs/shortlist.md, one mentor after the other."""
    ranked, missing = [], []
    counts = dict.fromkeys(TIERS, 0)
    for one in sorted(mentors, key=lambda one: (one.name.casefold(), one.id)):
        own, against = _where(need, one), _against(need, one)
        if not against:
            for wider in TIERS[TIERS.index(own) :]:
                counts[wider] += 1
        if TIERS.index(own) > TIERS.index(tier):
            continue
        if against:
            missing.append(_missing(need, one, own, against))
        else:
            reasons = [*fit(need, one, weights), *workload(one, weights)]
            score = sum(reason.points for reason in reasons)
            ranked.append((one.id, own, score, [reason.text for reason in reasons]))
    # Sorting keeps the order of equals: by name.
    ranked.sort(key=lambda row: (-row[2], TIERS.index(row[1])))
    missing.sort(key=lambda row: KINDS.index(row[2]))
    return {"ranked": ranked, "not available": missing, "counts": counts}


KINDS = ["refused", "not_assignable", "outside", "limit", "no_match"]


def _where(need: Need, one: Candidate) -> str:
    if one.chapter_id == need.chapter_id:
        return "chapter"
    if one.district_id and one.district_id == need.district_id:
        return "district"
    return "region" if one.region_id and one.region_id == need.region_id else "outside"


def _missing(need: Need, one: Candidate, own: str, against: dict[str, str]) -> tuple[Any, ...]:
    texts = list(against.values())
    if one.id in need.continuity:
        texts.append(f"Mentor of this client in {need.continuity[one.id]}")
    return (
        one.id,
        own,
        next(iter(against)),
        "; ".join(texts),
        "not_assignable" not in against,
        bool({"refused", "outside", "limit"} & set(against)),
    )


def _against(need: Need, one: Candidate) -> dict[str, str]:
    found = {}
    if one.id in need.refused:
        found["refused"] = need.refused[one.id]
    if not one.assignable:
        found["not_assignable"] = one.not_assignable_reason
    if _where(need, one) in ("region", "outside") and not one.serves_outside:
        found["outside"] = "does not serve clients outside the local area"
    if one.weekly_limit is not None and one.used_this_week >= one.weekly_limit:
        again = f", free again {one.free_again}" if one.free_again else ""
        found["limit"] = f"{one.used_this_week} of {one.weekly_limit} this week{again}"
    if not _offers(need, one):
        names = [name for name in (need.area_name, need.business_type_name) if name]
        found["no_match"] = {
            0: "offers nothing that the request asks for",
            1: f"does not offer {' '.join(names)}",
            2: f"offers neither {' nor '.join(names)}",
        }[len(names)]
    return found


def _offers(need: Need, one: Candidate) -> bool:
    by_keyword = any(need.asked.find(keyword) for keyword in one.keywords)
    by_area = need.area_id is not None and need.area_id in one.area_ids
    by_type = need.business_type_id is not None and need.business_type_id in one.business_type_ids
    return by_area or by_type or by_keyword
