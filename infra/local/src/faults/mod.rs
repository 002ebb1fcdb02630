//! Faults at will between the functions and the services behind them: a layer that every request of a
//! function to DynamoDB, S3 and SQS goes through, and pollers of streams that can be ended. It does nothing
//! until it is told to, at its own address:
//!
//! - `PUT /faults` with the share of requests, from 0 to 1, that each [`Kind`] is to hit;
//! - `GET /faults` answers how many requests went through and how many were hit, by service and kind;
//! - `DELETE /faults/pollers` ends all pollers of streams, whatever they are at; others take their place.

mod answers;
mod kinds;
mod layer;
mod pollers;

pub(crate) use layer::{Faults, Services};
pub(crate) use pollers::mortal;
