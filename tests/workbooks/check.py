"""Reads exported workbooks with openpyxl, and with LibreOffice where it is asked for: the same cells as the API's answer.

Starts the local stack with the demonstration in a folder of its own, verifies some households, exports and compares.

    check.py [--libreoffice]
"""

import argparse
import csv
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import openpyxl

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fuzz-api"))

from campaign import Campaign  # noqa: E402
from fuzz_api import started  # noqa: E402

FIGURES = ["households", "appraised", "renovated", "sheltered", "unverified", "verified"]
STATES = {"pending": "未核验", "draft": "已保存未完成", "completed": "核验完成"}
# Everything as it is shown, quoted where need be, all sheets: LibreOffice's filter options for CSV.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--libreoffice", action="store_true", help="convert them with `soffice`, too")
    libreoffice = parser.parse_args().libreoffice
    with tempfile.TemporaryDirectory(prefix="anju-workbooks-") as name:
        folder = Path(name)
        stack = started(folder)
        try:
            campaign = Campaign.set_up(folder / "data")
            for level in ("village", "township", "county", "nation"):
                check_statistics(campaign, level, folder, libreoffice)
            for level in ("village", "county"):
                check_households(campaign, level, folder, libreoffice)
        finally:
            stack.send_signal(signal.SIGTERM)
            stack.wait(30)
    print("workbooks: the cells of the API's answers" + (", in LibreOffice too" if libreoffice else ""))
    return 0


def check_statistics(campaign: Campaign, level: str, folder: Path, libreoffice: bool) -> None:
    token = campaign.tokens[level]
    region = campaign.call("GET", "/v1/me", None, token)["region"]["code"]
    file = folder / f"statistics-{level}.xlsx"
    request = urllib.request.Request(
        f"{campaign.address}/v1/regions/{region}/statistics.xlsx", headers={"authorization": f"Bearer {token}"}
    )
    screen = campaign.call("GET", f"/v1/regions/{region}/statistics", None, token)
    with urllib.request.urlopen(request) as answer:
        file.write_bytes(answer.read())
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    same(sheet.freeze_panes, "B3", "heading and total are frozen")
    named = [("合计", screen["total"]), *((child["name"], child) for child in screen["children"])]
    expected = [
        [name, *(row[figure] for figure in FIGURES), round(float(row["completion_rate"]) / 100, 4)]
        for name, row in named
    ]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    same([[*row[:-1], round(row[-1], 4)] for row in rows], expected, file.name)
    same({row[7].number_format for row in sheet.iter_rows(min_row=2)}, {"0.00%"}, "two decimals")
    assert "王小明" in book.properties.creator and book.worksheets[1].title == "说明", "who took it"
    if libreoffice:
        # Shares by their value: LibreOffice's CSV writes that of nothing as `0%`, whatever the cell's format.
        shown = [[name, *(str(row[figure]) for figure in FIGURES), float(row["completion_rate"])] for name, row in named]
        rows = [[*row[:-1], float(row[-1].rstrip("%"))] for row in converted(file, sheet.title)[1:]]
        same(rows, shown, f"{file.name} in LibreOffice")


def check_households(campaign: Campaign, level: str, folder: Path, libreoffice: bool) -> None:
    token = campaign.tokens[level]
    export = campaign.call("POST", "/v1/exports", {"kind": "households", "format": "xlsx"}, token)

    def finished():
        shown = campaign.call("GET", f"/v1/exports/{export['id']}", None, token)
        return shown if shown["state"] in ("done", "failed") else None

    done = campaign.until(finished)
    same(done["state"], "done", "the export")
    file = folder / f"households-{level}.xlsx"
    with urllib.request.urlopen(done["download"]["url"]) as answer:
        file.write_bytes(answer.read())
    expected = [cells(item) for item in listed(campaign, token)]
    assert expected, "a list with households"
    sheet = openpyxl.load_workbook(file).worksheets[0]
    rows = [["" if cell is None else cell for cell in row[:11]] for row in sheet.iter_rows(min_row=2, values_only=True)]
    same(rows, expected, file.name)
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row), "no formula"
    if libreoffice:
        same([row[:11] for row in converted(file, sheet.title)[1:]], expected, f"{file.name} in LibreOffice")


def cells(item: dict) -> list[str]:
    """The first cells of a household's row."""
    names = [region["name"] for region in item["region"]["path"]]
    head = item["head"]
    person = [head["name"], head["id_number"] or "", head["phone"] or ""]
    return [item["id"], *names, *person, "、".join(item["members"]), STATES[item["state"]]]


def listed(campaign: Campaign, token: str) -> list[dict]:
    items, cursor = [], ""
    while cursor is not None:
        page = campaign.call("GET", f"/v1/households?limit=100&cursor={cursor}", None, token)
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def converted(file: Path, sheet: str) -> list[list[str]]:
    """The cells of a sheet as LibreOffice shows them."""
    profile = f"-env:UserInstallation=file://{file.parent / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", AS_CSV, "--outdir", file.parent, file]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(file.parent / f"{file.stem}-{sheet}.csv", newline="", encoding="utf-8") as text:
        return list(csv.reader(text))


def same(found, expected, what: str) -> None:
    if found != expected:
        sys.exit(f"{what}: found\n{found}\nin place of\n{expected}")


if __name__ == "__main__":
    sys.exit(main())
