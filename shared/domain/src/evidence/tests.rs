use proptest::prelude::*;

use super::*;
use crate::draft::Draft;
use crate::household::{Deadline, LateRule, Registered};
use crate::ids::{HouseholdId, LookupToken};
use crate::person::Head;
use crate::photo::{ReadyPhoto, Source};
use crate::recorded::Recorded;

const VISIT: &str = "2020-06-03T04:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn household() -> Household {
    let registered = Registered {
        id: "530627101203-1".parse().unwrap(),
        head: Head { name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing },
        members: Vec::new(),
        address: String::new(),
        works: BTreeMap::new(),
    };
    Household::registered(registered, at(VISIT))
}

fn own(n: u128) -> PhotoId {
    PhotoId::new(household().id, n)
}

fn anothers(n: u128) -> PhotoId {
    let id: HouseholdId = "530627101204-9".parse().unwrap();
    PhotoId::new(id, n)
}

fn photo(n: u128, taken_at: &str, source: TakenAtSource) -> Photo {
    Photo {
        id: own(n),
        purpose: Purpose::Verification,
        source: Source::Camera,
        content_type: "image/jpeg".to_owned(),
        size: 1,
        sha256: String::new(),
        declared_taken_at: None,
        declared_location: None,
        requested_at: at("2020-06-03T03:00:00Z"),
        requested_by: "530627101203".to_owned(),
        state: PhotoState::Ready(Box::new(ReadyPhoto::taken(at(taken_at), source))),
    }
}

fn ready(household: &Household, n: u128, findings: Findings) -> Household {
    household.photo_ready(&photo(n, VISIT, TakenAtSource::Exif), findings, at(VISIT))
}

fn reused(numbers: &[u128]) -> Findings {
    Findings { reused: numbers.iter().map(|n| anothers(*n)).collect(), far: false }
}

fn form(photos: &[u128], day: &str) -> Draft {
    let photos: Vec<PhotoId> = photos.iter().map(|n| own(*n)).collect();
    let form = serde_json::json!({
        "verifier": {"name": "测试员", "position": "村支书", "phone": "13800000001"}, "verified_at": day,
        "result": "unsecured", "explanation": "墙体开裂", "photo_ids": photos,
    });
    serde_json::from_value(form).unwrap()
}

fn deadline() -> Deadline {
    Deadline { day: "2020-06-30".parse().unwrap(), late: LateRule::Accept }
}

fn completed(household: &Household, photos: &[u128], day: &str) -> Household {
    let now = at("2020-06-25T04:00:00Z");
    let form = form(photos, day);
    let complete = form.complete(now).unwrap();
    household.complete(form, complete, LookupToken::from_random([1; 15]), &deadline(), now).unwrap()
}

fn alerts(household: &Household) -> Vec<AlertKind> {
    household.alerts.keys().copied().filter(|kind| KINDS.contains(kind)).collect()
}

fn dismissed(household: &Household, kind: AlertKind) -> Household {
    household.dismiss(kind, household.alerts[&kind].revision, at(VISIT)).unwrap()
}

#[test]
fn a_reused_photo_is_flagged_until_a_verification_is_completed_without_it() {
    let flagged = ready(&household(), 1, reused(&[7]));
    assert_eq!(alerts(&flagged), [AlertKind::PhotoReused]);
    assert_eq!(flagged.version, household().version, "no officer's edit is refused for it");
    let other = ready(&flagged, 2, Findings::default());
    assert_eq!(alerts(&completed(&other, &[1], "2020-06-03")), [AlertKind::PhotoReused]);
    let without = completed(&other, &[2], "2020-06-03");
    assert_eq!(alerts(&without), []);
    assert_eq!(without.doubted_photos().count(), 0);
    let again = completed(&without, &[1], "2020-06-03");
    assert_eq!(alerts(&again), [AlertKind::PhotoReused], "it is evidence again");
}

