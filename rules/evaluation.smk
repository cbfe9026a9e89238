# evaluation: runs, measures and significance.


include: "evaluation/scoring.smk"
include: "evaluation/retrieval.smk"
include: "evaluation/measures.smk"
include: "evaluation/exports.smk"
