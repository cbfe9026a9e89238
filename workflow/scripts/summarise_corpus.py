from pathlib import Path

from switchrank import tables
from switchrank.corpus.summary import summarise_corpus
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    corpora = {Path(path).stem: tables.row_groups(path, tables.CORPUS) for path in snakemake.input}
    summary = summarise_corpus(corpora, snakemake.params.requested, snakemake.params.content)
    tables.write(summary, snakemake.output[0], tables.CORPUS_SUMMARY)
