//! A register that changed: people, addresses, works, and who lives where.

use anju_domain::change::ChangeKind;
use anju_domain::summary::{State, WorkKind};
use anju_tests::imports::{number, rows_of};
use anju_tests::stack::plan;
use anju_tests::wait::until;
use anju_tests::{Stack, forms};
use http::StatusCode;

use super::{csv, import_all};

const HEADER: &str = "village,number,name,id_number,relation,phone,address,task_2020,status,moved_from\n";

#[tokio::test]
async fn a_changed_register_changes_people_and_works_and_never_what_was_verified() {
    let stack = Stack::to_import(&plan(1, 2, 16)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    import_all(&stack, &operator).await;
    inside.seed(stack.register()).await;
    let officer = stack.officer(0).await;
    let id = stack.household(0, 1);
    officer.complete(&id, &forms::unsecured()).if_match(1).send().await.expect(StatusCode::OK);
    let completed = inside.household(&id).await;

    let village = stack.village(0);
    let file = format!("{HEADER}{village},1,王新名,,户主,16000000009,新址,open,,\n");
    let import = csv("register", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "changed"), number(&import, "missing")), (1, 7), "{import}");
    let changed = inside.household(&id).await;
    assert_eq!(changed.progress, completed.progress);
    assert_eq!((changed.head.name.as_str(), changed.people()), ("王新名", 1));
    assert_eq!(changed.works.get(&WorkKind::Task2020), Some(&true));
    assert_eq!(changed.version, completed.version + 1, "a form that was read before is stale");
    let history = inside.sound_history(&id).await;
    let last = history.iter().rev().find(|change| change.kind == ChangeKind::RegisterChanged).unwrap();
    assert_eq!(last.values["/import"], import["id"]);
    officer
        .save(&id, &forms::unsecured())
        .if_match(completed.version)
        .send()
        .await
        .expect_problem(StatusCode::PRECONDITION_FAILED, "stale");
    let missing = rows_of(&import, "errors_url").await;
    let about: Vec<&str> = missing.iter().filter(|row| row[4] == "提示").map(|row| row[1].as_str()).collect();
    assert!(about.contains(&stack.household(0, 2).to_string().as_str()), "{about:?}");
    assert_eq!(inside.household(&stack.household(0, 2)).await.state(), State::Pending, "it stays as it was");
    // A file without a column says nothing about it.
    let short = format!("village,number,name,id_number,relation\n{village},1,王新名,,户主\n");
    let import = csv("register", short.as_bytes()).import(&operator).await;
    assert_eq!(number(&import, "unchanged"), 1, "{import}");
    inside.settled(stack.register()).await;
}

#[tokio::test]
async fn a_household_that_moved_or_ended_leaves_the_counts_and_keeps_its_history() {
    let stack = Stack::to_import(&plan(1, 2, 16)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    import_all(&stack, &operator).await;
    let (from, here) = (stack.village(0), stack.village(1));
    let file = format!("{HEADER}{here},99,王迁来,,户主,,新居,,,{from}-1\n{from},2,李注销,,户主,,,,注销,\n");
    let import = csv("register", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "moved"), number(&import, "left")), (1, 1), "{import}");
    let (old, ended) = (stack.household(0, 1), stack.household(0, 2));
    let new = anju_domain::ids::HouseholdId::new(here.clone(), 99);
    let moved = inside.household(&old).await;
    assert_eq!((moved.state(), moved.moved_to.as_ref()), (State::Left, Some(&new)));
    let arrived = inside.household(&new).await;
    assert_eq!((arrived.state(), arrived.moved_from.as_ref()), (State::Pending, Some(&old)));
    assert_eq!(inside.household(&ended).await.state(), State::Left);
    let kinds = |history: Vec<anju_domain::change::Change>| -> Vec<ChangeKind> {
        history
            .iter()
            .map(|change| change.kind)
            .filter(|kind| *kind != ChangeKind::DuplicatesChanged)
            .collect()
    };
    assert_eq!(kinds(inside.sound_history(&old).await), [ChangeKind::Imported, ChangeKind::MovedAway]);
    assert_eq!(kinds(inside.sound_history(&new).await), [ChangeKind::MovedHere]);
    inside.settled(stack.register()).await;
    let again = csv("register", file.as_bytes()).import(&operator).await;
    assert_eq!(number(&again, "unchanged"), 2, "{again}");

    let wrong = format!("{HEADER}{from},1,王迁来,,户主,,,,,\n{here},98,王迁来,,户主,,,,,{from}-1\n");
    let import = csv("register", wrong.as_bytes()).import(&operator).await;
    let said: Vec<String> =
        rows_of(&import, "errors_url").await.into_iter().map(|row| row[5].clone()).collect();
    assert_eq!(number(&import, "rejected"), 2, "{import}");
    assert!(said.contains(&"本户已迁往他村".to_owned()) && said.contains(&"迁出户已迁往他处".to_owned()));
}

