#!/usr/bin/env python3
"""Writes the demonstration directory of Wenyuan street (文苑街道): cells, people, places.

No public boundary of the street's cells exists. Everything here is made up but the street's name and code and the
numbers: 67 full-service cells, 31 in 12 villages and 36 in two communities. Villages, communities, places and shapes
are ours; people are roles and numbers.

The shapes tile the street: rows of cells between border lines that run from west to east and never cross. A border line
holds every corner of the row above and of the row below, and both rows take it vertex by vertex, in whole 1e-7
degrees, so that neighbours share their vertices exactly and there is neither gap nor overlap.

Deterministic (a generator of its own, no clock), Python's standard library only:
    make_wenyuan.py [FOLDER]     FOLDER: where to write, default the script's own
"""
import csv
import io
import json
import os
import sys

STREET, DISTRICT = "410871061", "410871"
NOTICE = ("Shapes, villages, communities and places are made up by make_wenyuan.py; people are roles and numbers. "
          "形状、村、社区和地名均为演示虚构。")
UNIT = 10_000_000                      # whole units in a degree
WEST, SOUTH = 1_131_700_000, 351_750_000   # 113.17 E, 35.175 N
WIDTH, HEIGHT = 620_000, 420_000       # about 5.6 km by 4.7 km
BENDS = 14                             # of a border line

VILLAGES = [("shiqiao", "石桥村"), ("liulin", "柳林村"), ("xingyuan", "杏园村"), ("dongquan", "东泉村"),
            ("xiquan", "西泉村"), ("huaishu", "槐树村"), ("zaolin", "枣林村"), ("meiwan", "梅湾村"),
            ("zhuyuan", "竹园村"), ("songpo", "松坡村"), ("qingqu", "清渠村"), ("beitang", "北塘村")]
COMMUNITIES = [("wenhua", "文华社区"), ("wenchang", "文昌社区")]
# Rows from south to north; in each row, units with how many cells they have in it.
ROWS = [[("shiqiao", 3), ("liulin", 3), ("xingyuan", 2)],
        [("dongquan", 3), ("xiquan", 3), ("huaishu", 2)],
        [("wenhua", 9)], [("wenhua", 9)],
        [("wenchang", 9)], [("wenchang", 9)],
        [("zaolin", 3), ("meiwan", 3), ("zhuyuan", 2)],
        [("songpo", 3), ("qingqu", 2), ("beitang", 2)]]
VILLAGE_PLACES = ["东门小广场", "村委会", "卫生室", "文化大院", "健身广场", "老年活动中心", "小学", "北街口", "老槐树下"]


