//! Lists of reports and surveys: what a page of them costs, however many there are.

use anju_domain::feedback::{Feedback, FeedbackStatus, FeedbackType, Handling, Official, Report, Reported};
use anju_domain::household::Household;
use anju_domain::ids::{FeedbackId, HouseholdId, SurveyId};
use anju_domain::region::Region;
use anju_domain::survey::{Survey, SurveyForm, Surveyed};
use anju_store::Registry;
use anju_store::feedback_list::FeedbackFilter;
use anju_store::timeline::{Listed, Place, Stretch, TimelinePage};
use jiff::{SignedDuration, Timestamp};

use crate::database::Database;
use crate::{county, id, region};

/// Regions of every level with lists, and how many lists of their own are a region's: two of the three
/// provinces and two of the three counties are empty.
const REGIONS: [(&str, usize); 6] =
    [("0", 3), ("53", 1), ("5306", 3), ("530627", 1), ("530627101", 1), ("530627101200", 1)];
/// Names of the merged regions come with one request more.
const MERGING: [&str; 2] = ["0", "5306"];
const LIMIT: usize = 5;

fn at(number: u32) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::from(number))
}

/// A report, every third one handled, and a survey of each household.
async fn enter(database: &Database, household: &HouseholdId, number: u32) {
    let registry = &database.lists.register;
    let before = registry.household(household).await.unwrap().unwrap();
    let report = Report { kind: FeedbackType::Subsidy, content: "补助未到".parse().unwrap() };
    let id = FeedbackId::new(household.clone(), u128::from(number));
    let Reported { household: after, feedback } =
        Feedback::report(&before, id, report, None, at(number)).unwrap();
    let with = registry.feedback_writes(None, &feedback).unwrap();
    let mut now = database.commit_with(Some(&before), after, with).await;
    if number.is_multiple_of(3) {
        let handled = feedback.handle(&now, &[], handling(number), false).unwrap();
        let with = registry.feedback_writes(Some(&feedback), &handled.feedback).unwrap();
        now = database.commit_with(Some(&now), handled.household, with).await;
    }
    survey(database, &now, number).await;
}

fn handling(number: u32) -> Handling {
    let by = Official {
        account: "530627101".to_owned(),
        name: "测试员".parse().unwrap(),
        position: "所长".parse().unwrap(),
    };
    Handling { by, at: at(number), opinion: "已补发".parse().unwrap() }
}

async fn survey(database: &Database, household: &Household, number: u32) {
    let form = SurveyForm {
        surveyor: "调研员".parse().unwrap(),
        surveyed_at: "1970-01-01".parse().unwrap(),
        public: true,
        opinion: "同意".parse().unwrap(),
        finding: "房屋安全".parse().unwrap(),
        photo_ids: Vec::new(),
    };
    let id = SurveyId::new(household.id.clone(), u128::from(number));
    let by = region("530627101");
    let Surveyed { household: after, survey } = Survey::conduct(household, id, form, by, at(number)).unwrap();
    let with = database.lists.register.new_survey_writes(&survey).unwrap();
    database.commit_with(Some(household), after, with).await;
}

/// A county of so many villages, with a report and a survey of each household that has not left.
async fn register(villages: u32) -> Database {
    let database = county(villages, 4).await;
    let all = (0..villages).flat_map(|village| [1, 2, 4].map(|number| id(village, number)));
    for (number, household) in (0..).zip(all) {
        enter(&database, &household, number).await;
    }
    for code in ["51", "52", "53", "5306", "530626", "530627", "530628"] {
        let row = Region::named(region(code), code);
        database.lists.register.put_region(&row).await.unwrap();
    }
    database
}

/// Starts of a first page, of the second by its cursor, of one jumped to, and of the last one.
async fn stretches<Id: Listed>(
    read: impl AsyncFn(Stretch<Id>) -> TimelinePage<Id>,
    total: usize,
) -> Vec<Stretch<Id>> {
    let jump = |skip| Stretch { after: None, skip, limit: LIMIT };
    let first = read(jump(0)).await;
    let behind = |after: Option<Place<Id>>| Stretch { after, skip: 0, limit: LIMIT };
    vec![jump(0), behind(first.next), jump((total / 2).saturating_sub(1)), jump((total - 1) / LIMIT * LIMIT)]
}

async fn reports(
    registry: &Registry,
    code: &str,
    filter: FeedbackFilter,
    stretch: &Stretch<FeedbackId>,
) -> usize {
    let page = registry.feedback_page(&region(code), filter, stretch, at(0)).await.unwrap();
    registry.feedback_with_households(&page.ids).await.unwrap().len()
}

async fn surveys(registry: &Registry, code: &str, stretch: &Stretch<SurveyId>) -> usize {
    let page = registry.survey_page(&region(code), stretch).await.unwrap();
    registry.surveys_with_households(&page.ids).await.unwrap().len()
}

/// The reports, or surveys, of a region in such a register.
fn total_of(code: &str, villages: u32) -> usize {
    let villages = match code {
        "530627101" => villages / 3,
        "530627101200" => 1,
        _ => villages,
    };
    3 * villages as usize
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_reports_takes_the_same_requests_in_a_register_ten_times_as_large() {
    for villages in [6, 60] {
        let database = register(villages).await;
        let registry = &database.lists.register;
        let open = FeedbackFilter { status: Some(FeedbackStatus::Open), ..FeedbackFilter::default() };
        // Without a status, the lists of both are read.
        for (filter, statuses) in [(open, 1), (FeedbackFilter::default(), 2)] {
            for (code, lists) in REGIONS {
                let read = async |stretch| {
                    registry.feedback_page(&region(code), filter, &stretch, at(0)).await.unwrap()
                };
                let total = total_of(code, villages) * (1 + statuses) / 3;
                for stretch in stretches(read, total).await {
                    database.take_requests();
                    assert!(reports(registry, code, filter, &stretch).await > 0, "{code}");
                    let expected = usize::from(MERGING.contains(&code)) + lists * statuses + 2;
                    assert_eq!(database.take_requests(), expected, "{code} of {villages}: {stretch:?}");
                }
            }
        }
        assert_eq!(database.take_scans(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_surveys_takes_the_same_requests_in_a_register_ten_times_as_large() {
    for villages in [6, 60] {
        let database = register(villages).await;
        let registry = &database.lists.register;
        for (code, lists) in REGIONS {
            let read = async |stretch| registry.survey_page(&region(code), &stretch).await.unwrap();
            for stretch in stretches(read, total_of(code, villages)).await {
                database.take_requests();
                assert!(surveys(registry, code, &stretch).await > 0, "{code}");
                let expected = usize::from(MERGING.contains(&code)) + lists + 2;
                assert_eq!(database.take_requests(), expected, "{code} of {villages}: {stretch:?}");
            }
        }
        assert_eq!(database.take_scans(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_surveys_one_after_the_other_are_all_of_a_region_once_the_latest_first() {
    let database = register(6).await;
    for (code, _) in REGIONS {
        let mut found = Vec::new();
        let mut stretch = Stretch { after: None, skip: 0, limit: LIMIT };
        loop {
            let page = database.lists.register.survey_page(&region(code), &stretch).await.unwrap();
            assert!(page.ids.len() <= LIMIT);
            found.extend(page.ids);
            let Some(next) = page.next else { break };
            stretch.after = Some(next);
        }
        assert_eq!(found.len(), total_of(code, 6), "{code}");
        let order = |id: &SurveyId| id.unique();
        assert!(found.windows(2).all(|pair| order(&pair[0]) > order(&pair[1])), "{code}");
    }
}
