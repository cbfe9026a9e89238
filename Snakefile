from snakemake.utils import min_version

min_version("9.27.1")  # the version that the tests run with


include: "rules/common.smk"


wildcard_constraints:
    source=names(SOURCES),
    benchmark=names(CONFIG.benchmarks),
    judged=names(CONFIG.benchmarks),
    vectors=names(CONFIG.vectors),
    lexicon=names(CONFIG.lexicons),
    corpus=names(CONFIG.corpora),
    encoder=names(CONFIG.encoders),
    system=names(CONFIG.systems),
    table=names(CONFIG.tables),
    figure=names(CONFIG.figures),
    split="train|dev|test",
    # of judgements and candidates: of all pairs, of one language of passages, of one pair
    scope="shared|[a-z]{2}(-[a-z]{2})?",
    side="queries|passages",
    language="[a-z]{2}",
    source_language="[a-z]{2}",
    target_language="[a-z]{2}",
    pair="[a-z]{2}-[a-z]{2}",
    seed="[0-9]+",


include: "rules/data.smk"
include: "rules/lexicon.smk"
include: "rules/corpus.smk"
include: "rules/encoder.smk"
include: "rules/ranker.smk"
include: "rules/evaluation.smk"
include: "rules/report.smk"
include: "rules/manifest.smk"
include: "rules/targets.smk"


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        "results/report.html",
        "results/manifest.parquet",
        runs.unjudged_runs(CONFIG),


onsuccess:
    print_main_table()
