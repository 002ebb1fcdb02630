//! One household verified from end to end.

use std::io::Cursor;

use anju_domain::change::ChangeKind;
use anju_domain::mask;
use anju_domain::region::RegionCode;
use anju_register::RegisterRow;
use anju_register::demo::INITIAL_PASSWORD;
use anju_tests::client::PASSWORD;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms, photos, qr};
use http::StatusCode;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use serde_json::{Value, json};

/// The statistics' total of a region, as its own account sees them.
async fn total(account: &Client, region: &RegionCode) -> Value {
    account.statistics(region).await["total"].take()
}

/// The row as it is after one more household was completed as appraised, grade A.
fn with_one_more_appraised(mut row: Value) -> Value {
    let moved = [
        ("/verified", 1),
        ("/unverified", -1),
        ("/secured", 1),
        ("/appraised", 1),
        ("/details/appraised_a", 1),
    ];
    for (pointer, by) in moved {
        let count = row.pointer_mut(pointer).unwrap();
        *count = json!(count.as_i64().unwrap() + by);
    }
    let percent = |name: &str| row[name].as_f64().unwrap() * 100.0;
    let rate = percent("verified") / row["households"].as_f64().unwrap();
    row["completion_rate"] = json!(format!("{rate:.2}"));
    row
}

#[tokio::test]
async fn a_household_is_verified_from_the_first_sign_in_to_its_public_page() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let id = stack.household(0, 1);
    let row = stack.row(&id);
    let village = id.village().region().clone();
    let regions: Vec<RegionCode> = village.ancestors().into_iter().chain([village.clone()]).collect();
    let mut accounts = Vec::new();
    for region in &regions[..5] {
        accounts.push(stack.account(region.as_str()).await);
    }

    // The first sign-in: until it is done, nothing else is.
    let officer = stack.anybody().sign_in(village.as_str(), INITIAL_PASSWORD).await;
    let path = format!("/v1/households/{id}");
    officer.get(&path).send().await.expect_problem(StatusCode::FORBIDDEN, "profile_incomplete");
    let me = officer.put("/v1/me", &forms::profile()).send().await.expect(StatusCode::OK).json();
    assert_eq!((&me["name"], &me["profile_complete"]), (&json!(forms::VERIFIER), &json!(false)));
    let passwords = json!({"old_password": INITIAL_PASSWORD, "new_password": PASSWORD});
    let me = officer.put("/v1/me/password", &passwords).send().await.expect(StatusCode::OK).json();
    assert_eq!(me["profile_complete"], true);
    accounts.push(officer.clone());

    inside.settled(stack.register()).await;
    let mut before = Vec::new();
    for (account, region) in accounts.iter().zip(&regions) {
        before.push(total(account, region).await);
    }

    // Picks it from the list, saves what is known, takes the photo, completes.
    let listed = officer.get("/v1/households?limit=1").send().await.expect(StatusCode::OK).json();
    assert_eq!(listed["items"][0]["id"], id.to_string());
    assert_eq!(
        listed["items"][0]["head"],
        json!({"name": row.head, "id_number": row.id_number, "phone": row.phone})
    );
    let draft = json!({"result": "secured"});
    let saved = officer.save(&id, &draft).if_match(1).send().await;
    assert_eq!(saved.expect(StatusCode::OK).json()["state"], "draft");
    let portrait = photos::demo("portrait");
    let photo_id = photos::upload(&officer, &id, &portrait.bytes).await;
    let complete = officer.complete(&id, &forms::appraised(&photo_id)).if_match(2);
    let completed = complete.send().await.expect(StatusCode::OK);
    assert_eq!(completed.header("etag"), "\"3\"");
    let record = completed.json();
    assert_eq!((&record["state"], &record["version"]), (&json!("completed"), &json!(3)));

    // What follows from it.
    let photo = photos::processed(&officer, &photo_id).await;
    assert_photo_is_as_the_camera_says(&photo);
    assert_marked(&officer, &photo, &portrait.bytes).await;
    inside.settled(stack.register()).await;
    for ((account, region), before) in accounts.iter().zip(&regions).zip(before) {
        assert_eq!(total(account, region).await, with_one_more_appraised(before), "{region}");
    }
    inside.published(stack.register()).await;
    let record = officer.record(&id).await;
    let location = &record["location"];
    assert_eq!(location, &photo["exif_location"]);
    let url = record["lookup"]["url"].as_str().unwrap();
    assert_public_page_is_masked(&stack.anybody(), url, &row).await;
    let svg = officer.get(record["lookup"]["qr_svg_url"].as_str().unwrap()).send().await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert_eq!(qr::read(&svg.expect(StatusCode::OK).text()), url);

    let history = inside.sound_history(&id).await;
    let kinds: Vec<ChangeKind> = history.iter().map(|change| change.kind).collect();
    assert_eq!(kinds[..2], [ChangeKind::Imported, ChangeKind::DraftSaved]);
    let mut rest = kinds[2..].to_vec();
    rest.sort_by_key(|kind| *kind == ChangeKind::PhotoReady);
    assert_eq!(rest, [ChangeKind::Completed, ChangeKind::PhotoReady], "in either order");
    assert_eq!(record["chain_head"], history.last().unwrap().hash.to_string());
    inside.queues_empty().await;
}

