//! The county's statistics beside what they must be.

use std::collections::BTreeMap;

use anju_domain::region::Level;
use anju_domain::summary::{Detail, GuaranteeChoice};
use anju_register::Register;
use serde::Deserialize;

use super::replay::{Row, Statistics};

/// The statistics table of the ministry's training deck, of which 12 townships are legible.
const DECK: &str = include_str!("../../../register/data/zhenxiong.json");

/// The comparison.
#[derive(Debug)]
pub struct Compared {
    /// Each region's name, what the API says, and what it must say.
    rows: Vec<(String, Columns, Columns)>,
    /// Rows that are held against the deck itself.
    pub of_the_deck: usize,
}

/// Households, appraised, renovated, sheltered, unverified, verified, completion rate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Columns {
    numbers: [u64; 6],
    rate: String,
}

#[derive(Deserialize)]
struct Deck {
    county: DeckRow,
    townships: Vec<DeckRow>,
}

#[derive(Deserialize)]
struct DeckRow {
    name: String,
    households: u64,
    appraised: u64,
    renovated: u64,
    sheltered: u64,
    completion_rate: Option<String>,
}

impl Columns {
    fn shown(row: &Row) -> Self {
        let numbers =
            [row.households, row.appraised, row.renovated, row.sheltered, row.unverified, row.verified];
        // The deck writes the percent sign, the API leaves it to its clients.
        Columns { numbers, rate: format!("{}%", row.completion_rate) }
    }

    fn all_verified(appraised: u64, renovated: u64, sheltered: u64) -> Self {
        let households = appraised + renovated + sheltered;
        let numbers = [households, appraised, renovated, sheltered, 0, households];
        Columns { numbers, rate: "100.00%".to_owned() }
    }

    fn of_deck(row: &DeckRow) -> Self {
        let mut columns = Columns::all_verified(row.appraised, row.renovated, row.sheltered);
        columns.numbers[0] = row.households;
        columns.rate = row.completion_rate.clone().unwrap_or(columns.rate);
        columns
    }
}

/// Holds the API's rows against the register's plan, and those of the full county against the deck.
pub fn compare(nation: &Statistics, register: &Register, county: Statistics) -> Compared {
    let mut expected = planned(register);
    let mut of_the_deck = 0;
    let is_full = register.plan().households() == 118_097;
    let deck: Option<Deck> = serde_json::from_str(DECK).ok().filter(|_| is_full);
    for row in deck.iter().flat_map(|deck| deck.townships.iter().chain([&deck.county])) {
        expected.insert(row.name.clone(), Columns::of_deck(row));
        of_the_deck += 1;
    }
    let rows = [&nation.total, &county.total].into_iter().chain(&county.children);
    let rows = rows.map(|row| {
        let name = if row.code == "0" { "全国".to_owned() } else { row.name.clone() };
        // The one county is all of the nation.
        let expected = expected.get(if row.code == "0" { &county.total.name } else { &name });
        (name, Columns::shown(row), expected.cloned().unwrap_or_default())
    });
    Compared { rows: rows.collect(), of_the_deck }
}

/// What the register's plan says of the county and its townships.
fn planned(register: &Register) -> BTreeMap<String, Columns> {
    let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    for village in register.villages() {
        for number in 1..=village.households() {
            let guarantee = register.outcome(village.code(), number).and_then(Detail::guarantee);
            let column = match guarantee {
                Some(GuaranteeChoice::Appraised) => 0,
                Some(GuaranteeChoice::Renovated) => 1,
                Some(GuaranteeChoice::Sheltered) => 2,
                None => continue,
            };
            for digits in [6, 9] {
                counts.entry(village.code().as_str()[..digits].to_owned()).or_default()[column] += 1;
            }
        }
    }
    let counted = |region: &anju_domain::region::Region| {
        let [appraised, renovated, sheltered] = *counts.get(region.code.as_str())?;
        Some((region.name.clone(), Columns::all_verified(appraised, renovated, sheltered)))
    };
    let regions =
        register.regions().filter(|one| matches!(one.code.level(), Level::County | Level::Township));
    regions.filter_map(|region| counted(&region)).collect()
}

impl Compared {
    /// Whether every row is what it must be.
    pub fn is_right(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|(_, shown, expected)| shown == expected)
    }

    /// The API's table, with what it should say beside rows that are wrong.
    pub fn as_text(&self) -> String {
        let mut text = String::from("households appraised renovated sheltered unverified verified    rate\n");
        for (name, shown, expected) in &self.rows {
            let [households, appraised, renovated, sheltered, unverified, verified] = shown.numbers;
            text += &format!(
                "{households:10} {appraised:9} {renovated:9} {sheltered:9} {unverified:10} {verified:8} {:>7}  {name}",
                shown.rate
            );
            let wrong = (shown != expected).then(|| format!("  WRONG, must be {expected:?}"));
            text += &format!("{}\n", wrong.unwrap_or_default());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use anju_register::Plan;

    use super::*;

    fn shown(name: &str, columns: &Columns) -> Row {
        let [households, appraised, renovated, sheltered, unverified, verified] = columns.numbers;
        let completion_rate = columns.rate.trim_end_matches('%').to_owned();
        let (code, name) = ("530627".to_owned(), name.to_owned());
        Row { code, name, households, appraised, renovated, sheltered, unverified, verified, completion_rate }
    }

    #[test]
    fn the_full_county_s_plan_is_the_deck_s_table_and_one_household_less_is_seen() {
        let register = Register::new(&Plan::zhenxiong()).unwrap();
        let planned = planned(&register);
        let mut rows: Vec<Row> = planned.iter().map(|(name, columns)| shown(name, columns)).collect();
        let place = rows.iter().position(|row| row.name == "镇雄县").unwrap();
        let county = rows.remove(place);
        let nation =
            Statistics { total: Row { code: "0".to_owned(), ..county.clone() }, children: Vec::new() };
        let statistics = Statistics { total: county, children: rows };
        let right = compare(&nation, &register, statistics.clone());
        assert!(right.is_right() && right.of_the_deck == 13, "{}", right.as_text());
        assert_eq!(right.rows.len(), 32);
        let mut wrong = statistics;
        wrong.children[7].sheltered -= 1;
        assert!(!compare(&nation, &register, wrong).is_right());
    }
}
