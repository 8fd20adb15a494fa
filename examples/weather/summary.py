"""Reads a year of daily weather readings and writes a summary by month. Usage: summary.py READINGS SUMMARY"""

import csv
import sys
from collections import defaultdict
from datetime import date
from itertools import groupby
from statistics import mean


def read(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "day": date.fromisoformat(row["date"]),
                "low": float(row["temperature_min_c"]),
                "high": float(row["temperature_max_c"]),
                "rain": float(row["rain_mm"]),
                "sun": float(row["sunshine_h"]),
            }


def months(days):
    by_month = defaultdict(list)
    for day in days:
        by_month[day["day"].strftime("%b")].append(day)
    for name, of_month in by_month.items():
        temperature = mean((d["low"] + d["high"]) / 2 for d in of_month)
        yield name, temperature, sum(d["rain"] for d in of_month), sum(d["sun"] for d in of_month)


def longest_dry_spell(days):
    spells = (list(spell) for dry, spell in groupby(days, lambda d: d["rain"] == 0) if dry)
    return max(spells, key=len, default=[])


def summary(days):
    lines = ["month  mean C  rain mm  sun h"]
    for name, temperature, rain, sun in months(days):
        lines.append(f"{name:<5}  {temperature:6.1f}  {rain:7.1f}  {sun:5.0f}  {'#' * round(rain / 5)}")
    hottest = max(days, key=lambda d: d["high"])
    coldest = min(days, key=lambda d: d["low"])
    dry = longest_dry_spell(days)
    lines.append(f"hottest  {hottest['day']}  {hottest['high']:.1f} C")
    lines.append(f"coldest  {coldest['day']}  {coldest['low']:.1f} C")
    if dry:
        lines.append(f"longest dry spell  {len(dry)} days from {dry[0]['day']}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    readings, result = sys.argv[1:3]
    days = sorted(read(readings), key=lambda d: d["day"])
    with open(result, "w") as file:
        file.write(summary(days))
    print(f"{len(days)} days read, {result} written")
