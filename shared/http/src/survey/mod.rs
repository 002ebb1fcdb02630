//! Field surveys: what is sent of them, how they are entered and edited, and how they are listed.

pub mod edit;
pub mod form;
pub mod listing;
