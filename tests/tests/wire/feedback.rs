//! Reports of problems: from the public page and from officers, handled, urged and left lying.

use anju_domain::change::ChangeKind;
use anju_domain::ids::{FeedbackId, HouseholdId, LookupToken};
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::AlertKind;
use anju_register::{Plan, RegisterRow};
use anju_tests::client::Answer;
use anju_tests::ledger::Ledger;
use anju_tests::stack::CAPTCHA_ANSWER;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const NOBODY: &str = "abcdefghijkmnpqrstuvwxyz";

/// A solved captcha, as fields of a form.
async fn captcha(client: &Client) -> Value {
    let drawn = client.get("/v1/captcha").in_language("en").send().await.expect(StatusCode::OK).json();
    json!({"captcha_id": drawn["captcha_id"], "captcha": sum_of(drawn["question"].as_str().unwrap())})
}

fn sum_of(question: &str) -> String {
    let numbers = question.split(|character: char| !character.is_ascii_digit());
    numbers.filter_map(|number| number.parse::<u32>().ok()).sum::<u32>().to_string()
}

/// Completes a household as its officer, and gives its public token.
async fn complete(officer: &Client, id: &HouseholdId, row: &RegisterRow) -> String {
    let path = format!("/v1/households/{id}/verification/complete");
    let form = forms::corrected(forms::sheltered(), row);
    let record = officer.post(&path, &form).if_match(1).send().await.expect(StatusCode::OK).json();
    record["lookup"]["token"].as_str().unwrap().to_owned()
}

/// The numbers of the household, as its members type them.
fn numbers(row: &RegisterRow) -> Value {
    json!({"id_number": row.id_number, "phone": row.phone})
}

async fn report_on_page(client: &Client, token: &str, claim: &Value, what: Value) -> Answer {
    let body = forms::with(forms::with(claim.clone(), captcha(client).await), what);
    client.post(&format!("/v1/public/households/{token}/feedback"), &body).send().await
}

async fn own_reports(client: &Client, token: &str, claim: &Value) -> Answer {
    let body = forms::with(claim.clone(), captcha(client).await);
    client.post(&format!("/v1/public/households/{token}/feedback/query"), &body).send().await
}

/// A report by the officer of a household's village.
async fn report(officer: &Client, household: &HouseholdId, kind: &str) -> String {
    let body = json!({"type": kind, "content": format!("反映{kind}")});
    let path = format!("/v1/households/{household}/feedback");
    let reported = officer.post(&path, &body).send().await.expect(StatusCode::CREATED).json();
    assert_eq!(reported["id"], reported["feedback_id"]);
    reported["id"].as_str().unwrap().to_owned()
}

/// Starts the hourly run, as of then.
async fn escalate(stack: &Stack, now: Timestamp) -> Value {
    stack.invoke("EscalateFeedback", &json!({"time": now})).await
}

