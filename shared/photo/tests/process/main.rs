//! The crate from outside: whole files in, what becomes of them out.

#![expect(clippy::unwrap_used, reason = "a test that meets the unforeseen shall fail there")]

mod completeness;
mod damage;
mod exif_facts;
mod limits;
mod mark;
mod pictures;
mod seeds;
mod splice;
