//! Data alerts that need no photo: raised, listed, counted, dismissed and cleared.

use std::collections::BTreeSet;

use anju_domain::burst::{BurstLimit, Slot};
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::{Household, Progress, Registered};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::AlertKind;
use anju_register::Plan;
use anju_store::household::Transition;
use anju_tests::client::PASSWORD;
use anju_tests::wait::until;
use anju_tests::{Client, Inside, Stack, forms};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The other form of [`forms::ID_NUMBER`].
const WITH_DISABILITY: &str = "11010519491231002X42";

async fn list(client: &Client, query: &str) -> Value {
    client.get(&format!("/v1/alerts?{query}")).send().await.expect(StatusCode::OK).json()
}

fn texts<'a>(items: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = items["items"].as_array().unwrap().iter();
    items.map(|item| item.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

/// A list page by page, two at a time.
async fn paged(client: &Client, query: &str, pointer: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = list(client, &format!("{query}&limit=2{next}")).await;
        all.extend(texts(&page, pointer).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { return all };
        next = format!("&cursor={cursor}");
    }
}

/// Waits until just these kinds of alerts are raised for a household.
pub async fn raised(inside: &Inside, id: &HouseholdId, kinds: &[AlertKind]) -> Household {
    until("the alerts of a household", async || {
        let household = inside.household(id).await;
        let found: Vec<AlertKind> = household.alerts.keys().copied().collect();
        if found == kinds { Ok(household) } else { Err((id, found)) }
    })
    .await
}

/// Waits until a household knows that it shares an ID number with just these others, and is flagged for it.
async fn shares(inside: &Inside, id: &HouseholdId, others: &[&HouseholdId]) -> Household {
    let others: BTreeSet<HouseholdId> = others.iter().map(|other| (*other).clone()).collect();
    until("who shares with a household", async || {
        let household = inside.household(id).await;
        let is_flagged = household.alerts.contains_key(&AlertKind::IdDuplicate);
        let found = household.id_shared_with.clone();
        if found == others && is_flagged != others.is_empty() {
            Ok(household)
        } else {
            Err((id, found, is_flagged))
        }
    })
    .await
}

/// Saves a draft that corrects the head's ID number.
async fn correct(officer: &Client, id: &HouseholdId, id_number: &str) {
    let draft = json!({"correction": {"id_number": id_number}});
    officer.save(id, &draft).header("if-match", "*").send().await.expect(StatusCode::OK);
}

/// Dismisses the household's alert of a kind.
pub async fn dismiss(client: &Client, household: &Household, kind: AlertKind) {
    let id = format!("{}-{}-{}", household.id, kind.name(), household.alerts[&kind].revision);
    let reason = json!({"reason": "已核实"});
    client.post(&format!("/v1/alerts/{id}/dismiss"), &reason).send().await.expect(StatusCode::OK);
}

/// Writes a household as an import would.
pub async fn import(inside: &Inside, before: Option<&Household>, after: Household) {
    let transition = Transition {
        before,
        after,
        kind: ChangeKind::Imported,
        by: Actor::System,
        recorded: json!({}),
        photo: None,
        with: Vec::new(),
    };
    inside.registry.commit(transition).await.unwrap();
}

#[tokio::test]
async fn households_that_come_to_share_an_id_number_at_the_same_time_are_both_flagged() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let (one, other) = (stack.household(0, 1), stack.household(2, 1));
    let officers = [stack.officer(0).await, stack.officer(2).await];
    for round in 0..4 {
        let own = [forms::id_number_of(&stack.row(&one)), forms::id_number_of(&stack.row(&other))];
        tokio::join!(
            correct(&officers[0], &one, forms::ID_NUMBER),
            correct(&officers[1], &other, WITH_DISABILITY)
        );
        shares(&inside, &one, &[&other]).await;
        shares(&inside, &other, &[&one]).await;
        // One of them alone, or both at once, cease to.
        if round % 2 == 0 {
            correct(&officers[round / 2], [&one, &other][round / 2], &own[round / 2]).await;
        } else {
            tokio::join!(correct(&officers[0], &one, &own[0]), correct(&officers[1], &other, &own[1]));
        }
        for id in [&one, &other] {
            shares(&inside, id, &[]).await;
        }
    }
    inside.queues_empty().await;
    for id in [&one, &other] {
        inside.sound_history(id).await;
    }
    inside.settled(stack.register()).await;
}

