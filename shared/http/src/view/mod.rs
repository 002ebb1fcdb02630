//! What clients see.

pub mod account;
pub mod alert;
pub mod campaign;
pub mod captcha;
pub mod export;
pub mod feedback;
pub mod history;
pub mod household;
pub mod import;
pub mod list;
pub mod lookup;
pub mod overview;
pub mod photo;
pub mod problem;
pub mod region;
pub mod session;
pub mod statistics;
pub mod survey;
pub mod verification;