/// The account of the region at `level` above a household.
async fn account_above(stack: &Stack, household: &HouseholdId, level: Level) -> Client {
    stack.account(household.village().region().at(level).unwrap().as_str()).await
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_household_reports_on_its_page_and_reads_how_it_was_handled() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let household = stack.household(0, 1);
    let row = stack.row(&household);
    let officer = stack.officer(0).await;
    let anybody = stack.anybody();
    let token = complete(&officer, &household, &row).await;
    let claim = numbers(&row);

    let what = json!({"type": "house_quality", "content": "山墙又裂了"});
    let body = forms::with(forms::with(claim.clone(), captcha(&anybody).await), what);
    let path = format!("/v1/public/households/{token}/feedback");
    let sent = anybody.post(&path, &body).once("k1").send().await.expect(StatusCode::CREATED).json();
    let again = anybody.post(&path, &body).once("k1").send().await.expect(StatusCode::CREATED).json();
    assert_eq!(sent, again, "sent again after a lost answer");
    let id = sent["feedback_id"].as_str().unwrap();
    let other = forms::with(body, json!({"content": "别的"}));
    let other = anybody.post(&path, &other).once("k1").send().await;
    other.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");

    let own = own_reports(&anybody, &token, &claim).await.expect(StatusCode::OK).json();
    assert_eq!(ids(&own), [id]);
    assert_eq!(
        (&own["items"][0]["status"], &own["items"][0]["content"]),
        (&json!("open"), &json!("山墙又裂了"))
    );

    // Numbers are full for village and township and masked above; outside there is nothing.
    let path = format!("/v1/feedback/{id}");
    let township = account_above(&stack, &household, Level::Township).await;
    let county = account_above(&stack, &household, Level::County).await;
    for account in [&officer, &township] {
        let seen = account.get(&path).send().await.expect(StatusCode::OK).json();
        assert_eq!(seen["head"], json!({"name": row.head, "id_number": row.id_number, "phone": row.phone}));
        assert_eq!((&seen["source"], &seen["address"]), (&json!("household"), &json!(row.address)));
        assert_eq!(seen["region"]["path"].as_array().unwrap().len(), 5);
    }
    let seen = county.get(&path).send().await.expect(StatusCode::OK).json();
    assert!(seen["head"]["id_number"].as_str().unwrap().contains("*****"), "{seen}");
    let outside = stack.officer(2).await;
    outside.get(&path).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");

    let handle = format!("{path}/handle");
    let opinion = json!({"opinion": "已联系施工队", "reopen_verification": true});
    officer.post(&handle, &opinion).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let broken = township.post(&handle, &json!({"reopen_verification": 1})).send().await.broken_rules();
    let expected = [("/opinion", "required"), ("/reopen_verification", "wrong_type")];
    assert_eq!(broken, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let handled = township.post(&handle, &opinion).once("h1").send().await.expect(StatusCode::OK).json();
    assert_eq!((&handled["status"], &handled["opinion"]), (&json!("handled"), &json!("已联系施工队")));
    assert_eq!(handled["handler"]["name"], forms::VERIFIER);
    township.post(&handle, &opinion).once("h1").send().await.expect(StatusCode::OK);
    township.post(&handle, &opinion).send().await.expect_problem(StatusCode::CONFLICT, "already_handled");
    let record = officer.get(&format!("/v1/households/{household}")).send().await.json();
    assert_eq!((&record["state"], &record["returned"]["reason"]), (&json!("draft"), &json!("已联系施工队")));

    let own = own_reports(&anybody, &token, &claim).await.expect(StatusCode::OK);
    assert_eq!(own.json()["items"][0]["opinion"], "已联系施工队");
    assert!(!own.text().contains(forms::VERIFIER_PHONE) && !own.text().contains(forms::VERIFIER));

    // Counted, on the page, in the history; and its words in no key and no log.
    inside.settled(stack.register()).await;
    let region = household.village().region();
    let counts = officer.get(&format!("/v1/regions/{region}/statistics")).send().await.json();
    assert_eq!(
        (&counts["total"]["feedback_open"], &counts["total"]["feedback_handled"]),
        (&json!(0), &json!(1))
    );
    until("the page to show the report", async || {
        let page = anybody.get(&format!("/q/{token}")).send().await.text();
        if page.contains("房屋质量问题") && page.contains("已处理") { Ok(()) } else { Err(page) }
    })
    .await;
    let page = anybody.get(&format!("/q/{token}")).send().await.text();
    assert!(!page.contains("山墙") && !page.contains("施工队"), "content and opinion aren't public");
    let kinds: Vec<ChangeKind> =
        inside.sound_history(&household).await.iter().map(|change| change.kind).collect();
    assert_eq!(kinds[2..], [ChangeKind::FeedbackReported, ChangeKind::FeedbackHandled]);
    let keys = inside.table_keys().await.join("\n");
    let logs: String = stack.logs().into_values().collect();
    for secret in [&row.id_number, &row.phone, &row.head, "山墙又裂了", "已联系施工队"] {
        assert!(!keys.contains(secret) && !logs.contains(secret), "{secret}");
    }
    assert!(!logs.contains(&token));
}

#[tokio::test]
async fn what_does_not_match_is_refused_without_saying_which_part_was_wrong() {
    let stack = Stack::of_one_village().await;
    let household = stack.household(0, 1);
    let row = stack.row(&household);
    let officer = stack.officer(0).await;
    let anybody = stack.anybody();
    let token = complete(&officer, &household, &row).await;
    let claim = numbers(&row);
    let what = json!({"type": "other", "content": "测试"});

    let wrong_phone = forms::with(claim.clone(), json!({"phone": "16099999999"}));
    let wrong_id = forms::with(claim.clone(), json!({"id_number": forms::ID_NUMBER}));
    let mut said = Vec::new();
    for (token, claim) in
        [(token.as_str(), &wrong_phone), (&token, &wrong_id), (NOBODY, &claim), ("not-a-token", &claim)]
    {
        let refused = report_on_page(&anybody, token, claim, what.clone()).await;
        let mut problem = refused.expect_problem(StatusCode::FORBIDDEN, "identity_mismatch").json();
        problem["instance"].take();
        said.push(problem);
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]), "{said:?}");

    // A captcha is used once, right or wrong; a form with mistakes doesn't use it.
    let path = format!("/v1/public/households/{token}/feedback/query");
    let solved = forms::with(claim.clone(), captcha(&anybody).await);
    let incomplete = forms::with(solved.clone(), json!({"phone": "1"}));
    let broken = anybody.post(&path, &incomplete).send().await.broken_rules();
    assert_eq!(broken, [("/phone".to_owned(), "invalid_phone".to_owned())]);
    anybody.post(&path, &solved).send().await.expect(StatusCode::OK);
    let broken = anybody.post(&path, &solved).send().await.broken_rules();
    assert_eq!(broken, [("/captcha".to_owned(), "wrong_captcha".to_owned())]);

    // At most five checks an hour, for known and unknown tokens: ten fit into two windows.
    for token in [token.as_str(), NOBODY] {
        let mut refused = None;
        for _ in 0..11 {
            let answer = own_reports(&anybody, token, &wrong_phone).await;
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                refused = Some(answer);
                break;
            }
            answer.expect_problem(StatusCode::FORBIDDEN, "identity_mismatch");
        }
        let refused = refused.unwrap().expect_problem(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=3600).contains(&wait));
    }
}

