"""The harness of capsprobe: what it prepares, who runs it, what is expected."""
