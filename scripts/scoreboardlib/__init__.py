"""What scripts/scoreboard runs, and how it writes that down."""