#[tokio::test]
async fn an_address_that_asks_for_ever_new_households_is_told_to_wait_and_stands_nowhere() {
    let stack = Stack::of_one_village().await;
    let (anybody, inside) = (stack.anybody(), stack.inside().await);
    let claim = json!({"id_number": forms::ID_NUMBER, "phone": forms::PHONE});
    let mut refused = None;
    // 120 an hour: twice as many fit into two windows.
    for number in 0..241_u8 {
        let answer = own_reports(&anybody, LookupToken::from_random([number; 15]).as_str(), &claim).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some((number, answer));
            break;
        }
        answer.expect_problem(StatusCode::FORBIDDEN, "identity_mismatch");
    }
    let (tries, answer) = refused.unwrap();
    assert!(tries >= 120, "{tries}");
    answer.expect_problem(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
    let keys = inside.table_keys().await.join("\n");
    assert!(keys.contains("ATTEMPTS#address-hour#"));
    assert!(!keys.contains("127.0.0.1") && !keys.contains(&hex::encode(Sha256::digest("127.0.0.1"))));
}

#[tokio::test]
async fn wrong_numbers_and_an_unknown_household_are_refused_by_the_same_requests() {
    let stack = Stack::with_ledger(&Plan::new(1, 1, 8).unwrap()).await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let row = stack.row(&id);
    let token = complete(&officer, &id, &row).await;
    let anybody = stack.anybody();
    let (right, ledger) = (numbers(&row), Ledger::of(stack.facts()));
    let wrong_phone = forms::with(right.clone(), json!({"phone": "16000000009"}));
    let wrong_id = forms::with(right.clone(), json!({"id_number": forms::ID_NUMBER}));
    // The first time, processes start and read their secrets.
    own_reports(&anybody, NOBODY, &right).await;
    let mut refusals = Vec::new();
    for (token, claim) in
        [(token.as_str(), &wrong_phone), (&token, &wrong_id), (NOBODY, &right), ("not-a-token", &right)]
    {
        let (refused, costs) = ledger.cost_of(own_reports(&anybody, token, claim)).await;
        refused.expect_problem(StatusCode::FORBIDDEN, "identity_mismatch");
        refusals.push(costs.into_iter().map(|(name, cost)| (name, cost.requests)).collect::<Vec<_>>());
    }
    assert!(!refusals[0].is_empty() && refusals.windows(2).all(|pair| pair[0] == pair[1]), "{refusals:#?}");
}

