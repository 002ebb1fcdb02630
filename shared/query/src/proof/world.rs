//! A register and its counts in memory, which count the requests made to them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anju_counters::bucket::{Bucket, BucketId};
use anju_counters::region::RegionCounts;
use anju_domain::count::{Counts, Version, Versioned};
use anju_domain::draft::{Draft, GuaranteeChoice, ResultChoice, VerifierDraft};
use anju_domain::household::{Deadline, Household, LateRule, Progress, Raised, Registered};
use anju_domain::ids::{HouseholdId, LookupToken};
use anju_domain::person::{Correction, Head, Member};
use anju_domain::recorded::Recorded;
use anju_domain::region::{Level, RegionCode, VillageCode};
use anju_domain::summary::{AlertKind, Summary};
use anju_domain::verification::Shelter;
use jiff::Timestamp;

use crate::ports::{By, Index, Pointed, Register, Role, Sought, Unavailable};

/// What a household of these worlds can be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pending,
    Left,
    EmptyDraft,
    AppraisedDraft,
    Unsecured,
    WithRelatives,
}

impl Kind {
    pub(super) const ALL: [Kind; 6] = [
        Kind::Pending,
        Kind::Left,
        Kind::EmptyDraft,
        Kind::AppraisedDraft,
        Kind::Unsecured,
        Kind::WithRelatives,
    ];
}

/// The alerts that households of these worlds can have.
pub(super) const ALERTS: [AlertKind; 2] = [AlertKind::PhotoFar, AlertKind::Burst];

/// A household of that kind with those alerts. Numbers that are multiples of 3 have a head of the
/// common name, those of 2 a member.
pub(super) fn household(id: HouseholdId, kind: Kind, alerts: &[AlertKind]) -> Household {
    let now = Timestamp::UNIX_EPOCH;
    let name = |common: bool| if common { "常见" } else { "少见" }.to_owned();
    let head = Head {
        name: name(id.number().is_multiple_of(3)),
        id_number: Recorded::from("11010519491231002X".to_owned()),
        phone: Recorded::from("13800000000".to_owned()),
    };
    let member = Member {
        name: name(id.number().is_multiple_of(2)),
        id_number: Recorded::Missing,
        relation: "配偶".to_owned(),
    };
    let registered =
        Registered { id, head, members: vec![member], address: String::new(), works: BTreeMap::new() };
    let entered = Household::registered(registered, now);
    let mut household = match kind {
        Kind::Pending => entered,
        Kind::Left => Household { progress: Progress::Left, ..entered },
        Kind::EmptyDraft => with_draft(entered, None),
        Kind::AppraisedDraft => with_draft(entered, Some(GuaranteeChoice::Appraised)),
        Kind::Unsecured => completed(&entered, ResultChoice::Unsecured),
        Kind::WithRelatives => completed(&entered, ResultChoice::Secured),
    };
    household.alerts = alerts.iter().map(|kind| (*kind, Raised { at: now, revision: 1 })).collect();
    household
}

fn with_draft(entered: Household, guarantee: Option<GuaranteeChoice>) -> Household {
    let draft = Draft { result: guarantee.map(|_| ResultChoice::Secured), guarantee, ..draft() };
    Household { progress: Progress::Draft(Box::new(draft)), ..entered }
}

fn completed(entered: &Household, result: ResultChoice) -> Household {
    let text = || "说明".parse().ok();
    let secured = result == ResultChoice::Secured;
    let draft = Draft {
        result: Some(result),
        guarantee: secured.then_some(GuaranteeChoice::Sheltered),
        shelter: secured.then_some(Shelter::Relatives),
        note: secured.then(text).flatten(),
        explanation: (!secured).then(text).flatten(),
        ..draft()
    };
    let now = Timestamp::UNIX_EPOCH;
    let form = entered.check(&draft, now).unwrap();
    let deadline = Deadline { day: jiff::civil::date(2020, 6, 30), late: LateRule::Accept };
    entered.complete(draft, form, LookupToken::from_random([7; 15]), &deadline, now).unwrap()
}

fn draft() -> Draft {
    Draft {
        verifier: VerifierDraft {
            name: "核验人".parse().ok(),
            position: "村支书".parse().ok(),
            phone: "13800000000".parse().ok(),
        },
        verified_at: "1970-01-01".parse().ok(),
        correction: Correction::default(),
        result: None,
        guarantee: None,
        grade: None,
        renovation: None,
        method: None,
        shelter: None,
        note: None,
        explanation: None,
        photo_ids: Vec::new(),
    }
}

/// The counts of a register in memory.
#[derive(Debug, Default)]
pub(super) struct MemoryIndex {
    regions: BTreeMap<RegionCode, RegionCounts>,
    buckets: BTreeMap<BucketId, Bucket>,
    requests: Mutex<usize>,
}

/// Keys that one request takes, as the database's.
const KEYS: usize = 100;