#[tokio::test]
async fn a_shared_id_number_is_listed_counted_dismissed_and_comes_back_with_another_household() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let duplicate = [AlertKind::IdDuplicate];
    let (one, other, third) = (stack.household(0, 1), stack.household(2, 1), stack.household(1, 1));
    let officers = [stack.officer(0).await, stack.officer(1).await, stack.officer(2).await];
    // A member's number in the register, and a head's as corrected.
    let member = stack.row(&one).members[0].id_number.clone();
    correct(&officers[2], &other, &member).await;
    raised(&inside, &other, &duplicate).await;
    let flagged = raised(&inside, &one, &duplicate).await;
    let record = officers[0].record(&one).await;
    assert_eq!(record["id_shared_with"], json!([other.to_string()]));
    assert_eq!(record["version"], 1);

    inside.settled(stack.register()).await;
    let village = one.village().region();
    for level in Level::ALL {
        let region = village.at(level).unwrap();
        let account =
            if level == Level::Village { officers[0].clone() } else { stack.account(&region).await };
        let found = list(&account, "kind=id_duplicate").await;
        let mut expected = vec![one.to_string(), other.to_string()];
        expected.retain(|id| region.contains(id.parse::<HouseholdId>().unwrap().village().region()));
        let mut listed: Vec<String> = texts(&found, "/household").into_iter().map(str::to_owned).collect();
        listed.sort();
        assert_eq!(listed, expected, "{region}");
        assert_eq!(found["total"], expected.len(), "{region}");
        assert!(texts(&found, "/raised_at").is_sorted_by(|newer, older| newer >= older), "{region}");
    }
    let county = stack.anybody().sign_in(village.at(Level::County).unwrap().as_str(), PASSWORD).await;
    dismiss(&county, &flagged, AlertKind::IdDuplicate).await;
    assert!(raised(&inside, &one, &[]).await.id_shared_with.contains(&other));
    raised(&inside, &other, &duplicate).await;

    // Another look finds nothing new; another household does.
    let body = json!({"household": one}).to_string();
    inside.send("DuplicateQueue", &body).await;
    inside.queues_empty().await;
    raised(&inside, &one, &[]).await;
    correct(&officers[1], &third, &member).await;
    shares(&inside, &one, &[&other, &third]).await;
    shares(&inside, &other, &[&one, &third]).await;
    shares(&inside, &third, &[&one, &other]).await;
    // One whose ID numbers are still its own after it was completed isn't looked at again.
    let before = inside.household(&one).await;
    let form = forms::sheltered();
    officers[0].complete(&one, &form).header("if-match", "*").send().await.expect(StatusCode::OK);
    inside.queues_empty().await;
    assert_eq!(inside.household(&one).await.revision, before.revision + 1);
    inside.settled(stack.register()).await;
}

#[tokio::test]
async fn an_import_finds_who_is_there_already_and_who_left_shares_nothing() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let duplicate = [AlertKind::IdDuplicate];
    let here = stack.household(0, 1);
    let row = stack.row(&here);
    let there = HouseholdId::new(here.village().clone(), 900);
    let registered = Registered { id: there.clone(), ..row.registered() };
    // The same family, entered where it moved to before it has left here.
    import(&inside, None, Household::registered(registered, Timestamp::UNIX_EPOCH)).await;
    raised(&inside, &here, &duplicate).await;
    raised(&inside, &there, &duplicate).await;

    // What was lost behind everybody's back, a repair finds again.
    let held = inside.household(&there).await;
    let mut forgotten = Household { revision: held.revision + 1, ..held.clone() };
    forgotten.id_shared_with.clear();
    forgotten.alerts.clear();
    import(&inside, Some(&held), forgotten).await;
    let repair = json!({"village": here.village(), "household": there}).to_string();
    inside.send("RepairQueue", &repair).await;
    raised(&inside, &there, &duplicate).await;

    let held = inside.household(&here).await;
    let left = Household { revision: held.revision + 1, progress: Progress::Left, ..held.clone() };
    import(&inside, Some(&held), left).await;
    raised(&inside, &here, &[]).await;
    raised(&inside, &there, &[]).await;
    inside.queues_empty().await;
}

/// Three visits an hour, so that a village of eight households suffices.
async fn stack_of_slow_walkers() -> Stack {
    Stack::with_parameters(&Plan::new(1, 1, 8).unwrap(), &["BurstLimit=3"]).await
}

/// Completes a household that was visited then, twice: the answer to the first got lost.
async fn visit(stack: &Stack, officer: &Client, number: u32, at: &str) -> Value {
    let id = stack.household(0, number);
    let form = forms::with(forms::sheltered(), json!({"verified_at": at}));
    let form = forms::corrected(form, &stack.row(&id));
    let version = officer.record(&id).await["version"].as_u64().unwrap();
    let complete = || officer.complete(&id, &form).if_match(version).once(&format!("{id}-{version}")).send();
    complete().await.expect(StatusCode::OK);
    complete().await.expect(StatusCode::OK).json()
}

fn is_flagged(record: &Value) -> bool {
    record["alerts"].as_array().unwrap().contains(&json!("burst"))
}

