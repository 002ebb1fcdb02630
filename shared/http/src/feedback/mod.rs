//! Reports: what is sent of them, who may send it, and how they change and are listed.

pub mod edit;
pub mod filter;
pub mod form;
pub mod identity;
pub mod listing;
