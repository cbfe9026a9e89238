from switchrank import tables
from switchrank.corpus.tokens import tokenize_instances
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    vocabulary, pieces = tokenize_instances(
        tables.read(snakemake.input.instances, tables.INSTANCES),
        tables.read(snakemake.input.queries, tables.QUERIES),
        tables.read(snakemake.input.passages, tables.PASSAGES),
    )
    tables.write(vocabulary, snakemake.output.vocabulary, tables.VOCABULARY)
    with tables.stream(snakemake.output.tokens, tables.TOKENS) as append:
        for piece in pieces:
            append(piece)