#[test]
fn the_other_household_learns_of_it_once_before_its_own_photo_is_ready_or_after() {
    let others = BTreeSet::from([anothers(7)]);
    let told = household().photo_reused(&own(1), &others, at(VISIT)).unwrap();
    assert_eq!(alerts(&told), [AlertKind::PhotoReused]);
    assert_eq!(told.photo_reused(&own(1), &others, at(VISIT)), None, "nothing new, nothing written");
    let ready_then = ready(&told, 1, Findings::default());
    let ready_first = ready(&household(), 1, Findings::default());
    let told_then = ready_first.photo_reused(&own(1), &others, at(VISIT)).unwrap();
    assert_eq!(ready_then.evidence, told_then.evidence);
    assert_eq!(alerts(&told_then), alerts(&ready_then));
}

#[test]
fn a_dismissed_alert_stays_so_until_there_is_another_reason() {
    let flagged = completed(&ready(&household(), 1, reused(&[7])), &[1], "2020-06-03");
    let dismissed = dismissed(&flagged, AlertKind::PhotoReused);
    assert_eq!(alerts(&completed(&dismissed, &[1], "2020-06-04")), []);
    assert_eq!(dismissed.photo_reused(&own(1), &BTreeSet::from([anothers(7)]), at(VISIT)), None);
    let more = dismissed.photo_reused(&own(1), &BTreeSet::from([anothers(8)]), at(VISIT)).unwrap();
    assert_eq!(alerts(&more), [AlertKind::PhotoReused]);
}

#[test]
fn a_photo_from_over_a_week_before_or_after_the_visit_is_odd_as_soon_as_the_form_says_so() {
    let taken = |taken_at, source| {
        household().photo_ready(&photo(1, taken_at, source), Findings::default(), at(VISIT))
    };
    let exif = taken("2020-06-10T15:59:59Z", TakenAtSource::Exif);
    assert_eq!(alerts(&exif), [], "nobody has said when the visit was");
    // June 10 in China.
    for (day, odd) in
        [("2020-06-02", true), ("2020-06-03", false), ("2020-06-17", false), ("2020-06-18", true)]
    {
        let expected: &[AlertKind] = if odd { &[AlertKind::PhotoTimeOdd] } else { &[] };
        assert_eq!(alerts(&completed(&exif, &[1], day)), expected, "{day}");
        let draft = exif.save_draft(form(&[1], day), &deadline(), at(VISIT)).unwrap();
        assert_eq!(alerts(&draft), expected, "{day}, as a draft");
    }
    let odd = completed(&exif, &[1], "2020-06-02");
    assert_eq!(alerts(&completed(&odd, &[1], "2020-06-04")), [], "a corrected day settles it");
    assert_eq!(alerts(&completed(&exif, &[], "2020-06-02")), [], "it isn't of this visit");
    let declared = taken("2019-06-03T04:00:00Z", TakenAtSource::Declared);
    assert_eq!(alerts(&completed(&declared, &[1], "2020-06-03")), [AlertKind::PhotoTimeOdd]);
    let upload = taken("2019-06-03T04:00:00Z", TakenAtSource::Upload);
    assert_eq!(alerts(&completed(&upload, &[1], "2020-06-03")), [], "an upload says nothing of the visit");
    let now_ready = completed(&household(), &[1], "2020-06-03").photo_ready(
        &photo(1, "2020-05-01T04:00:00Z", TakenAtSource::Exif),
        Findings::default(),
        at(VISIT),
    );
    assert_eq!(alerts(&now_ready), [AlertKind::PhotoTimeOdd], "processed after the completion");
}

#[test]
fn a_far_photo_is_flagged_and_one_that_was_not_used_is_not() {
    let far = Findings { far: true, ..Findings::default() };
    assert_eq!(alerts(&ready(&household(), 1, far.clone())), [AlertKind::PhotoFar]);
    let done = completed(&household(), &[2], "2020-06-03");
    assert_eq!(alerts(&ready(&done, 1, far.clone())), [], "asked for before the completion, not used in it");
    assert_eq!(alerts(&ready(&done, 2, far.clone())), [AlertKind::PhotoFar]);
    let survey = Photo { purpose: Purpose::Survey, ..photo(3, VISIT, TakenAtSource::Exif) };
    let surveyed = done.photo_ready(&survey, far, at(VISIT));
    assert_eq!(alerts(&surveyed), [AlertKind::PhotoFar], "of a survey");
    assert_eq!(alerts(&completed(&surveyed, &[2], "2020-06-03")), [AlertKind::PhotoFar]);
}

