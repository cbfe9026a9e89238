from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    import faiss

    from switchrank.lexicon.induction import induce_lexicon
    from switchrank.lexicon.settings import VectorLexicon

    faiss.omp_set_num_threads(snakemake.threads)
    lexicon = induce_lexicon(
        tables.read_arrow(snakemake.input.source, tables.VECTORS),
        tables.read_arrow(snakemake.input.target, tables.VECTORS),
        VectorLexicon(**snakemake.params.settings),
        "lexicon {} {}-{}".format(*snakemake.wildcards),
    )
    tables.write(lexicon, snakemake.output[0], tables.LEXICON)