#[tokio::test]
async fn the_form_works_without_scripts() {
    let stack = Stack::of_one_village().await;
    let household = stack.household(0, 1);
    let row = stack.row(&household);
    let anybody = stack.anybody();
    let token = complete(&stack.officer(0).await, &household, &row).await;
    let path = format!("/q/{token}/report");
    let form = anybody.get(&path).send().await.expect(StatusCode::OK);
    assert!(form.header("content-security-policy").contains("form-action 'self'"));
    assert_eq!((form.header("cache-control"), form.header("referrer-policy")), ("no-store", "no-referrer"));
    let send = async |page: &str, fields: &[(&str, &str)]| {
        let captcha_id =
            page.split("name=\"captcha_id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let captcha = [("captcha_id", captcha_id), ("captcha", CAPTCHA_ANSWER)];
        let all = fields.iter().chain(&captcha);
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let call = anybody.call(http::Method::POST, &path);
        call.body("application/x-www-form-urlencoded", pairs.join("&")).send().await
    };
    let who = [("id_number", row.id_number.as_str()), ("phone", row.phone.as_str())];
    let report = [who[0], who[1], ("type", "subsidy"), ("content", "补助款 & <b>差额</b>"), ("do", "report")];

    let without_words = [who[0], who[1], ("type", "subsidy"), ("content", " "), ("do", "report")];
    let page = send(&form.text(), &without_words).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("反映问题：此项必填。"), "{}", page.text());
    let wrong = [who[0], ("phone", "16099999999"), ("do", "query")];
    let page = send(&page.text(), &wrong).await.expect(StatusCode::FORBIDDEN);
    assert!(page.text().contains("身份证号或手机号与登记信息不符") && page.text().contains("16099999999"));
    let page = send(&page.text(), &report).await.expect(StatusCode::OK);
    assert!(page.text().contains("已收到您反映的问题"));
    let page =
        send(&page.text(), &[who[0], who[1], ("type", "other"), ("content", ""), ("do", "query")]).await;
    let page = page.expect(StatusCode::OK).text();
    assert!(page.contains("资金补助问题") && page.contains("未处理") && !page.contains("<b>"), "{page}");

    anybody.get(&format!("/q/{NOBODY}/report")).send().await.expect(StatusCode::OK);
    let nowhere = anybody.get("/q/nowhere/report").send().await.expect(StatusCode::NOT_FOUND);
    assert!(nowhere.text().contains("没有找到这个页面"));
    let json = anybody.post(&path, &json!({})).send().await;
    json.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn an_open_report_goes_up_a_level_each_three_days_until_it_is_handled() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let household = stack.household(0, 1);
    let officer = stack.officer(0).await;
    let township = account_above(&stack, &household, Level::Township).await;
    let county = account_above(&stack, &household, Level::County).await;
    let id = report(&officer, &household, "acceptance").await;
    let path = format!("/v1/feedback/{id}");
    let reported_at: Timestamp =
        officer.get(&path).send().await.json()["reported_at"].as_str().unwrap().parse().unwrap();
    let after = |hours| reported_at + SignedDuration::from_hours(hours);

    assert_eq!(escalate(&stack, after(71)).await["escalated"], 0);
    for (hours, level) in [(72, "township"), (6 * 24, "county"), (9 * 24, "prefecture")] {
        assert_eq!(escalate(&stack, after(hours)).await["escalated"], 1, "{hours} hours");
        assert_eq!(escalate(&stack, after(hours)).await["escalated"], 0, "once");
        assert_eq!(officer.get(&path).send().await.json()["escalated_to"], level);
        let raised = inside.household(&household).await.alerts[&AlertKind::FeedbackOverdue];
        assert_eq!(raised.at, after(hours), "raised anew at each level");
    }
    inside.settled(stack.register()).await;
    let statistics = format!("/v1/regions/{}/statistics", household.village().region());
    let counts = officer.get(&statistics).send().await.json();
    assert_eq!(counts["total"]["alerts"]["feedback_overdue"], 1);

    let urge = format!("{path}/urge");
    let note = json!({"note": "请本周内处理"});
    township.post(&urge, &note).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    let urged = county.post(&urge, &note).once("u1").send().await.expect(StatusCode::OK).json();
    let again = county.post(&urge, &note).once("u1").send().await.expect(StatusCode::OK).json();
    assert_eq!((urged["urges"].as_array().unwrap().len(), &again["urges"]), (1, &urged["urges"]));
    assert_eq!(township.get(&path).send().await.json()["urges"][0]["note"], "请本周内处理");

    let opinion = json!({"opinion": "已处理"});
    township.post(&format!("{path}/handle"), &opinion).send().await.expect(StatusCode::OK);
    let record = officer.get(&format!("/v1/households/{household}")).send().await.json();
    assert_eq!((&record["alerts"], &record["version"]), (&json!([]), &json!(1)));
    county.post(&urge, &note).send().await.expect_problem(StatusCode::CONFLICT, "already_handled");
    assert_eq!(escalate(&stack, after(30 * 24)).await["escalated"], 0);
    inside.sound_history(&household).await;
}

