//! 镇雄县 as the training deck shows it, and what it doesn't show made up to the same totals.

use std::sync::LazyLock;

use anju_domain::region::RegionCode;
use serde::Deserialize;

use crate::apportion::{apportion, apportion_above};
use crate::place_names;

/// The statistics table of the deck, of which 12 townships are legible.
const DECK: &str = include_str!("../data/zhenxiong.json");

/// The other 18. Their names and sizes are invented: no figure of ours is put on a real place.
const INVENTED: [(&str, u32); 18] = [
    ("云亭街道办事处", 58),
    ("石桥街道办事处", 64),
    ("青松镇", 112),
    ("白泉镇", 97),
    ("龙坪镇", 124),
    ("松岩镇", 86),
    ("双河口镇", 131),
    ("银厂坝镇", 104),
    ("竹溪镇", 92),
    ("天生桥镇", 143),
    ("红椿镇", 118),
    ("大石盘镇", 109),
    ("清水铺镇", 138),
    ("麻柳乡", 77),
    ("凉水井乡", 83),
    ("三合乡", 95),
    ("柏香乡", 71),
    ("野马川乡", 88),
];

/// The model that every register is scaled from.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) code: RegionCode,
    pub(crate) name: String,
    pub(crate) townships: Vec<ModelTownship>,
}

/// A township of the model.
#[derive(Debug)]
pub(crate) struct ModelTownship {
    pub(crate) name: String,
    pub(crate) guarantees: Guarantees,
    pub(crate) villages: Vec<ModelVillage>,
}

impl ModelTownship {
    pub(crate) fn households(&self) -> u32 {
        self.guarantees.iter().sum()
    }
}

/// A village of the model.
#[derive(Debug)]
pub(crate) struct ModelVillage {
    pub(crate) name: String,
    pub(crate) households: u32,
}

/// Households appraised, renovated and sheltered.
pub(crate) type Guarantees = [u32; 3];

#[derive(Deserialize)]
struct Deck {
    county: DeckCounty,
    largest_village: DeckVillage,
    townships: Vec<DeckTownship>,
}

#[derive(Deserialize)]
struct DeckCounty {
    code: RegionCode,
    name: String,
    villages: u32,
    households: u32,
    renovated: u32,
    sheltered: u32,
}

#[derive(Deserialize)]
struct DeckVillage {
    name: String,
    township: String,
    households: u32,
}

#[derive(Deserialize)]
struct DeckTownship {
    name: String,
    appraised: u32,
    renovated: u32,
    sheltered: u32,
}

/// The model of 镇雄县.
pub(crate) fn zhenxiong() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the file is part of the program, and every test reads it")]
        let deck: Deck = serde_json::from_str(DECK).expect("the deck's table is in its form");
        Model::of(deck)
    });
    &MODEL
}

impl Model {
    fn of(deck: Deck) -> Self {
        let mut townships: Vec<(String, Guarantees)> = deck
            .townships
            .iter()
            .map(|township| {
                (township.name.clone(), [township.appraised, township.renovated, township.sheltered])
            })
            .collect();
        // Whatever the scale, a register has the township of the largest village.
        townships.sort_by_key(|(name, _)| *name != deck.largest_village.township);
        townships.extend(invented(&deck.county, &townships));

        let households: Vec<u32> = townships.iter().map(|(_, guarantees)| guarantees.iter().sum()).collect();
        let villages = apportion_above(deck.county.villages, &vec![1; townships.len()], &households);
        let townships = townships
            .into_iter()
            .zip(villages)
            .enumerate()
            .map(|(index, ((name, guarantees), villages))| ModelTownship {
                villages: villages_of(index, &name, guarantees.iter().sum(), villages, &deck.largest_village),
                name,
                guarantees,
            })
            .collect();
        Model { code: deck.county.code, name: deck.county.name, townships }
    }
}

/// Townships that bring the legible ones up to the county's totals.
fn invented(county: &DeckCounty, legible: &[(String, Guarantees)]) -> Vec<(String, Guarantees)> {
    let shown = |column: usize| -> u32 { legible.iter().map(|(_, guarantees)| guarantees[column]).sum() };
    let weights: Vec<u32> = INVENTED.iter().map(|(_, weight)| *weight).collect();
    let all = county.households - shown(0) - shown(1) - shown(2);
    let households = apportion(all, &weights);
    // Shares that differ from place to place, as the legible ones do.
    let uneven: Vec<u32> =
        (0..).zip(&households).map(|(index, number)| number * (75 + index * 17 % 50)).collect();
    let renovated = apportion(county.renovated - shown(1), &uneven);
    let sheltered = apportion(county.sheltered - shown(2), &uneven);
    INVENTED
        .iter()
        .zip(households)
        .zip(renovated.into_iter().zip(sheltered))
        .map(|(((name, _), households), (renovated, sheltered))| {
            ((*name).to_owned(), [households - renovated - sheltered, renovated, sheltered])
        })
        .collect()
}

fn villages_of(
    township: usize,
    name: &str,
    households: u32,
    villages: u32,
    largest: &DeckVillage,
) -> Vec<ModelVillage> {
    let first = (name == largest.township).then_some(largest);
    let others = villages - first.iter().len() as u32;
    let rest = households - first.map_or(0, |largest| largest.households);
    // Of uneven size: 60 to 140 % of the average.
    let uneven: Vec<u32> = (0..others).map(|index| 60 + (township as u32 * 29 + index * 37) % 81).collect();
    let first = first
        .map(|largest| ModelVillage { name: largest.name.clone(), households: largest.households })
        .into_iter();
    let others = apportion(rest, &uneven)
        .into_iter()
        .enumerate()
        .map(|(index, households)| ModelVillage { name: place_names::village(township, index), households });
    first.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_the_totals_of_the_deck() {
        let model = zhenxiong();
        let villages = || model.townships.iter().flat_map(|township| &township.villages);
        let column =
            |column: usize| -> u32 { model.townships.iter().map(|one| one.guarantees[column]).sum() };
        assert_eq!((model.townships.len(), villages().count()), (30, 237));
        assert_eq!([column(0), column(1), column(2)], [73_357, 43_771, 969]);
        for township in &model.townships {
            let sum: u32 = township.villages.iter().map(|village| village.households).sum();
            assert_eq!(sum, township.households(), "{}", township.name);
        }
    }

    #[test]
    fn the_largest_village_is_the_deck_s() {
        let model = zhenxiong();
        let mut villages: Vec<(&str, &str, u32)> = model
            .townships
            .iter()
            .flat_map(|township| {
                township
                    .villages
                    .iter()
                    .map(|one| (township.name.as_str(), one.name.as_str(), one.households))
            })
            .collect();
        villages.sort_by_key(|(_, _, households)| std::cmp::Reverse(*households));
        assert_eq!(villages[0], ("果珠乡", "云岭村", 1404));
        assert!(villages[1].2 < 1000 && villages[236].2 > 100, "{villages:?}");
    }
}
