"""The Concordance and Chronology tabs."""
