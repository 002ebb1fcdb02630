//! Personal data stays out of logs, keys and addresses.

use std::collections::BTreeSet;

use anju_register::Plan;
use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::PASSWORD;
use anju_tests::{Stack, exports, forms, photos};
use http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

#[tokio::test]
async fn no_log_and_no_key_tells_a_name_a_number_or_a_secret() {
    // Traces are lines of the logs, too.
    let stack = Stack::with_parameters(&Plan::new(1, 1, 8).unwrap(), &["Traces=on"]).await;
    let inside = stack.inside().await;
    let (id, village) = (stack.household(0, 1), stack.village(0).as_str());
    let row = stack.row(&id);

    // A day at work, mistakes included.
    let anybody = stack.anybody();
    anybody.session(village, "Wrong-Pass-7").await.expect(StatusCode::UNAUTHORIZED);
    let officer = stack.officer(0).await;
    let session = anybody.session(village, PASSWORD).await.expect(StatusCode::CREATED).json();
    let correction = json!({"correction": {"id_number": forms::ID_NUMBER, "phone": forms::PHONE}});
    let form = forms::with(forms::unsecured(), correction);
    let wrong = json!({"correction": {"id_number": row.id_number.replace('1', "2"), "phone": "1600000000"}});
    officer.save(&id, &wrong).if_match(1).once("key-1").send().await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    officer.save(&id, &form).if_match(1).once("key-1").send().await.expect(StatusCode::OK);
    officer.save(&id, &form).if_match(1).send().await.expect(StatusCode::PRECONDITION_FAILED);
    let malformed = officer.save(&id, &form).body("application/json", form.to_string() + "}").if_match(2);
    malformed.send().await.expect(StatusCode::BAD_REQUEST);
    let photo = photos::ready(&officer, &id, &photos::demo("portrait").bytes).await;
    let form = forms::with(form, json!({"photo_ids": [photo]}));
    let record = officer.complete(&id, &form).if_match(2).send().await.expect(StatusCode::OK).json();
    photos::upload(&officer, &id, b"this is no photo").await;
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    // And what somebody takes away.
    for order in [
        json!({"kind": "households", "format": "xlsx", "filters": {"head_name": row.head}}),
        json!({"kind": "qr_sheet", "format": "pdf"}),
    ] {
        exports::exported(&officer, &order).await;
    }
    inside.queues_empty().await;
    anybody.get(record["lookup"]["url"].as_str().unwrap()).send().await.expect(StatusCode::OK);
    officer.get(record["lookup"]["qr_svg_url"].as_str().unwrap()).send().await.expect(StatusCode::OK);

    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut personal: BTreeSet<String> = [
        &row.head,
        &row.id_number,
        &row.phone,
        &row.address,
        forms::VERIFIER,
        forms::VERIFIER_PHONE,
        forms::ID_NUMBER,
        forms::PHONE,
        "山墙开裂",
    ]
    .map(str::to_owned)
    .into();
    personal.extend(row.members.iter().flat_map(|member| [member.name.clone(), member.id_number.clone()]));
    let secrets = [
        INITIAL_PASSWORD.to_owned(),
        PASSWORD.to_owned(),
        "Wrong-Pass-7".to_owned(),
        officer.token().to_owned(),
        text(&session["access_token"]),
        text(&session["refresh_token"]),
    ];
    let lookup_token = text(&record["lookup"]["token"]);
    let position = "27.4416".to_owned();

    let logs = stack.logs().into_iter().chain([("stack".to_owned(), stack.log())]);
    for (name, log) in logs {
        for hidden in personal.iter().chain(&secrets).chain([&lookup_token, &position]) {
            assert!(!log.contains(hidden), "the log of {name} holds {hidden}");
        }
    }
    for quiet in ["save-verification", "complete-verification", "process-photo", "tally", "run-export"] {
        assert!(!stack.log_of(quiet).is_empty(), "{quiet} has no log at all");
    }

    let keys = [inside.table_keys().await, inside.object_keys().await].concat();
    assert!(keys.iter().any(|key| key.contains(&id.to_string())));
    assert!(keys.iter().any(|key| key.contains(&lookup_token)));
    for hidden in personal.iter().chain(&secrets) {
        // Numbers are few: a bare hash of one is as good as the number.
        let hash = hex::encode(Sha256::digest(hidden));
        for key in &keys {
            assert!(!key.contains(hidden) && !key.contains(&hash), "the key {key} tells {hidden}");
        }
    }
}
