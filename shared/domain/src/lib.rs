//! The rules and the words of the campaign: who lives where, what a verification must say,
//! what it counts as, and who may do what.
//!
//! Nothing here knows of AWS, HTTP, a clock or randomness: the time, ids, tokens and salts come in
//! as arguments. Types with private fields hold only valid values; combinations the rules forbid
//! can't be built.

pub mod access;
pub mod account;
pub mod burst;
pub mod change;
pub mod count;
pub mod draft;
pub mod duplicate;
pub mod erasure;
pub mod evidence;
pub mod export;
pub mod feedback;
pub mod household;
pub mod id_number;
pub mod identity;
pub mod ids;
pub mod import;
pub mod language;
pub mod likeness;
pub mod mask;
pub mod person;
pub mod phone;
pub mod photo;
pub mod position;
pub mod recorded;
pub mod region;
pub mod region_alert;
pub mod registered;
pub mod schedule;
pub mod sheet;
pub mod stamp;
pub mod summary;
pub mod survey;
pub mod table;
pub mod text;
pub mod time;
pub mod verification;
pub mod violation;

mod string_newtype;
