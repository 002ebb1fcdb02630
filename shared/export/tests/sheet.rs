//! Sheets of QR codes, read back from their files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod drawn;

use anju_domain::sheet::SheetLayout;
use anju_domain::stamp::Stamp;
use anju_export::sheet::{Card, QrSheet};
use jiff::Timestamp;

fn stamp() -> Stamp {
    Stamp {
        title: "云岭村 农户二维码".into(),
        author: "530627101203 测试员 村支书".into(),
        at: Timestamp::from_second(1_591_156_800).unwrap(),
        table: "农户二维码",
        about: "说明",
        facts: Vec::new(),
        rows: "行数",
    }
}

fn url(number: usize) -> String {
    format!("https://anju.example.gov.cn/q/{:a>24}", number)
}

fn card(number: usize) -> Card {
    Card {
        code: format!("203-{number}"),
        name: ["张**", "欧**", "李*"][number % 3].into(),
        place: "果珠彝族乡 云岭村".into(),
        office: Some(("果珠彝族乡".into(), "0870-0000001".into())),
        url: Some(url(number)),
    }
}

fn sheet(layout: SheetLayout, cards: impl IntoIterator<Item = Card>) -> Vec<u8> {
    let mut sheet = QrSheet::new(layout);
    cards.into_iter().for_each(|card| sheet.row(&card.row()).unwrap());
    sheet.finish(&stamp()).unwrap()
}

#[test]
fn every_code_of_the_largest_village_decodes_to_its_page_and_is_30_mm() {
    const HOUSEHOLDS: usize = 1404;
    let layout = SheetLayout::default();
    let file = sheet(layout, (1..=HOUSEHOLDS).map(card));
    let pages = drawn::pages(&file);
    assert_eq!(pages.len(), HOUSEHOLDS.div_ceil(layout.cards()));
    let codes: Vec<_> = pages.iter().flat_map(|page| &page.fills).map(|fill| drawn::decoded(fill)).collect();
    let expected: Vec<String> = (1..=HOUSEHOLDS).map(url).collect();
    assert_eq!(codes.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>(), expected);
    assert!(codes.iter().all(|(_, width)| *width >= 30.0));
    assert!(file.len() < 6_000_000, "{} bytes", file.len());
}

#[test]
fn every_grid_holds_its_codes_and_marks_to_cut_along() {
    for (columns, rows) in [(1, 1), (2, 6), (3, 4), (4, 4)] {
        let layout = SheetLayout::a4(columns, rows).unwrap();
        let pages = drawn::pages(&sheet(layout, (1..=layout.cards() + 1).map(card)));
        assert_eq!(pages.iter().map(|page| page.fills.len()).collect::<Vec<_>>(), [layout.cards(), 1]);
        assert_eq!(pages[0].lines, 2 * usize::from((columns + 1) * (rows + 1)), "a cross at each corner");
        for fill in pages.iter().flat_map(|page| &page.fills) {
            assert!(drawn::decoded(fill).1 >= 30.0);
        }
    }
}

#[test]
fn a_card_of_a6_fills_its_page() {
    let pages = drawn::pages(&sheet(SheetLayout::a6(), (1..=3).map(card)));
    assert_eq!(pages.len(), 3);
    for (number, page) in (1..).zip(&pages) {
        assert!((page.size.0 - 297.6).abs() < 0.1 && (page.size.1 - 419.5).abs() < 0.1, "{:?}", page.size);
        let (text, width) = drawn::decoded(&page.fills[0]);
        assert!(text == url(number) && width > 60.0, "{width} mm");
        assert_eq!((page.fills.len(), page.lines), (1, 0));
    }
}

#[test]
fn households_without_a_code_are_listed_behind_the_cards() {
    let without = |number| Card { url: None, ..card(number) };
    let file = sheet(SheetLayout::default(), [card(1), without(2), card(3), without(4)]);
    let pages = drawn::pages(&file);
    assert_eq!(pages.iter().map(|page| page.fills.len()).collect::<Vec<_>>(), [2, 0]);
    // Foot and its count, the heading, two names.
    assert_eq!(pages[1].texts, 5);
    let none = drawn::pages(&sheet(SheetLayout::a6(), []));
    assert_eq!((none.len(), none[0].fills.len()), (1, 0), "a file that says that there is nothing");
}

#[test]
fn the_typeface_is_within_the_file() {
    let file = sheet(SheetLayout::default(), [card(1)]);
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("/FontFile3") && text.contains("/ToUnicode"));
    assert!(file.len() < 60_000, "its glyphs only: {} bytes", file.len());
}

/// Written where the environment variable says, to be looked at: `SHEETS=/tmp/sheets cargo test … -- --ignored`.
#[test]
#[ignore = "for people to look at"]
fn write_sheets_to_files() {
    let folder = std::path::PathBuf::from(std::env::var_os("SHEETS").unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    let grids = [(2, 4), (2, 6), (3, 4), (4, 4), (1, 2)]
        .map(|(columns, rows)| (format!("a4-{columns}x{rows}.pdf"), SheetLayout::a4(columns, rows).unwrap()));
    for (name, layout) in grids.into_iter().chain([("a6.pdf".to_owned(), SheetLayout::a6())]) {
        let without = Card { url: None, ..card(99) };
        let cards = (1..=layout.cards().min(16)).map(card).chain([without]);
        std::fs::write(folder.join(name), sheet(layout, cards)).unwrap();
    }
}
