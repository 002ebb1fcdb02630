//! A plan's townships and villages, with their codes and how many households each has.

use std::ops::Range;

use anju_domain::region::{InvalidRegionCode, RegionCode, VillageCode};

use crate::apportion::{apportion, apportion_above};
use crate::model::{self, Guarantees, ModelTownship};
use crate::place_names;
use crate::plan::Plan;
use crate::records::NUMBERS_OF_EVERY_KIND;

/// Codes of villages end in 200 to 999; some townships have twice the average.
pub(crate) const MOST_VILLAGES_PER_TOWNSHIP: u32 = 300;
/// Codes of townships that are 乡 end in 200 to 999; those beyond the model are.
pub(crate) const MOST_TOWNSHIPS: u32 = 700;

/// A township of a register.
#[derive(Debug)]
pub(crate) struct Township {
    pub(crate) code: RegionCode,
    pub(crate) name: String,
    /// The ordinals of its households within the register.
    pub(crate) ordinals: Range<u32>,
    /// How many of them end up in each way of guarantee.
    pub(crate) guarantees: Guarantees,
}

/// A village of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Village {
    pub(crate) code: VillageCode,
    pub(crate) name: String,
    pub(crate) households: u32,
    /// The ordinal of its first household within the register.
    pub(crate) first: u32,
    /// Its place among the register's villages.
    pub(crate) place: usize,
    /// Its township's place in the layout.
    pub(crate) township: usize,
}

impl Village {
    /// Its 12-digit code.
    pub fn code(&self) -> &VillageCode {
        &self.code
    }

    /// Its name, such as 云岭村.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many households it has; their numbers go from 1 to this.
    pub fn households(&self) -> u32 {
        self.households
    }

    /// Its place among the register's villages, in the order of their codes.
    pub fn place(&self) -> usize {
        self.place
    }
}

/// All townships and villages of a register, in the order of their codes.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) townships: Vec<Township>,
    pub(crate) villages: Vec<Village>,
}

/// A township before it has a place among the others.
struct Sketch {
    code: RegionCode,
    name: String,
    households: u32,
    villages: Vec<(String, u32)>,
    model: &'static ModelTownship,
}

impl Layout {
    pub(crate) fn of(plan: &Plan) -> Result<Self, InvalidRegionCode> {
        let mut sketches = sketches(plan)?;
        sketches.sort_by(|one, other| one.code.cmp(&other.code));
        let mut layout = Layout { townships: Vec::new(), villages: Vec::new() };
        let mut next = 0;
        for (place, sketch) in sketches.into_iter().enumerate() {
            let first = next;
            for (index, (name, households)) in sketch.villages.into_iter().enumerate() {
                let code = format!("{}{}", sketch.code, 200 + index).parse()?;
                layout.villages.push(Village {
                    code,
                    name,
                    households,
                    first: next,
                    place: layout.villages.len(),
                    township: place,
                });
                next += households;
            }
            layout.townships.push(Township {
                code: sketch.code,
                name: sketch.name,
                ordinals: first..next,
                guarantees: guarantees(sketch.households, sketch.model),
            });
        }
        Ok(layout)
    }

    pub(crate) fn village(&self, code: &VillageCode) -> Option<&Village> {
        let found = self.villages.binary_search_by(|village| village.code.cmp(code)).ok()?;
        self.villages.get(found)
    }
}

/// The model's townships (again and again where the plan has more), scaled to the plan.
fn sketches(plan: &Plan) -> Result<Vec<Sketch>, InvalidRegionCode> {
    let models = &model::zhenxiong().townships;
    let of_model: Vec<&'static ModelTownship> = models.iter().cycle().take(plan.townships as usize).collect();
    let model_villages: Vec<u32> = of_model.iter().map(|model| model.villages.len() as u32).collect();
    let villages = apportion_above(plan.villages, &vec![1; of_model.len()], &model_villages);
    let floors: Vec<u32> = villages.iter().map(|number| number * NUMBERS_OF_EVERY_KIND).collect();
    let room = plan.households - floors.iter().sum::<u32>();
    let model_room: Vec<u32> = of_model
        .iter()
        .map(|model| model.households() - model.villages.len() as u32 * NUMBERS_OF_EVERY_KIND)
        .collect();
    let above = apportion(room, &model_room);

    let mut codes = TownshipCodes::default();
    let mut sketches = Vec::with_capacity(of_model.len());
    for (index, model) in of_model.into_iter().enumerate() {
        let name = match index.checked_sub(models.len()) {
            None => model.name.clone(),
            Some(beyond) => place_names::township(beyond),
        };
        let households = floors[index] + above[index];
        sketches.push(Sketch {
            code: format!("{}{:03}", plan.county.code, codes.next(&name)).parse()?,
            villages: villages_of(index, model, villages[index], households),
            name,
            households,
            model,
        });
    }
    Ok(sketches)
}

fn villages_of(township: usize, model: &ModelTownship, villages: u32, households: u32) -> Vec<(String, u32)> {
    let weights: Vec<u32> =
        model.villages.iter().cycle().take(villages as usize).map(|village| village.households).collect();
    let floors = vec![NUMBERS_OF_EVERY_KIND; weights.len()];
    let sizes = apportion_above(households, &floors, &weights);
    let name = |index: usize| match (township < model::zhenxiong().townships.len(), model.villages.get(index))
    {
        (true, Some(village)) => village.name.clone(),
        _ => place_names::village(township, index),
    };
    sizes.into_iter().enumerate().map(|(index, size)| (name(index), size)).collect()
}

/// However small a township, each way of guarantee that its model knows occurs.
fn guarantees(households: u32, model: &ModelTownship) -> Guarantees {
    let floors = model.guarantees.map(|number| number.min(1));
    let shares = apportion_above(households, &floors, &model.guarantees);
    std::array::from_fn(|column| shares[column])
}

/// The last three digits of townships, by their kind: 街道 from 001, 镇 from 100, 乡 from 200, as the standard
/// (GB/T 10114) has them.
struct TownshipCodes {
    street: u32,
    town: u32,
    township: u32,
}

impl Default for TownshipCodes {
    fn default() -> Self {
        TownshipCodes { street: 1, town: 100, township: 200 }
    }
}

impl TownshipCodes {
    fn next(&mut self, name: &str) -> u32 {
        let counter = match name.chars().last() {
            Some('处') => &mut self.street,
            Some('镇') => &mut self.town,
            _ => &mut self.township,
        };
        *counter += 1;
        *counter - 1
    }
}
