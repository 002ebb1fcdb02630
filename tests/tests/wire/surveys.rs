//! Field surveys: entered by townships and above, read by everyone in whose area they lie, public or not.

use anju_domain::change::ChangeKind;
use anju_domain::ids::{HouseholdId, SurveyId};
use anju_domain::region::{Level, RegionCode};
use anju_tests::photos::Announced;
use anju_tests::wait::until;
use anju_tests::{Client, Inside, Stack, forms, photos};
use http::StatusCode;
use serde_json::{Value, json};

/// Nobody's name, number and words.
const SURVEYOR: &str = "测试调研员";
const FINDING: &str = "承重墙完好,屋面无渗漏";
const OPINION: &str = "同意按鉴定安全认定,联系16000000009";

fn survey(public: bool, photo_ids: &[String]) -> Value {
    json!({
        "surveyor": SURVEYOR, "surveyed_at": "2020-06-05T10:00:00+08:00", "public": public,
        "opinion": OPINION, "finding": FINDING, "photo_ids": photo_ids,
    })
}

fn path_of(household: &HouseholdId) -> String {
    format!("/v1/households/{household}/surveys")
}

async fn account_above(stack: &Stack, household: &HouseholdId, level: Level) -> Client {
    stack.account(household.village().region().at(level).unwrap()).await
}

/// A photo that was announced for a survey.
async fn announce(official: &Client, household: &HouseholdId, bytes: &[u8]) -> Announced {
    let announcement = forms::with(photos::announcement(bytes), json!({"purpose": "survey"}));
    photos::announce_as(official, household, &announcement).await
}

/// A photo of a survey, uploaded and found good.
async fn photo(official: &Client, household: &HouseholdId, seed: u64) -> String {
    let bytes = photos::small(seed);
    let announced = announce(official, household, &bytes).await;
    announced.upload(&bytes).await.expect(StatusCode::OK);
    assert_eq!(photos::processed(official, &announced.id).await["state"], "ready");
    announced.id
}

