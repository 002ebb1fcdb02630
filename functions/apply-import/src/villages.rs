//! Households of a village that the file names others of: they are missing there. They are reported and stay as they
//! are, as a file may hold a part of a village only.

use anju_counters::ports::Register as _;
use anju_domain::ids::HouseholdId;
use anju_domain::summary::State;
use anju_import::columns::Column;
use anju_import::piece::VillageEntry;
use anju_import::problem::{Code, Problem};

use crate::handler::Context;
use crate::piece::ApplyError;
use crate::report::Report;

/// Reports the village's households that are registered here and not named.
pub async fn look(context: &Context, entry: &VillageEntry, report: &mut Report) -> Result<(), ApplyError> {
    for held in context.registry.households_of(&entry.village).await? {
        let left = held.summary.unpack().is_ok_and(|summary| summary.state == State::Left);
        if left || entry.named.contains(held.number) {
            continue;
        }
        report.totals.missing += 1;
        report.problems.push(Problem {
            row: None,
            about: HouseholdId::new(entry.village.clone(), held.number).to_string(),
            column: Some(Column::Number),
            value: held.number.to_string(),
            code: Code::Missing,
        });
    }
    Ok(())
}
