//! Photos that there is reason to doubt: used for several households, taken far away or at another time. They
//! are flagged and refuse nobody.

use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::region::Level;
use anju_domain::summary::AlertKind;
use anju_tests::wait::until;
use anju_tests::{Client, Stack, forms, photos};
use http::StatusCode;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::alerts::{dismiss, raised};

/// Where the village of these tests lies.
const VILLAGE: (f64, f64) = (27.44, 104.87);
/// Some three kilometres to the north.
const FAR: (f64, f64) = (27.467, 104.87);

/// Completes a household as appraised, with this photo and on this day.
async fn complete(stack: &Stack, officer: &Client, id: &HouseholdId, photo: &str, day: &str) -> Value {
    let form = forms::with(forms::appraised(photo), json!({"verified_at": day}));
    let form = forms::corrected(form, &stack.row(id));
    officer.complete(id, &form).header("if-match", "*").send().await.expect(StatusCode::OK).json()
}

/// Announces and uploads a photo of which the phone says this much, and gives it when it is processed.
async fn sent(officer: &Client, id: &HouseholdId, bytes: &[u8], said: Value) -> Value {
    let announcement = forms::with(photos::announcement(bytes), said);
    let announced = photos::announce_as(officer, id, &announcement).await;
    announced.upload(bytes).await.expect(StatusCode::OK);
    let photo = photos::processed(officer, &announced.id).await;
    assert_eq!(photo["state"], "ready");
    photo
}

async fn doubted(officer: &Client, id: &HouseholdId) -> Value {
    officer.record(id).await["doubted_photos"].take()
}

#[tokio::test]
async fn a_photo_of_two_households_flags_both_and_names_the_other_one_until_one_of_its_own_is_used() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let (one, other) = (stack.household(0, 1), stack.household(2, 1));
    let officers = [stack.officer(0).await, stack.officer(2).await];
    let reused = [AlertKind::PhotoReused];
    let bytes = photos::small(1);
    let original = photos::ready(&officers[0], &one, &bytes).await;
    complete(&stack, &officers[0], &one, &original, "2020-06-03").await;
    // Their own again, and another house: nothing to flag.
    photos::ready(&officers[0], &one, &bytes).await;
    photos::ready(&officers[1], &other, &photos::small(2)).await;
    assert_eq!(inside.household(&one).await.alerts.len() + inside.household(&other).await.alerts.len(), 0);

    let copy = photos::ready(&officers[1], &other, &photos::copy_of(&bytes)).await;
    let completed = complete(&stack, &officers[1], &other, &copy, "2020-06-03").await;
    assert_eq!(completed["state"], "completed", "it refuses nobody");
    raised(&inside, &other, &reused).await;
    let flagged = raised(&inside, &one, &reused).await;
    let record = officers[1].record(&other).await;
    let of_copy = record["doubted_photos"].as_array().unwrap();
    assert_eq!(of_copy.len(), 1);
    assert_eq!((&of_copy[0]["photo_id"], &of_copy[0]["far"]), (&json!(copy), &json!(false)));
    assert!(of_copy[0]["reused"].as_array().unwrap().contains(&json!(original)));
    assert!(doubted(&officers[0], &one).await.to_string().contains(&copy));
    assert_eq!(officers[0].record(&one).await["version"], 2, "no officer's edit is refused for it");

    // Listed and counted for the county, and dismissed there.
    inside.settled(stack.register()).await;
    let county = one.village().region().at(Level::County).unwrap();
    let county = stack.account(&county).await;
    let listed = county.get("/v1/alerts?kind=photo_reused").send().await.expect(StatusCode::OK).json();
    assert_eq!(listed["total"], 2);
    dismiss(&county, &flagged, AlertKind::PhotoReused).await;
    raised(&inside, &one, &[]).await;

    // The message again brings nothing back; a photo of its own clears the other one.
    let arrival = photos::arrival(inside.resource("IncomingBucket"), &copy);
    inside.send("PhotoQueue", &arrival).await;
    inside.queues_empty().await;
    raised(&inside, &one, &[]).await;
    let own = photos::ready(&officers[1], &other, &photos::small(5)).await;
    complete(&stack, &officers[1], &other, &own, "2020-06-03").await;
    raised(&inside, &other, &[]).await;
    assert!(doubted(&officers[1], &other).await.is_null());
    for id in [&one, &other] {
        inside.sound_history(id).await;
    }
    inside.settled(stack.register()).await;
}

