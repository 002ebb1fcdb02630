//! Who gets in, and how far.

use std::collections::BTreeSet;

use anju_domain::region::RegionCode;
use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::{Call, PASSWORD};
use anju_tests::{Answer, Client, Stack, forms, photos};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Who may call an operation at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admits {
    /// Whoever comes.
    Anybody,
    /// Accounts whose first sign-in isn't done, too.
    AccountsOnTheirFirstDay,
    /// Accounts whose first sign-in is done.
    ReadyAccounts,
    /// Those of townships and above.
    ReadyOfficials,
}

use Admits::{AccountsOnTheirFirstDay, Anybody, ReadyAccounts, ReadyOfficials};

/// Every operation of the template. One that is missing here fails a test.
const OPERATIONS: [(&str, &str, Admits); 49] = [
    ("GET", "/healthz", Anybody),
    ("POST", "/v1/sessions", Anybody),
    ("POST", "/v1/sessions/refresh", Anybody),
    ("GET", "/v1/captcha", Anybody),
    ("GET", "/v1/app", Anybody),
    ("GET", "/openapi.json", Anybody),
    ("GET", "/v1/overview", Anybody),
    ("GET", "/q/{token}", Anybody),
    ("GET", "/v1/me", AccountsOnTheirFirstDay),
    ("PUT", "/v1/me", AccountsOnTheirFirstDay),
    ("PUT", "/v1/me/password", AccountsOnTheirFirstDay),
    ("GET", "/v1/regions/{code}", ReadyAccounts),
    ("GET", "/v1/regions/{code}/statistics", ReadyAccounts),
    ("GET", "/v1/households", ReadyAccounts),
    ("GET", "/v1/households/{id}", ReadyAccounts),
    ("PUT", "/v1/households/{id}/verification", ReadyAccounts),
    ("POST", "/v1/households/{id}/verification/complete", ReadyAccounts),
    ("POST", "/v1/households/{id}/photos", ReadyAccounts),
    ("GET", "/v1/households/{id}/qr.svg", ReadyAccounts),
    ("GET", "/v1/households/{id}/qr.png", ReadyAccounts),
    ("GET", "/v1/photos/{id}", ReadyAccounts),
    ("POST", "/v1/households/search", ReadyAccounts),
    ("POST", "/v1/households/{id}/verification/return", ReadyOfficials),
    ("POST", "/v1/households/{id}/reveal", ReadyAccounts),
    ("POST", "/v1/households/{id}/lookup/renew", ReadyOfficials),
    ("GET", "/v1/households/{id}/history", ReadyAccounts),
    ("GET", "/v1/lookup/{token}", ReadyAccounts),
    ("GET", "/v1/alerts", ReadyAccounts),
    ("POST", "/v1/alerts/{id}/dismiss", ReadyOfficials),
    ("GET", "/v1/accounts", ReadyOfficials),
    ("POST", "/v1/accounts", ReadyOfficials),
    ("POST", "/v1/accounts/{id}/reset", ReadyOfficials),
    ("POST", "/v1/accounts/{id}/disable", ReadyOfficials),
    ("POST", "/v1/public/households/{token}/feedback", Anybody),
    ("POST", "/v1/public/households/{token}/feedback/query", Anybody),
    ("GET", "/q/{token}/report", Anybody),
    ("POST", "/q/{token}/report", Anybody),
    ("POST", "/v1/households/{id}/feedback", ReadyAccounts),
    ("GET", "/v1/feedback", ReadyAccounts),
    ("POST", "/v1/feedback/search", ReadyAccounts),
    ("GET", "/v1/feedback/{id}", ReadyAccounts),
    ("POST", "/v1/feedback/{id}/handle", ReadyOfficials),
    ("POST", "/v1/feedback/handle", ReadyOfficials),
    ("POST", "/v1/feedback/{id}/urge", ReadyOfficials),
    ("POST", "/v1/households/{id}/surveys", ReadyOfficials),
    ("GET", "/v1/surveys", ReadyAccounts),
    ("GET", "/v1/surveys/{id}", ReadyAccounts),
    ("PUT", "/v1/surveys/{id}", ReadyOfficials),
    // Last: it ends the session of whoever calls.
    ("DELETE", "/v1/sessions", AccountsOnTheirFirstDay),
];

/// A call of an operation on a village's own things.
fn call_of<'a>(client: &'a Client, stack: &Stack, method: &str, path: &str) -> Call<'a> {
    let household = stack.household(0, 1).to_string();
    let id = match path.split('/').nth(2) {
        Some("photos" | "feedback" | "surveys") => format!("{household}-{:032x}", 1),
        Some("alerts") => format!("{household}-unsecured-1"),
        Some("accounts") => stack.village(0).to_string(),
        _ => household,
    };
    let path = path
        .replace("{id}", &id)
        .replace("{code}", stack.village(0).as_str())
        .replace("{token}", "abcdefghijkmnpqrstuvwxyz");
    let call = client.call(method.parse().unwrap(), &path);
    if method == "GET" { call } else { call.json(&json!({})) }
}

