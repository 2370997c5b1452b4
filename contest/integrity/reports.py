"""The queue as a file: for whoever looks at it elsewhere."""

from typing import Any

from contest.integrity.wording import sentence
from contest.models import Contest
from contest.rules.integrity.evidence import SignalKind


def clusters_as_json(contest: Contest) -> list[dict[str, Any]]:
    """Every current cluster, the most severe first, as JSON can hold it. Three queries.

    Members by name and unit, and by their number, which evidence refers to.
    """
    current = contest.integrity_clusters.filter(is_current=True).prefetch_related(
        "members__participant__unit", "evidence"
    )
    return [
        {
            "key": cluster.key,
            "severity": cluster.severity,
            "status": cluster.status,
            "verdict": cluster.verdict,
            "members": [
                {
                    "participant": member.participant_id,
                    "name": member.participant.full_name,
                    "unit": member.participant.unit.name if member.participant.unit else "",
                }
                for member in cluster.members.all()
            ],
            "evidence": [
                {
                    "kind": it.kind,
                    "score": it.score,
                    "participants": it.participants,
                    "sentence": sentence(SignalKind(it.kind), it.facts),
                    "facts": it.facts,
                }
                for it in cluster.evidence.all()
            ],
        }
        for cluster in current.order_by("-severity", "pk")
    ]