#[tokio::test]
async fn merged_and_split_villages_take_their_households_with_all_that_was_verified() {
    let stack = Stack::to_import(&plan(1, 2, 20)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    import_all(&stack, &operator).await;
    inside.seed(stack.register()).await;
    let (old, target) = (stack.village(0), stack.village(1));
    let officer = stack.officer(0).await;
    let id = stack.household(0, 1);
    let record =
        officer.complete(&id, &forms::unsecured()).if_match(1).send().await.expect(StatusCode::OK).json();
    let token = record["lookup"]["token"].as_str().unwrap().to_owned();
    let township = old.region().parent().unwrap();
    let file = format!("code,name,merged_into\n{old},旧村,{target}\n");
    let import = csv("regions", file.as_bytes()).import(&operator).await;
    let households = stack.register().households(old).count() as u64;
    assert_eq!((number(&import, "moved"), number(&import, "applied")), (households, 1), "{import}");
    let left = inside.household(&id).await;
    let new = inside.household(left.moved_to.as_ref().unwrap()).await;
    assert_eq!((left.state(), new.state(), new.id.village()), (State::Left, State::Completed, target));
    assert_eq!(new.lookup.as_ref().map(ToString::to_string), Some(token.clone()));
    inside.settled(stack.register()).await;
    // The page on the wall, scanned, leads to the household under its new code.
    let receiving = stack.officer(1).await;
    let found = receiving.get(&format!("/v1/lookup/{token}")).send().await.expect(StatusCode::OK).json();
    assert_eq!(found["id"], new.id.to_string().as_str(), "{found}");
    let children = operator.get(&format!("/v1/regions/{township}")).send().await.json()["children"].clone();
    assert_eq!(children.as_array().unwrap().len(), 1, "the merged village is listed no more: {children}");
    let again = csv("regions", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&again, "moved"), number(&again, "unchanged")), (0, 1), "{again}");
    until("the page to be published under the new code", async || {
        let page = inside.page(new.lookup.as_ref().unwrap()).await;
        let order = new.page_order();
        if page.as_ref().is_some_and(|page| page.revision >= order) { Ok(()) } else { Err(order) }
    })
    .await;

    let number_of_new = new.id.number();
    let split = format!("{township}299");
    let file = format!("code,name,split_from,numbers\n{split},新村,{target},\"{number_of_new},999\"\n");
    let import = csv("regions", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "moved"), number(&import, "created")), (1, 1), "{import}");
    let there = format!("{split}-{number_of_new}").parse().unwrap();
    assert_eq!(inside.household(&there).await.formerly, [id, new.id]);
    assert_eq!(inside.sound_history(&there).await[0].kind, ChangeKind::MovedHere);
    until("all to be counted under their new codes", async || {
        let statistics = operator.get(&format!("/v1/regions/{township}/statistics")).send().await.json();
        if statistics["total"]["households"] == 20 { Ok(()) } else { Err(statistics) }
    })
    .await;
}
