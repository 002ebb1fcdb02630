//! What a synthetic register is to be like.

use anju_domain::region::{Level, RegionCode};

use crate::id_numbers::CAPACITY;
use crate::layout::{MOST_TOWNSHIPS, MOST_VILLAGES_PER_TOWNSHIP};
use crate::model;
use crate::records::NUMBERS_OF_EVERY_KIND;

/// The county of a register, with the names of what lies above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct County {
    pub(crate) code: RegionCode,
    pub(crate) name: String,
    pub(crate) prefecture: String,
    pub(crate) province: String,
}

impl County {
    /// A county by its 6-digit code and its own, its prefecture's and its province's name.
    ///
    /// # Errors
    /// [`PlanError::NotACounty`] where the code is of another level.
    pub fn new(code: RegionCode, name: &str, prefecture: &str, province: &str) -> Result<Self, PlanError> {
        if code.level() != Level::County {
            return Err(PlanError::NotACounty);
        }
        Ok(County {
            code,
            name: name.to_owned(),
            prefecture: prefecture.to_owned(),
            province: province.to_owned(),
        })
    }
}

impl Default for County {
    /// 镇雄县 (530627) of 昭通市, 云南省: the county of the ministry's training deck.
    fn default() -> Self {
        County {
            code: model::zhenxiong().code.clone(),
            name: model::zhenxiong().name.clone(),
            prefecture: "昭通市".to_owned(),
            province: "云南省".to_owned(),
        }
    }
}

/// What a register is to be like. The same plan always gives the same register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(crate) seed: u64,
    pub(crate) county: County,
    pub(crate) townships: u32,
    pub(crate) villages: u32,
    pub(crate) households: u32,
}

/// No register can be made like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The code is not that of a county.
    #[error("a county's code has 6 digits")]
    NotACounty,
    /// No townships, or more than the codes and names last for.
    #[error("a register has 1 to {MOST_TOWNSHIPS} townships")]
    Townships,
    /// Fewer villages than townships, or more than the codes last for.
    #[error("a township has 1 to {MOST_VILLAGES_PER_TOWNSHIP} villages on average")]
    Villages,
    /// Too few for the villages, or more people than there are synthetic ID numbers.
    #[error("a register has at least {NUMBERS_OF_EVERY_KIND} households a village and at most {CAPACITY}")]
    Households,
}

impl Plan {
    const SEED: u64 = 20_200_630;

    /// A register of any size, divided in the proportions of 镇雄县.
    ///
    /// # Errors
    /// Where the numbers don't fit each other, see [`PlanError`].
    pub fn new(townships: u32, villages: u32, households: u32) -> Result<Self, PlanError> {
        if !(1..=MOST_TOWNSHIPS).contains(&townships) {
            return Err(PlanError::Townships);
        }
        if !(townships..=townships * MOST_VILLAGES_PER_TOWNSHIP).contains(&villages) {
            return Err(PlanError::Villages);
        }
        if !(villages * NUMBERS_OF_EVERY_KIND..=CAPACITY).contains(&households) {
            return Err(PlanError::Households);
        }
        Ok(Plan { seed: Self::SEED, county: County::default(), townships, villages, households })
    }

    /// 镇雄县 in full: 30 townships, 237 villages, 118,097 households. What the deck shows of it is to the digit.
    pub fn zhenxiong() -> Self {
        let model = model::zhenxiong();
        Plan {
            seed: Self::SEED,
            county: County::default(),
            townships: model.townships.len() as u32,
            villages: model.townships.iter().map(|township| township.villages.len() as u32).sum(),
            households: model.townships.iter().map(|township| township.households()).sum(),
        }
    }

    /// The shape of 镇雄县 with this many households: as many townships and villages as fit them, but at least 2
    /// and 6. With its own number of households it is [`Plan::zhenxiong`].
    ///
    /// # Errors
    /// [`PlanError::Households`] below 48 or above 25 million.
    pub fn scaled(households: u32) -> Result<Self, PlanError> {
        let full = Plan::zhenxiong();
        let in_proportion = |number: u32| -> u32 {
            let (number, households, whole) =
                (u64::from(number), u64::from(households), u64::from(full.households));
            ((number * households + whole / 2) / whole).min(u64::from(u32::MAX)) as u32
        };
        if households > CAPACITY {
            return Err(PlanError::Households);
        }
        let townships = in_proportion(full.townships).clamp(2, MOST_TOWNSHIPS);
        Plan::new(townships, in_proportion(full.villages).max(6).max(townships), households)
    }

    /// The small county of the demonstration: 3 townships, 8 villages, 160 households.
    pub fn demo() -> Self {
        Plan { townships: 3, villages: 8, households: 160, ..Plan::zhenxiong() }
    }

    /// The same with other people.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Plan { seed, ..self }
    }

    /// The same in another county. Its townships keep their names.
    #[must_use]
    pub fn in_county(self, county: County) -> Self {
        Plan { county, ..self }
    }

    /// Decides the people and everything else that is drawn.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many townships it has.
    pub fn townships(&self) -> u32 {
        self.townships
    }

    /// How many villages it has.
    pub fn villages(&self) -> u32 {
        self.villages
    }

    /// How many households it has.
    pub fn households(&self) -> u32 {
        self.households
    }
}
