from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    import pyarrow as pa

    from switchrank.encoder.embedding import embed
    from switchrank.lexicon.settings import EncoderVectors
    from switchrank.lexicon.vectors.vocabulary import frequent_words
    from switchrank.models.folder import folder_of
    from switchrank.training.precision import prepare

    settings, language = EncoderVectors(**snakemake.params.settings), snakemake.wildcards.language
    titles, queries, passages = snakemake.input.texts
    train = in_split(tables.read(snakemake.input.splits, tables.SPLITS), "train")
    texts = [
        *tables.read(titles, tables.TITLES)["text"],
        *tables.read(queries, tables.QUERIES)["text"],
        *tables.read(passages, tables.PASSAGES).join(train, on="doc_id", how="semi", maintain_order="left")["text"],
    ]
    words = frequent_words(texts, language, settings.min_count, settings.max_words)
    vectors = embed(
        folder_of(snakemake.input.encoder),
        [settings.prefix + word for word in words],
        f"embed_words {language}",
        device=prepare(0, snakemake.threads),
    )
    table = pa.table(
        {
            "word": words,
            "rank": pa.array(range(len(words)), pa.int32()),
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1]),
        }
    )
    tables.write(table, snakemake.output[0], tables.VECTORS)