#[tokio::test]
async fn a_day_s_work_sent_in_the_evening_is_no_burst_and_a_burst_is() {
    let stack = stack_of_slow_walkers().await;
    let inside = stack.inside().await;
    let officer = stack.officer(0).await;
    // Sent one after another within seconds, visited an hour from each other: more than three a day.
    for (number, hour) in [(1, 8), (2, 9), (3, 10), (4, 11)] {
        let at = format!("2020-06-03T{hour:02}:00:00+08:00");
        assert!(!is_flagged(&visit(&stack, &officer, number, &at).await), "household {number}");
    }
    // Three within the hour after, as many as one can; and the fourth.
    for (number, minute) in [(5, 20), (6, 35), (7, 50)] {
        let at = format!("2020-06-03T13:{minute}:00+08:00");
        assert!(!is_flagged(&visit(&stack, &officer, number, &at).await), "household {number}");
    }
    assert!(is_flagged(&visit(&stack, &officer, 8, "2020-06-03T14:05:00+08:00").await));

    // Corrections are no visits, and take no flag away.
    for number in [5, 6] {
        assert!(!is_flagged(&visit(&stack, &officer, number, "2020-06-03T13:55:00+08:00").await));
    }
    assert!(is_flagged(&visit(&stack, &officer, 8, "2020-06-04T14:00:00+08:00").await));

    inside.settled(stack.register()).await;
    let id = stack.household(0, 8);
    let township = stack.account(id.village().region().at(Level::Township).unwrap()).await;
    let found = list(&township, "kind=burst").await;
    assert_eq!((texts(&found, "/household"), &found["total"]), (vec![id.to_string().as_str()], &json!(1)));
    assert_eq!(township.statistics(id.village()).await["total"]["alerts"]["burst"], 1);
    dismiss(&township, &inside.household(&id).await, AlertKind::Burst).await;
    assert!(!is_flagged(&officer.record(&id).await));

    // Sent back and visited anew.
    let back = json!({"reason": "请重新核验"});
    for (at, expected) in [("2020-06-03T13:52:00+08:00", true), ("2020-06-05T10:00:00+08:00", false)] {
        let path = format!("/v1/households/{id}/verification/return");
        township.post(&path, &back).header("if-match", "*").send().await.expect(StatusCode::OK);
        assert_eq!(is_flagged(&visit(&stack, &officer, 8, at).await), expected, "{at}");
    }
}

#[tokio::test]
async fn visits_without_a_time_of_day_go_by_the_server_s_clock() {
    let stack = stack_of_slow_walkers().await;
    let inside = stack.inside().await;
    let officer = stack.officer(0).await;
    let account = stack.village(0).region();
    // Whatever the clock says, this hour and the next are as full as they can be.
    let now = Timestamp::now();
    for minutes in [0, 10, 20] {
        let slot = Slot::of("2020-06-03".parse().unwrap(), now + jiff::SignedDuration::from_mins(minutes));
        for number in 101..=104 {
            let id = HouseholdId::new(stack.village(0).clone(), number);
            inside.control.note_visit(account, &id, slot, BurstLimit(3), now).await.unwrap();
        }
    }
    assert!(is_flagged(&visit(&stack, &officer, 1, "2020-06-03").await));
    assert!(!is_flagged(&visit(&stack, &officer, 2, "2020-06-03T09:00:00+08:00").await));
}

/// Starts a morning's run, as of 5 o'clock in China on that day.
async fn look(stack: &Stack, day: &str) -> Value {
    let time: Timestamp = format!("{day}T05:00:00+08:00").parse().unwrap();
    stack.invoke("FlagDelays", &json!({"time": time})).await
}

/// What a run raised and cleared.
fn outcome(run: &Value) -> (u64, u64) {
    assert_eq!(run["finished"], true, "{run}");
    (run["raised"].as_u64().unwrap(), run["cleared"].as_u64().unwrap())
}

