//! A synthetic register: regions and households, made as they are asked for.

use anju_domain::ids::HouseholdId;
use anju_domain::region::{InvalidRegionCode, Region, RegionCode, VillageCode};
use anju_domain::summary::Detail;

use crate::id_numbers;
use crate::layout::{Layout, Township, Village};
use crate::outcome::outcome;
use crate::plan::{County, Plan};
use crate::records::{RegisterRow, row};

/// A register of a plan. It holds the plan and the names of its regions; every household is made from the seed
/// and its number alone, so a register of any size takes the same small memory and any household can be asked for
/// without the ones before it.
#[derive(Debug)]
pub struct Register {
    plan: Plan,
    layout: Layout,
    first_id: u32,
}

impl Register {
    /// The register of this plan.
    ///
    /// # Errors
    /// None that a [`Plan`] can bring about: its bounds keep the codes in their form.
    pub fn new(plan: &Plan) -> Result<Self, InvalidRegionCode> {
        let first_id = id_numbers::start(plan.seed, &plan.county.code);
        Ok(Register { plan: plan.clone(), layout: Layout::of(plan)?, first_id })
    }

    /// What it was made of.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// All regions from the nation down, in the order of their codes: each one after the one it lies in. Townships
    /// have an office's phone, made up: no subscriber's number begins with 0.
    pub fn regions(&self) -> impl Iterator<Item = Region> + '_ {
        let mut villages = self.layout.villages.iter().peekable();
        let below = self.layout.townships.iter().enumerate().flat_map(move |(place, township)| {
            let mut regions = vec![office(place, township)];
            while let Some(village) = villages.next_if(|village| village.township == place) {
                regions.push(region(village.code.region().clone(), &village.name));
            }
            regions
        });
        above(&self.plan.county).into_iter().chain(below)
    }

    /// All villages, in the order of their codes.
    pub fn villages(&self) -> impl Iterator<Item = &Village> + '_ {
        self.layout.villages.iter()
    }

    /// The households of a village, in the order of their numbers; none of a village that isn't in the register.
    pub fn households(&self, village: &VillageCode) -> impl Iterator<Item = RegisterRow> + '_ {
        self.layout
            .village(village)
            .into_iter()
            .flat_map(|village| (1..=village.households).map(|number| self.row(village, number)))
    }

    /// One household, if it is in the register.
    pub fn household(&self, id: &HouseholdId) -> Option<RegisterRow> {
        let village = self.village_of(id.village(), id.number())?;
        Some(self.row(village, id.number()))
    }

    /// All households with their villages, the first of every village before the second of any.
    pub fn in_turn(&self) -> impl Iterator<Item = (&Village, HouseholdId)> + '_ {
        let villages = &self.layout.villages;
        let most = villages.iter().map(Village::households).max().unwrap_or(0);
        (1..=most).flat_map(move |number| {
            let all = villages.iter().filter(move |village| number <= village.households);
            all.map(move |village| (village, HouseholdId::new(village.code.clone(), number)))
        })
    }

    /// What a replay completes the household with, if it is in the register. All of 镇雄县 in full gives the deck's
    /// table to the digit: each legible township's and the county's appraised, renovated and sheltered. All are
    /// secured, as there.
    pub fn outcome(&self, village: &VillageCode, number: u32) -> Option<Detail> {
        let village = self.village_of(village, number)?;
        let township = self.layout.townships.get(village.township)?;
        Some(outcome(self.plan.seed, township, village, number))
    }

    fn village_of(&self, code: &VillageCode, number: u32) -> Option<&Village> {
        self.layout.village(code).filter(|village| (1..=village.households).contains(&number))
    }

    fn row(&self, village: &Village, number: u32) -> RegisterRow {
        row(self.plan.seed, self.first_id, village, number)
    }
}

fn above(county: &County) -> Vec<Region> {
    let names = ["全国", &county.province, &county.prefecture];
    let mut regions: Vec<Region> =
        county.code.ancestors().into_iter().zip(names).map(|(code, name)| region(code, name)).collect();
    regions.push(region(county.code.clone(), &county.name));
    regions
}

fn region(code: RegionCode, name: &str) -> Region {
    Region::named(code, name)
}

fn office(place: usize, township: &Township) -> Region {
    let public_phone = Some(format!("0870-000{:04}", place + 1));
    Region { public_phone, ..region(township.code.clone(), &township.name) }
}
