//! What is known of people goes, and everything that counts stays.

use anju_domain::change::{ChangeKind, check_history};
use anju_domain::position::VillagePositions;
use anju_tests::{Stack, command, forms, photos};
use http::StatusCode;
use serde_json::json;

/// `anju-erase` on a stack, in these words.
fn erase(stack: &Stack, words: &[&str]) -> String {
    let output = command::on(stack, "anju-erase").args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn an_erased_household_counts_as_before_its_chain_is_sound_and_nothing_else_of_it_is_left() {
    let stack = Stack::of_one_village().await;
    let (officer, inside) = (stack.officer(0).await, stack.inside().await);
    let township = stack.village(0).region().parent().unwrap();
    let official = stack.account(&township).await;
    let (id, other) = (stack.household(0, 1), stack.household(0, 7));
    let photo = photos::ready(&officer, &id, &photos::taken(1, None, Some((27.44, 104.87)))).await;
    let form = forms::with(forms::appraised(&photo), json!({"note": "住在大伯家"}));
    let record = officer.complete(&id, &form).if_match(1).send().await.expect(StatusCode::OK).json();
    let page = record["lookup"]["url"].as_str().unwrap().replace(&stack.facts().address, "");
    let path = format!("/v1/households/{id}");
    let report = json!({"type": "other", "content": "隔壁大伯说漏水"});
    officer.post(&format!("{path}/feedback"), &report).send().await.expect(StatusCode::CREATED);
    let survey = json!({
        "surveyor": "调研员", "surveyed_at": "2020-06-10", "public": false, "opinion": "大伯同意", "finding": "安全",
    });
    official.post(&format!("{path}/surveys"), &survey).send().await.expect(StatusCode::CREATED);
    inside.queues_empty().await;
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    let (before, head) = (inside.counts_of(&township).await, inside.household(&id).await.head);
    assert!(inside.control_text().await.contains(&photo), "a photo is indexed");
    assert_ne!(inside.control.positions(id.village()).await.unwrap(), VillagePositions::default());

    let order = ["--order", "依申请删除"];
    let said = erase(&stack, &[&["household", &id.to_string()][..], &order].concat());
    assert!(said.contains("1 households, 1 photos would be erased"), "{said}");
    assert_eq!(inside.household(&id).await.head, head, "a dry run erases nothing");
    let household = id.to_string();
    let words = [&["household", &household][..], &order, &["--carry-out"]].concat();
    erase(&stack, &words);

    let household = inside.household(&id).await;
    let history = inside.sound_history(&id).await;
    assert_eq!(check_history(&history, household.chain_head), []);
    assert_eq!(history.last().unwrap().kind, ChangeKind::Erased);
    let reports = inside.registry.feedback_of(&id).await.unwrap();
    let surveys = inside.registry.surveys_of(&id).await.unwrap();
    let left = serde_json::to_string(&(&household, &history, &reports, &surveys)).unwrap();
    let row = stack.row(&id);
    let known = [row.head.as_str(), &row.id_number, &row.phone, &row.address, &row.members[0].name, "大伯"];
    for gone in known {
        assert!(!left.contains(gone), "{gone} is left");
    }
    inside.settled(stack.register()).await;
    assert_eq!(inside.counts_of(&township).await, before);
    assert!(
        !inside
            .object_keys()
            .await
            .iter()
            .any(|key| key.starts_with("originals/") || key.starts_with("marked/"))
    );
    assert!(!inside.control_text().await.contains(&photo), "its index forgot the photo");
    assert_eq!(inside.control.positions(id.village()).await.unwrap(), VillagePositions::default());
    stack.anybody().get(&page).send().await.expect(StatusCode::NOT_FOUND);
    let found = officer.post("/v1/households/search", &json!({"head_name": row.head})).send().await.json();
    assert!(!found["items"].as_array().unwrap().iter().any(|item| item["id"] == id.to_string().as_str()));
    assert_eq!(inside.household(&other).await.head.name, stack.row(&other).head, "the neighbours stay");
    officer.get(&path).send().await.expect(StatusCode::OK);

    let again = erase(&stack, &words);
    assert!(again.contains("erased before"), "{again}");
    let retention = ["retention", township.as_str(), "--until", "2000-01-01"];
    let said = erase(&stack, &[&retention[..], &order].concat());
    assert!(said.starts_with("0 households"), "{said}");
}
