//! Counters that cannot drift: every level is state, `child > {version, value}`, where the higher
//! version wins; nothing is ever added up from events. `docs/counters.md` says why and what holds.
//!
//! [`Counters::tally`] brings changes of households into buckets, [`Counters::roll_up`] brings
//! changed buckets up to the nation, and [`Counters::recount`] makes both anew from the register.
//! [`Counters::check`] only looks whether they are right. All of them may run at once, any number of times, and
//! die anywhere.

pub mod bucket;
pub mod check;
pub mod difference;
pub mod failure;
pub mod ports;
pub mod recount;
pub mod region;
pub mod roll_up;
pub mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

mod at_once;
#[cfg(test)]
mod proof;

/// The counters as their workers see them.
#[derive(Debug, Clone)]
pub struct Counters<S, P> {
    /// Where they are kept.
    pub store: S,
    /// How to wait before another attempt.
    pub pause: P,
    /// Which life of the register this is, from 1; raised after each restore.
    pub epoch: u32,
}