#[test]
fn every_operation_of_the_template_has_its_case_here() {
    let template = include_str!("../../../infra/api.yaml");
    let value = |line: &'static str, name| line.trim().strip_prefix(name).map(str::trim);
    let methods = template.lines().filter_map(|line| value(line, "Method:"));
    let paths = template.lines().filter_map(|line| value(line, "Path:"));
    let routes: BTreeSet<_> = methods.zip(paths).collect();
    let cases: BTreeSet<_> = OPERATIONS.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(routes, cases);
    assert_eq!(template.matches("Type: HttpApi\n").count(), OPERATIONS.len());
}

#[tokio::test]
async fn without_a_valid_token_every_operation_but_the_public_ones_is_unauthorized() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let nobody = stack.anybody();
    let token = officer.token();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let reversed: String = signature.chars().rev().collect();
    let bad = [
        "Bearer rubbish".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        format!("Bearer {signed}.{reversed}"),
        format!("Bearer {signed}."),
        // Another account's claims under the same signature; and a token that claims to need none.
        format!("Bearer {header}.{}.{signature}", &claims[1..]),
        format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."),
    ];
    for (method, path, admits) in OPERATIONS {
        let call = || call_of(&nobody, &stack, method, path);
        let mut answers = vec![call().send().await];
        for authorization in &bad {
            answers.push(call().header("authorization", authorization).send().await);
        }
        for answer in answers {
            if admits == Anybody {
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                continue;
            }
            let answer = answer.expect_problem(StatusCode::UNAUTHORIZED, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        let answer = call_of(&officer, &stack, method, path).send().await;
        assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} with a valid token");
    }
}

#[tokio::test]
async fn before_the_first_sign_in_is_done_all_else_is_refused() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).as_str();
    let officer = stack.anybody().sign_in(village, INITIAL_PASSWORD).await;
    assert_only_the_first_sign_in_is_open(&stack, &officer).await;
    officer.put("/v1/me", &forms::profile()).send().await.expect(StatusCode::OK);
    assert_only_the_first_sign_in_is_open(&stack, &officer).await;
    let passwords = json!({"old_password": INITIAL_PASSWORD, "new_password": PASSWORD});
    officer.put("/v1/me/password", &passwords).send().await.expect(StatusCode::OK);
    for (method, path, admits) in OPERATIONS {
        let answer = call_of(&officer, &stack, method, path).send().await;
        match admits {
            ReadyOfficials => drop(answer.expect_problem(StatusCode::FORBIDDEN, "not_allowed")),
            _ => assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}"),
        }
    }
}

async fn assert_only_the_first_sign_in_is_open(stack: &Stack, officer: &Client) {
    // All but the last, which signs out.
    for (method, path, admits) in &OPERATIONS[..OPERATIONS.len() - 1] {
        let answer = call_of(officer, stack, method, path).send().await;
        match admits {
            ReadyAccounts | ReadyOfficials => {
                drop(answer.expect_problem(StatusCode::FORBIDDEN, "profile_incomplete"))
            }
            Anybody | AccountsOnTheirFirstDay => {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            }
        }
    }
}

/// A problem without what differs from one call to the next.
fn without_instance(answer: Answer) -> (StatusCode, Value) {
    let mut problem = answer.json();
    problem["instance"].take();
    (answer.status, problem)
}

#[tokio::test]
async fn a_household_of_another_village_does_not_exist_for_an_officer() {
    let stack = Stack::of_three_villages().await;
    let (officer, neighbour) = (stack.officer(0).await, stack.officer(1).await);
    let theirs = stack.household(1, 1);
    let bytes = photos::small(1);
    let photo = photos::ready(&neighbour, &theirs, &bytes).await;
    let form = forms::appraised(&photo);
    neighbour.complete(&theirs, &form).if_match(1).send().await.expect(StatusCode::OK);

    let missing = stack.household(0, 9_999);
    let never = format!("{missing}-{:032x}", 7);
    for (household, photo) in [(theirs.to_string(), photo), (missing.to_string(), never)] {
        let path = format!("/v1/households/{household}");
        let calls = [
            officer.get(&path),
            officer.get(&format!("{path}/qr.svg")),
            officer.get(&format!("{path}/qr.png")),
            officer.save(&household, &forms::unsecured()).if_match(2),
            officer.complete(&household, &forms::unsecured()).if_match(2),
            officer.post(&photos::path_of(&household), &photos::announcement(&bytes)),
            officer.get(&format!("/v1/photos/{photo}")),
        ];
        let mut answers = BTreeSet::new();
        for call in calls {
            let answer = call.send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
            answers.insert(without_instance(answer).1.to_string());
        }
        assert_eq!(answers.len(), 1, "nobody can tell another's household from one that isn't there");
    }
    assert_eq!(neighbour.record(&theirs).await["version"], 2, "untouched");
}

