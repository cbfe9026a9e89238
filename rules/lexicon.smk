# lexicon: word vectors, and bilingual lexicons from vectors, parallel titles, dictionaries or other lexicons.


include: "lexicon/vectors.smk"
include: "lexicon/lexicons.smk"
