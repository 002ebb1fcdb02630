//! Photos: what the object store takes, and what becomes of files that are no photos.

use anju_domain::change::ChangeKind;
use anju_register::Plan;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms, photos};
use http::StatusCode;
use image::RgbImage;
use serde_json::{Value, json};

async fn state_of(client: &Client, photo: &str) -> Value {
    client.get(&format!("/v1/photos/{photo}")).send().await.expect(StatusCode::OK).json()["state"].take()
}

/// The first two thirds of a JPEG file, as of an upload that a phone cut off.
fn truncated() -> Vec<u8> {
    let mut bytes = photos::small(1);
    bytes.truncate(bytes.len() * 2 / 3);
    bytes
}

#[tokio::test]
async fn only_the_announced_file_can_be_uploaded_and_only_once() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let bytes = photos::small(1);
    let announced = photos::announce(&officer, &id, &bytes).await;

    let mut forged = bytes.clone();
    *forged.last_mut().unwrap() ^= 1;
    let refused = announced.upload(&forged).await.expect(StatusCode::BAD_REQUEST);
    assert!(
        refused.text().contains("BadDigest") || refused.text().contains("Checksum"),
        "{}",
        refused.text()
    );
    let longer = [&bytes[..], b"more"].concat();
    announced.upload(&longer).await.expect(StatusCode::FORBIDDEN);
    announced.upload(&bytes[1..]).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(state_of(&officer, &announced.id).await, "awaiting_upload");

    announced.upload(&bytes).await.expect(StatusCode::OK);
    announced.upload(&bytes).await.expect(StatusCode::PRECONDITION_FAILED);
    assert_eq!(photos::processed(&officer, &announced.id).await["state"], "ready");
}

#[tokio::test]
async fn an_announcement_is_refused_with_all_its_faults() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let form = json!({
        "purpose": "party", "content_type": "application/pdf", "size": 20 * 1024 * 1024 + 1, "sha256": "abc",
        "taken_at": "yesterday", "declared_location": {"accuracy_m": "near"}, "name": "x",
    });
    let broken = officer.post(&photos::path_of(&id), &form).send().await.broken_rules();
    let expected = [
        ("/content_type", "unknown"),
        ("/declared_location/accuracy_m", "wrong_type"),
        ("/declared_location/latitude", "required"),
        ("/declared_location/longitude", "required"),
        ("/name", "unknown"),
        ("/purpose", "unknown"),
        ("/sha256", "malformed"),
        ("/size", "out_of_range"),
        ("/source", "required"),
        ("/taken_at", "invalid_time"),
    ];
    let broken: Vec<(&str, &str)> =
        broken.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(broken, expected);
    let nowhere = json!({"declared_location": {"latitude": 91, "longitude": 104.8}});
    let nowhere = forms::with(photos::announcement(b"photo"), nowhere);
    let broken = officer.post(&photos::path_of(&id), &nowhere).send().await.broken_rules();
    assert_eq!(broken, [("/declared_location/latitude".to_owned(), "out_of_range".to_owned())]);
    assert_eq!(officer.record(&id).await["photos"], json!([]));
}

#[tokio::test]
async fn a_place_is_kept_to_the_centimetre_however_finely_the_phone_tells_it() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let fine = json!({"latitude": -1.1125369292536007e-308, "longitude": 104.123456789012});
    let form = forms::with(photos::announcement(&photos::small(1)), json!({"declared_location": fine}));
    let announced = photos::announce_as(&officer, &id, &form).await;
    announced.upload(&photos::small(1)).await.expect(StatusCode::OK);
    let shown = photos::processed(&officer, &announced.id).await;
    assert_eq!(shown["declared_location"], json!({"latitude": 0.0, "longitude": 104.1234568}));
}

#[tokio::test]
async fn a_photo_is_awaited_then_processed_then_ready() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    photos::ready(&officer, stack.household(0, 7), &photos::small(7)).await;
    stack.hold("process-photo");
    let bytes = photos::small(1);
    let announced = photos::announce(&officer, &id, &bytes).await;
    assert_eq!(state_of(&officer, &announced.id).await, "awaiting_upload");
    announced.upload(&bytes).await.expect(StatusCode::OK);
    assert_eq!(state_of(&officer, &announced.id).await, "processing");
    assert_eq!(officer.record(&id).await["photos"][0]["state"], "processing");
    stack.release("process-photo");
    assert_eq!(photos::processed(&officer, &announced.id).await["state"], "ready");
}

