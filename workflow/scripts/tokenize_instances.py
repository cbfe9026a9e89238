from switchrank import tables
from switchrank.corpus.tokens import tokenize
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    instances = tables.read(snakemake.input.instances, tables.INSTANCES)
    for side, key, contract in (("queries", "query_id", tables.QUERIES), ("passages", "doc_id", tables.PASSAGES)):
        texts = tables.read(snakemake.input[side], contract).join(instances, on=key, how="semi")
        tables.write(tokenize(texts, key), snakemake.output[side], tables.TOKENS)
