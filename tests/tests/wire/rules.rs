//! The form's rules, and how broken ones are told.

use anju_tests::{Answer, Client, Stack, forms, photos};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Pointers and codes as [`Answer::broken_rules`] gives them.
fn rules<const N: usize>(rules: [(&str, &str); N]) -> Vec<(String, String)> {
    rules.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).into()
}

/// The form without a field.
fn lacking(mut form: Value, field: &str) -> Value {
    form.as_object_mut().unwrap().remove(field);
    form
}

#[tokio::test]
async fn a_draft_with_nothing_in_it_is_refused() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let nothing = [
        json!({}),
        json!({"verifier": {}, "correction": {}, "photo_ids": []}),
        json!({"result": null, "note": "  ", "verifier": {"name": ""}}),
    ];
    for nothing in nothing {
        let answer = officer.save(&id, &nothing).if_match(1).send().await;
        assert_eq!(answer.broken_rules(), rules([("", "required")]), "{nothing}");
    }
    assert_eq!(officer.record(&id).await["state"], "pending");
}

#[tokio::test]
async fn everything_wrong_in_a_draft_is_listed_at_once() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let form = json!({
        "verifier": {"name": 7, "position": "x".repeat(300), "phone": "12345", "rank": 1},
        "verified_at": "2999-01-01",
        "correction": {"id_number": "110105194912310021", "phone": "0870-1"},
        "result": "secured", "guarantee": "appraised", "grade": "z", "shelter": "relatives",
        "explanation": "不适用", "note": 5, "photo_ids": ["x", 3], "what/ever": 1,
    });
    let expected = rules([
        ("/correction/id_number", "invalid_id_number"),
        ("/correction/phone", "invalid_phone"),
        ("/explanation", "not_applicable"),
        ("/grade", "unknown"),
        ("/note", "wrong_type"),
        ("/photo_ids/0", "photo_unknown"),
        ("/photo_ids/1", "wrong_type"),
        ("/shelter", "not_applicable"),
        ("/verified_at", "in_future"),
        ("/verifier/name", "wrong_type"),
        ("/verifier/phone", "invalid_phone"),
        ("/verifier/position", "too_long"),
        ("/verifier/rank", "unknown"),
        ("/what~1ever", "unknown"),
    ]);
    assert_eq!(officer.save(&id, &form).if_match(1).send().await.broken_rules(), expected);
    let answer = officer.complete(&id, &form).if_match(1).send().await.broken_rules();
    assert_eq!(answer, expected, "completing asks for nothing that is there but wrong");
    assert_eq!(officer.record(&id).await["version"], 1);
}

#[tokio::test]
async fn a_draft_may_be_incomplete() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 5));
    for (version, form) in (1..).zip([
        json!({"guarantee": "renovated"}),
        json!({"verified_at": "2020-06-03T02:22:31Z"}),
        json!({"result": "secured", "guarantee": "sheltered", "verifier": {"name": "测试员"}}),
    ]) {
        let record = officer.save(&id, &form).if_match(version).send().await.expect(StatusCode::OK).json();
        assert_eq!(record["state"], "draft");
        let saved = forms::with(form, json!({"photo_ids": []}));
        assert_eq!(record["verification"], saved, "each draft replaces the one before");
    }
}

#[tokio::test]
async fn completing_lists_every_rule_that_is_broken() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let id = stack.household(0, 5);
    let path = format!("/v1/households/{id}/verification/complete");
    let bare = officer.call(Method::POST, &path).if_match(1).send().await;
    assert_eq!(bare.broken_rules(), rules([("", "required")]), "there is no draft to complete");
    let form = json!({"result": "secured", "guarantee": "sheltered", "grade": "a"});
    let expected = rules([
        ("/correction/id_number", "required"),
        ("/grade", "not_applicable"),
        ("/note", "note_required"),
        ("/shelter", "required"),
        ("/verified_at", "required"),
        ("/verifier/name", "required"),
        ("/verifier/phone", "required"),
        ("/verifier/position", "required"),
    ]);
    assert_eq!(officer.complete(&id, &form).if_match(1).send().await.broken_rules(), expected);
    let record = officer.record(&id).await;
    assert_eq!((&record["state"], &record["version"]), (&json!("pending"), &json!(1)));
}

