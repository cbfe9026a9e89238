from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.prealignment import prealign
    from switchrank.encoder.settings import Contrastive
    from switchrank.model_folder import folder_of, read_hugging_face_tokenizer, save_model

    source = folder_of(snakemake.input.encoder)
    model, training = prealign(
        tables.read(snakemake.input.pairs, tables.PAIRS),
        tables.read(snakemake.input.batches, tables.BATCHES),
        source,
        Contrastive(**snakemake.params.settings),
        int(snakemake.wildcards.seed),
        snakemake.threads,
        f"prealign_encoder {snakemake.wildcards.encoder} seed {snakemake.wildcards.seed}",
    )
    save_model(model, read_hugging_face_tokenizer(source), folder_of(snakemake.output[:-1]))
    tables.write(training, snakemake.output.training, tables.TRAINING)
