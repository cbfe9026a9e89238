"""Embed the queries or passages of one language, for candidates by an encoder."""

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.embedding import read_encoder
    from switchrank.encoder.text_vectors import embed_texts
    from switchrank.models.folder import folder_of
    from switchrank.settings import Embedding
    from switchrank.training.precision import prepare

    files, wanted = snakemake.input, snakemake.wildcards
    settings = Embedding(**snakemake.params.settings)
    texts = tables.read(files.texts, tables.QUERIES if wanted.side == "queries" else tables.PASSAGES)
    prefix = settings.query_prefix if wanted.side == "queries" else settings.passage_prefix
    if wanted.side == "passages":
        here = in_split(tables.read(files.splits, tables.SPLITS), wanted.split)
        texts = texts.join(here, on="doc_id", how="semi", maintain_order="left")
    embedder = read_encoder(folder_of(files.encoder), settings, prepare(0, snakemake.threads))
    label = f"embed_texts {wanted.benchmark} {wanted.side} {wanted.language}"
    with tables.stream(snakemake.output[0], tables.EMBEDDED) as append:
        for piece in embed_texts(embedder, texts, prefix, settings.batch_tokens, label):
            append(piece)
