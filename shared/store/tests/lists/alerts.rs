//! What the sources of data alerts ask of the database, and that it doesn't grow.

use std::collections::BTreeSet;

use anju_domain::burst::{BurstLimit, Slot};
use anju_domain::duplicate::MOST_SHARING;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::region_alert::{AnyAlertKind, Delays, RegionAlertKind};
use anju_domain::schedule::Verdict;
use anju_store::alert_list::{Counted, ListedAlert};
use anju_store::delays::{CHANGES_AT_ONCE, DelayChange};
use jiff::Timestamp;

use crate::database::Database;
use crate::{county, id, region};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_an_id_number_is_one_request_however_many_do() {
    for villages in [6, 60] {
        let database = county(villages, 5).await;
        let household = database.lists.register.household(&id(0, 1)).await.unwrap().unwrap();
        database.take_requests();
        let sharing = database.lists.register.sharing_id_numbers(&household).await.unwrap();
        assert_eq!(database.take_requests(), 1);
        // Three of five in a village: one has an invalid number, one left.
        assert_eq!(sharing.len(), (3 * villages as usize - 1).min(MOST_SHARING));
        assert!(!sharing.contains(&household.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_one_request_and_a_day_s_item_stops_growing() {
    let database = Database::with([]).await;
    let account: RegionCode = region("530627101203");
    let slot = Slot::of("2020-06-03T10:00:00+08:00".parse().unwrap(), NOW);
    let mut said = Vec::new();
    for number in [1, 1, 2, 3, 4, 5] {
        let household = HouseholdId::new("530627101203".parse().unwrap(), number);
        database.take_requests();
        let noted = database.control.note_visit(&account, &household, slot, BurstLimit(2), NOW);
        said.push(noted.await.unwrap());
        assert_eq!(database.take_requests(), 1);
    }
    assert_eq!(said, [false, false, false, true, true, true]);
}

/// Makes villages of the county late, all of them raised now.
async fn delay(database: &Database, villages: usize) -> BTreeSet<RegionCode> {
    let below: RegionCode = region("530627101");
    let late: BTreeSet<RegionCode> = (0..villages).map(|n| region(&format!("530627101{n:03}"))).collect();
    let mut before = Delays::default();
    for some in late.iter().collect::<Vec<_>>().chunks(CHANGES_AT_ONCE) {
        let verdicts = some.iter().map(|region| ((*region).clone(), Verdict::Behind));
        let after = before.judged(verdicts, NOW).unwrap();
        let (before_it, with) = (&before, Vec::new());
        let change =
            DelayChange { below: &below, before: before_it, after: &after, at: NOW, dismissal: None, with };
        database.lists.register.change_delays(change).await.unwrap();
        before = after;
    }
    late
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_regions_are_counted_up_to_a_limit() {
    const KIND: RegionAlertKind = RegionAlertKind::BehindSchedule;
    let database = Database::with([]).await;
    let registry = &database.lists.register;
    let late = delay(&database, 30).await;
    for code in ["53", "530627", "530627101"] {
        database.take_requests();
        let counted = registry.count_region_alerts(&region(code), KIND).await.unwrap();
        assert_eq!((counted, database.take_requests()), (Counted::Exactly(30), 1), "{code}");
    }
    let village = region("530627101007");
    assert_eq!(registry.count_region_alerts(&village, KIND).await.unwrap(), Counted::Exactly(1));
    let kinds = [AnyAlertKind::OfRegion(KIND)];
    let page = registry.alerts(&region("530627"), &kinds, None, 100).await.unwrap();
    let listed: Vec<RegionCode> = page.entries.into_iter().filter_map(region_of).collect();
    assert!(listed.iter().eq(late.iter().rev()));

    let more = Database::with([]).await;
    delay(&more, 1000).await;
    let counted = more.lists.register.count_region_alerts(&region("53"), KIND).await.unwrap();
    assert_eq!(counted, Counted::Exactly(1000));
    let held = more.lists.register.delays_below([region("530627101")]).await.unwrap();
    let (below, before) = held.into_iter().next().unwrap();
    let after = before.judged([(below.clone(), Verdict::Behind)], NOW).unwrap();
    let change = DelayChange {
        below: &below,
        before: &before,
        after: &after,
        at: NOW,
        dismissal: None,
        with: Vec::new(),
    };
    more.lists.register.change_delays(change).await.unwrap();
    let counted = more.lists.register.count_region_alerts(&region("53"), KIND).await.unwrap();
    assert_eq!(counted, Counted::AtLeast(1000));
}

fn region_of(alert: ListedAlert) -> Option<RegionCode> {
    match alert {
        ListedAlert::OfRegion(entry) => Some(entry.region),
        ListedAlert::OfHousehold(_) => None,
    }
}
