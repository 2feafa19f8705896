"""Ibid: answers questions about your own documents only in the documents' own words."""
