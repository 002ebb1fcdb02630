use serde_json::{Value, json};
use tempfile::TempDir;

use super::{TableError, Tables};
use crate::plan::{StreamView, TablePlan};

const TABLE: &str = "things-for-tests";

fn plan(key: &str) -> TablePlan {
    TablePlan {
        name: TABLE.into(),
        definition: json!({
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        }),
        stream: Some(StreamView::NewImage),
        expiry_attribute: Some("expires_at".into()),
    }
}

fn open(folder: &TempDir) -> Tables {
    Tables::open(&folder.path().join("tables.db"), &[plan("PK")]).unwrap()
}

fn put(tables: &Tables, item: Value) {
    let request = json!({"TableName": TABLE, "Item": item});
    tables.database.put_item(serde_json::from_value(request).unwrap()).unwrap();
}

#[test]
fn a_stream_is_read_in_order_from_any_position() {
    let folder = TempDir::new().unwrap();
    let tables = open(&folder);
    for number in 0..3 {
        put(&tables, json!({"PK": {"S": number.to_string()}}));
    }
    let streams = tables.streams().unwrap();
    let all = streams.read(TABLE, 0, 10, |_| true).unwrap();
    let keys: Vec<_> = all.iter().map(|record| record.keys["PK"]["S"].as_str().unwrap()).collect();
    assert_eq!(keys, ["0", "1", "2"]);
    assert_eq!(streams.read(TABLE, all[0].position, 1, |_| true).unwrap(), all[1..2]);
    assert_eq!(streams.newest(TABLE).unwrap(), all[2].position);
}

#[test]
fn images_are_read_only_of_records_whose_keys_are_wanted() {
    let folder = TempDir::new().unwrap();
    let tables = open(&folder);
    for key in ["a", "b"] {
        put(&tables, json!({"PK": {"S": key}}));
    }
    let records = tables.streams().unwrap().read(TABLE, 0, 10, |keys| keys["PK"]["S"] == "b").unwrap();
    let images: Vec<bool> = records.iter().map(|record| record.new_image.is_some()).collect();
    assert_eq!(images, [false, true]);
    assert!(records[0].size > 0 && records[0].keys["PK"]["S"] == "a");
}

#[test]
fn a_record_carries_both_images_whatever_the_tables_view() {
    let folder = TempDir::new().unwrap();
    let tables = open(&folder);
    put(&tables, json!({"PK": {"S": "a"}, "n": {"N": "1"}}));
    put(&tables, json!({"PK": {"S": "a"}, "n": {"N": "2"}}));
    let record = tables.streams().unwrap().read(TABLE, 0, 10, |_| true).unwrap().remove(1);
    assert_eq!(record.event_name, "MODIFY");
    assert_eq!(json!(record.old_image)["n"]["N"], "1");
    assert_eq!(json!(record.new_image)["n"]["N"], "2");
}

#[test]
fn trimming_keeps_the_newest_record_so_that_positions_go_on_growing() {
    let folder = TempDir::new().unwrap();
    let tables = open(&folder);
    for number in 0..3 {
        put(&tables, json!({"PK": {"S": number.to_string()}}));
    }
    let streams = tables.streams().unwrap();
    let newest = streams.newest(TABLE).unwrap();
    assert_eq!(streams.trim(TABLE, newest).unwrap(), 2);
    assert_eq!(streams.trim(TABLE, newest).unwrap(), 0);
    assert_eq!(streams.newest(TABLE).unwrap(), newest);
    put(&tables, json!({"PK": {"S": "3"}}));
    assert!(streams.newest(TABLE).unwrap() > newest);
}

#[test]
fn tables_and_streams_are_there_again_after_a_restart() {
    let folder = TempDir::new().unwrap();
    put(&open(&folder), json!({"PK": {"S": "a"}}));
    let tables = open(&folder);
    assert_eq!(tables.streams().unwrap().read(TABLE, 0, 10, |_| true).unwrap().len(), 1);
    let get = json!({"TableName": TABLE, "Key": {"PK": {"S": "a"}}});
    assert!(tables.database.get_item(serde_json::from_value(get).unwrap()).unwrap().item.is_some());
}

#[test]
fn a_template_that_disagrees_with_the_data_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    drop(open(&folder));
    let without_stream = TablePlan { stream: None, ..plan("PK") };
    let other_expiry = TablePlan { expiry_attribute: Some("other".into()), ..plan("PK") };
    for changed in [plan("OTHER"), without_stream, other_expiry] {
        let reopened = Tables::open(&folder.path().join("tables.db"), &[changed]);
        assert!(matches!(reopened, Err(TableError::Changed(name)) if name == TABLE));
    }
}
