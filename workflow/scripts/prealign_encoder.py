from functools import partial
from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.diagnosis import DevTexts
    from switchrank.encoder.prealignment import prealign, save_encoder
    from switchrank.encoder.settings import Contrastive
    from switchrank.models.folder import folder_of
    from switchrank.training.checkpoint import Checkpoints
    from switchrank.training.launch import launch, process_count, train_and_save

    files, params, seed = snakemake.input, snakemake.params, int(snakemake.wildcards.seed)
    dev = None
    negatives = [tables.read(path, tables.NEGATIVES) for path in (files.given, files.get("negatives")) if path]
    if files.get("dev_qrels"):
        documents = in_split(tables.read(files.dev_splits, tables.SPLITS), "dev")
        by_code = zip(params.languages, files.dev_queries, files.dev_passages, strict=True)
        queries, passages = {}, {}
        for code, queries_file, passages_file in by_code:
            queries[code] = tables.read(queries_file, tables.QUERIES)
            passages[code] = tables.read(passages_file, tables.PASSAGES).join(
                documents, on="doc_id", how="semi", maintain_order="left"
            )
        dev = DevTexts(queries, passages, tables.read(files.dev_qrels, tables.QRELS))
    source = folder_of(files.encoder)
    launch(
        train_and_save,
        process_count(snakemake.resources.processes),
        prealign,
        partial(
            save_encoder,
            encoder=source,
            folder=folder_of(snakemake.output.model),
            training_file=snakemake.output.training,
            diagnostics_file=snakemake.output.diagnostics,
        ),
        Checkpoints(
            Path("results/checkpoint/prealign_encoder", *snakemake.wildcards),
            snakemake.resources.checkpoint_steps,
            {"settings": params.settings, "code": params.code, "seed": seed},
            list(files),
        ),
        {
            "pairs": tables.read(files.pairs, tables.PAIRS),
            "batches": tables.read(files.batches, tables.BATCHES),
            "encoder": source,
            "settings": Contrastive(**params.settings),
            "seed": seed,
            "threads": snakemake.threads,
            "label": f"prealign_encoder {snakemake.wildcards.encoder} seed {seed}",
            "negatives": pl.concat(negatives),
            "dev": dev,
        },
    )