#[tokio::test]
async fn reports_are_listed_filtered_and_handled_together_at_every_level() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let kinds = ["house_quality", "subsidy", "acceptance", "other"];
    let mut reported: Vec<(HouseholdId, String)> = Vec::new();
    let officers = [stack.officer(0).await, stack.officer(1).await, stack.officer(2).await];
    for round in 0..3_u32 {
        for (village, officer) in officers.iter().enumerate() {
            let household = stack.household(village, round + 1);
            let id = report(officer, &household, kinds[(village + round as usize) % 4]).await;
            reported.push((household, id));
        }
    }
    let first = &reported[0].0;
    let beside = format!("/v1/households/{}/feedback", stack.household(1, 1));
    let refused = officers[0].post(&beside, &json!({"type": "other", "content": "x"})).send().await;
    refused.expect_problem(StatusCode::NOT_FOUND, "not_found");
    inside.settled(stack.register()).await;

    let levels = [Level::Nation, Level::Province, Level::Prefecture, Level::County, Level::Township];
    let mut accounts = vec![officers[0].clone()];
    for level in levels {
        accounts.push(account_above(&stack, first, level).await);
    }
    let regions: Vec<RegionCode> = [Level::Village]
        .into_iter()
        .chain(levels)
        .map(|level| first.village().region().at(level).unwrap())
        .collect();
    for (account, region) in accounts.iter().zip(&regions) {
        let within = |(household, _): &&(HouseholdId, String)| region.contains(household.village().region());
        let expected: Vec<&str> = reported.iter().filter(within).map(|(_, id)| id.as_str()).collect();
        // Work to do comes oldest first, page by page; all else newest first.
        let mut paged = Vec::new();
        let mut next = String::new();
        loop {
            let path = format!("/v1/feedback?status=open&limit=2{next}");
            let list = account.get(&path).send().await.expect(StatusCode::OK).json();
            assert_eq!(list["total"], expected.len(), "{region}");
            paged.extend(ids(&list).into_iter().map(str::to_owned));
            let Some(cursor) = list["next_cursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(paged, expected, "{region}");
        let list = account.get("/v1/feedback").send().await.expect(StatusCode::OK).json();
        assert!(ids(&list).into_iter().rev().eq(expected.iter().copied()), "{region}");
        let jumped = account.get("/v1/feedback?status=open&limit=2&page=2").send().await.json();
        assert_eq!(ids(&jumped), expected.iter().copied().skip(2).take(2).collect::<Vec<_>>(), "{region}");
        assert_eq!(jumped["pages"], expected.len().div_ceil(2));
        let overdue = account.get("/v1/feedback?overdue=true").send().await.json();
        assert_eq!((ids(&overdue).len(), &overdue["total"]), (0, &Value::Null));
        let in_time = account.get("/v1/feedback?overdue=false&type=subsidy").send().await.json();
        assert!(in_time["items"].as_array().unwrap().iter().all(|item| item["type"] == "subsidy"));
        let subsidies = expected.iter().filter(|id| {
            let at = reported.iter().position(|(_, other)| other == **id).unwrap();
            (at % 3 + at / 3) % 4 == 1
        });
        assert_eq!(ids(&in_time).len(), subsidies.count(), "{region}");
    }

    // By name and number, of head or member, in the body only.
    let nation = &accounts[1];
    let row = stack.row(first);
    let member = &row.members.first().map_or(&row.id_number, |member| &member.id_number);
    for person in
        [json!({"id_number": row.id_number}), json!({"id_number": member}), json!({"name": row.head})]
    {
        let found = nation.post("/v1/feedback/search", &person).send().await.expect(StatusCode::OK).json();
        assert!(ids(&found).contains(&reported[0].1.as_str()), "{person}: {found}");
    }
    let both = json!({"id_number": row.id_number, "name": "查无此人"});
    let found = nation.post("/v1/feedback/search", &both).send().await.expect(StatusCode::OK).json();
    assert_eq!((ids(&found).len(), &found["total"]), (0, &json!(0)));
    let elsewhere = json!({"id_number": row.id_number});
    let found = officers[2].post("/v1/feedback/search", &elsewhere).send().await.json();
    assert!(ids(&found).is_empty(), "outside one's region nobody is found");
    nation.get("/v1/feedback?name=x").send().await.broken_rules();
    nation.get("/v1/feedback?region=99").send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let outside = officers[0].get(&format!("/v1/feedback?region={}", stack.village(2).as_str())).send().await;
    outside.expect_problem(StatusCode::FORBIDDEN, "outside_region");

    // Several at once: each by itself, and the same request again says the same.
    let township = &accounts[5];
    let region = &regions[5];
    let (inner, outer): (Vec<_>, Vec<_>) =
        reported.iter().partition(|(household, _)| region.contains(household.village().region()));
    let unknown = FeedbackId::new(first.clone(), 7).to_string();
    let done = format!("/v1/feedback/{}/handle", inner[0].1);
    township.post(&done, &json!({"opinion": "先行处理"})).send().await.expect(StatusCode::OK);
    let body =
        json!({"ids": [inner[0].1, inner[1].1, outer[0].1, unknown, inner[2].1], "opinion": "统一处理"});
    let path = "/v1/feedback/handle";
    officers[0].post(path, &body).send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
    for attempt in 0..2 {
        let answer = township.post(path, &body).once("b1").send().await.expect(StatusCode::OK).json();
        let results = answer["results"].as_array().unwrap();
        let codes: Vec<&str> = results.iter().map(|one| one["code"].as_str().unwrap_or("handled")).collect();
        let expected = ["already_handled", "handled", "not_found", "not_found", "handled"];
        assert_eq!(codes, expected, "attempt {attempt}");
    }
    let again = json!({"ids": [inner[1].1], "opinion": "别的"});
    let reused = township.post(path, &again).once("b1").send().await;
    reused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
    let seen = township.get(&format!("/v1/feedback/{}", inner[1].1)).send().await.json();
    assert_eq!((&seen["opinion"], &seen["status"]), (&json!("统一处理"), &json!("handled")));
    let handled = township.get("/v1/feedback?status=handled").send().await.json();
    assert_eq!(ids(&handled).len(), 3);
    let untouched = nation.get(&format!("/v1/feedback/{}", outer[0].1)).send().await.json();
    assert_eq!(untouched["status"], "open");
    inside.settled(stack.register()).await;
}
