"""Documents to sentences (cutting) and passages (grouping), and their words for reading (views). Pure: no
files, no models.

Sentences and passages are ranges of the document's text. A passage is a run of whole sentences of one kind of
voice, so a quote made of its sentences never mixes an editor's note with the document's own words.
"""

from qa.splitting.cutting import MAX_SENTENCE, Sentence, sentences, sentences_within
from qa.splitting.grouping import PASSAGE_WORDS, context_of, date_in_words, embedded_text, passages
from qa.splitting.views import clean, gaps, masked, view_of

__all__ = [
    "MAX_SENTENCE",
    "PASSAGE_WORDS",
    "Sentence",
    "clean",
    "context_of",
    "date_in_words",
    "embedded_text",
    "gaps",
    "masked",
    "passages",
    "sentences",
    "sentences_within",
    "view_of",
]