fn assert_photo_is_as_the_camera_says(photo: &Value) {
    assert_eq!(photo["state"], "ready");
    assert_eq!(
        (&photo["taken_at"], &photo["taken_at_source"]),
        (&json!("2020-06-03T02:22:31Z"), &json!("exif"))
    );
    assert_eq!((&photo["width"], &photo["height"]), (&json!(1200), &json!(1600)), "upright");
    for (name, degrees) in [("latitude", 27.441_667), ("longitude", 104.873_611)] {
        let found = photo["exif_location"][name].as_f64().unwrap();
        assert!((found - degrees).abs() < 1e-4, "{name} {found}");
    }
}

/// The picture handed out has the mark in the viewer's bottom left; all else of it is the original to the
/// last bit.
async fn assert_marked(officer: &Client, photo: &Value, original: &[u8]) {
    let signed = officer.get(photo["urls"]["full"].as_str().unwrap()).without("authorization");
    let marked = decode(&signed.send().await.expect(StatusCode::OK).body);
    let unmarked = decode(original);
    assert_eq!(marked.dimensions(), (1200, 1600));
    assert_eq!(unmarked.dimensions(), marked.dimensions());
    let (mut inside, mut outside) = (0, 0);
    for ((x, y, one), other) in marked.enumerate_pixels().zip(unmarked.pixels()) {
        let off = one.0.iter().zip(other.0).map(|(one, other)| one.abs_diff(other)).max().unwrap();
        let below_the_mark = x < 720 && y > 1480;
        inside += u32::from(below_the_mark && off > 60);
        outside += u32::from(!below_the_mark && off > 0);
    }
    assert!(inside > 5_000, "the mark changes {inside} pixels");
    assert_eq!(outside, 0, "outside the mark pixels differ");
    let thumbnail = officer.get(photo["urls"]["thumbnail"].as_str().unwrap()).without("authorization");
    assert_eq!(decode(&thumbnail.send().await.expect(StatusCode::OK).body).dimensions(), (300, 400));
}

/// As a viewer shows it: turned as the file says.
fn decode(bytes: &[u8]) -> RgbImage {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut picture = DynamicImage::from_decoder(decoder).unwrap();
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

async fn assert_public_page_is_masked(anybody: &Client, url: &str, row: &RegisterRow) {
    let page = until("the page to show the result", async || {
        let page = anybody.get(url).send().await.expect(StatusCode::OK).text();
        if page.contains("住房安全有保障") { Ok(page) } else { Err(page) }
    })
    .await;
    let shown = [
        mask::name(&row.head),
        mask::id_number(&row.id_number.parse().unwrap()),
        mask::phone(&row.phone.parse().unwrap()),
    ];
    for shown in shown {
        assert!(page.contains(&shown), "{shown} is not shown");
    }
    let hidden = [&row.head, &row.id_number, &row.phone, &row.address];
    for hidden in hidden.into_iter().chain(row.members.iter().map(|member| &member.id_number)) {
        assert!(!page.contains(hidden.as_str()), "{hidden} is shown");
    }
    assert!(!page.contains(forms::VERIFIER_PHONE));
}