#[tokio::test]
async fn a_region_outside_is_forbidden_and_one_that_is_not_there_not_found() {
    let stack = Stack::of_three_villages().await;
    let village = stack.village(0).region().clone();
    let [.., county, township] = &village.ancestors()[..] else { panic!() };
    let clients = [stack.account(&village).await, stack.account(township).await];
    let outside: Vec<String> = (1..3).map(|place| stack.village(place).to_string()).collect();
    for client in &clients {
        for path in ["/v1/regions/{}", "/v1/regions/{}/statistics", "/v1/households?region={}"] {
            let get = async |code: &str| client.get(&path.replace("{}", code)).send().await;
            for code in [county.as_str(), "53", "0", &outside[1]] {
                get(code).await.expect_problem(StatusCode::FORBIDDEN, "outside_region");
            }
            let gone = format!("{}999", township);
            for code in [gone.as_str(), "99", "530627999", "5", "village"] {
                get(code).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
            }
            get(village.as_str()).await.expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_region_names_what_is_above_and_below_it() {
    let stack = Stack::of_three_villages().await;
    let county: RegionCode = stack.village(0).region().ancestors()[3].clone();
    let region = stack.account(&county).await.get(&format!("/v1/regions/{county}")).send().await;
    let region = region.expect(StatusCode::OK).json();
    assert_eq!((&region["code"], &region["level"]), (&json!(county), &json!("county")));
    let codes = |name: &str| {
        region[name].as_array().unwrap().iter().map(|region| region["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes("parents"), ["0", "53", "5306"]);
    let townships: BTreeSet<RegionCode> =
        stack.register().villages().filter_map(|village| village.code().region().parent()).collect();
    assert_eq!(codes("children"), townships.iter().map(|code| json!(code)).collect::<Vec<_>>());
}

#[tokio::test]
async fn only_a_village_verifies() {
    let stack = Stack::of_one_village().await;
    let id = stack.household(0, 1);
    for region in stack.village(0).region().ancestors() {
        let official = stack.account(&region).await;
        let calls = [
            official.save(&id, &forms::unsecured()).if_match(1),
            official.complete(&id, &forms::unsecured()).if_match(1),
            official.post(&photos::path_of(&id), &photos::announcement(b"photo")),
        ];
        for call in calls {
            call.send().await.expect_problem(StatusCode::FORBIDDEN, "not_allowed");
        }
        assert_eq!(official.record(&id).await["version"], 1);
    }
}

#[tokio::test]
async fn numbers_are_full_for_village_and_township_and_masked_above() {
    let stack = Stack::of_one_village().await;
    let village = stack.village(0).region().clone();
    let officer = stack.account(&village).await;
    // One with numbers of 18 characters, one of 20 digits, one with both numbers corrected.
    let corrected = stack.household(0, 5);
    let correction = json!({"id_number": forms::ID_NUMBER, "phone": forms::PHONE});
    let form = forms::with(forms::unsecured(), json!({"correction": correction}));
    officer.complete(&corrected, &form).if_match(1).send().await.expect(StatusCode::OK);
    let rows = [1, 3, 5].map(|number| stack.row(&stack.household(0, number)));
    let mut numbers: Vec<String> = vec![forms::ID_NUMBER.to_owned(), forms::PHONE.to_owned()];
    for row in &rows {
        numbers.extend([row.id_number.clone(), row.phone.clone()]);
        numbers.extend(row.members.iter().map(|member| member.id_number.clone()));
    }

    stack.inside().await.settled(stack.register()).await;
    for region in village.ancestors().into_iter().chain([village.clone()]) {
        let account = if region == village { officer.clone() } else { stack.account(&region).await };
        let mut seen = account.get("/v1/households?limit=100").send().await.expect(StatusCode::OK).text();
        for row in &rows {
            seen += &account.record(row.id()).await.to_string();
        }
        let full = ["530627101", "530627101200"].contains(&region.as_str())
            || region == village
            || Some(&region) == village.parent().as_ref();
        for number in &numbers {
            assert_eq!(seen.contains(number.as_str()), full, "{region}: {number}");
        }
        assert_eq!(seen.contains("*****"), !full, "{region}");
        for row in &rows {
            assert!(seen.contains(&row.head), "{region}: names are not masked for officials");
        }
    }
}

#[tokio::test]
async fn a_path_without_a_route_is_not_found() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    for (method, path) in
        [(Method::DELETE, "/v1/me"), (Method::GET, "/v1/nothing"), (Method::POST, "/healthz")]
    {
        officer.call(method, path).send().await.expect(StatusCode::NOT_FOUND);
    }
}
