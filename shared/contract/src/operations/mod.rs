//! All operations, in groups.

mod accounts;
mod alerts;
mod campaign;
mod exports;
mod feedback;
mod households;
mod imports;
mod photos;
mod public;
mod regions;
mod sessions;
mod surveys;
mod verification;

use crate::operation::Operation;

/// The groups and what they are about.
pub(crate) const TAGS: [(&str, &str); 13] = [
    (sessions::TAG, "Signing in, the first sign-in, one's own account."),
    (accounts::TAG, "Issuing the accounts one level down."),
    (regions::TAG, "Regions and their figures."),
    (households::TAG, "Finding and reading households."),
    (verification::TAG, "Saving, completing and returning verifications."),
    (photos::TAG, "Announcing and reading photos; the files themselves go to object storage."),
    (feedback::TAG, "Reported problems, for officers and officials."),
    (surveys::TAG, "Field surveys (现场调研)."),
    (alerts::TAG, "Data alerts (数据预警)."),
    (exports::TAG, "Files to take away: workbooks, CSV, QR codes to be printed."),
    (
        imports::TAG,
        "Bringing in regions, the register and accounts; the files themselves go to object storage.",
    ),
    (public::TAG, "What households use, without an account."),
    (campaign::TAG, "The national board, versions, probes."),
];

/// Every operation of the API.
pub fn operations() -> Vec<Operation> {
    [
        sessions::operations(),
        accounts::operations(),
        regions::operations(),
        households::operations(),
        verification::operations(),
        photos::operations(),
        feedback::operations(),
        surveys::operations(),
        alerts::operations(),
        exports::operations(),
        imports::operations(),
        public::operations(),
        campaign::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
