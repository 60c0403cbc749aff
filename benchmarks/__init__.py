"""How fast it is, as ratios that anybody can measure again: `python -m benchmarks.import_speed` and so on."""
