"""Opens the page: the same as `qa chat`."""

from qa.page import launch

if __name__ == "__main__":
    launch()