#[tokio::test]
async fn time_and_place_are_the_file_s_before_the_phone_s_before_the_upload_s() {
    let stack = Stack::of_one_village().await;
    let officer = stack.officer(0).await;
    let declared = json!({
        "taken_at": "2020-06-05T08:00:00+08:00",
        "declared_location": {"latitude": 27.5, "longitude": 104.5, "accuracy_m": 12.0},
    });
    let [portrait, landscape, plain] = ["portrait", "landscape", "plain"].map(photos::demo);
    let cases = [
        // Photo, source, what the phone says; then time, its source, latitude of photo and of house.
        (&portrait, "camera", &declared, json!(["2020-06-03T02:22:31Z", "exif", 27.44, 27.44])),
        (&portrait, "album", &declared, json!(["2020-06-03T02:22:31Z", "exif", 27.44, null])),
        (&landscape, "camera", &declared, json!(["2020-06-04T08:05:09Z", "exif", null, 27.5])),
        (&plain, "camera", &declared, json!(["2020-06-05T00:00:00Z", "declared", null, 27.5])),
        (&plain, "album", &json!({}), json!([null, "upload", null, null])),
    ];
    let rounded = |degrees: &Value| degrees.as_f64().map(|degrees| (degrees * 100.0).floor() / 100.0);
    for ((photo, source, said, expected), number) in cases.into_iter().zip([1, 2, 3, 7, 8]) {
        let id = stack.household(0, number);
        let announcement = forms::with(photos::announcement(&photo.bytes), said.clone());
        let announcement = forms::with(announcement, json!({"source": source}));
        let announced = photos::announce_as(&officer, &id, &announcement).await;
        announced.upload(&photo.bytes).await.expect(StatusCode::OK);
        let shown = photos::processed(&officer, &announced.id).await;
        let record = officer.record(&id).await;
        let time = if expected[0].is_null() { &Value::Null } else { &shown["taken_at"] };
        let found = json!([
            time,
            shown["taken_at_source"],
            rounded(&shown["exif_location"]["latitude"]),
            rounded(&record["location"]["latitude"]),
        ]);
        assert_eq!(found, expected, "{} from the {source}", photo.name);
        assert!(shown["taken_at"].is_string());
    }
}

#[tokio::test]
async fn a_file_that_is_no_photo_is_rejected_and_can_t_be_evidence() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let files: [(&[u8], &str); 3] = [
        (b"#!/bin/sh\necho this is no photo\n", "not_an_image"),
        (&truncated(), "truncated"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;", "unsupported_format"),
    ];
    for (bytes, reason) in files {
        let photo = photos::upload(&officer, &id, bytes).await;
        let shown = photos::processed(&officer, &photo).await;
        assert_eq!((&shown["state"], &shown["reason"]), (&json!("rejected"), &json!(reason)));
        assert!(shown.get("urls").is_none());
        let refused = officer.complete(&id, &forms::appraised(&photo)).if_match(1).send().await;
        assert_eq!(refused.broken_rules(), [("/photo_ids/0".to_owned(), "photo_rejected".to_owned())]);
    }
    let record = officer.record(&id).await;
    assert_eq!(
        (&record["state"], &record["alerts"]),
        (&json!("pending"), &json!([])),
        "nothing rested on them"
    );
    inside.sound_history(&id).await;
    inside.queues_empty().await;
}

#[tokio::test]
async fn a_draft_whose_photo_is_rejected_says_so() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let bytes = truncated();
    let announced = photos::announce(&officer, &id, &bytes).await;
    let form = forms::appraised(&announced.id);
    officer.save(&id, &form).if_match(1).send().await.expect(StatusCode::OK);
    announced.upload(&bytes).await.expect(StatusCode::OK);
    assert_eq!(photos::processed(&officer, &announced.id).await["reason"], "truncated");
    let record = officer.record(&id).await;
    assert_eq!((&record["state"], &record["version"]), (&json!("draft"), &json!(2)));
    assert_eq!(record["alerts"], json!(["photo_rejected"]));
    inside.settled(stack.register()).await;
    let counted = officer.statistics(stack.village(0)).await;
    assert_eq!(counted["total"]["alerts"]["photo_rejected"], 1);

    let good = photos::ready(&officer, &id, &photos::small(1)).await;
    let completed = officer.complete(&id, &forms::appraised(&good)).if_match(2).send().await;
    assert_eq!(completed.expect(StatusCode::OK).json()["alerts"], json!([]), "a good photo settles it");
}

#[tokio::test]
async fn a_completed_verification_whose_photo_turns_out_no_photo_is_reopened() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    photos::ready(&officer, stack.household(0, 7), &photos::small(7)).await;
    // Completed while the file waits to be looked at.
    stack.hold("process-photo");
    let photo = photos::upload(&officer, &id, &truncated()).await;
    let completed = officer.complete(&id, &forms::appraised(&photo)).if_match(1).send().await;
    let completed = completed.expect(StatusCode::OK).json();
    inside.settled(stack.register()).await;
    assert_eq!(officer.statistics(stack.village(0)).await["total"]["verified"], 1);

    stack.release("process-photo");
    assert_eq!(photos::processed(&officer, &photo).await["reason"], "truncated");
    let record = officer.record(&id).await;
    assert_eq!(
        (&record["state"], &record["version"]),
        (&json!("draft"), &json!(3)),
        "the officer must see it"
    );
    assert!(record["returned"]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    assert_eq!(record["alerts"], json!(["photo_rejected"]));
    assert_eq!(record["verification"]["grade"], "a", "what was filled in stays");
    inside.settled(stack.register()).await;
    let total = officer.statistics(stack.village(0)).await["total"].take();
    assert_eq!((&total["verified"], &total["draft"]), (&json!(0), &json!(1)), "it left the counts");
    inside.published(stack.register()).await;
    let page = stack.anybody().get(completed["lookup"]["url"].as_str().unwrap()).send().await;
    let page = page.expect(StatusCode::OK).text();
    assert!(page.contains("正在重新核验") && !page.contains("住房安全有保障"));
    let last = inside.sound_history(&id).await.pop().unwrap();
    assert_eq!(last.kind, ChangeKind::PhotoRejected);
}

