//! What clients see.

pub mod account;
pub mod alert;
pub mod feedback;
pub mod household;
pub mod overview;
pub mod photo;
pub mod region;
pub mod session;
pub mod statistics;
pub mod survey;
