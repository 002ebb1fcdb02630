//! Who gets in, and how far.

use std::collections::BTreeSet;

use anju_domain::region::RegionCode;
use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::PASSWORD;
use anju_tests::{Answer, Client, Stack, contract, forms, photos};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::operations::{
    AccountsOnTheirFirstDay, Anybody, Nobody, OPERATIONS, Own, ReadyAccounts, ReadyOfficials, ReadyOperators,
    Region, Several, Something, Things,
};

#[test]
fn every_operation_of_the_template_and_the_document_has_its_case_here() {
    let template = include_str!("../../../infra/api.yaml");
    let value = |line: &'static str, name| line.trim().strip_prefix(name).map(str::trim);
    let methods = template.lines().filter_map(|line| value(line, "Method:"));
    let paths = template.lines().filter_map(|line| value(line, "Path:"));
    let routes: BTreeSet<_> = methods.zip(paths).collect();
    let cases: BTreeSet<_> = OPERATIONS.iter().map(|(method, path, ..)| (*method, *path)).collect();
    assert_eq!(routes, cases);
    let paths = contract::document()["paths"].as_object().unwrap();
    let documented: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| (method, path)))
        .map(|(method, path)| (method.to_uppercase(), path.clone()))
        .collect();
    let cases = cases.into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(documented, cases);
    // And one that takes whatever has no route.
    assert_eq!(template.matches("Type: HttpApi\n").count(), OPERATIONS.len() + 1);
}

#[tokio::test]
async fn without_a_valid_token_every_operation_but_the_public_ones_is_unauthorized() {
    let stack = Stack::of_one_village().await;
    let (officer, things) = (stack.officer(0).await, Things::made_up(&stack));
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
    for (method, path, admits, _) in OPERATIONS {
        let call = || things.call(&nobody, method, path);
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
        let answer = things.call(&officer, method, path).send().await;
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
    let things = Things::made_up(&stack);
    for (method, path, admits, _) in OPERATIONS {
        let answer = things.call(&officer, method, path).send().await;
        match admits {
            ReadyOfficials | ReadyOperators => {
                drop(answer.expect_problem(StatusCode::FORBIDDEN, "not_allowed"));
            }
            _ => assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}"),
        }
    }
}

async fn assert_only_the_first_sign_in_is_open(stack: &Stack, officer: &Client) {
    let things = Things::made_up(stack);
    // All but the last, which signs out.
    for (method, path, admits, _) in &OPERATIONS[..OPERATIONS.len() - 1] {
        let answer = things.call(officer, method, path).send().await;
        match admits {
            ReadyAccounts | ReadyOfficials | ReadyOperators => {
                drop(answer.expect_problem(StatusCode::FORBIDDEN, "profile_incomplete"))
            }
            Anybody | AccountsOnTheirFirstDay => {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_another_regions_does_not_exist_and_its_region_is_forbidden() {
    let stack = Stack::of_three_villages().await;
    let township = |place: usize| stack.village(place).region().ancestors().pop().unwrap();
    let (officer, official) = (stack.officer(0).await, stack.account(township(0)).await);
    let neighbours = [stack.officer(2).await, stack.account(township(2)).await];
    assert_ne!(township(0), township(2));
    let mut things = Things::made(&stack, &officer, &official).await;
    for (method, path, admits, concerns) in OPERATIONS {
        // Officials alone where officers may not call it anywhere.
        let from = usize::from(admits == ReadyOfficials);
        for neighbour in &neighbours[from..] {
            match concerns {
                Nobody => {}
                Something | Own => {
                    let answer = things.call(neighbour, method, path).send().await;
                    answer.expect_problem(StatusCode::NOT_FOUND, "not_found");
                }
                Region => {
                    let answer = things.call_of_region(neighbour, method, path).send().await;
                    answer.expect_problem(StatusCode::FORBIDDEN, "outside_region");
                }
                Several => {
                    let body = json!({"ids": [things.report()], "opinion": "已处理"});
                    let results = neighbour.post(path, &body).send().await.expect(StatusCode::OK).json();
                    assert_eq!(results["results"][0]["code"], "not_found", "{results}");
                }
            }
        }
        if concerns == Own {
            things
                .call(&official, method, path)
                .send()
                .await
                .expect_problem(StatusCode::NOT_FOUND, "not_found");
        }
        // It is there: whoever it concerns is answered otherwise.
        let own = if admits == ReadyOfficials { &official } else { &officer };
        if matches!(concerns, Something | Own) {
            let answer = things.call(own, method, path).send().await;
            assert_ne!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            let record = officer.get(&things.record()).send().await.expect(StatusCode::OK).json();
            things = things.with_token(&record["lookup"]["token"]);
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
async fn a_path_without_a_route_is_not_found_and_another_method_not_allowed() {
    let stack = Stack::of_one_village().await;
    let nobody = stack.anybody();
    for (method, path) in [(Method::GET, "/v1/nothing"), (Method::POST, "/"), (Method::GET, "/v1/me/")] {
        let answer = nobody.call(method, path).send().await;
        answer.expect_problem(StatusCode::NOT_FOUND, "not_found");
    }
    let allowed = [
        (Method::DELETE, "/v1/me", "GET, PUT"),
        (Method::POST, "/healthz", "GET"),
        (Method::PATCH, "/v1/households/1", "GET"),
    ];
    for (method, path, allow) in allowed {
        let answer = nobody.call(method, path).send().await;
        let answer = answer.expect_problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow);
    }
}
