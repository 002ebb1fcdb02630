//! What clients see.

pub mod account;
pub mod feedback;
pub mod household;
pub mod photo;
pub mod region;
pub mod session;
pub mod statistics;
