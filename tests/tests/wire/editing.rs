//! Versions, drafts and completions, and writes that are sent more than once.

use anju_domain::change::ChangeKind;
use anju_register::Plan;
use anju_tests::{Answer, Stack, forms, photos};
use http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn an_edit_names_the_version_that_it_is_made_from() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let form = json!({"result": "secured"});
    for call in [officer.save(&id, &form), officer.complete(&id, &forms::unsecured())] {
        call.send().await.expect_problem(StatusCode::PRECONDITION_REQUIRED, "precondition_required");
    }
    let saved = officer.save(&id, &form).if_match(1).send().await.expect(StatusCode::OK);
    assert_eq!((saved.header("etag"), &saved.json()["version"]), ("\"2\"", &json!(2)));
    let read = officer.get(&format!("/v1/households/{id}")).send().await.expect(StatusCode::OK);
    assert_eq!((read.header("etag"), read.json()), ("\"2\"", saved.json()));

    for stale in ["\"1\"", "\"3\"", "W/\"2\"", "\"1\", \"2\"", "rubbish", ""] {
        for call in [officer.save(&id, &form), officer.complete(&id, &forms::unsecured())] {
            let answer = call.header("if-match", stale).send().await;
            let problem = answer.expect_problem(StatusCode::PRECONDITION_FAILED, "stale").json();
            assert_eq!(problem["current"], read.json(), "{stale}");
        }
    }
    let any = officer.save(&id, &json!({"result": "unsecured"})).header("if-match", "*").send().await;
    assert_eq!(any.expect(StatusCode::OK).json()["version"], 3);
}

#[tokio::test]
async fn of_two_edits_of_one_version_one_wins_and_the_other_sees_it() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let notes = ["甲", "乙", "丙", "丁"].map(|note| json!({"result": "secured", "note": note}));
    for version in 1..4 {
        let edit = |form| officer.save(&id, form).if_match(version).send();
        let [one, two, three, four] = &notes;
        let answers = tokio::join!(edit(one), edit(two), edit(three), edit(four));
        let (won, lost): (Vec<Answer>, Vec<Answer>) =
            [answers.0, answers.1, answers.2, answers.3].into_iter().partition(|answer| answer.status == 200);
        let [won] = &won[..] else { panic!("{} edits of version {version}", won.len()) };
        for lost in lost {
            let problem = lost.expect_problem(StatusCode::PRECONDITION_FAILED, "stale").json();
            assert_eq!(problem["current"], won.json());
        }
    }
    assert_eq!(stack.inside().await.sound_history(&id).await.len(), 4);
}

#[tokio::test]
async fn a_draft_is_completed_as_it_is() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    officer.save(&id, &forms::sheltered()).if_match(1).send().await.expect(StatusCode::OK);
    let path = format!("/v1/households/{id}/verification/complete");
    let completed = officer.call(Method::POST, &path).if_match(2).send().await.expect(StatusCode::OK).json();
    assert_eq!((&completed["state"], &completed["version"]), (&json!("completed"), &json!(3)));
    let verification = &completed["verification"];
    for (field, value) in forms::sheltered().as_object().unwrap() {
        assert_eq!(&verification[field], value, "{field}");
    }
    assert!(verification["completed_at"].is_string());
}

#[tokio::test]
async fn a_completed_verification_is_corrected_by_completing_it_again_and_never_a_draft() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let first =
        officer.complete(&id, &forms::unsecured()).if_match(1).send().await.expect(StatusCode::OK).json();
    assert_eq!(first["alerts"], json!(["unsecured"]));
    let draft = officer.save(&id, &json!({"result": "secured"})).if_match(2).send().await;
    draft.expect_problem(StatusCode::CONFLICT, "completed");
    let second =
        officer.complete(&id, &forms::sheltered()).if_match(2).send().await.expect(StatusCode::OK).json();
    assert_eq!((&second["version"], &second["state"]), (&json!(3), &json!("completed")));
    assert_eq!((&second["alerts"], &second["verification"]["result"]), (&json!([]), &json!("secured")));
    assert_eq!(second["lookup"], first["lookup"], "the QR code on the wall stays good");
    let kinds: Vec<ChangeKind> =
        inside.sound_history(&id).await.into_iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Imported, ChangeKind::Completed, ChangeKind::Corrected]);
    inside.published(stack.register()).await;
    let page = stack.anybody().get(second["lookup"]["url"].as_str().unwrap()).send().await;
    assert!(page.expect(StatusCode::OK).text().contains("住房安全有保障"));
}

