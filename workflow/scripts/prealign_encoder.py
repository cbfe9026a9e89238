import polars as pl

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.diagnosis import DevTexts
    from switchrank.encoder.prealignment import prealign
    from switchrank.encoder.settings import Contrastive
    from switchrank.model_folder import folder_of, read_hugging_face_tokenizer, save_model

    files = snakemake.input
    source, mined, dev = folder_of(files.encoder), files.get("negatives"), None
    if files.get("dev_qrels"):
        documents = tables.read(files.dev_splits, tables.SPLITS).filter(pl.col("split") == "dev")
        codes = snakemake.params.languages
        queries = {code: tables.read(path, tables.QUERIES) for code, path in zip(codes, files.dev_queries, strict=True)}
        passages = {
            code: tables.read(path, tables.PASSAGES).join(documents, on="doc_id", how="semi")
            for code, path in zip(codes, files.dev_passages, strict=True)
        }
        dev = DevTexts(queries, passages, tables.read(files.dev_qrels, tables.QRELS))
    model, training, diagnostics = prealign(
        tables.read(files.pairs, tables.PAIRS),
        tables.read(files.batches, tables.BATCHES),
        source,
        Contrastive(**snakemake.params.settings),
        int(snakemake.wildcards.seed),
        snakemake.threads,
        f"prealign_encoder {snakemake.wildcards.encoder} seed {snakemake.wildcards.seed}",
        tables.read(mined, tables.NEGATIVES) if mined else None,
        dev,
    )
    save_model(model, read_hugging_face_tokenizer(source), folder_of(snakemake.output[:-2]))
    tables.write(training, snakemake.output.training, tables.TRAINING)
    tables.write(diagnostics, snakemake.output.diagnostics, tables.DIAGNOSTICS)
