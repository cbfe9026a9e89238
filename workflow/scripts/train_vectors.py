import polars as pl

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.lexicon.settings import TrainedVectors
    from switchrank.lexicon.training_vectors import topics, train_vectors

    train = tables.read(snakemake.input.splits, tables.SPLITS).filter(pl.col("split") == "train")
    files = (snakemake.params.languages, snakemake.input.titles, snakemake.input.queries, snakemake.input.passages)
    texts = {
        language: topics(
            tables.read(titles, tables.TITLES),
            tables.read(queries, tables.QUERIES),
            tables.read(passages, tables.PASSAGES).join(train, on="doc_id", how="semi", maintain_order="left"),
        )
        for language, titles, queries, passages in zip(*files, strict=True)
    }
    trained = train_vectors(texts, TrainedVectors(**snakemake.params.settings))
    for language, path in zip(snakemake.params.languages, snakemake.output, strict=True):
        tables.write(trained[language], path, tables.VECTORS)
