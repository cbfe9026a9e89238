# data: pinned downloads become passages, queries, qrels, candidates, training instances and titles.


include: "inputs/data.smk"
include: "data/sources.smk"
include: "data/texts.smk"
include: "data/candidates.smk"
