//! Checks of the counts: what is found, in words and numbers that people and programs read.

use anju_counters::Counters;
use anju_counters::check::{Judged, judge};
use anju_counters::difference::{Difference, Kind, Place, Value};
use anju_counters::ports::{CounterStore, Pause, Unavailable};
use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::{Packed, State};
use anju_store::checks::BehindRow;
use anju_store::{Registry, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// How long a change may be on its way to the counts before that is a difference.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// A row that isn't what it is made from. Holds codes and numbers, nothing about people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The region that the row stands in; of a household, its village.
    pub region: RegionCode,
    /// The row: `household 17`, `bucket 2`, or the code of a region.
    pub row: String,
    /// `wrong`: another value at the same version. `behind`: its source is newer, for longer than a change
    /// takes. `ahead`: the register was set back. `no_source`: nothing is there to be counted.
    pub kind: String,
    /// What is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Json>,
    /// What the register, or the item below, says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Json>,
}

impl<T> From<&Difference<T>> for Finding {
    fn from(difference: &Difference<T>) -> Self {
        let (region, row) = match &difference.place {
            Place::Household(id) => (id.village().region().clone(), format!("household {}", id.number())),
            Place::Child { region, child } if region.level() == Level::Village => {
                (region.clone(), format!("bucket {child}"))
            }
            Place::Child { region, child } => (region.clone(), child.to_string()),
        };
        let kind = match difference.kind {
            Kind::Wrong => "wrong",
            Kind::Behind { .. } => "behind",
            Kind::Ahead => "ahead",
            Kind::NoSource => "no_source",
        };
        Finding {
            region,
            row,
            kind: kind.to_owned(),
            held: difference.held.as_ref().map(shown),
            source: difference.source.as_ref().map(shown),
        }
    }
}

fn shown(value: &Versioned<Value>) -> Json {
    match &value.value {
        Value::Summary(packed) => of_summary(value.version, packed),
        Value::Counts(counts) => of_counts(value.version, counts),
    }
}

fn of_summary(version: Version, packed: &Packed) -> Json {
    let bytes: String = packed.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let Ok(summary) = packed.unpack() else {
        return json!({"version": version.to_number(), "unreadable": bytes});
    };
    json!({
        "version": version.to_number(),
        "summary": bytes,
        "state": summary.state,
        "detail": summary.detail.key(),
        "people": summary.people,
    })
}

fn of_counts(version: Version, counts: &Counts) -> Json {
    json!({
        "version": version.to_number(),
        "households": counts.households(),
        "verified": counts.verified(),
        "drafts": counts.in_state(State::Draft),
        "people": counts.people,
        "feedback_open": counts.feedback_open,
        "feedback_handled": counts.feedback_handled,
        "surveys": counts.surveys,
        "alerts": counts.alerts.values().sum::<u64>(),
        "works": counts.works.values().map(|works| works.total).sum::<u64>(),
    })
}

/// What a region's check found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What can't be explained by changes on their way.
    pub findings: Vec<Finding>,
    /// Rows to be looked at again after [`PATIENCE`].
    pub behind: Vec<BehindRow>,
    /// Households that were compared.
    pub households: usize,
    /// Those that changed so recently that they needn't be counted yet.
    pub on_their_way: usize,
}

impl Outcome {
    fn of(judged: &Judged<Timestamp>, households: usize) -> Self {
        Outcome {
            findings: judged.certain.iter().map(Finding::from).collect(),
            behind: judged.suspects.iter().map(BehindRow::from).collect(),
            households,
            on_their_way: judged.on_their_way,
        }
    }
}

/// Why a check came to no end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The regions can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Counts or households can't be read.
    #[error(transparent)]
    Counts(#[from] Unavailable),
}

/// Compares a region's counts with what they are made from: its children, and of a township or a village
/// the register. A change may be on its way for as long as `patience`.
pub async fn check<S: CounterStore, P: Pause>(
    counters: &Counters<S, P>,
    registry: &Registry,
    region: &RegionCode,
    patience: SignedDuration,
) -> Result<Outcome, CheckError> {
    // Before anything is read: what is older than this minus the patience should have been counted by then.
    let began = Timestamp::now();
    let children = match region.level() {
        Level::Village => Vec::new(),
        _ => registry.regions_below(region).await?,
    };
    let children = children.into_iter().map(|child| child.code).collect();
    let checked = counters.check(registry, region, &children).await?;
    let judged = judge(checked.differences, |since| began.duration_since(*since) > patience);
    Ok(Outcome::of(&judged, checked.households))
}

/// Looks again at rows that were behind.
pub async fn look_again<S: CounterStore, P: Pause>(
    counters: &Counters<S, P>,
    behind: &[BehindRow],
) -> Result<Vec<Finding>, CheckError> {
    let suspects: Vec<_> = behind.iter().filter_map(BehindRow::suspect).collect();
    let differences: Vec<Difference<Timestamp>> = counters.look_again(&suspects).await?;
    Ok(differences.iter().map(Finding::from).collect())
}
