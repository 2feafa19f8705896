"""What benchmarks/fuzz.py is made of: inputs spoilt by chance (mutating), what they are given to (targets),
and the process that tries them one after the other (trying)."""
