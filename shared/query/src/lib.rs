//! Lists of households, for registers of any size: what a page costs depends on the page, never on
//! how many households there are. `docs/query.md` says which filter reads what.
//!
//! [`HouseholdLists::list`] answers a [`HouseholdQuery`] over the ports in [`ports`].

pub mod filter;
pub mod lists;
pub mod ports;
pub mod slice;

mod narrow;
mod people;
#[cfg(test)]
mod proof;
mod walk;

pub use filter::Filter;
pub use lists::{HouseholdLists, HouseholdPage, HouseholdQuery, ListError, Total};
pub use slice::Start;