#[tokio::test]
async fn copies_that_arrive_at_the_same_time_find_each_other() {
    let stack = Stack::of_three_villages().await;
    let inside = stack.inside().await;
    let officers = [stack.officer(0).await, stack.officer(2).await];
    for round in 1..=4 {
        let (one, other) = (stack.household(0, round), stack.household(2, round));
        let bytes = photos::small(10 + u64::from(round));
        // Now a copy, now the very same file.
        let second = if round % 2 == 0 { bytes.clone() } else { photos::copy_of(&bytes) };
        tokio::join!(
            photos::upload(&officers[0], &one, &bytes),
            photos::upload(&officers[1], &other, &second)
        );
        for id in [&one, &other] {
            until("both to be flagged", async || {
                let household = inside.household(id).await;
                let flagged = household.alerts.contains_key(&AlertKind::PhotoReused);
                if flagged && household.evidence.len() == 1 { Ok(()) } else { Err(household) }
            })
            .await;
        }
    }
    inside.queues_empty().await;
    for round in 1..=4 {
        for village in [0, 2] {
            let history = inside.sound_history(&stack.household(village, round)).await;
            assert!(history.len() <= 3, "imported, its own photo, told of the other: {}", history.len());
        }
    }
}

#[tokio::test]
async fn a_photo_far_from_its_village_or_from_its_phone_is_flagged_and_one_without_a_place_is_not() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let officer = stack.officer(0).await;
    let flagged = |household: &Household| household.alerts.contains_key(&AlertKind::PhotoFar);
    let photo = |seed, place| photos::taken(seed, None, Some(place));
    // Nothing is known of the village yet, so the first may be anywhere.
    let near = |n: u32| (VILLAGE.0 + f64::from(n) * 0.0004, VILLAGE.1);
    for number in 1..=5 {
        let id = stack.household(0, number);
        let place = if number == 2 { FAR } else { near(number) };
        sent(&officer, &id, &photo(number.into(), place), json!({})).await;
    }
    assert!(!flagged(&inside.household(&stack.household(0, 2)).await));

    let [six, seven, eight] = [6, 7, 8].map(|number| stack.household(0, number));
    sent(&officer, &six, &photo(6, near(6)), json!({})).await;
    assert!(!flagged(&inside.household(&six).await), "near, though one of the others is far");
    let album = json!({"source": "album"});
    let taken_far = sent(&officer, &six, &photo(16, FAR), album).await;
    let id = taken_far["photo_id"].as_str().unwrap();
    assert!(flagged(&inside.household(&six).await), "from the album, but taken far away");
    assert_eq!(doubted(&officer, &six).await, json!([{"photo_id": id, "far": true, "time_odd": false}]));
    assert_eq!(complete(&stack, &officer, &six, id, "2020-06-03").await["state"], "completed");

    let phone = |(latitude, longitude): (f64, f64)| json!({"declared_location": {"latitude": latitude, "longitude": longitude, "accuracy_m": 20.0}});
    sent(&officer, &seven, &photo(7, VILLAGE), phone(VILLAGE)).await;
    assert!(!flagged(&inside.household(&seven).await));
    sent(&officer, &seven, &photo(17, VILLAGE), phone(FAR)).await;
    assert!(flagged(&inside.household(&seven).await), "the file and the phone differ");

    // Messengers take the position out, and albums know no place.
    for source in ["camera", "album"] {
        sent(&officer, &eight, &photos::small(8), json!({"source": source})).await;
    }
    assert!(!flagged(&inside.household(&eight).await));
    let own_phone = sent(&officer, &eight, &photos::small(18), phone(FAR)).await;
    assert!(flagged(&inside.household(&eight).await), "the phone's own word, far from the village");
    assert_eq!(own_phone["exif_location"], json!(null));

    inside.settled(stack.register()).await;
    let total = officer.statistics(stack.village(0)).await["total"]["alerts"].take();
    assert_eq!(total["photo_far"], 3);
    let township = stack.account(six.village().region().at(Level::Township).unwrap()).await;
    dismiss(&township, &inside.household(&six).await, AlertKind::PhotoFar).await;
    assert!(!flagged(&inside.household(&six).await));
}