#[tokio::test]
async fn photo_note_and_explanation_are_asked_for_where_the_result_needs_them() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let photo = photos::upload(&officer, &id, &photos::small(1)).await;
    let of = |guarantee: Value| forms::with(forms::appraised(&photo), guarantee);
    let renovated =
        |renovation| of(json!({"guarantee": "renovated", "grade": null, "renovation": renovation}));
    let cases = [
        (lacking(forms::appraised(&photo), "photo_ids"), ("/photo_ids", "photo_required")),
        (lacking(renovated("poverty_relocation"), "photo_ids"), ("/photo_ids", "photo_required")),
        (renovated("dilapidated_house_renovation"), ("/method", "required")),
        (renovated("other"), ("/note", "note_required")),
        (lacking(forms::sheltered(), "note"), ("/note", "note_required")),
        (lacking(forms::sheltered(), "shelter"), ("/shelter", "required")),
        (lacking(forms::unsecured(), "explanation"), ("/explanation", "explanation_required")),
    ];
    for (form, broken) in cases {
        let answer = officer.complete(&id, &form).if_match(1).send().await;
        assert_eq!(answer.broken_rules(), rules([broken]), "{form}");
    }
}

#[tokio::test]
async fn every_result_of_the_form_completes_under_its_own_detail() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let photo = photos::upload(&officer, &id, &photos::small(1)).await;
    let base = lacking(lacking(forms::appraised(&photo), "guarantee"), "grade");
    let secured = |more: Value| forms::with(base.clone(), more);
    let mut cases = vec![
        (forms::unsecured(), None),
        (secured(json!({"guarantee": "appraised", "grade": "a"})), Some("appraised_a")),
        (secured(json!({"guarantee": "appraised", "grade": "b", "note": "附鉴定报告"})), Some("appraised_b")),
    ];
    for (method, detail) in [
        ("reinforced", "renovated_reinforced"),
        ("rebuilt", "renovated_rebuilt"),
        ("newly_built", "renovated_newly_built"),
    ] {
        let renovation = "dilapidated_house_renovation";
        let form = json!({"guarantee": "renovated", "renovation": renovation, "method": method});
        cases.push((secured(form), Some(detail)));
    }
    for (renovation, detail) in [
        ("poverty_relocation", "renovated_poverty_relocation"),
        ("ecological_migration", "renovated_ecological_migration"),
        ("reservoir_migration", "renovated_reservoir_migration"),
        ("hazard_relocation", "renovated_hazard_relocation"),
        ("other", "renovated_other"),
    ] {
        let form = json!({"guarantee": "renovated", "renovation": renovation, "note": "2019年"});
        cases.push((secured(form), Some(detail)));
    }
    for (shelter, detail) in [
        ("collective_rental", "sheltered_collective_rental"),
        ("happiness_compound", "sheltered_happiness_compound"),
        ("care_home", "sheltered_care_home"),
        ("relatives", "sheltered_relatives"),
        ("rented_or_borrowed", "sheltered_rented_or_borrowed"),
        ("other", "sheltered_other"),
    ] {
        cases.push((forms::with(forms::sheltered(), json!({"shelter": shelter})), Some(detail)));
    }
    for (version, (form, detail)) in (1..).zip(cases) {
        officer.complete(&id, &form).if_match(version).send().await.expect(StatusCode::OK);
        let listed = officer.get("/v1/households?limit=1").send().await.expect(StatusCode::OK).json();
        let item = &listed["items"][0];
        assert_eq!((&item["state"], &item["result"]), (&json!("completed"), &form["result"]));
        assert_eq!(item["detail"].as_str(), detail, "{form}");
    }
}

