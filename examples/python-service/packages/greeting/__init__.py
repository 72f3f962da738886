"""A package such as one from an index."""
import sys


def text(words, number):
    return f"{words}, visitor {number}"


def main():
    print(text(" ".join(sys.argv[1:]) or "Hello", 1))
