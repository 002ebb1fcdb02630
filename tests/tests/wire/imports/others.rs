//! Regions and accounts.

use anju_domain::region::RegionCode;
use anju_tests::Stack;
use anju_tests::imports::{number, rows_of};
use anju_tests::stack::plan;
use http::StatusCode;

use super::{csv, regions_file};

#[tokio::test]
async fn regions_are_created_renamed_and_counted_and_a_stranger_s_phone_is_refused() {
    let stack = Stack::to_import(&plan(2, 4, 40)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    let file = regions_file(stack.register());
    let import = csv("regions", &file).import(&operator).await;
    assert_eq!(number(&import, "created"), number(&import, "rows"), "{import}");
    let again = csv("regions", &file).import(&operator).await;
    assert_eq!(number(&again, "unchanged"), number(&again, "rows"), "{again}");
    let nation = inside.registry.region(&RegionCode::nation()).await.unwrap().unwrap();
    assert_eq!(nation.below.values().copied().collect::<Vec<u64>>(), [1, 1, 1, 2, 4]);

    let village = stack.village(0);
    let file = format!(
        "区划代码,名称,对外电话\n{village},新名村,0870-1234567\n{village},又名村,\n99,外省,13900000001\n990101,某县,\n"
    );
    let import = csv("regions", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "changed"), number(&import, "rejected")), (1, 3), "{import}");
    let renamed = inside.registry.region(village.region()).await.unwrap().unwrap();
    assert_eq!((renamed.name.as_str(), renamed.public_phone.as_deref()), ("新名村", Some("0870-1234567")));
    let said: Vec<String> =
        rows_of(&import, "errors_url").await.into_iter().map(|row| row[5].clone()).collect();
    assert_eq!(said, ["区划代码重复", "对外电话格式错误", "没有上级区划"]);
}

#[tokio::test]
async fn accounts_are_issued_once_and_their_passwords_stand_in_one_protected_file() {
    let stack = Stack::to_import(&plan(1, 2, 16)).await;
    let operator = stack.operator().await;
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let (village, other) = (stack.village(0), stack.village(1));
    let file = format!("region,initial_password\n53,\n{village},random\n{other},default\n110000,\n0,\n");
    let tried = csv("accounts", file.as_bytes()).try_out(&operator).await;
    assert_eq!((number(&tried, "created"), tried.get("accounts_url")), (3, None), "{tried}");
    let import = csv("accounts", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "created"), number(&import, "rejected")), (3, 2), "{import}");
    let issued = rows_of(&import, "accounts_url").await;
    assert_eq!(issued.len(), 3);
    for row in &issued {
        let session = stack.anybody().session(&row[0], &row[2]).await.expect(StatusCode::CREATED).json();
        assert_eq!(session["account"]["profile_complete"], false);
    }
    let again = csv("accounts", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&again, "unchanged"), again.get("accounts_url")), (3, None), "{again}");
    // The passwords are nowhere but in that file.
    let logs: String = stack.logs().into_values().collect();
    assert!(issued.iter().all(|row| !logs.contains(&row[2])), "a password in a log");
}