#[tokio::test]
async fn a_photo_counts_only_for_its_own_household_and_purpose_and_once_it_is_there() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let township = stack.account(stack.village(0).region().parent().unwrap()).await;
    let bytes = photos::small(1);
    let others = photos::upload(&officer, stack.household(0, 7), &bytes).await;
    let announced = photos::announce(&officer, &id, &bytes).await;
    let survey = forms::with(photos::announcement(&bytes), json!({"purpose": "survey"}));
    let survey = township.post(&photos::path_of(&id), &survey).send().await.expect(StatusCode::CREATED);
    let survey = survey.json()["photo_id"].as_str().unwrap().to_owned();
    let unknown = format!("{id}-{:032x}", 7);
    let all =
        forms::with(forms::appraised(""), json!({"photo_ids": [others, unknown, survey, announced.id]}));
    let wrong = rules([
        ("/photo_ids/0", "photo_of_other_household"),
        ("/photo_ids/1", "photo_unknown"),
        ("/photo_ids/2", "photo_of_other_purpose"),
    ]);
    assert_eq!(officer.save(&id, &all).if_match(1).send().await.broken_rules(), wrong);
    let not_there = [wrong, rules([("/photo_ids/3", "photo_not_uploaded")])].concat();
    assert_eq!(officer.complete(&id, &all).if_match(1).send().await.broken_rules(), not_there);

    let form = forms::appraised(&announced.id);
    officer.save(&id, &form).if_match(1).send().await.expect(StatusCode::OK);
    let early = officer.complete(&id, &form).if_match(2).send().await;
    assert_eq!(early.broken_rules(), rules([("/photo_ids/0", "photo_not_uploaded")]));
    announced.upload(&bytes).await.expect(StatusCode::OK);
    officer.complete(&id, &form).if_match(2).send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_is_invalid_in_the_register_is_corrected_and_stays_visible() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let kinds = [
        (1, None),
        (2, Some("phone")),
        (3, None),
        (4, Some("id_number")),
        (5, Some("id_number")),
        (6, Some("phone")),
    ];
    for (number, wrong) in kinds {
        let id = stack.household(0, number);
        let row = stack.row(&id);
        let complete = async |form: &Value| officer.complete(&id, form).if_match(1).send().await;
        if let Some(wrong) = wrong {
            let pointer = format!("/correction/{wrong}");
            let answer = complete(&forms::unsecured()).await;
            assert_eq!(answer.broken_rules(), rules([(&pointer, "required")]), "{number}");
            // The register's own wrong value is no correction.
            let same = if wrong == "phone" { row.phone.clone() } else { row.id_number.clone() };
            let again = forms::with(forms::unsecured(), json!({"correction": {wrong: same}}));
            complete(&again).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let form = forms::corrected(forms::unsecured(), &row);
        let record = complete(&form).await.expect(StatusCode::OK).json();
        assert_eq!(record["correction"], form["correction"], "{number}");
        let empty_or = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
        let head = json!({
            "name": row.head, "id_number": row.id_number, "phone": empty_or(&row.phone),
        });
        let shown = json!({
            "name": record["head"]["name"], "id_number": record["head"]["id_number"],
            "phone": empty_or(record["head"]["phone"].as_str().unwrap_or_default()),
        });
        assert_eq!(shown, head, "{number}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_malformed_and_one_of_another_type_unsupported() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let operations = [
        (Method::POST, "/v1/sessions".to_owned()),
        (Method::PUT, "/v1/me".to_owned()),
        (Method::PUT, "/v1/me/password".to_owned()),
        (Method::PUT, format!("/v1/households/{id}/verification")),
        (Method::POST, format!("/v1/households/{id}/verification/complete")),
        (Method::POST, format!("/v1/households/{id}/photos")),
    ];
    for (method, path) in operations {
        let send = async |content_type: &str, body: Vec<u8>| -> Answer {
            officer.call(method.clone(), &path).if_match(1).body(content_type, body).send().await
        };
        for broken in [&b"{\"result\": "[..], b"{'result': 1}", b"\xff\xfe"] {
            let answer = send("application/json", broken.to_vec()).await;
            answer.expect_problem(StatusCode::BAD_REQUEST, "malformed");
        }
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            let answer = send(other, b"{}".to_vec()).await;
            answer.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
        }
        let list = send("application/json; charset=utf-8", b"[]".to_vec()).await;
        assert_eq!(list.broken_rules(), rules([("", "wrong_type")]), "{path}");
        let huge = json!({"note": "x".repeat(300 * 1024)}).to_string();
        let answer = send("application/json", huge.into_bytes()).await;
        answer.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    }
}

#[tokio::test]
async fn problems_are_told_in_chinese_or_where_preferred_in_english() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let problem = async |language: Option<&str>| {
        let call = officer.save(&id, &json!({"result": "maybe"})).if_match(1);
        let call = match language {
            Some(language) => call.in_language(language),
            None => call,
        };
        let answer = call.send().await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        (answer.header("content-language").to_owned(), answer.json())
    };
    for (language, tag, title, detail) in [
        (None, "zh-CN", "填写有误", "未知的字段或取值。"),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), "zh-CN", "填写有误", "未知的字段或取值。"),
        (Some("en-GB,en;q=0.9"), "en", "Invalid", "Unknown field or value."),
    ] {
        let (told, problem) = problem(language).await;
        assert_eq!((told.as_str(), &problem["title"]), (tag, &json!(title)));
        let error = json!([{"pointer": "/result", "code": "unknown", "detail": detail}]);
        assert_eq!(problem["errors"], error);
    }
}

#[tokio::test]
async fn the_request_id_of_every_answer_is_in_the_log_of_its_function() {
    let stack = Stack::of_one_village().await;
    let officer: Client = stack.officer(0).await;
    let id = stack.household(0, 1);
    let answers = [
        ("get-health", officer.get("/healthz").send().await),
        ("get-me", officer.get("/v1/me").without("authorization").send().await),
        ("get-household", officer.get(&format!("/v1/households/{id}")).send().await),
        ("save-verification", officer.save(&id, &json!({})).if_match(1).send().await),
        ("get-lookup-page", officer.get("/q/nothing").send().await),
    ];
    for (function, answer) in answers {
        let request_id = answer.header("x-request-id");
        assert!(!request_id.is_empty());
        assert!(stack.log_of(function).contains(request_id), "{function}");
    }
}