class Numbers:
    """A small generator of our own: the same numbers with every version of Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def around(self, reach):
        return self.below(2 * reach + 1) - reach


def height_at(bends, x):
    """Of the line through the bends: corners that lie close together get heights that do, so that no side crosses it."""
    for (x1, y1), (x2, y2) in zip(bends, bends[1:]):
        if x1 <= x <= x2:
            return y1 + (y2 - y1) * (x - x1) // (x2 - x1)
    raise ValueError(x)


def border_lines(numbers):
    """For each border line from south to north: {x: y}, and for each row the x of its cuts on both lines."""
    row_height = HEIGHT // len(ROWS)
    cuts = []                          # of a row: (x on its southern line, x on its northern line) for each cut
    for row in ROWS:
        cells = sum(count for _, count in row)
        step = WIDTH // cells
        inner = [i * step for i in range(1, cells)]
        cuts.append([(0, 0)] + [(x + numbers.around(step // 8), x + numbers.around(step // 8)) for x in inner]
                    + [(WIDTH, WIDTH)])
    lines = []
    for level in range(len(ROWS) + 1):
        corners = {0, WIDTH}
        if level > 0:
            corners |= {north for _, north in cuts[level - 1]}
        if level < len(ROWS):
            corners |= {south for south, _ in cuts[level]}
        bends = [(i * WIDTH // BENDS, level * row_height + numbers.around(row_height // 7)) for i in range(BENDS + 1)]
        lines.append({x: height_at(bends, x) for x in sorted(corners | {x for x, _ in bends})})
    return cuts, lines


def make_rings():
    """One closed ring a cell, row by row from the south-west, in whole units."""
    numbers = Numbers(int(STREET))
    cuts, lines = border_lines(numbers)
    rings = []
    for row, _ in enumerate(ROWS):
        south, north = lines[row], lines[row + 1]
        sides = []                     # of each cut: its vertices from south to north, shared by its two neighbours
        for x_south, x_north in cuts[row]:
            a, b = (x_south, south[x_south]), (x_north, north[x_north])
            middle = ((a[0] + b[0]) // 2 + numbers.around(WIDTH // 200), (a[1] + b[1]) // 2)
            sides.append([a, middle, b])
        for left, right in zip(sides, sides[1:]):
            bottom = [(x, south[x]) for x in south if left[0][0] < x < right[0][0]]
            top = [(x, north[x]) for x in north if left[2][0] < x < right[2][0]]
            ring = left[:1] + bottom + right + top[::-1] + left[:0:-1]
            rings.append([(WEST + x, SOUTH + y) for x, y in ring + ring[:1]])
    return rings


def degrees(units):
    return float(f"{units // UNIT}.{units % UNIT:07d}")


def make_cells():
    names = dict(VILLAGES + COMMUNITIES)
    order = [unit for row in ROWS for unit, count in row for _ in range(count)]
    count, cells = {}, []
    for unit, ring in zip(order, make_rings(), strict=True):
        count[unit] = number = count.get(unit, 0) + 1
        cells.append({"code": f"{unit}-{number:02d}", "unit": unit, "unit_name": names[unit], "number": number,
                      "ring": ring})
    assert len(cells) == 67 and sum(c["unit"] in dict(VILLAGES) for c in cells) == 31
    return cells


def geojson(cells):
    features = []
    for cell in cells:
        properties = {"id": cell["code"], "name": f"{cell['unit_name']} {cell['number']:02d} 网格", "unit": cell["unit"],
                      "made_up": True}
        ring = [[degrees(x), degrees(y)] for x, y in cell["ring"]]
        features.append({"type": "Feature", "properties": properties,
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return ('{"type": "FeatureCollection", "notice": ' + json.dumps(NOTICE, ensure_ascii=False) +
            ',\n"features": [\n' + lines + "\n]}\n")


def table(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def people(cells):
    rows = []
    for cell in cells:
        code, title = cell["code"], f"{cell['unit_name']} {cell['number']:02d}"
        rows.append([f"{code}.worker", f"{title} 网格员", "grid_worker", code, "no", "no"])
        rows.append([f"{code}.deputy", f"{title} 副网格员", "grid_worker", code, "yes", "no"])
        rows.append([f"{code}.cadre", f"{title} 包联干部", "cadre", code, "no", "no"])
    for unit, name in VILLAGES + COMMUNITIES:
        rows.append([f"{unit}.supervisor", f"{name} 督导", "unit_supervisor", unit, "no", "no"])
    for number in (1, 2):
        rows.append([f"street.supervisor-{number}", f"街道督导 {number}", "street_supervisor", STREET, "no", "no"])
    rows.append(["district.supervisor-1", "区督导 1", "district_supervisor", DISTRICT, "no", "no"])
    for number in (1, 2):
        rows.append([f"desk-{number}", f"指挥中心坐席 {number}", "desk", "desk", "no", "no"])
    rows.append(["administrator", "管理员", "administrator", STREET, "no", "no"])
    return table(["code", "title", "role", "place", "deputy", "absent"], rows)


def places(cells):
    rows = []
    for cell in cells:
        unit, number = cell["unit_name"], cell["number"]
        if cell["unit"] in dict(VILLAGES):
            for name in VILLAGE_PLACES[(number - 1) * 3:number * 3]:
                rows.append([f"{unit}{name}", cell["code"], f"{unit[:-1]}{name}"])
        else:
            estate = unit[:-2]
            for building in (2 * number - 1, 2 * number):
                rows.append([f"{estate}小区{building}号楼", cell["code"], f"{unit}{building}号楼;{estate}小区{building}栋"])
            rows.append([f"{estate}路{number * 10}号", cell["code"], f"{estate}大道{number * 10}号"])
    return table(["name", "cell", "aliases"], rows)


def directory():
    units = "".join(f'units {{ code: "{code}" name: "{name}" kind: UNIT_KIND_{kind} }}\n'
                    for kind, group in (("VILLAGE", VILLAGES), ("COMMUNITY", COMMUNITIES)) for code, name in group)
    hosts = "".join(f'systems {{ code: "host-{n}" title: "主机 {n}" role: ROLE_HOST }}\n' for n in (1, 2, 3, 4))
    return f'''# Made by make_wenyuan.py. A demonstration: only the street's name and code and the numbers of cells are real.
street: "{STREET}"
street_name: "文苑街道"
street_short: "WY"
district: "{DISTRICT}"
district_name: "示范区"
time_zone: "Asia/Shanghai"
demonstration: true
border_metres: 10
geometry_tolerance_m2: 1000
cell_id_property: "id"
notice: "{NOTICE}"

{units}
systems {{ code: "hotline-12345" title: "12345 热线" role: ROLE_PUBLISHER }}
systems {{ code: "mini-program" title: "小程序" role: ROLE_PUBLISHER may_act_for: "*" }}
systems {{ code: "open311" title: "Open311" role: ROLE_PUBLISHER }}
{hosts}systems {{ code: "gateway-1" title: "网关 1" role: ROLE_GATEWAY may_act_for: "*" }}
systems {{ code: "wall-1" title: "大屏 1" role: ROLE_OBSERVER }}

# Ignored at the head of an address: what lies above the street, by its new and its old name.
district_aliases {{ name: "河南省" }}
district_aliases {{ name: "焦作市" }}
district_aliases {{ name: "城乡一体化示范区" }}
district_aliases {{ name: "焦作市城乡一体化示范区" }}
district_aliases {{ name: "山阳区" }}
district_aliases {{ name: "文苑街道办事处" }}
district_aliases {{ name: "文苑办事处" }}

default_points {{ latitude: 0 longitude: 0 radius_metres: 1000 note: "what a system sends that has no point" }}
'''


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    cells = make_cells()
    files = {"cells.geojson": geojson(cells), "people.csv": people(cells), "places.csv": places(cells),
             "directory.txtpb": directory()}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as out:
            out.write(text)


if __name__ == "__main__":
    main()
