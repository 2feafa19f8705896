"""The Library tab: adding, listing, choosing, taking out."""
