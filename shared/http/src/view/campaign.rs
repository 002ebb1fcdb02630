//! What everybody may know of the system and its campaign.

use schemars::JsonSchema;
use serde::Serialize;

/// The phone app's versions and the campaign's dates.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "App")]
pub struct AppView {
    /// The newest version.
    pub version: String,
    /// The oldest one that still works.
    pub minimum_version: String,
    /// Last day of verification, China time.
    pub verification_deadline: String,
    /// What the countdown runs to.
    pub countdown_to: String,
}

/// A probe's answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub struct HealthView {
    status: &'static str,
}

impl HealthView {
    /// It answers, so it lives.
    pub fn ok() -> Self {
        HealthView { status: "ok" }
    }
}
