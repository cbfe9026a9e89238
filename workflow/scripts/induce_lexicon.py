from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.lexicon.induction import induce_lexicon
    from switchrank.lexicon.settings import VectorLexicon

    vocabulary = snakemake.input.get("vocabulary")
    lexicon = induce_lexicon(
        tables.read_arrow(snakemake.input.source, tables.VECTORS),
        tables.read_arrow(snakemake.input.target, tables.VECTORS),
        VectorLexicon(**snakemake.params.settings),
        "lexicon {} {}-{}".format(*snakemake.wildcards),
        (snakemake.wildcards.source_language, snakemake.wildcards.target_language),
        set(tables.read(vocabulary, tables.VOCABULARY)["word"]) if vocabulary else None,
        snakemake.threads,
    )
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