#[tokio::test]
async fn a_photo_from_long_before_its_visit_is_flagged_until_the_day_is_corrected() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let officer = stack.officer(0).await;
    let odd = AlertKind::PhotoTimeOdd;
    let year_before = photos::taken(1, Some(date(2019, 6, 3).at(10, 22, 31, 0)), None);
    let (one, other, third) = (stack.household(0, 1), stack.household(0, 7), stack.household(0, 8));
    let photo = sent(&officer, &one, &year_before, json!({})).await;
    let photo = photo["photo_id"].as_str().unwrap();
    let is_flagged = |record: &Value| record["alerts"].as_array().unwrap().contains(&json!("photo_time_odd"));
    assert!(!is_flagged(&officer.record(&one).await), "nobody has said when the visit was");
    let completed = complete(&stack, &officer, &one, photo, "2020-06-03").await;
    assert!(is_flagged(&completed) && completed["state"] == "completed");
    assert_eq!(completed["doubted_photos"], json!([{"photo_id": photo, "far": false, "time_odd": true}]));

    // The form may come first.
    let visit = photos::taken(7, Some(date(2020, 6, 20).at(8, 0, 0, 0)), None);
    let announced = photos::announce(&officer, &other, &visit).await;
    let draft = forms::with(forms::appraised(&announced.id), json!({"verified_at": "2020-06-03"}));
    officer.save(&other, &draft).header("if-match", "*").send().await.expect(StatusCode::OK);
    announced.upload(&visit).await.expect(StatusCode::OK);
    let flagged = raised(&inside, &other, &[odd]).await;
    assert_eq!(flagged.version, 2);
    let corrected = complete(&stack, &officer, &other, &announced.id, "2020-06-19").await;
    assert!(!is_flagged(&corrected));

    // An upload's time is none of taking, and near the visit nothing is odd.
    let plain = photos::ready(&officer, &third, &photos::small(8)).await;
    assert!(!is_flagged(&complete(&stack, &officer, &third, &plain, "2020-06-03").await));
    inside.settled(stack.register()).await;
    let total = officer.statistics(stack.village(0)).await["total"]["alerts"].take();
    assert_eq!(total["photo_time_odd"], 1);
}

#[tokio::test]
async fn what_is_known_of_a_photo_is_shown_to_officers() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let portrait = photos::demo("portrait");
    let photo = photos::ready(&officer, &id, &portrait.bytes).await;
    let shown = photos::processed(&officer, &photo).await;
    assert_eq!(shown["path"], "splice");
    assert_eq!(shown["camera"], json!({"make": "Anju Synthetic", "model": "Demo Phone 1"}));
    assert_eq!(shown["flaws"], json!({"too_dark": false, "too_blurred": false}));
    assert_eq!((&shown["quality"], &shown["size"]), (&json!(88), &json!(portrait.bytes.len())));
    let stored = stack.inside().await.registry.photo(&photo.parse().unwrap()).await.unwrap().unwrap();
    let anju_domain::photo::PhotoState::Ready(ready) = stored.state else { panic!("{photo} is ready") };
    assert!(ready.fine_hash.is_some() && ready.marked_size > 0 && ready.thumbnail_size > 0);
}
