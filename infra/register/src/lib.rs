//! Synthetic input for development, demonstrations and tests: registers of people who don't exist, and photos of
//! houses that stand nowhere.
//!
//! A register ([`Register`], made by a [`Plan`]) is decided by its seed, down to the byte. Its ID numbers have valid
//! check characters but area codes that no county has, its mobile phones are in ranges that no network has.

pub mod demo;
pub mod load;
pub mod photo;
pub mod seed;

mod apportion;
mod csv_files;
mod family;
mod form;
mod id_numbers;
mod layout;
mod model;
mod outcome;
mod person_names;
mod place_names;
mod plan;
mod random;
mod records;
mod register;

pub use csv_files::{WriteError, Written, write_csv, write_regions, write_register};
pub use layout::Village;
pub use plan::{County, Plan, PlanError};
pub use records::{NUMBERS_OF_EVERY_KIND, RegisterMember, RegisterRow};
pub use register::Register;
