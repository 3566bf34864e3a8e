"""Writes a mail CSV of so many pieces, the same for every run: mail_csv.py ROWS OUT.csv"""
import datetime
import random
import sys


def main():
    rows, path = int(sys.argv[1]), sys.argv[2]
    draw = random.Random(1)
    start = datetime.datetime(2026, 1, 5, 18, tzinfo=datetime.timezone.utc)
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g\n")
        for row in range(rows):
            moment = start + datetime.timedelta(milliseconds=120 * row)
            stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
            out.write(
                f"{draw.getrandbits(128):032x}-{row % 9},{stamp},{draw.randrange(100000):05d},"
                f"{draw.randrange(1500, 2920) / 10:g},{draw.randrange(1000, 1150) / 10:g},"
                f"{draw.randrange(3, 64) / 10:g},{draw.randrange(50, 990) / 10:g}\n"
            )


main()
