//! The public pages of a whole register, searched for what they must not give away.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use anju_domain::draft::Draft;
use anju_domain::household::{Deadline, Household, LateRule};
use anju_domain::ids::LookupToken;
use anju_domain::region::{Region, RegionCode};
use anju_lookup_page::{NameMask, PageView, page};
use anju_register::{Plan, Register, RegisterRow};
use jiff::Timestamp;
use serde_json::{Map, json};

/// The standard's sample, and phones of ranges that nobody has.
const CORRECT_ID_NUMBER: &str = "11010519491231002X";
const CORRECT_PHONE: &str = "16099887766";
const VERIFIER_PHONE: &str = "16011223344";

fn now() -> Timestamp {
    "2020-06-03T04:00:00Z".parse().unwrap()
}

/// The household, completed, with what of its numbers is invalid corrected.
fn completed(row: &RegisterRow) -> Household {
    let household = Household::registered(row.registered(), now());
    let mut correction = Map::new();
    if household.effective_id_number().is_none() || row.number.is_multiple_of(7) {
        correction.insert("id_number".to_owned(), CORRECT_ID_NUMBER.into());
    }
    if household.effective_phone().is_none() || row.number.is_multiple_of(11) {
        correction.insert("phone".to_owned(), CORRECT_PHONE.into());
    }
    let draft: Draft = serde_json::from_value(json!({
        "verifier": {"name": "测试员", "position": "村支书", "phone": VERIFIER_PHONE},
        "verified_at": "2020-06-03T00:30:00+08:00", "correction": correction,
        "result": "unsecured", "explanation": format!("屋顶漏水，电话{}", row.phone),
    }))
    .unwrap();
    let complete = draft.complete(now()).unwrap();
    let deadline = Deadline { day: "2020-06-30".parse().unwrap(), late: LateRule::Accept };
    let token = LookupToken::from_random([row.number as u8; 15]);
    household.complete(draft, complete, token, &deadline, now()).unwrap()
}

/// Whether the text holds so many characters in a row of the number: masks leave at most 6 of an ID number
/// and 4 of a phone.
fn gives_away(text: &str, number: &str, most: usize) -> bool {
    let characters: Vec<char> = number.chars().collect();
    characters.windows(most + 1).any(|window| text.contains(&window.iter().collect::<String>()))
}

/// What a reader sees and what stands in the source, without what is public or chance: the style sheet, the
/// script's name, the offices' numbers and the record's digest.
fn told(html: &str) -> String {
    let (_, body) = html.split_once("</style>").unwrap();
    let (body, _) = body.split_once("<script").unwrap();
    let without = |text: &str, from: &str, to: &str| {
        text.split(from)
            .enumerate()
            .map(|(at, piece)| if at == 0 { piece } else { piece.split_once(to).unwrap().1 })
            .collect::<String>()
    };
    without(&without(body, "<a class=\"call\"", "</a>"), "<code>", "</code>")
}

#[test]
fn no_page_of_a_register_of_10_000_holds_an_unmasked_number() {
    let register = Register::new(&Plan::scaled(10_000).unwrap()).unwrap();
    let regions: BTreeMap<RegionCode, Region> =
        register.regions().map(|region| (region.code.clone(), region)).collect();
    let mut searched = 0;
    for village in register.villages() {
        let code = village.code().region();
        let mut path: Vec<Region> =
            code.ancestors().into_iter().map(|above| regions[&above].clone()).collect();
        path.push(regions[code].clone());
        path.sort_by_key(|region| region.code.level());
        for row in register.households(village.code()) {
            let household = completed(&row);
            let told = told(&page(&PageView::of(&household, &path, NameMask::Full).unwrap()).unwrap());
            let members = row.members.iter().map(|member| member.id_number.as_str());
            for number in members.chain([row.id_number.as_str(), CORRECT_ID_NUMBER]) {
                assert!(!gives_away(&told, number, 6), "{}: {number}", row.id());
            }
            for number in [row.phone.as_str(), CORRECT_PHONE, VERIFIER_PHONE] {
                assert!(!gives_away(&told, number, 4), "{}: {number}", row.id());
            }
            let shown = [
                household.effective_id_number().map(anju_domain::mask::id_number),
                household.effective_phone().map(anju_domain::mask::phone),
            ];
            for masked in shown {
                assert!(told.contains(&masked.unwrap()), "{}: the masked number is there", row.id());
            }
            searched += 1;
        }
    }
    assert_eq!(searched, 10_000);
}

#[test]
fn a_number_that_is_given_away_is_found() {
    assert!(gives_away("身份证号 1101051949", CORRECT_ID_NUMBER, 6));
    assert!(!gives_away("身份证号 110105*****002X", CORRECT_ID_NUMBER, 6));
    assert!(gives_away("电话 16099", CORRECT_PHONE, 4) && !gives_away("160*****7766", CORRECT_PHONE, 4));
}