/// Enters a survey, and gives its id.
async fn conduct(official: &Client, household: &HouseholdId, form: &Value) -> String {
    let entered = official.post(&path_of(household), form).send().await.expect(StatusCode::CREATED).json();
    entered["id"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// The household's public page, once it shows what the household is now.
async fn page(stack: &Stack, inside: &Inside, url: &str) -> String {
    inside.published(stack.register()).await;
    stack.anybody().get(url).send().await.expect(StatusCode::OK).text()
}

async fn surveys_counted(stack: &Stack, inside: &Inside, household: &HouseholdId) -> Vec<u64> {
    inside.settled(stack.register()).await;
    let village = household.village().region();
    let mut counts = Vec::new();
    for region in village.ancestors().into_iter().chain([village.clone()]) {
        counts.push(inside.counts_of(&region).await.surveys);
    }
    counts
}

#[tokio::test]
async fn a_survey_goes_from_the_photo_to_the_public_page_and_back() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let id = stack.household(0, 1);
    let officer = stack.officer(0).await;
    let township = account_above(&stack, &id, Level::Township).await;
    let county = account_above(&stack, &id, Level::County).await;
    let form = forms::corrected(forms::sheltered(), &stack.row(&id));
    let record = officer.complete(&id, &form).if_match(1).send().await.expect(StatusCode::OK).json();
    let url = record["lookup"]["url"].as_str().unwrap();

    let photo = photo(&township, &id, 1).await;
    let form = survey(false, std::slice::from_ref(&photo));
    let entered = township.post(&path_of(&id), &form).once("s1").send().await.expect(StatusCode::CREATED);
    assert_eq!(entered.header("etag"), "\"1\"");
    let entered = entered.json();
    for (field, value) in form.as_object().unwrap() {
        if field != "surveyed_at" {
            assert_eq!(entered[field], *value, "{field}");
        }
    }
    assert_eq!(entered["surveyed_at"], "2020-06-05T02:00:00Z");
    assert_eq!((&entered["version"], &entered["household_id"]), (&json!(1), &json!(id)));
    assert_eq!(entered["head"], json!({"name": stack.row(&id).head}));
    assert_eq!(entered["region"]["path"].as_array().unwrap().len(), 5);
    let township_code = id.village().region().at(Level::Township).unwrap();
    assert_eq!(entered["created"]["account"], json!(township_code));
    let again = township.post(&path_of(&id), &form).once("s1").send().await.expect(StatusCode::CREATED);
    assert_eq!(again.json(), entered, "sent again after a lost answer");
    let other = township.post(&path_of(&id), &survey(true, &[])).once("s1").send().await;
    other.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
    assert_eq!(surveys_counted(&stack, &inside, &id).await, [1; 6]);

    // The village reads it, the public doesn't; the officer's version has not moved.
    let survey_path = format!("/v1/surveys/{}", entered["id"].as_str().unwrap());
    let read = officer.get(&survey_path).send().await.expect(StatusCode::OK);
    assert_eq!((read.header("etag"), read.json()), ("\"1\"", entered.clone()));
    let seen = officer.record(&id).await;
    assert_eq!((&seen["surveys"], &seen["version"]), (&json!(1), &record["version"]));
    let shown = page(&stack, &inside, url).await;
    assert!(shown.contains("调研信息") && !shown.contains(FINDING), "{shown}");

    // Published by the county, above its author: time, finding and opinion, nobody's name or number.
    let public = survey(true, &[]);
    let edited = county.put(&survey_path, &public).if_match(1).once("e1").send().await;
    assert_eq!(edited.header("etag"), "\"2\"");
    let edited = edited.expect(StatusCode::OK).json();
    assert_eq!((&edited["public"], &edited["photo_ids"]), (&json!(true), &json!([])));
    assert_eq!(edited["edited"]["account"], json!(id.village().region().at(Level::County).unwrap()));
    let again = county.put(&survey_path, &public).if_match(1).once("e1").send().await;
    assert_eq!(again.expect(StatusCode::OK).json(), edited);
    let shown = page(&stack, &inside, url).await;
    assert!(
        shown.contains(FINDING) && shown.contains("2020年6月5日") && shown.contains("联系*****"),
        "{shown}"
    );
    assert!(!shown.contains(SURVEYOR) && !shown.contains("16000000009"), "{shown}");

    // Somebody who read the first version gets the second; without If-Match the last one wins.
    let stale = township.put(&survey_path, &survey(false, &[])).if_match(1).send().await;
    let problem = stale.expect_problem(StatusCode::PRECONDITION_FAILED, "stale").json();
    assert_eq!(problem["current"], edited);
    let withdrawn =
        township.put(&survey_path, &survey(false, &[])).send().await.expect(StatusCode::OK).json();
    assert_eq!((&withdrawn["public"], &withdrawn["version"]), (&json!(false), &json!(3)));
    assert!(!page(&stack, &inside, url).await.contains(FINDING));
    assert_eq!(surveys_counted(&stack, &inside, &id).await, [1; 6], "an edit counts nothing");
    assert_eq!(officer.record(&id).await["version"], record["version"], "never a 412 for the village");

    let history = inside.sound_history(&id).await;
    let kinds: Vec<ChangeKind> = history.iter().map(|change| change.kind).collect();
    let edits = [ChangeKind::SurveyConducted, ChangeKind::SurveyEdited, ChangeKind::SurveyEdited];
    assert_eq!(kinds[kinds.len() - 3..], edits);
    for change in &history[history.len() - 3..] {
        let personal: Vec<&str> = change.personal.keys().map(String::as_str).collect();
        assert_eq!(personal, ["/finding", "/opinion", "/surveyor"]);
    }
    let keys = inside.table_keys().await.concat();
    let logs: String = stack.logs().into_values().collect();
    for secret in [SURVEYOR, FINDING, OPINION] {
        assert!(!keys.contains(secret) && !logs.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_village_reads_the_surveys_of_its_households_and_writes_none() {
    let stack = Stack::of_three_villages().await;
    let id = stack.household(0, 1);
    let officer = stack.officer(0).await;
    let township = account_above(&stack, &id, Level::Township).await;
    let county = account_above(&stack, &id, Level::County).await;
    let entered = conduct(&county, &id, &survey(false, &[])).await;
    let path = format!("/v1/surveys/{entered}");

    for account in [&officer, &township, &county] {
        account.get(&path).send().await.expect(StatusCode::OK);
        let list = account.get("/v1/surveys").send().await.expect(StatusCode::OK).json();
        assert_eq!(ids(&list), [&entered]);
    }
    let form = survey(true, &[]);
    for call in [officer.post(&path_of(&id), &form), officer.put(&path, &form)] {
        call.send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    }
    let announcement = forms::with(photos::announcement(b"photo"), json!({"purpose": "survey"}));
    let refused = officer.post(&photos::path_of(&id), &announcement).send().await;
    refused.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    // What a level above entered stays as it said it.
    township.put(&path, &form).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    assert_eq!(county.get(&path).send().await.json()["version"], 1);

    // Outside one's region there is neither household nor survey.
    let other = stack.household(2, 1);
    assert_ne!(id.village().region().at(Level::Township), other.village().region().at(Level::Township));
    let beside = account_above(&stack, &other, Level::Township).await;
    let (neighbour, never) = (stack.officer(1).await, SurveyId::new(id.clone(), 7));
    let calls = [
        beside.get(&path),
        neighbour.get(&path),
        beside.put(&path, &form),
        beside.post(&path_of(&id), &form),
        county.get(&format!("/v1/surveys/{never}")),
        county.put(&format!("/v1/surveys/{never}"), &form),
        county.get("/v1/surveys/nothing"),
    ];
    for call in calls {
        call.send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    }
}

#[tokio::test]
async fn a_survey_takes_only_uploaded_photos_of_surveys_of_its_household() {
    let stack = Stack::of_one_village().await;
    let (id, beside) = (stack.household(0, 1), stack.household(0, 2));
    let officer = stack.officer(0).await;
    let township = account_above(&stack, &id, Level::Township).await;
    let never = format!("{id}-{:032x}", 7);
    let of_verification = photos::ready(&officer, &id, &photos::small(1)).await;
    let of_other_household = photo(&township, &beside, 2).await;
    let awaiting = announce(&township, &id, &photos::small(3)).await.id;
    let bad = b"this is no photo";
    let rejected = announce(&township, &id, bad).await;
    rejected.upload(bad).await.expect(StatusCode::OK);
    assert_eq!(photos::processed(&township, &rejected.id).await["state"], "rejected");

    let wrong = [of_verification, of_other_household, awaiting, rejected.id, never, "x".to_owned()];
    let codes = [
        "photo_of_other_purpose",
        "photo_of_other_household",
        "photo_not_uploaded",
        "photo_rejected",
        "photo_unknown",
        "photo_unknown",
    ];
    let expected: Vec<(String, String)> =
        (0..).zip(codes).map(|(n, code)| (format!("/photo_ids/{n}"), code.to_owned())).collect();
    let form = survey(true, &wrong);
    let broken = township.post(&path_of(&id), &form).send().await.broken_rules();
    assert_eq!(broken, expected);
    let good = photo(&township, &id, 4).await;
    let entered = conduct(&township, &id, &survey(true, std::slice::from_ref(&good))).await;
    let path = format!("/v1/surveys/{entered}");
    assert_eq!(township.put(&path, &form).send().await.broken_rules(), expected);

    // All that is wrong is said at once, of the photos too.
    let form = json!({
        "surveyor": "", "surveyed_at": "2999-01-01", "public": 1, "finding": "x".repeat(1001),
        "photo_ids": wrong[2..3], "note": "x",
    });
    let broken = township.put(&path, &form).send().await.broken_rules();
    let expected = [
        ("/finding", "too_long"),
        ("/note", "unknown"),
        ("/opinion", "required"),
        ("/photo_ids/0", "photo_not_uploaded"),
        ("/public", "wrong_type"),
        ("/surveyed_at", "in_future"),
        ("/surveyor", "required"),
    ];
    assert_eq!(broken, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let kept = township.get(&path).send().await.expect(StatusCode::OK).json();
    assert_eq!((&kept["version"], &kept["photo_ids"]), (&json!(1), &json!([good])));

    // Photos of surveys are no front panorama.
    let form = forms::with(forms::unsecured(), json!({"photo_ids": [good]}));
    let broken = officer.complete(&id, &form).if_match(1).send().await.broken_rules();
    assert!(broken.contains(&("/photo_ids/0".to_owned(), "photo_of_other_purpose".to_owned())), "{broken:?}");
}

#[tokio::test]
async fn a_photo_of_a_survey_that_turns_out_unusable_flags_the_household_and_reopens_nothing() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let id = stack.household(0, 1);
    let officer = stack.officer(0).await;
    let township = account_above(&stack, &id, Level::Township).await;
    let completed = officer.complete(&id, &forms::unsecured()).if_match(1).send().await;
    completed.expect(StatusCode::OK);
    photo(&township, &stack.household(0, 7), 7).await;
    // Entered while the file waits to be looked at.
    stack.hold("process-photo");
    let bad = b"this is no photo";
    let announced = announce(&township, &id, bad).await;
    announced.upload(bad).await.expect(StatusCode::OK);
    conduct(&township, &id, &survey(true, std::slice::from_ref(&announced.id))).await;
    stack.release("process-photo");
    assert_eq!(photos::processed(&township, &announced.id).await["state"], "rejected");
    let record = officer.record(&id).await;
    assert_eq!((&record["state"], &record["version"]), (&json!("completed"), &json!(2)));
    assert_eq!(record["alerts"], json!(["unsecured", "photo_rejected"]));
    inside.settled(stack.register()).await;
    inside.sound_history(&id).await;
}

#[tokio::test]
async fn surveys_are_listed_newest_first_and_counted_at_every_level() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let county = account_above(&stack, &stack.household(0, 1), Level::County).await;
    let mut entered: Vec<(HouseholdId, String)> = Vec::new();
    for round in 1..=3 {
        for village in 0..3 {
            let household = stack.household(village, round);
            let id = conduct(&county, &household, &survey(round == 1, &[])).await;
            entered.insert(0, (household, id));
        }
    }
    inside.settled(stack.register()).await;

    let first = stack.household(0, 1);
    for level in Level::ALL {
        let region: RegionCode = first.village().region().at(level).unwrap();
        let account = match level {
            Level::County => county.clone(),
            _ => stack.account(&region).await,
        };
        let within = |(household, _): &&(HouseholdId, String)| region.contains(household.village().region());
        let expected: Vec<&str> = entered.iter().filter(within).map(|(_, id)| id.as_str()).collect();
        assert!(!expected.is_empty());
        let mut paged = Vec::new();
        let mut next = String::new();
        loop {
            let path = format!("/v1/surveys?limit=2{next}");
            let list = account.get(&path).send().await.expect(StatusCode::OK).json();
            assert_eq!(list["total"], expected.len(), "{region}");
            paged.extend(ids(&list).into_iter().map(str::to_owned));
            let Some(cursor) = list["next_cursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(paged, expected, "{region}");
        let list = account.get(&format!("/v1/surveys?region={}", first.village())).send().await.json();
        assert_eq!((ids(&list).len(), &list["total"]), (3, &json!(3)));
        let jumped = account.get("/v1/surveys?limit=2&page=2").send().await.expect(StatusCode::OK).json();
        assert_eq!(ids(&jumped), expected.iter().copied().skip(2).take(2).collect::<Vec<_>>(), "{region}");
        assert_eq!((&jumped["page"], &jumped["pages"]), (&json!(2), &json!(expected.len().div_ceil(2))));
        let counted = account.statistics(&region).await;
        assert_eq!(counted["total"]["surveys"], expected.len(), "{region}");
    }

    let broken = async |query: &str| county.get(&format!("/v1/surveys?{query}")).send().await.broken_rules();
    let one = |pointer: &str, code: &str| [(pointer.to_owned(), code.to_owned())];
    assert_eq!(broken("public=true").await, one("/public", "unknown"));
    assert_eq!(broken("limit=101").await, one("/limit", "out_of_range"));
    assert_eq!(broken("cursor=x").await, one("/cursor", "malformed"));
    let officer = stack.anybody().sign_in(first.village().as_str(), anju_tests::client::PASSWORD).await;
    let outside = officer.get(&format!("/v1/surveys?region={}", stack.village(2))).send().await;
    outside.expect_problem(StatusCode::FORBIDDEN, "outside_region");
    county.get("/v1/surveys?region=99").send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn two_officials_who_edit_a_survey_at_once_lose_nothing() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let id = stack.household(0, 1);
    let township = account_above(&stack, &id, Level::Township).await;
    let county = account_above(&stack, &id, Level::County).await;
    let path = format!("/v1/surveys/{}", conduct(&township, &id, &survey(false, &[])).await);
    let form = survey(true, &[]);
    let (one, other) = tokio::join!(
        township.put(&path, &form).if_match(1).send(),
        county.put(&path, &form).if_match(1).send(),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::PRECONDITION_FAILED]);
    assert_eq!(county.get(&path).send().await.json()["version"], 2);

    // The same request, sent twice at once, enters one survey.
    let call = || township.post(&path_of(&id), &form).once("twice").send();
    let (one, other) = tokio::join!(call(), call());
    let (one, other) = (one.expect(StatusCode::CREATED).json(), other.expect(StatusCode::CREATED).json());
    assert_eq!(one["id"], other["id"]);
    until("two surveys to be counted", async || {
        let surveys = inside.household(&id).await.surveys;
        if surveys == 2 { Ok(()) } else { Err(surveys) }
    })
    .await;
    inside.sound_history(&id).await;
}