#[tokio::test]
async fn a_message_that_is_delivered_again_changes_nothing() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let bucket = inside.resource("IncomingBucket");
    let files = [photos::small(1), truncated()];
    for bytes in &files {
        let photo = photos::upload(&officer, &id, bytes).await;
        // While it is processed, too.
        for _ in 0..4 {
            inside.send("PhotoQueue", &photos::arrival(bucket, &photo)).await;
        }
        let first = photos::processed(&officer, &photo).await["state"].take();
        inside.queues_empty().await;
        let before = inside.household(&id).await;
        let stored = inside.registry.photo(&photo.parse().unwrap()).await.unwrap();
        inside.send("PhotoQueue", &photos::arrival(bucket, &photo)).await;
        inside.queues_empty().await;
        assert_eq!(inside.household(&id).await, before);
        assert_eq!(inside.registry.photo(&photo.parse().unwrap()).await.unwrap(), stored);
        assert_eq!(state_of(&officer, &photo).await, first);
    }
    let kinds: Vec<ChangeKind> =
        inside.sound_history(&id).await.into_iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Imported, ChangeKind::PhotoReady, ChangeKind::PhotoRejected]);
    assert!(!stack.log_of("process-photo").contains("no S3 event"), "the messages were understood");
}

#[tokio::test]
async fn messages_about_nothing_of_ours_are_dealt_with_and_forgotten() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let bucket = inside.resource("IncomingBucket");
    let never_uploaded = photos::announce(&officer, &id, b"photo").await.id;
    for body in [
        "not even JSON".to_owned(),
        json!({"Event": "s3:TestEvent"}).to_string(),
        photos::arrival(bucket, "somebody else's file"),
        photos::arrival(bucket, &format!("{id}-{:032x}", 7)),
        photos::arrival(bucket, &never_uploaded),
    ] {
        inside.send("PhotoQueue", &body).await;
    }
    inside.queues_empty().await;
    assert_eq!(state_of(&officer, &never_uploaded).await, "awaiting_upload");
    assert_eq!(inside.household(&id).await.revision, 1);
    let photo = photos::ready(&officer, &id, &photos::small(1)).await;
    until("the good photo to be seen in the record", async || {
        let record = officer.record(&id).await;
        let seen = record["photos"].as_array().unwrap().iter().any(|seen| seen["photo_id"] == photo.as_str());
        if seen { Ok(()) } else { Err(record) }
    })
    .await;
}

/// The corner's part of the picture that differs from the original: how many of its pixels, of 100.
fn changed(original: &RgbImage, marked: &RgbImage, left: bool, top: bool) -> u32 {
    let (width, height) = original.dimensions();
    let (across, down) = (width / 2, height / 2);
    let (from_x, from_y) = (if left { 0 } else { across }, if top { 0 } else { down });
    let pixels = (from_x..from_x + across).flat_map(|x| (from_y..from_y + down).map(move |y| (x, y)));
    let differing = pixels.filter(|(x, y)| original.get_pixel(*x, *y) != marked.get_pixel(*x, *y));
    differing.count() as u32 * 100 / (across * down)
}

#[tokio::test]
async fn the_mark_s_corner_and_text_are_the_stack_s_parameters() {
    const TOP_RIGHT: &[&str] = &["MarkCorner=top-right", "MarkSecondLine=none"];
    const TWO_LINES: &[&str] = &["MarkCorner=top-right", "MarkSecondLine=village-and-coordinates"];
    let bytes = photos::small(1);
    let original = image::load_from_memory(&bytes).unwrap().into_rgb8();
    let mut shares = Vec::new();
    for parameters in [TOP_RIGHT, TWO_LINES] {
        let stack = Stack::with_parameters(&Plan::new(1, 1, 8).unwrap(), parameters).await;
        let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
        let place = json!({"declared_location": {"latitude": 27.4417, "longitude": 104.8731}});
        let announcement = forms::with(photos::announcement(&bytes), place);
        let announced = photos::announce_as(&officer, &id, &announcement).await;
        announced.upload(&bytes).await.expect(StatusCode::OK);
        let ready = photos::processed(&officer, &announced.id).await;
        let signed = officer.get(ready["urls"]["full"].as_str().unwrap()).without("authorization");
        let marked = signed.send().await.expect(StatusCode::OK).body;
        let marked = image::load_from_memory(&marked).unwrap().into_rgb8();
        assert_eq!(changed(&original, &marked, true, false), 0, "below on the left");
        shares.push(changed(&original, &marked, false, true));
    }
    assert!(shares[0] > 0 && shares[1] > shares[0], "a second line takes more room: {shares:?}");
}
