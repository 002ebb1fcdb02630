//! A household's card: what stands beside its code.

use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::mask;
use anju_domain::region::{Level, Region};
use anju_domain::table::{Cell, Row};

/// A card, or the name of a household that has no code to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What people say on the phone: the village's number in its township and the household's in its village.
    pub code: String,
    /// The head's name, masked.
    pub name: String,
    /// Township and village.
    pub place: String,
    /// Whose phone it is, and its number: an office's, never a person's.
    pub office: Option<(String, String)>,
    /// The address of its page; none before the first completion.
    pub url: Option<String>,
}

impl Card {
    /// The card of a household in the regions of `path`, which leads from the province down to its village.
    pub fn of(household: &Household, path: &[Region], base_url: &str) -> Card {
        let named = path.iter().filter(|region| region.code.level() >= Level::Township);
        let place: Vec<&str> = named.map(|region| region.name.as_str()).collect();
        let office = path.iter().rev().find_map(|region| {
            let phone = region.public_phone.clone()?;
            Some((region.name.clone(), phone))
        });
        Card {
            code: short_code(&household.id),
            name: mask::name(household.head.name.trim()),
            place: place.join(" "),
            office,
            url: household.lookup.as_ref().map(|token| format!("{base_url}/q/{token}")),
        }
    }

    /// The card as a row, as it is kept while the sheet is collected.
    pub fn row(self) -> Row {
        let (office, phone) = self.office.unzip();
        vec![
            Cell::text(self.code),
            Cell::text(self.name),
            Cell::text(self.place),
            Cell::maybe(office),
            Cell::maybe(phone),
            Cell::maybe(self.url),
        ]
    }

    /// The card that became this row; none where it is another's.
    pub fn of_row(row: &Row) -> Option<Card> {
        let [code, name, place, office, phone, url] = &row[..] else { return None };
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => Some(text.clone()),
            _ => None,
        };
        Some(Card {
            code: text(code)?,
            name: text(name).unwrap_or_default(),
            place: text(place).unwrap_or_default(),
            office: text(office).zip(text(phone)),
            url: text(url),
        })
    }
}

/// `203-17` of household 17 in the village whose code ends in 203.
fn short_code(id: &HouseholdId) -> String {
    let village = id.village().as_str();
    let (_, own) = village.split_at(Level::Township.digits());
    format!("{own}-{}", id.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_survives_being_kept() {
        let card = Card {
            code: short_code(&"530627101203-17".parse().unwrap()),
            name: "张**".into(),
            place: "果珠乡 云岭村".into(),
            office: Some(("果珠乡".into(), "0870-0000001".into())),
            url: Some("https://anju.example/q/abc".into()),
        };
        assert_eq!(card.code, "203-17");
        let without = Card { office: None, url: None, name: String::new(), ..card.clone() };
        for card in [card, without] {
            assert_eq!(Card::of_row(&card.clone().row()), Some(card));
        }
        assert_eq!(Card::of_row(&vec![Cell::Count(1)]), None);
    }
}
