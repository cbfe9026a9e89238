from functools import partial

import polars as pl

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.lexicon.settings import TrainedVectors
    from switchrank.lexicon.vectors.by_language import joined
    from switchrank.lexicon.vectors.skip_gram import topics, topics_of_groups, train_vectors

    settings = TrainedVectors(**snakemake.params.settings)
    train = in_split(tables.read(snakemake.input.splits, tables.SPLITS), "train")
    named = topics
    if settings.merge == "group":
        qrels = pl.concat(tables.read(path, tables.QRELS) for path in snakemake.input.qrels)
        named = partial(topics_of_groups, documents=train, qrels=qrels)
    files = (snakemake.params.languages, snakemake.input.titles, snakemake.input.queries, snakemake.input.passages)
    texts = {
        language: named(
            tables.read(titles, tables.TITLES),
            tables.read(queries, tables.QUERIES),
            tables.read(passages, tables.PASSAGES).join(train, on="doc_id", how="semi", maintain_order="left"),
        )
        for language, titles, queries, passages in zip(*files, strict=True)
    }
    trained = train_vectors(texts, settings)
    tables.write(joined(trained), snakemake.output[0], tables.TRAINED_VECTORS)