#[tokio::test]
async fn regions_whose_pace_misses_the_deadline_are_flagged_until_they_catch_up() {
    const KIND: &str = "kind=behind_schedule";
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    inside.settled(stack.register()).await;
    let officers = [stack.officer(0).await, stack.officer(1).await, stack.officer(2).await];
    let regions: BTreeSet<RegionCode> = (0..3)
        .map(|place| stack.village(place).region())
        .flat_map(|village| village.ancestors().into_iter().chain([village.clone()]))
        .collect();

    for day in ["2020-06-11", "2020-06-12"] {
        assert_eq!(outcome(&look(&stack, day).await), (0, 0), "too early to say");
    }
    let run = look(&stack, "2020-06-14").await;
    assert_eq!(outcome(&run), (regions.len() as u64, 0));
    assert_eq!(run["regions"], regions.iter().filter(|region| region.level() < Level::Village).count());
    assert_eq!(look(&stack, "2020-06-14").await["regions"], 0, "a morning is done once");

    // Every level sees its own and those below, each once and in order; the statistics, those of a row itself.
    let mut accounts = Vec::new();
    for region in &regions {
        let place = (0..3).find(|place| stack.village(*place).region() == region);
        let account = match place {
            Some(place) => officers[place].clone(),
            None => stack.account(region).await,
        };
        let mut expected: Vec<&str> =
            regions.iter().filter(|other| region.contains(other)).map(RegionCode::as_str).collect();
        expected.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(paged(&account, KIND, "/region/code").await, expected, "{region}");
        let found = list(&account, KIND).await;
        assert_eq!((&found["total"], found["items"][0].get("household")), (&json!(expected.len()), None));
        let statistics = account.statistics(region).await;
        assert_eq!(statistics["total"]["alerts"]["behind_schedule"], 1, "{region}");
        for child in statistics["children"].as_array().unwrap() {
            assert_eq!(child["alerts"]["behind_schedule"], 1, "{child}");
        }
        accounts.push(account);
    }
    let account = |region: &RegionCode| &accounts[regions.iter().position(|one| one == region).unwrap()];
    let village = stack.village(0).region().clone();
    let above = |level| account(&village.at(level).unwrap()).clone();
    let (township, county) = (above(Level::Township), above(Level::County));
    let both = list(&county, "limit=100").await;
    let (of_regions, of_households) = (list(&county, KIND).await, list(&county, "kind=id_invalid").await);
    let sum = of_regions["total"].as_u64().unwrap() + of_households["total"].as_u64().unwrap();
    assert_eq!((&both["total"], both["items"].as_array().unwrap().len() as u64), (&json!(sum), sum));
    let path = &of_regions["items"][0]["region"]["path"];
    assert_eq!(path.as_array().unwrap().len(), 5, "from the province to the village: {path}");

    // Dismissed with a reason by a township or above whose area it is in.
    let dismiss = |code: &str| format!("/v1/alerts/{code}-behind_schedule-20200614/dismiss");
    let (path, reason) = (dismiss(village.as_str()), json!({"reason": "道路中断"}));
    officers[0].post(&path, &reason).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let elsewhere = stack.village(2).region().at(Level::Township).unwrap();
    assert!(!elsewhere.contains(&village));
    let refused = account(&elsewhere).post(&path, &reason).send().await;
    refused.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let upward = township.post(&dismiss(&village.as_str()[..6]), &reason).send().await;
    upward.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let broken = township.post(&path, &json!({})).send().await.broken_rules();
    assert_eq!(broken, [("/reason".to_owned(), "required".to_owned())]);
    let dismissed = township.post(&path, &reason).once("d1").send().await.expect(StatusCode::OK).json();
    assert_eq!(
        (&dismissed["dismissed"]["reason"], &dismissed["dismissed"]["by"]),
        (&reason["reason"], &json!(village.as_str()[..9]))
    );
    let again = township.post(&path, &reason).once("d1").send().await.expect(StatusCode::OK).json();
    assert_eq!(again, dismissed);
    township.post(&path, &reason).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(list(&officers[0], KIND).await["total"], 0);
    assert_eq!(list(&county, KIND).await["total"], of_regions["total"].as_u64().unwrap() - 1);
    assert_eq!(officers[0].statistics(&village).await["total"]["alerts"]["behind_schedule"], 0);

    // The village of the third officer gets done, and what it adds to the pace of those above may suffice.
    assert_eq!(outcome(&look(&stack, "2020-06-15").await), (0, 0), "dismissed is dismissed");
    let done = stack.village(2).region().clone();
    for row in stack.register().households(stack.village(2)) {
        let form = forms::corrected(forms::sheltered(), &row);
        officers[2].complete(row.id(), &form).if_match(1).send().await.expect(StatusCode::OK);
    }
    inside.settled(stack.register()).await;
    let run = look(&stack, "2020-06-16").await;
    assert!(run["cleared"].as_u64().unwrap() >= 1 && run["raised"] == 0, "{run}");
    assert_eq!(list(&officers[2], KIND).await["total"], 0);
    assert_eq!(officers[2].statistics(&done).await["total"]["alerts"]["behind_schedule"], 0);

    // After the deadline what is raised stays, and nothing is raised.
    let held = list(account(&RegionCode::nation()), KIND).await["total"].clone();
    assert_eq!(outcome(&look(&stack, "2020-07-03").await), (0, 0));
    assert_eq!(list(account(&RegionCode::nation()), KIND).await["total"], held);
    for broken in ["kind=flood", "kind=behind"] {
        let refused = county.get(&format!("/v1/alerts?{broken}")).send().await;
        assert_eq!(refused.broken_rules(), [("/kind".to_owned(), "unknown".to_owned())]);
    }
    inside.settled(stack.register()).await;
}
