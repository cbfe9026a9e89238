from pathlib import Path

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.prealignment import prealign
    from switchrank.encoder.settings import Contrastive
    from switchrank.model_folder import folder_of, read_hugging_face_tokenizer, save_model
    from switchrank.training import Checkpoints

    params, seed = snakemake.params, int(snakemake.wildcards.seed)
    source = folder_of(snakemake.input.encoder)
    checkpoints = Checkpoints(
        Path("results/checkpoint/prealign_encoder", *snakemake.wildcards),
        snakemake.resources.checkpoint_steps,
        {"settings": params.settings, "code": params.code, "seed": seed},
        list(snakemake.input),
    )
    model, training = prealign(
        tables.read(snakemake.input.pairs, tables.PAIRS),
        tables.read(snakemake.input.batches, tables.BATCHES),
        source,
        Contrastive(**params.settings),
        seed,
        snakemake.threads,
        f"prealign_encoder {snakemake.wildcards.encoder} seed {snakemake.wildcards.seed}",
        checkpoints,
    )
    save_model(model, read_hugging_face_tokenizer(source), folder_of(snakemake.output[:-1]))
    tables.write(training, snakemake.output.training, tables.TRAINING)
    checkpoints.discard()