#[test]
fn what_is_remembered_is_bounded_and_what_the_form_refers_to_is_kept() {
    let many: BTreeSet<PhotoId> = (0..60).map(anothers).collect();
    let told = household().photo_reused(&own(1), &many, at(VISIT)).unwrap();
    assert_eq!(told.evidence[&own(1)].reused.len(), MOST_REUSED);
    assert_eq!(told.photo_reused(&own(1), &many, at(VISIT)), None);
    let mut household = completed(&told, &[1], "2020-06-03");
    for n in 2..200 {
        household = ready(&household, n, Findings::default());
    }
    assert_eq!(household.evidence.len(), MOST_PHOTOS);
    assert!(household.evidence.contains_key(&own(1)) && household.evidence.contains_key(&own(199)));
}

/// Something that happens to a household.
#[derive(Debug, Clone)]
enum Step {
    Ready(u128, BTreeSet<u128>, bool),
    Told(u128, BTreeSet<u128>),
    Completed(Vec<u128>, bool),
    Dismissed(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    let others = || prop::collection::btree_set(0_u128..4, 0..3);
    prop_oneof![
        (0_u128..4, others(), any::<bool>()).prop_map(|(n, others, far)| Step::Ready(n, others, far)),
        (0_u128..4, others()).prop_map(|(n, others)| Step::Told(n, others)),
        (prop::collection::vec(0_u128..4, 0..3), any::<bool>())
            .prop_map(|(photos, odd)| Step::Completed(photos, odd)),
        (0_usize..3).prop_map(Step::Dismissed),
    ]
}

proptest! {
    #[test]
    fn an_alert_is_raised_only_while_there_is_a_reason_and_always_for_a_new_one(
        steps in prop::collection::vec(any_step(), 1..25),
    ) {
        let mut household = household();
        for step in steps {
            let before = household.clone();
            let ids = |numbers: &BTreeSet<u128>| numbers.iter().map(|n| anothers(*n)).collect::<BTreeSet<_>>();
            match &step {
                Step::Ready(n, others, far) => {
                    household = ready(&household, *n, Findings { reused: ids(others), far: *far });
                }
                Step::Told(n, others) => {
                    household = household.photo_reused(&own(*n), &ids(others), at(VISIT)).unwrap_or(household);
                }
                Step::Completed(photos, odd) => {
                    household = completed(&household, photos, if *odd { "2020-06-20" } else { "2020-06-03" });
                }
                Step::Dismissed(kind) => {
                    let kind = KINDS[*kind];
                    if household.alerts.contains_key(&kind) {
                        household = dismissed(&household, kind);
                    }
                }
            }
            let (known, found) = (before.reasons(), household.reasons());
            for kind in KINDS {
                let none = BTreeSet::new();
                let (known, found) = (known.get(&kind).unwrap_or(&none), found.get(&kind).unwrap_or(&none));
                let raised = household.alerts.contains_key(&kind);
                prop_assert!(!(found.is_empty() && raised), "{kind:?} for no reason");
                prop_assert!(found.is_subset(known) || raised, "a new reason for {kind:?} goes unseen");
                if found.is_subset(known) && !matches!(step, Step::Dismissed(_)) && !found.is_empty() {
                    prop_assert_eq!(raised, before.alerts.contains_key(&kind), "nothing new of {:?}", kind);
                }
            }
            let stored = serde_json::to_value(&household).unwrap();
            prop_assert_eq!(serde_json::from_value::<Household>(stored).unwrap(), household.clone());
        }
    }

    #[test]
    fn a_photo_within_a_week_of_its_visit_is_never_odd(taken in 0_i64..2_000_000_000, days in -7_i32..=7, any in -3_000_i32..3_000) {
        let taken = Timestamp::from_second(taken).unwrap();
        let visit = |days: i32| {
            VisitTime::Day(china_date(taken) + jiff::Span::new().days(days))
        };
        prop_assert!(!is_time_odd(taken, visit(days)));
        prop_assert_eq!(is_time_odd(taken, visit(any)), any.abs() > 7);
    }
}