impl MemoryIndex {
    /// The counts of these households, all of them up to date.
    pub(super) fn of(households: impl IntoIterator<Item = (HouseholdId, Summary)>) -> Self {
        let mut buckets: BTreeMap<BucketId, Bucket> = BTreeMap::new();
        for (id, summary) in households {
            let row = Versioned { version: Version::default(), value: summary.pack() };
            buckets.entry(BucketId::of(&id)).or_default().rows.insert(id.number(), row);
        }
        let mut rows: BTreeMap<RegionCode, BTreeMap<String, Counts>> = BTreeMap::new();
        for (id, bucket) in &buckets {
            let village = id.village().region();
            rows.entry(village.clone()).or_default().insert(id.number().to_string(), bucket.total().unwrap());
        }
        for level in [Level::Village, Level::Township, Level::County, Level::Prefecture, Level::Province] {
            let below: Vec<(RegionCode, Counts)> = (rows.iter())
                .filter(|(code, _)| code.level() == level)
                .map(|(code, rows)| (code.clone(), Counts::fold(rows.values())))
                .collect();
            for (code, counts) in below {
                rows.entry(code.parent().unwrap()).or_default().insert(code.to_string(), counts);
            }
        }
        let region = |(code, rows): (RegionCode, BTreeMap<String, Counts>)| {
            let versioned = |(key, value)| (key, Versioned { version: Version::default(), value });
            let rows = rows.into_iter().map(versioned);
            (code.clone(), RegionCounts::stored(code, Version::default(), rows).unwrap())
        };
        MemoryIndex { regions: rows.into_iter().map(region).collect(), buckets, requests: Mutex::default() }
    }

    /// A state of counting between two: each item is as `earlier` or as `self` has it.
    pub(super) fn on_the_way_from(
        mut self,
        earlier: MemoryIndex,
        mut is_late: impl FnMut() -> bool,
    ) -> MemoryIndex {
        for (code, counts) in earlier.regions {
            if is_late() {
                self.regions.insert(code, counts);
            }
        }
        for (id, bucket) in earlier.buckets {
            if is_late() {
                self.buckets.insert(id, bucket);
            }
        }
        self
    }

    pub(super) fn take_requests(&self) -> usize {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    fn count(&self, keys: usize) {
        assert!(keys > 0, "a request for nothing");
        *self.requests.lock().unwrap() += keys.div_ceil(KEYS);
    }
}

impl Index for MemoryIndex {
    async fn regions(&self, codes: &[RegionCode]) -> Result<BTreeMap<RegionCode, RegionCounts>, Unavailable> {
        self.count(codes.len());
        Ok(codes.iter().filter_map(|code| self.regions.get_key_value(code)).map(cloned).collect())
    }

    async fn buckets(&self, ids: &[BucketId]) -> Result<BTreeMap<BucketId, Bucket>, Unavailable> {
        self.count(ids.len());
        Ok(ids.iter().filter_map(|id| self.buckets.get_key_value(id)).map(cloned).collect())
    }
}

fn cloned<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

/// A register in memory.
#[derive(Debug, Default)]
pub(super) struct MemoryRegister {
    pub(super) households: BTreeMap<HouseholdId, Household>,
    /// Pointers that one reading gives.
    pub(super) window: usize,
    requests: Mutex<usize>,
}

impl MemoryRegister {
    pub(super) fn of(households: impl IntoIterator<Item = Household>) -> Self {
        let by_id = households.into_iter().map(|household| (household.id.clone(), household));
        MemoryRegister { households: by_id.collect(), window: 1000, requests: Mutex::default() }
    }

    pub(super) fn index(&self) -> MemoryIndex {
        MemoryIndex::of(self.households.values().map(|one| (one.id.clone(), one.summary())))
    }

    pub(super) fn take_requests(&self) -> usize {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    fn count(&self) {
        *self.requests.lock().unwrap() += 1;
    }

    fn has(household: &Household, sought: &Sought) -> bool {
        let By::Name(name) = &sought.by else { return false };
        match sought.role {
            Role::Head => household.head.name == *name,
            Role::Member => household.members.iter().any(|member| member.name == *name),
        }
    }
}

impl Register for MemoryRegister {
    async fn summaries(&self, village: &VillageCode) -> Result<BTreeMap<u32, Summary>, Unavailable> {
        self.count();
        let here = self.households.iter().filter(|(id, _)| id.village() == village);
        Ok(here.map(|(id, household)| (id.number(), household.summary())).collect())
    }

    async fn households(&self, ids: &[HouseholdId]) -> Result<Vec<Household>, Unavailable> {
        assert!((1..=100).contains(&ids.len()), "a request for {} households", ids.len());
        self.count();
        Ok(ids.iter().filter_map(|id| self.households.get(id)).cloned().collect())
    }

    async fn pointed(
        &self,
        sought: &Sought,
        within: &RegionCode,
        after: Option<&HouseholdId>,
    ) -> Result<Pointed, Unavailable> {
        self.count();
        let inside = self.households.values().filter(|one| {
            within.contains(one.id.village().region())
                && Some(&one.id) > after
                && one.progress != Progress::Left
        });
        let found: Vec<HouseholdId> =
            inside.filter(|one| Self::has(one, sought)).map(|one| one.id.clone()).collect();
        let read: Vec<HouseholdId> = found.iter().take(self.window).cloned().collect();
        let until = (read.len() < found.len()).then(|| read.last().cloned()).flatten();
        Ok(Pointed { households: read, until })
    }
}

/// Whoever has the common name.
pub(super) fn common(role: Role) -> Sought {
    Sought { role, by: By::Name("常见".to_owned()) }
}
