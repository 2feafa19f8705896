"""The evidence model: reads a question and a passage together and says whether the passage answers,
which of its sentences are the evidence, and where the answer phrase stands. It selects; it never writes."""