#[tokio::test]
async fn a_photo_that_gets_ready_never_makes_an_officer_s_version_stale() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let photo = photos::ready(&officer, &id, &photos::small(1)).await;
    let household = inside.household(&id).await;
    assert_eq!((household.revision, household.version), (2, 1), "processing is not an edit");
    officer.complete(&id, &forms::appraised(&photo)).if_match(1).send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn there_is_a_qr_code_from_the_first_completion_on() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let code = || officer.get(&format!("/v1/households/{id}/qr.svg")).header("accept", "*/*");
    code().send().await.expect_problem(StatusCode::CONFLICT, "not_completed");
    assert!(officer.record(&id).await.get("lookup").is_none());
    officer.complete(&id, &forms::unsecured()).if_match(1).send().await.expect(StatusCode::OK);
    code().send().await.expect(StatusCode::OK);
}

/// Sends the same call six times at once and then once more; all must be answered alike.
async fn again_and_again(call: impl AsyncFn() -> Answer) -> Value {
    let (one, two, three, four, five, six) = tokio::join!(call(), call(), call(), call(), call(), call());
    let later = call().await.expect(one.status).json();
    for other in [two, three, four, five, six] {
        assert_eq!(other.expect(one.status).json(), later);
    }
    assert_eq!(one.json(), later);
    later
}

#[tokio::test]
async fn an_edit_that_is_sent_again_under_its_key_happens_once() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let draft = json!({"result": "secured", "guarantee": "sheltered"});
    let saved =
        again_and_again(async || officer.save(&id, &draft).if_match(1).once("save-1").send().await).await;
    assert_eq!((&saved["version"], &saved["state"]), (&json!(2), &json!("draft")));
    let form = forms::sheltered();
    let completed =
        again_and_again(async || officer.complete(&id, &form).if_match(2).once("complete-1").send().await)
            .await;
    assert_eq!((&completed["version"], &completed["state"]), (&json!(3), &json!("completed")));
    assert_eq!(inside.sound_history(&id).await.len(), 3);

    for call in [
        officer.save(&id, &json!({"result": "unsecured"})).once("save-1"),
        officer.complete(&id, &forms::unsecured()).once("complete-1"),
    ] {
        let answer = call.if_match(3).send().await;
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
    }
    // A key belongs to one path: the neighbour's edit under the same one is another edit.
    let other = officer.save(stack.household(0, 7), &draft).if_match(1).once("save-1").send().await;
    assert_eq!(other.expect(StatusCode::OK).json()["version"], 2);
    assert_eq!(inside.household(&id).await.version, 3);
}

#[tokio::test]
async fn a_photo_request_that_is_sent_again_under_its_key_is_the_same_photo() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let bytes = photos::small(1);
    let announcement = photos::announcement(&bytes);
    let ask = async || officer.post(&photos::path_of(&id), &announcement).once("photo-1").send().await;
    let (one, other) = tokio::join!(ask(), ask());
    let answers = [one, other, ask().await];
    let [one, other, again] =
        answers.map(|answer| photos::Announced::of(&answer.expect(StatusCode::CREATED)));
    assert_eq!((&one.id, &one.id), (&other.id, &again.id));
    assert_eq!(inside.registry.photos_of(&id).await.unwrap().len(), 1);
    // The address is signed anew, and good for the one upload.
    again.upload(&bytes).await.expect(StatusCode::OK);
    one.upload(&bytes).await.expect(StatusCode::PRECONDITION_FAILED);

    let changed = photos::announcement(b"another file");
    let answer = officer.post(&photos::path_of(&id), &changed).once("photo-1").send().await;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
}

#[tokio::test]
async fn after_the_deadline_a_verification_is_accepted_and_flagged_or_refused_as_configured() {
    let plan = Plan::new(1, 1, 8).unwrap();
    let in_time = Stack::with_parameters(&plan, &["VerificationDeadline=2999-12-31"]).await;
    let late = Stack::of_one_village().await;
    for (stack, flag) in [(in_time, false), (late, true)] {
        let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
        let answer = officer.complete(&id, &forms::unsecured()).if_match(1).send().await;
        assert_eq!(answer.expect(StatusCode::OK).json()["late"], flag);
    }
    let refusing = Stack::with_parameters(&plan, &["LateVerification=refuse"]).await;
    let (officer, id) = (refusing.officer(0).await, refusing.household(0, 1));
    for call in [officer.save(&id, &forms::unsecured()), officer.complete(&id, &forms::unsecured())] {
        call.if_match(1).send().await.expect_problem(StatusCode::CONFLICT, "deadline_over");
    }
}
