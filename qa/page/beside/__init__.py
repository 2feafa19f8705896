"""The source beside what was found in it, for every tab."""
